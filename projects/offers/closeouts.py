"""The closing stage on the project's page, in worklists, as papers; projects on the home page for everyone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, Role
from procurement.audit.labels import register_action_labels
from procurement.documents import register_job, register_subject
from procurement.notices import register_sweep
from procurement.ui.furniture import NavEntry, Section, register_nav
from procurement.ui.home import HomeBlock, HomeEntry, Place, StatTile, register_home_block
from procurement.ui.worklists import WorkItem, register_worklist
from projects.models import Acceptance, Application, Closeout, FinancialAudit, Refund
from projects.panels import Panel, register_panel
from projects.selectors.closeouts import (
    CLOSING_STATES,
    accepts,
    closing_checklist,
    closing_decision,
    failed_rounds,
    is_contractor,
    is_office,
    without_audit,
)
from projects.selectors.delivery import closeout_due, term_of
from projects.selectors.public import progress_of, public_figures, public_projects
from projects.services.closeouts import closing_clocks
from projects.services.closing_papers import make_acceptance_certificate, make_audit_report

APPLICANT = (Role.ORG, Role.ORG_H)
AT_MOST = 100
EVERY_HOUR = timedelta(hours=1)


def register() -> None:
    register_panel("closeout", closeout_panel)
    register_worklist(closing_work)
    register_job("acceptance_certificate", make_acceptance_certificate, label=_("生成验收书"))
    register_job("audit_report_pdf", make_audit_report, label=_("生成审计报告"))
    register_sweep("closing_clocks", closing_clocks, every=EVERY_HOUR)
    register_nav(NavEntry(_("项目公开"), "public-projects", order=27, section=Section.PUBLIC))
    register_home_block(latest_projects)
    register_home_block(project_figures)
    for model in (Closeout, Acceptance, FinancialAudit, Refund):
        register_subject(model._meta.label_lower, visible=_visible(model))
    register_action_labels(
        {
            "closeout.start": _("编制结项报告"),
            "closeout.save": _("填写结项报告"),
            "acceptance.plan": _("组织验收"),
            "acceptance.recipient": _("登记服务对象"),
            "acceptance.drop_recipient": _("去掉服务对象"),
            "acceptance.presence": _("记录到场"),
            "acceptance.opinion": _("服务对象意见"),
            "acceptance.judge": _("逐条核验标准"),
            "acceptance.rectified": _("报告整改情况"),
            "financial_audit.engage": _("委托审计"),
            "financial_audit.fieldwork": _("填写审计记录"),
        }
    )


def _visible(model: Any) -> Any:
    def visible(actor: Actor, subject_id: UUID) -> bool:
        return bool(model.objects.visible_to(actor).filter(pk=subject_id).exists())

    return visible


# --- the project's page -----------------------------------------------------------------------------------------


def closeout_panel(application: Application, actor: Actor) -> Panel | None:
    """结项: what is done and what is missing, and the button that starts the next thing for this person."""
    ending = application.status == "in_progress" and _term_has_ended(application)
    if application.status not in CLOSING_STATES and not ending:
        return None
    closeout = Closeout.objects.visible_to(actor).filter(application=application).first()
    last = application.acceptances.order_by("-round").first()
    audited = application.financial_audits.exclude(status="cancelled").exists()
    open_for_acts = application.status in ("closing", "rectifying_final")
    again = last is None or (last.status == "final" and last.result != "pass" and last.rectified_at is not None)
    reported = closeout is not None and closeout.status == "accepted"
    context = {
        "application": application,
        "rows": closing_checklist(application),
        "closeout": closeout,
        "acceptances": Acceptance.objects.visible_to(actor).filter(application=application),
        "audits": FinancialAudit.objects.visible_to(actor).filter(application=application).select_related("firm"),
        "refunds": Refund.objects.visible_to(actor).filter(application=application),
        "decision": closing_decision(application),
        "due": closeout_due(application) if ending else None,
        "may_report": closeout is None and ending and is_contractor(actor, application),
        "may_accept": open_for_acts
        and reported
        and again
        and failed_rounds(application) < 2
        and accepts(actor, application),
        "may_engage": open_for_acts and not audited and is_office(actor, application),
        "has_archive": application.status in CLOSING_STATES,
        "is_public": application.status in CLOSING_STATES or ending,
    }
    return Panel(str(_("结项")), "projects/closeout_panel.html", context)


def _term_has_ended(application: Application) -> bool:
    """From the last fortnight of the term on; a project with every target reached may begin earlier by its step."""
    term = term_of(application)
    return term is not None and timezone.localdate() >= term[1] - timedelta(days=14)


# --- worklists --------------------------------------------------------------------------------------------------


def closing_work(actor: Actor) -> Iterable[WorkItem]:
    """What waits in the closing stage beyond the open step; each body asks only for its own rows."""
    yield from _contractor_work(actor.organization_ids(*APPLICANT))
    yield from _acceptor_work(actor)
    yield from _office_work(actor.organization_ids(Role.LGO))
    yield from _firm_work(actor.organization_ids(Role.TPE))
    treasuries = actor.organization_ids(Role.TREAS)
    if treasuries:
        for refund in _some(Refund, status="returned", application__guide__treasury__in=treasuries):
            yield _item(refund, _("确认退款入库"))


def _contractor_work(bodies: frozenset[UUID]) -> Iterable[WorkItem]:
    if not bodies:
        return
    mine = {"application__applicant__in": bodies}
    for closeout in _some(Closeout, status__in=("draft", "returned"), **mine):
        yield _item(closeout, _("提交结项报告"))
    for acceptance in _some(Acceptance, status="notice_sent", **mine):
        yield _item(acceptance, _("验收通报：确认或提出异议"), acceptance.objection_due_on)
    for acceptance in _some(
        Acceptance, status="final", rectified_at=None, rectify_due_on__isnull=False,
        application__status="rectifying_final", **mine,
    ):  # fmt: skip
        yield _item(acceptance, _("结项整改"), acceptance.rectify_due_on)
    for audit in _some(FinancialAudit, status="draft_sent", **mine):
        yield _item(audit, _("说明审计征求意见稿"), audit.response_due_on)
    for refund in _some(Refund, status="due", **mine):
        yield _item(refund, _("退回余款"))


def _acceptor_work(actor: Actor) -> Iterable[WorkItem]:
    hubs, buyers = actor.organization_ids(Role.RU), actor.organization_ids(Role.PU_ACC)
    if hubs:
        for closeout in _some(Closeout, status="submitted", application__hub__in=hubs):
            yield _item(closeout, _("审核结项报告"))
    for path, bodies in (("application__hub__in", hubs), ("application__guide__purchaser__in", buyers)):
        if bodies:
            for acceptance in _some(Acceptance, status__in=_ACCEPTOR_TURN, **{path: bodies}):
                due = acceptance.reply_due_on if acceptance.status == "objected" else None
                yield _item(acceptance, _ACCEPTOR_TURN[acceptance.status], due)


_ACCEPTOR_TURN = {
    "planned": _("登记并通知服务对象"),
    "recipients_notified": _("现场验收"),
    "on_site": _("拟定验收意见"),
    "drafted": _("书面通报"),
    "objected": _("答复验收异议"),
    "concurred": _("验收定案"),
    "answered": _("验收定案"),
}


def _office_work(offices: frozenset[UUID]) -> Iterable[WorkItem]:
    if not offices:
        return
    for application in without_audit(offices)[:AT_MOST]:
        yield WorkItem(
            application.title, reverse("audit-engage", args=[application.pk]), step=_("委托财务审计"),
            organisation=application.applicant.display_name,
        )  # fmt: skip
    for acceptance in _some(Acceptance, status="objected", application__guide__office__in=offices):
        yield _item(acceptance, _("答复验收异议"), acceptance.reply_due_on)
    failed = Application.objects.filter(
        status="rectifying_final", guide__office__in=offices, acceptances__round__gte=2, acceptances__status="final"
    ).select_related("applicant")
    for application in failed[:AT_MOST]:
        yield WorkItem(
            application.title, application.get_absolute_url(), step=_("认定结项不通过"),
            organisation=application.applicant.display_name,
        )  # fmt: skip


def _firm_work(firms: frozenset[UUID]) -> Iterable[WorkItem]:
    if not firms:
        return
    turn = {"engaged": _("接受审计委托"), "fieldwork": _("实施审计"), "responded": _("出具审计报告")}
    for audit in _some(FinancialAudit, status__in=turn, firm__in=firms):
        yield _item(audit, turn[audit.status])


def _some(model: Any, **where: Any) -> Any:
    return model.objects.filter(**where).select_related("application__applicant")[:AT_MOST]


def _item(thing: Any, step: Any, due: Any = None) -> WorkItem:
    return WorkItem(
        thing.application.title, thing.get_absolute_url(), due_on=due, step=step,
        organisation=thing.application.applicant.display_name,
    )  # fmt: skip


# --- the home page ----------------------------------------------------------------------------------------------


def latest_projects(actor: Actor | None) -> HomeBlock:
    entries = []
    for application in public_projects().order_by("-created_at", "id")[:5]:
        label, tone = progress_of(application)
        entries.append(
            HomeEntry(
                application.title,
                reverse("public-project", args=[application.pk]),
                on=application.created_at,
                label=label,
                tone=tone,
                note=application.applicant.display_name,
            )
        )
    return HomeBlock(
        title=_("项目公开"),
        place=Place.MAIN,
        entries=tuple(entries),
        more_url=reverse("public-projects"),
        empty=_("立项批复后的项目在这里公开。"),
        order=60,
    )


def project_figures(actor: Actor | None) -> HomeBlock | None:
    """Counted at most once in ten minutes; nothing to show before the first project."""
    figures = public_figures()
    if not figures.projects:
        return None
    url = reverse("public-projects")
    return HomeBlock(
        title=_("本平台项目"),
        place=Place.FIGURES,
        tiles=(
            StatTile(_("公开项目"), f"{figures.projects:,}", _("个"), url=url),
            StatTile(_("批复资金"), f"{figures.granted / 10000:,.2f}", _("万元")),
            StatTile(_("服务人次"), f"{figures.person_times:,}", _("人次")),
            StatTile(_("已结项"), f"{figures.closed:,}", _("个"), url=f"{url}?state=closed"),
        ),
        more_url=url,
        order=20,
    )
