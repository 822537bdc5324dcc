"""What must hold to report the end, to audit, to refund, to close and to archive."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.selectors.standing import same_controller
from procurement.lifecycle.engine import Attempt
from procurement.money import format_yuan
from procurement.rules import Refusal, guard
from projects.models import Application, FinancialAudit
from projects.selectors.closeouts import archive_checklist, closing_checklist, failed_rounds, unresolved_total
from projects.selectors.conditions import open_rectifications
from projects.selectors.delivery import indicator_rows, term_of

#: Field of the closeout report → its name in the sentence.
REPORT_PARTS = {
    "summary": gettext_lazy("项目实施情况"),
    "results": gettext_lazy("主要成效"),
    "spending_note": gettext_lazy("资金使用情况"),
    "recipients_confirmation": gettext_lazy("服务对象确认情况"),
}


# --- the contractor's report ------------------------------------------------------------------------------------


@guard("S-01")
def project_may_end(attempt: Attempt) -> str | None:
    application = attempt.obj.application
    if application.status in ("in_progress", "closing"):
        return None
    return _("项目当前为“%(state)s”，不能提交结项报告") % {"state": application.state.label}


@guard("R-225")
def nothing_left_to_rectify(attempt: Attempt) -> str | None:
    pending = open_rectifications(attempt.obj.application)
    return _("有 %(n)s 件整改未完成，整改合格后才能结项") % {"n": pending} if pending else None


@guard("R-222", warning=False)
def term_is_over(attempt: Attempt) -> str | None:
    """The end may be reported once the term is over, or earlier with every indicator reached."""
    application = attempt.obj.application
    term = term_of(application)
    if term is None or attempt.today > term[1]:
        return None
    results = {row.indicator_id: row.actual for row in attempt.obj.indicator_results.all()}
    reached = all(results.get(row.pk, Decimal(0)) >= row.target for row in application.indicators.all())
    if reached and results:
        return None
    return _("合同履行期至 %(day)s，期满（或全部指标完成）后方可提交结项报告") % {"day": term[1]}


@guard("S-04")
def report_is_complete(attempt: Attempt) -> list[str]:
    missing = [
        _("结项报告缺少“%(part)s”") % {"part": label}
        for name, label in REPORT_PARTS.items()
        if not getattr(attempt.obj, name).strip()
    ]
    if attempt.obj.self_score is None:
        missing.append(_("请填写自评得分"))
    return missing


@guard("R-222", warning=False)
def indicators_are_reported(attempt: Attempt) -> str | None:
    reported = set(attempt.obj.indicator_results.values_list("indicator_id", flat=True))
    missing = [row.name for row in attempt.obj.application.indicators.all() if row.pk not in reported]
    return _("以下指标未填报完成值：%(names)s") % {"names": "、".join(missing[:5])} if missing else None


@guard("R-220", warning=True)
def figures_follow_the_ledger(attempt: Attempt) -> list[str]:
    """What is reported above the ledger must be explained; indicators no entry counts towards are not compared."""
    ledger = {row.indicator.pk: row.actual for row in indicator_rows(attempt.obj.application)}
    return [
        _("“%(name)s”填报 %(said)s，台账合计 %(kept)s")
        % {
            "name": row.indicator.name,
            "said": f"{row.actual.normalize():f}",
            "kept": f"{ledger[row.indicator_id].normalize():f}",
        }
        for row in attempt.obj.indicator_results.select_related("indicator")
        if ledger.get(row.indicator_id) and row.actual > ledger[row.indicator_id]
    ]


@guard("S-01")
def acceptance_not_begun(attempt: Attempt) -> str | None:
    begun = attempt.obj.application.acceptances.exists()
    return _("验收已经开始，结项报告不能再退回") if begun else None


@guard("R-084")
def reader_is_not_the_contractor(attempt: Attempt) -> str | None:
    application = attempt.obj.application
    if application.hub_id != application.applicant_id:
        return None
    return _("主责单位与承接主体为同一单位，不得审核自己的结项报告")


# --- the audit --------------------------------------------------------------------------------------------------


@guard("R-265")
def firm_is_independent(attempt: Attempt) -> list[str]:
    """The auditor is nobody's own: not the contractor, the purchaser or the responsible unit, nor tied to the contractor."""
    return ties_of(attempt.obj, attempt.obj.application)


