"""What a guide must and must not say before it is sent up, approved and published."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from procurement.lifecycle.engine import Attempt
from procurement.rules import Refusal, guard

#: Wordings by which guides have asked for a place of registration or an age; the sentence quotes what was found.
FORBIDDEN_CONDITIONS = (
    (re.compile(r"(?:须|应|必须|需|仅限|要求)?[^，。；\n]{0,12}(?:注册地|注册登记地|登记地|住所地)[^，。；\n]{0,16}"), "place"),
    (re.compile(r"[^，。；\n]{0,8}在(?:本市|本区|本县|本街道|本辖区)[^，。；\n]{0,6}(?:注册|登记)[^，。；\n]{0,10}"), "place"),
    (re.compile(r"[^，。；\n]{0,10}(?:成立|注册|登记)[^，。；\n]{0,6}(?:满|超过|不少于|[一二两三四五六七八九十\d]+\s*年(?:以上|及以上))[^，。；\n]{0,10}"), "age"),
    (re.compile(r"[^，。；\n]{0,8}成立年限[^，。；\n]{0,12}"), "age"),
)  # fmt: skip


def forbidden_phrases(text: str) -> Iterator[tuple[str, str]]:
    """(kind, phrase) for each wording that makes place of registration or age a condition (R-057)."""
    for pattern, kind in FORBIDDEN_CONDITIONS:
        for found in pattern.finditer(text):
            yield kind, found.group().strip()


@guard("R-057")
def no_hidden_barriers(attempt: Attempt) -> list[str]:
    guide = attempt.obj
    text = "\n".join((guide.title, guide.summary, guide.requirements))
    what = {"place": _("注册地址"), "age": _("成立年限")}
    found = dict.fromkeys((kind, phrase) for kind, phrase in forbidden_phrases(text))
    return [
        _("申报条件不得对%(what)s作硬性规定：“%(phrase)s”") % {"what": what[kind], "phrase": phrase}
        for kind, phrase in found
    ]


@guard("R-013")
def envelope_is_approved(attempt: Attempt) -> str | None:
    envelope = attempt.obj.envelope
    if envelope is None:
        return _("尚未选择资金额度；没有批准的预算不得组织购买")
    if envelope.status != "approved":
        return _("资金额度“%(title)s”尚未经财政部门批准") % {"title": envelope.title}
    if envelope.fiscal_year != attempt.obj.year:
        return _("资金额度属于 %(have)s 年度，指南为 %(want)s 年度") % {
            "have": envelope.fiscal_year,
            "want": attempt.obj.year,
        }
    return None


@guard("S-04", "R-019")
def content_is_complete(attempt: Attempt) -> list[Refusal]:
    guide = attempt.obj
    missing = [
        (guide.summary.strip(), _("工作要求（服务标准和要求）")),
        (guide.requirements.strip(), _("申报条件")),
        (guide.contact.strip(), _("咨询方式")),
        (guide.opens_at and guide.closes_at, _("申报起止时间")),
        (guide.areas.filter(categories__isnull=False).exists(), _("领域和类别")),
    ]
    return [
        Refusal("R-019", _("指南缺少“%(what)s”，请先补齐") % {"what": what}) for present, what in missing if not present
    ]


@guard("S-04")
def dates_make_sense(attempt: Attempt) -> str | None:
    guide = attempt.obj
    if guide.closes_at and guide.closes_at <= attempt.at:
        return _("申报截止时间已过，请改为将来的时间")
    return None


@guard("R-146", "R-133")
def rubric_is_attached(attempt: Attempt) -> Refusal | None:
    guide = attempt.obj
    if guide.rubric_id is None:
        return Refusal("R-146", _("评分办法须随指南一并公布，请先设置评分办法"))
    if guide.rubric_total != Decimal(100):
        return Refusal("R-133", _("评分办法各项分值合计 %(sum)s 分，应为 100 分") % {"sum": guide.rubric_total})
    return None


@guard("S-01")
def deadline_has_passed(attempt: Attempt) -> str | None:
    if attempt.obj.closes_at and attempt.at >= attempt.obj.closes_at:
        return None
    return _("申报截止时间未到")


@guard("S-01")
def every_application_is_decided(attempt: Attempt) -> str | None:
    pending = attempt.obj.applications.exclude(status__in=SETTLED).exclude(status="draft").count()
    return _("还有 %(count)s 个申报未办结立项程序") % {"count": pending} if pending else None


@guard("R-289")
def every_project_is_archived(attempt: Attempt) -> str | None:
    running = attempt.obj.applications.exclude(status__in=ENDED).exclude(status="draft").count()
    return _("还有 %(count)s 个项目未归档") % {"count": running} if running else None


#: Initiation is over, one way or the other.
SETTLED = (
    "not_endorsed", "precheck_failed", "not_selected", "withdrawn_by_office", "withdrawn", "approved", "ready_to_sign",
    "in_progress", "suspended", "rectifying", "closing", "rectifying_final", "closed", "archived", "closed_failed",
    "terminated",
)  # fmt: skip
ENDED = (
    "not_endorsed", "precheck_failed", "not_selected", "withdrawn_by_office", "withdrawn", "archived", "closed_failed",
    "terminated",
)  # fmt: skip
