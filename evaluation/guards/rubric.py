"""What a scoring scheme must hold to before it is frozen. Every sentence names the factor it is about."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise

from django.utils.translation import gettext as _

from catalogs.size_conditions import size_phrases
from evaluation.models import Rubric, RubricFactor
from evaluation.selectors.rubrics import UNPUBLISHED, conditions_of, groups, leaves
from procurement.lifecycle.engine import Attempt
from procurement.rules import Refusal, guard
from projects.guards.guide import forbidden_phrases

HUNDRED = Decimal(100)
#: Wordings of what admits an applicant; whoever was admitted has it already, so it may earn no points (R-130).
QUALIFICATIONS = re.compile(
    r"年检合格|依法登记|独立承担民事责任|具有法人资格|法人登记|登记证书|未受行政处罚|无违法记录|无不良信用|依法纳税|缴纳社会保险"
    r"|治理结构健全|财务会计制度健全|资格条件|注册资金|注册资本"
)
REGIONAL_AWARD = re.compile(
    r"(?:本市|本区|本县|本地|本街道|北京市|朝阳区|省级|市级|区级)[^，。；]{0,8}(?:获奖|奖项|表彰|业绩)"
)


@guard("R-131")
def occasion_is_not_published(attempt: Attempt) -> str | None:
    occasion = attempt.obj.occasion
    if occasion.status in UNPUBLISHED:
        return None
    return _("“%(title)s”已发布，评分办法不得更改") % {"title": occasion.title}


@guard("R-133", "R-132")
def maxima_sum_to_hundred(attempt: Attempt) -> list[Refusal]:
    rubric = attempt.obj
    found = [Refusal("R-132", sentence) for sentence in group_faults(rubric)]
    total = sum((factor.maximum for factor in leaves(rubric)), Decimal(0))
    if total != HUNDRED:
        found.append(
            Refusal("R-133", _("各项满分合计 %(sum)s 分，应为 100 分") % {"sum": plain(total)}),
        )
    return found


@guard("R-132")
def levels_cover_every_factor(attempt: Attempt) -> list[str]:
    """Each factor's levels run from zero to its maximum without gap or overlap."""
    return [fault for factor in leaves(attempt.obj) for fault in level_faults(factor)]


@guard("R-130")
def no_qualification_scored(attempt: Attempt) -> list[str]:
    """Against set wordings, and against the occasion's own conditions sentence by sentence."""
    conditions = _clauses(conditions_of(attempt.obj))
    found = []
    for factor in leaves(attempt.obj):
        text = _text(factor)
        hit = QUALIFICATIONS.search(text)
        phrase = hit.group() if hit else next((clause for clause in conditions if clause in text), "")
        if phrase:
            found.append(
                _("“%(factor)s”把申报资格条件“%(phrase)s”作为评分因素，资格条件不得作为评审因素")
                % {"factor": factor, "phrase": phrase}
            )
    return found


@guard("R-058")
def no_size_scored(attempt: Attempt) -> list[str]:
    return [
        _("“%(factor)s”以供应商规模“%(phrase)s”评分，规模条件不得作为资格条件或评审因素")
        % {"factor": factor, "phrase": phrase}
        for factor in leaves(attempt.obj)
        for phrase in size_phrases(_text(factor))
    ]


@guard("R-138", "R-057")
def no_regional_award_scored(attempt: Attempt) -> list[Refusal]:
    found = []
    for factor in leaves(attempt.obj):
        text = _text(factor)
        if hit := REGIONAL_AWARD.search(text):
            sentence = _("“%(factor)s”以特定地区的业绩或奖项“%(phrase)s”加分") % {
                "factor": factor,
                "phrase": hit.group(),
            }
            found.append(Refusal("R-138", sentence))
        for _kind, phrase in forbidden_phrases(text):
            sentence = _("“%(factor)s”以注册地址或成立年限“%(phrase)s”评分") % {"factor": factor, "phrase": phrase}
            found.append(Refusal("R-057", sentence))
    return found


def group_faults(rubric: Rubric) -> list[str]:
    return [
        _("“%(group)s”满分 %(have)s 分，与其下各项之和 %(sum)s 分不符")
        % {"group": group, "have": plain(group.maximum), "sum": plain(total)}
        for group, total in groups(rubric)
        if group.maximum != total
    ]


def level_faults(factor: RubricFactor) -> list[str]:
    levels = sorted(factor.levels.all(), key=lambda level: level.low)
    if not levels:
        return [_("“%(factor)s”没有设置评分档次") % {"factor": factor}]
    found = []
    if levels[0].low != 0:
        found.append(_("“%(factor)s”最低一档应从 0 分起") % {"factor": factor})
    for lower, upper in pairwise(levels):
        if lower.high != upper.low:
            found.append(
                _("“%(factor)s”的“%(lower)s”与“%(upper)s”两档不相接：%(high)s 分与 %(low)s 分之间有间隔或重叠")
                % {
                    "factor": factor, "lower": lower.label, "upper": upper.label,
                    "high": plain(lower.high), "low": plain(upper.low),
                }
            )  # fmt: skip
    if levels[-1].high != factor.maximum:
        found.append(
            _("“%(factor)s”最高一档为 %(high)s 分，应等于该项满分 %(maximum)s 分")
            % {"factor": factor, "high": plain(levels[-1].high), "maximum": plain(factor.maximum)}
        )
    return found


def plain(points: Decimal) -> str:
    """20, 12.5: points without needless zeros."""
    return f"{points.normalize():f}"


def _text(factor: RubricFactor) -> str:
    return "\n".join([factor.name, factor.description, *(level.anchor for level in factor.levels.all())])


def _clauses(requirements: str) -> list[str]:
    """The conditions of the guide, clause by clause; very short ones prove nothing."""
    return [clause for clause in re.split(r"[，。；、\s]+", requirements) if len(clause) >= 6]
