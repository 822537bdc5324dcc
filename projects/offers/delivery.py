"""Running projects on the project's page, in worklists, under the clock; files of the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, Role
from procurement.audit.labels import register_action_labels
from procurement.documents import register_subject
from procurement.notices import register_sweep
from procurement.ui.furniture import NavEntry, Section, register_nav
from procurement.ui.worklists import Urgency, WorkItem, register_worklist
from projects.models import (
    Activity,
    Application,
    ChangeRequest,
    EarlyWarning,
    Expense,
    MonitoringVisit,
    Rectification,
    Report,
    WarningLevel,
)
from projects.panels import Panel, register_panel
from projects.selectors.applications import may_edit
from projects.selectors.delivery import indicator_rows, spending, totals_of
from projects.services.changes import CHANGEABLE
from projects.services.monitoring import supervising_seat
from projects.services.rectifications import may_issue
from projects.services.reports import fall_due
from projects.services.warnings import may_report, watch

#: From the contract on there is something to show.
SHOWN = (
    "in_progress", "suspended", "rectifying", "closing", "rectifying_final", "closed", "closed_failed", "terminated",
    "archived",
)  # fmt: skip
RUNNING = ("in_progress", "rectifying")


def register() -> None:
    register_panel("delivery", delivery_panel)
    register_worklist(delivery_work)
    register_sweep("reports_due", fall_due, every=timedelta(hours=1))
    register_sweep("early_warnings", watch, every=timedelta(hours=1))
    register_nav(NavEntry(_("项目报告"), "reports", order=40, section=Section.WORK, visible=_seated))
    register_nav(NavEntry(_("预警"), "warnings", order=45, section=Section.WORK, visible=_seated))
    for kind, model in (
        ("projects.activity", Activity),
        ("projects.expense", Expense),
        ("projects.monitoringvisit", MonitoringVisit),
        ("projects.rectification", Rectification),
        ("projects.report", Report),
    ):
        register_subject(kind, visible=_visible_by(model))
    register_action_labels(
        {
            "plan.save": _("保存活动计划"),
            "activity.record": _("登记活动"),
            "activity.reverse": _("冲正活动记录"),
            "expense.record": _("登记支出"),
            "expense.reverse": _("冲正支出记录"),
            "reallocation.notice": _("备案预算调剂"),
            "report.edit": _("填写项目报告"),
            "rectification.draft": _("拟定整改通知"),
            "warning.raise": _("发出预警"),
            "warning.keep_stop": _("确认继续暂停付款"),
            "warning.lift_stop": _("解除暂停付款"),
            "change.save": _("填写变更申请"),
            "visit.record": _("登记督导"),
            "support.entrust": _("委托支持性社会组织"),
        }
    )


def delivery_panel(application: Application, actor: Actor) -> Panel | None:
    """进展: totals, indicators, money, reports, what is wrong, what may be done."""
    if application.status not in SHOWN:
        return None
    lines = spending(application)
    mine = may_edit(application, actor)
    context: dict[str, Any] = {
        "application": application,
        "totals": totals_of(application),
        "indicators": indicator_rows(application),
        "spent": sum(row.spent for row in lines),
        "budget": sum(row.budget for row in lines),
        "reports": application.reports.exclude(status="settled").defer("answers", "figures"),
        "warnings": application.warnings.open().worst_first(),
        "orders": application.rectifications.open(),
        "changes": application.changes.visible_to(actor).exclude(status__in=("withdrawn", "refused")),
        "may_record": mine and application.status in RUNNING,
        "may_change": mine and application.status in CHANGEABLE,
        "may_visit": supervising_seat(application, actor) is not None,
        "may_order": may_issue(application, actor),
        "may_warn": may_report(application, actor),
    }
    return Panel(str(_("项目进展")), "projects/delivery/panel.html", context)


def delivery_work(actor: Actor) -> Iterable[WorkItem]:
    """Reports, corrections, warnings and changes whose next move is this person's."""
    yield from _contractor_work(actor)
    yield from _hub_work(actor)
    yield from _office_work(actor)
    yield from _purchaser_work(actor)


