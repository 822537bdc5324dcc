"""Custody in the navigation, worklists, files and pages of those it concerns; proxy applications on a guide."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procurement.access import Actor, Role
from procurement.audit.labels import register_action_labels
from procurement.documents import register_job, register_subject
from procurement.ui.furniture import NavEntry, Section, register_nav
from procurement.ui.worklists import WorkItem, register_worklist
from projects.models import CustodyLedger, CustodyVoucher
from projects.panels import Panel, register_guide_panel, register_panel
from projects.selectors.custody import vouchers_waiting
from projects.selectors.proxies import proxy_of, usable_letters
from projects.services.custody import make_statement_pdf

READERS = frozenset({Role.UNI, Role.REC, Role.PU_BUY, Role.PU_FIN, Role.PU_PAY})


def register() -> None:
    register_action_labels(
        {
            "application.start_proxy": gettext_lazy("代社区社会组织申报"),
            "custody_voucher.prepare": gettext_lazy("编制代管支出凭单"),
        }
    )
    register_subject("projects.custodyledger", visible=_ledger_is_visible)
    register_subject("projects.custodyvoucher", visible=_voucher_is_visible)
    register_job("custody_statement", make_statement_pdf, label=gettext_lazy("生成代管资金对账单"))
    register_worklist(vouchers_to_decide)
    register_panel("proxy", executor_of_application)
    register_guide_panel("proxy", groups_to_apply_for)
    register_nav(
        NavEntry(gettext_lazy("代管资金"), "custody-ledgers", order=68, section=Section.MONEY, visible=_reads_custody)
    )


def _reads_custody(actor: Actor | None) -> bool:
    return bool(actor and (actor.sees_everything or actor.roles & READERS))


def executor_of_application(application: Any, actor: Actor) -> Panel | None:
    """Who carries the project out when the applicant acts for a group, and where its money is kept."""
    proxy = proxy_of(application)
    if proxy is None:
        return None
    ledger = CustodyLedger.objects.visible_to(actor).filter(application=application).first()
    return Panel(_("代理申报"), "projects/custody/panel.html", {"proxy": proxy, "ledger": ledger})


def groups_to_apply_for(guide: Any, actor: Actor) -> Panel | None:
    """For a union's people while the guide is open."""
    if guide.status != "open" or not actor.organization_ids(Role.ORG, Role.ORG_H):
        return None
    letters = usable_letters(actor, guide, timezone.localdate()).count()
    if not letters:
        return None
    context = {"guide": guide, "letters": letters}
    return Panel(_("代社区社会组织申报"), "projects/custody/guide_panel.html", context)


def vouchers_to_decide(actor: Actor) -> Iterator[WorkItem]:
    for voucher in vouchers_waiting(actor):
        yield WorkItem(
            title=str(voucher),
            url=voucher.get_absolute_url(),
            step=_("审批凭单") if voucher.status == "prepared" else _("支付凭单"),
            organisation=voucher.ledger.executor.display_name,
            lifecycle=voucher.lifecycle.label,
        )


def _ledger_is_visible(actor: Actor, subject_id: UUID) -> bool:
    return CustodyLedger.objects.visible_to(actor).filter(pk=subject_id).exists()


def _voucher_is_visible(actor: Actor, subject_id: UUID) -> bool:
    return CustodyVoucher.objects.visible_to(actor).filter(pk=subject_id).exists()
