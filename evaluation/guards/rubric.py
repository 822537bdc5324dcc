"""What a scoring scheme must hold to before it is frozen. Every sentence names the factor it is about."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise

from django.utils.translation import gettext as _

from catalogs.models import ProcurementMethod
from catalogs.size_conditions import size_phrases
from evaluation.models import Aspect, Rubric, RubricFactor, ScoringMethod
from evaluation.selectors.rubrics import conditions_of, document_of, groups, leaves, may_change, price_points, scored
from procurement.lifecycle.engine import Attempt
from procurement.rules import Refusal, Regime, guard
from projects.guards.guide import forbidden_phrases
from projects.models import ScoringMethod as DocumentMethod

HUNDRED = Decimal(100)
#: Wordings of what admits an applicant; whoever was admitted has it already, so it may earn no points (R-130).
QUALIFICATIONS = re.compile(
    r"年检合格|依法登记|独立承担民事责任|具有法人资格|法人登记|登记证书|未受行政处罚|无违法记录|无不良信用|依法纳税|缴纳社会保险"
    r"|治理结构健全|财务会计制度健全|资格条件|注册资金|注册资本"
)
REGIONAL_AWARD = re.compile(
    r"(?:本市|本区|本县|本地|本街道|北京市|朝阳区|省级|市级|区级|特定行业|本行业|行业主管部门)[^，。；]{0,8}(?:获奖|奖项|表彰|业绩)"
)

PREFERRED_KINDS = re.compile(r"中小企业|小微企业|小型企业|微型企业|监狱企业|残疾人福利性单位")


@guard("R-131")
def occasion_is_not_published(attempt: Attempt) -> str | None:
    occasion = attempt.obj.occasion
    if may_change(occasion):
        return None
    return _("“%(title)s”已发布或已送复核，评分办法不得更改") % {"title": occasion.title}


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
    """Each scored factor's levels run from zero to its maximum without gap or overlap."""
    return [fault for factor in scored(attempt.obj) for fault in level_faults(factor)]


@guard("R-130")
def no_qualification_scored(attempt: Attempt) -> list[str]:
    """Against set wordings, and against the occasion's own conditions sentence by sentence."""
    conditions = [clause for text in conditions_of(attempt.obj) for clause in _clauses(text)]
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


@guard("R-130")
def conditions_are_compared(attempt: Attempt) -> str | None:
    """A machine compares words, not meaning: somebody ticks that they compared the two lists."""
    rubric: Rubric = attempt.obj
    if rubric.guide_id or rubric.conditions_compared:
        return None
    return _("请逐条比对评分因素与资格条件，确认资格条件没有作为评分因素后勾选")


@guard("R-134")
def price_share_is_lawful(attempt: Attempt) -> list[str]:
    """Only under the statutory regime, and by the way of buying; shares come from the rule set."""
    rubric: Rubric = attempt.obj
    procedure = rubric.procedure
    if procedure is None or procedure.regime != Regime.STATUTORY or rubric.method == ScoringMethod.LOWEST_PRICE:
        return []
    points = price_points(rubric)
    if rubric.fixed_price:
        return [_("执行统一价格标准或固定价格的，价格不列为评分因素")] if points else []
    found = []
    least = share_in_points(procedure.rule_set.value("price_weight_min"))
    if points < least:
        found.append(_("价格分 %(have)s 分，不得低于 %(least)s 分") % {"have": plain(points), "least": plain(least)})
    most = share_in_points(procedure.rule_set.value("price_weight_max_consultation"))
    if procedure.method == ProcurementMethod.COMPETITIVE_CONSULTATION and points > most:
        found.append(_("磋商的价格分 %(have)s 分，不得高于 %(most)s 分") % {"have": plain(points), "most": plain(most)})
    return found


@guard("R-137", "R-144")
def method_fits_the_way_of_buying(attempt: Attempt) -> list[Refusal]:
    rubric: Rubric = attempt.obj
    lowest = rubric.method == ScoringMethod.LOWEST_PRICE
    if rubric.procedure is None:
        return [Refusal("R-137", _("申报项目须综合评分，不能只比较报价"))] if lowest else []
    found = []
    document = document_of(rubric.procedure)
    if document is not None and (document.scoring_method == DocumentMethod.LOWEST_PRICE) != lowest:
        words = {"document": document.get_scoring_method_display(), "rubric": rubric.get_method_display()}
        sentence = _("采购文件所载评审方法为“%(document)s”，与评分办法“%(rubric)s”不一致") % words
        found.append(Refusal("R-137", sentence))
    if rubric.procedure.method == ProcurementMethod.COMPETITIVE_NEGOTIATION and not lowest:
        found.append(Refusal("R-144", _("竞争性谈判在满足实质性要求的供应商中按最后报价最低确定，不能综合评分")))
    if rubric.procedure.method == ProcurementMethod.COMPETITIVE_CONSULTATION and lowest:
        found.append(Refusal("R-144", _("竞争性磋商须采用综合评分，不能只比较报价")))
    if lowest and not rubric.requirements.strip():
        found.append(Refusal("R-137", _("只比较报价的，须把最低质量要求写成实质性要求")))
    if lowest and scored(rubric):
        found.append(Refusal("R-137", _("只比较报价的，除报价外不设评分因素")))
    return found


@guard("R-136", warning=True)
def ability_is_weighed(attempt: Attempt) -> str | None:
    """Quality control, schedule control and emergency measures should earn points."""
    rubric: Rubric = attempt.obj
    if rubric.procedure is None or rubric.method == ScoringMethod.LOWEST_PRICE:
        return None
    if any(factor.aspect == Aspect.ABILITY for factor in scored(rubric)):
        return None
    return _("没有履约能力因素；质量控制、进度控制、应急措施宜占一定分值")


@guard("R-145", warning=True)
def preference_is_not_scored(attempt: Attempt) -> list[str]:
    """Small enterprises, prisons and employers of disabled people are preferred by a price deduction, not by points."""
    found = []
    for factor in scored(attempt.obj):
        if hit := PREFERRED_KINDS.search(_text(factor)):
            words = {"factor": factor, "phrase": hit.group()}
            found.append(
                _("“%(factor)s”对“%(phrase)s”加分；政策优惠以价格扣除体现，社会组织不因此视为小微企业") % words
            )
    return found


def share_in_points(share: object) -> Decimal:
    return Decimal(str(share)) * HUNDRED


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
    found = [
        _("“%(factor)s”的“%(level)s”档没有写明评分标准") % {"factor": factor, "level": level.label}
        for level in levels
        if not level.anchor.strip()
    ]
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
