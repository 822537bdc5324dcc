"""Whose work needs a project leader's phone, or the account a contract is paid to (R-292)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, Role
from procurement.accounts.revealing import Revealable, register_revealable
from projects.models import Application, Contract


def register() -> None:
    register_revealable(
        Revealable("leader-phone", "projects.Application", "leader_phone", _("负责人电话"), _calls_the_leader)
    )
    register_revealable(
        Revealable(
            "contract-account", "projects.Contract", "account_number", _("专账账号"), _handles_the_money, "account"
        )
    )


def _calls_the_leader(actor: Actor, application: Application) -> bool:
    """The applicant's own people, and those who work with the project in their own seats."""
    guide = application.guide
    seats = (
        (Role.LGO, guide.office_id), (Role.CIV, guide.civil_id), (Role.RU, application.hub_id),
        (Role.PU_BUY, guide.purchaser_id), (Role.PU_ACC, guide.purchaser_id),
    )  # fmt: skip
    own = application.applicant_id in actor.organization_ids()
    return own or actor.sees_everything or any(body and actor.holds(role, body) for role, body in seats)


def _handles_the_money(actor: Actor, contract: Contract) -> bool:
    """Both parties, who pays, and who files the contract."""
    own = contract.contractor_id in actor.organization_ids()
    buying = any(
        actor.holds(role, contract.purchaser_id) for role in (Role.PU_BUY, Role.PU_PAY, Role.PU_FIN, Role.PU_SIGN)
    )
    paying = bool(contract.treasury_id) and actor.holds(Role.TREAS, contract.treasury_id)
    return own or buying or paying or actor.holds(Role.FIN) or actor.sees_everything