def ties_of(audit: FinancialAudit, application: Application) -> list[str]:
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


@guard("R-245", warning=False)
def contractor_was_heard(attempt: Attempt) -> str | None:
    """The report is issued on the contractor's statement, or after the time for one."""
    audit = attempt.obj
    if audit.status == "responded" or audit.response_due_on is None or attempt.today > audit.response_due_on:
        return None
    return _("承接主体的说明期至 %(day)s，期满或者收到说明后方可出具报告") % {"day": audit.response_due_on}


@guard("R-256", warning=False)
def ineligible_is_resolved(attempt: Attempt) -> str | None:
    """Money wrongly spent is put right or given back first; an adverse report may say that it was not."""
    total = unresolved_total(attempt.obj)
    if not total or attempt.data.get("opinion") == "adverse":
        return None
    return _("不合规支出 %(sum)s 尚未整改或同意退回，只能出具“不合规”的审计意见") % {"sum": format_yuan(total)}


@guard("S-04")
def audit_opinion_is_given(attempt: Attempt) -> list[str]:
    missing = []
    if attempt.data.get("opinion") not in ("clean", "qualified", "adverse"):
        missing.append(_("请选择审计意见"))
    if not str(attempt.data.get("conclusion") or "").strip():
        missing.append(_("请写明审计结论"))
    return missing


@guard("R-266")
def opinion_fits_the_figures(attempt: Attempt) -> str | None:
    if attempt.data.get("opinion") == "clean" and attempt.obj.lines.filter(ineligible__gt=0).exists():
        return _("审计记录中有不合规支出，不能出具“资金使用合规”的意见")
    return None


# --- money back -------------------------------------------------------------------------------------------------


@guard("S-04")
def refund_voucher_is_given(attempt: Attempt) -> str | None:
    return None if str(attempt.data.get("voucher_number") or "").strip() else _("请填写退款凭证号")


# --- the end ----------------------------------------------------------------------------------------------------


@guard("R-220", "R-222", "R-253", "R-255", "R-256", "R-260", warning=False)
def everything_is_concluded(attempt: Attempt) -> list[Refusal]:
    """Acceptance, audit, evaluation and money are all done before a project is closed."""
    return [
        Refusal(row.rule_id, _("尚未完成：%(what)s") % {"what": row.label})
        for row in closing_checklist(attempt.obj)
        if not row.done
    ]


@guard("S-04")
def decision_is_given(attempt: Attempt) -> str | None:
    return None if str(attempt.data.get("decision") or "").strip() else _("请写明结项审定意见")


@guard("R-240")
def rectified_only_once(attempt: Attempt) -> str | None:
    """One term to put things right at the end; a second failure is the last."""
    if failed_rounds(attempt.obj) > 1:
        return _("结项整改只有一次，再次验收不通过的，由领导小组办公室认定结项不通过")
    return None


@guard("R-240")
def rectification_failed(attempt: Attempt) -> str | None:
    """A project fails after its one chance: accepted again without success, or the term let pass in silence."""
    application = attempt.obj
    if failed_rounds(application) > 1:
        return None
    last = application.acceptances.order_by("-round").first()
    if last is None or last.status != "final":
        return _("结项整改尚未验收，不能认定为不通过")
    if last.rectified_at is not None:
        return _("承接主体已报告整改情况，须再次验收")
    if last.rectify_due_on is not None and attempt.today <= last.rectify_due_on:
        return _("整改期至 %(day)s，期满前不能认定为不通过") % {"day": last.rectify_due_on}
    return None


@guard("R-255", warning=False)
def money_is_audited(attempt: Attempt) -> str | None:
    """What has to be given back follows from the audit, also when a project fails."""
    if attempt.obj.financial_audits.filter(status="final").exists():
        return None
    return _("财务审计完成后才能认定结项不通过，应退资金以审计结果为准")


@guard("R-289")
def archive_is_complete(attempt: Attempt) -> list[str]:
    return [_("归档材料缺少：%(what)s") % {"what": row.label} for row in archive_checklist(attempt.obj) if row.missing]
