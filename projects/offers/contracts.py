"""Contracts and payments on the project's page, in worklists, as PDF."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from catalogs.selectors.budgets import register_money_spent
from procurement.access import Actor, Role
from procurement.audit.labels import register_action_labels
from procurement.documents import register_job, register_subject
from procurement.ui.furniture import NavEntry, Section, register_nav
from procurement.ui.worklists import WorkItem, register_worklist
from projects.models import Application, Contract, Payment
from projects.panels import Panel, register_panel
from projects.selectors.contracts import money_of, money_signed
from projects.services.contract_paper import make_contract_pdf

#: Which role has the next move in each state of a contract, and in which organisation.
_CONTRACT_TURN = {
    "draft": (Role.PU_CHK, "purchaser"),
    "checked": (Role.PU_BUY, "purchaser"),
    "approved": (Role.ORG_H, "contractor"),
    "contractor_signed": (Role.PU_SIGN, "purchaser"),
}
_PAYMENT_TURN = {
    "requested": (Role.PU_FIN, "contract__purchaser"),
    "approved": (Role.TREAS, "contract__treasury"),
    "paid": (Role.ORG_H, "contract__contractor"),
}


def register() -> None:
    register_panel("money", money_panel)
    register_action_labels(
        {
            "contract.draft": _("拟定合同"),
            "contract.revise": _("修改合同草稿"),
            "application.revision_saved": _("保存细化方案和预算"),
        }
    )
    register_worklist(contract_work)
    register_job("contract_pdf", make_contract_pdf, label=_("生成合同文本"))
    register_nav(NavEntry(_("合同公告"), "contracts", order=25, section=Section.PUBLIC))
    register_money_spent("contracts", money_signed)
    register_subject("projects.contract", visible=_contract_is_visible)


def money_panel(application: Application, actor: Actor) -> Panel | None:
    """资金一览: who pays what when, on one panel."""
    context: dict[str, Any] = money_of(application, actor)
    mine = any(actor.holds(role, application.applicant_id) for role in (Role.ORG, Role.ORG_H))
    buys = actor.holds(Role.PU_BUY, application.guide.purchaser_id)
    context["may_revise"] = mine and application.status == "approved"
    context["may_draft"] = buys and application.status in ("approved", "ready_to_sign") and context["contract"] is None
    return Panel(str(_("资金一览")), "projects/money_panel.html", context)


def contract_work(actor: Actor) -> Iterable[WorkItem]:
    """Contracts and payments whose next move is this person's."""
    for state, (role, side) in _CONTRACT_TURN.items():
        bodies = actor.organization_ids(role)
        if bodies:
            for contract in Contract.objects.filter(status=state, **{f"{side}__in": bodies})[:100]:
                yield WorkItem(
                    contract.subject_matter, contract.get_absolute_url(), step=contract.state.label,
                    organisation=contract.number,
                )  # fmt: skip
    for state, (role, path) in _PAYMENT_TURN.items():
        bodies = actor.organization_ids(role)
        if bodies:
            rows = Payment.objects.filter(status=state, **{f"{path}__in": bodies}).select_related("contract")[:100]
            for payment in rows:
                yield WorkItem(
                    str(payment), payment.get_absolute_url(), due_on=payment.due_on, step=payment.state.label,
                    organisation=payment.contract.subject_matter,
                )  # fmt: skip


def _contract_is_visible(actor: Actor, subject_id: UUID) -> bool:
    return Contract.objects.visible_to(actor).filter(pk=subject_id).exists()
