"""What must hold to report the end, to audit, to close and to archive."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from orgs.selectors import same_controller
from procurement.lifecycle.engine import Attempt
from procurement.money import format_yuan
from procurement.rules import Refusal, guard
from projects.selectors.closeouts import archive_checklist, closing_checklist

#: Field of the closeout report → its name in the sentence.
REPORT_PARTS = {
    "summary": _("项目实施情况"),
    "results": _("主要成效"),
    "spending_note": _("资金使用情况"),
    "recipients_confirmation": _("服务对象确认情况"),
}


@guard("R-222")
def term_is_over(attempt: Attempt) -> str | None:
    """The end may be reported once the term is over, or earlier with every indicator reached."""
    application = attempt.obj.application
    if application.ends_on is None or attempt.today > application.ends_on:
        return None
    results = {row.indicator_id: row.actual for row in attempt.obj.indicator_results.all()}
    reached = all(results.get(row.pk, Decimal(0)) >= row.target for row in application.indicators.all())
    if reached and results:
        return None
    return _("合同履行期至 %(day)s，期满（或全部指标完成）后方可提交结项报告") % {"day": application.ends_on}


@guard("S-04")
def report_is_complete(attempt: Attempt) -> list[str]:
    return [
        _("结项报告缺少“%(part)s”") % {"part": label}
        for name, label in REPORT_PARTS.items()
        if not getattr(attempt.obj, name).strip()
    ]


@guard("R-222")
def indicators_are_reported(attempt: Attempt) -> str | None:
    reported = set(attempt.obj.indicator_results.values_list("indicator_id", flat=True))
    missing = [row.name for row in attempt.obj.application.indicators.all() if row.pk not in reported]
    return _("以下指标未填报完成值：%(names)s") % {"names": "、".join(missing[:5])} if missing else None


@guard("S-01")
def acceptance_not_begun(attempt: Attempt) -> str | None:
    begun = attempt.obj.application.acceptances.exclude(status="planned").exists()
    return _("验收已经开始，结项报告不能再退回") if begun else None


@guard("R-265")
def firm_is_independent(attempt: Attempt) -> list[str]:
    """The auditor is nobody's own: not the contractor, the purchaser or the responsible unit, nor tied to the contractor."""
    audit, application = attempt.obj, attempt.obj.application
    related = {
        application.applicant_id: _("承接主体"),
        application.guide.purchaser_id: _("购买主体"),
        application.hub_id: _("主责单位"),
    }
    found = []
    if audit.firm_id in related:
        found.append(_("审计机构同时是本项目的%(part)s，不独立") % {"part": related[audit.firm_id]})
    if same_controller(audit.firm, application.applicant):
        found.append(_("审计机构与承接主体存在控制或管理关系，不独立"))
    return found


@guard("R-265")
def independence_is_declared(attempt: Attempt) -> str | None:
    return None if attempt.data.get("declared") else _("请作出独立性声明")


@guard("R-266")
def lines_are_audited(attempt: Attempt) -> list[str]:
    audit = attempt.obj
    missing = []
    if not audit.lines.exists():
        missing.append(_("请按预算科目填写审计金额"))
    if not audit.scope.strip():
        missing.append(_("请写明审计范围和抽查情况"))
    unexplained = audit.lines.filter(ineligible__gt=0, reason="").count()
    if unexplained:
        missing.append(_("有 %(n)s 条不合规支出未写明原因") % {"n": unexplained})
    return missing


@guard("R-256", warning=False)
def ineligible_is_resolved(attempt: Attempt) -> str | None:
    open_lines = attempt.obj.lines.filter(ineligible__gt=0, resolved=False)
    total = sum((line.ineligible for line in open_lines), Decimal(0))
    if not total:
        return None
    return _("不合规支出 %(sum)s 尚未整改或同意退回") % {"sum": format_yuan(total)}


@guard("S-04")
def audit_opinion_is_given(attempt: Attempt) -> list[str]:
    missing = []
    if attempt.data.get("opinion") not in ("clean", "qualified", "adverse"):
        missing.append(_("请选择审计意见"))
    if not str(attempt.data.get("conclusion") or "").strip():
        missing.append(_("请写明审计结论"))
    return missing


@guard("S-04")
def refund_voucher_is_given(attempt: Attempt) -> str | None:
    return None if str(attempt.data.get("voucher_number") or "").strip() else _("请填写退款凭证号")


@guard("R-260", "R-253", "R-255", "R-264")
def everything_is_concluded(attempt: Attempt) -> list[Refusal]:
    """Acceptance, audit, evaluation and money are all done before a project is closed."""
    return [
        Refusal(row.rule_id, _("尚未完成：%(what)s") % {"what": row.label})
        for row in closing_checklist(attempt.obj)
        if not row.done
    ]


@guard("R-289")
def archive_is_complete(attempt: Attempt) -> list[str]:
    return [_("归档材料缺少：%(what)s") % {"what": row.label} for row in archive_checklist(attempt.obj) if row.missing]


@guard("R-240", warning=False)
def rectification_failed(attempt: Attempt) -> str | None:
    """A project fails only after its one chance to put things right."""
    last = attempt.obj.acceptances.order_by("-round").first()
    if last is not None and last.status == "final" and last.result != "pass":
        return None
    return _("结项整改尚未验收，不能认定为不通过")