def _contractor_work(actor: Actor) -> Iterable[WorkItem]:
    bodies = actor.organization_ids(Role.ORG, Role.ORG_H)
    if not bodies:
        return
    owed = Report.objects.filter(application__applicant__in=bodies, status__in=("due", "returned"))
    yield from _reports(owed, _("提交报告"))
    heads = actor.organization_ids(Role.ORG_H)
    if heads:
        orders = Rectification.objects.filter(application__applicant__in=heads, status="issued")
        yield from _orders(orders, _("提交整改情况"))


def _hub_work(actor: Actor) -> Iterable[WorkItem]:
    bodies = actor.organization_ids(Role.RU)
    if not bodies:
        return
    yield from _reports(Report.objects.filter(application__hub__in=bodies, status="submitted"), _("审核报告"))
    yield from _orders(Rectification.objects.filter(issuer__in=bodies, status="responded"), _("复查整改"))
    yield from _changes(ChangeRequest.objects.filter(application__hub__in=bodies, status="submitted"))
    yield from _warnings(EarlyWarning.objects.open().filter(handler__in=bodies))


def _office_work(actor: Actor) -> Iterable[WorkItem]:
    bodies = actor.organization_ids(Role.LGO)
    if not bodies:
        return
    yield from _reports(Report.objects.filter(application__guide__office__in=bodies, status="reviewed"), _("通过报告"))
    yield from _warnings(EarlyWarning.objects.filter(application__guide__office__in=bodies, status="resolved"))
    yield from _warnings(EarlyWarning.objects.open().filter(handler__in=bodies))


def _purchaser_work(actor: Actor) -> Iterable[WorkItem]:
    buying = actor.organization_ids(Role.PU_SIGN, Role.PU_BUY)
    if not buying:
        return
    waiting = ChangeRequest.objects.filter(application__guide__purchaser__in=buying, status="hub_agreed")
    yield from _changes(waiting)
    signing = actor.organization_ids(Role.PU_SIGN)
    if signing:
        stops = EarlyWarning.objects.filter(
            application__guide__purchaser__in=signing, payments_stopped=True, stop_confirmed_at=None
        )
        yield from _warnings(stops)
        yield from _orders(Rectification.objects.filter(issuer__in=signing, status="responded"), _("复查整改"))


def _reports(rows: Any, step: Any) -> Iterable[WorkItem]:
    found = rows.exclude(kind="closeout").select_related("application__applicant").defer("answers", "figures")
    for report in found[:100]:
        yield WorkItem(
            f"{report.application} · {report}",
            report.get_absolute_url(),
            due_on=report.due_on if report.status in ("due", "returned") else None,
            step=step,
            organisation=report.application.applicant.display_name,
        )


def _orders(rows: Any, step: Any) -> Iterable[WorkItem]:
    for order in rows.select_related("application__applicant")[:100]:
        yield WorkItem(
            f"{order.application} · {order}",
            order.get_absolute_url(),
            due_on=order.due_on if order.status == "issued" else None,
            step=step,
            organisation=order.application.applicant.display_name,
        )


def _changes(rows: Any) -> Iterable[WorkItem]:
    for change in rows.select_related("application__applicant")[:100]:
        yield WorkItem(
            f"{change.application} · {change}",
            change.get_absolute_url(),
            step=_("变更申请"),
            organisation=change.application.applicant.display_name,
        )


def _warnings(rows: Any) -> Iterable[WorkItem]:
    for warning in rows.select_related("application__applicant")[:100]:
        yield WorkItem(
            f"{warning.application} · {warning}",
            warning.get_absolute_url(),
            due_on=None if warning.status == "resolved" else warning.respond_by,
            step=_("预警"),
            organisation=warning.application.applicant.display_name,
            urgency=Urgency.OVERDUE if warning.level == WarningLevel.RED else "",
        )


def _seated(actor: Actor | None) -> bool:
    return bool(actor and actor.seats)


def _visible_by(model: Any) -> Any:
    def visible(actor: Actor, subject_id: UUID) -> bool:
        return bool(model.objects.visible_to(actor).filter(pk=subject_id).exists())

    return visible
