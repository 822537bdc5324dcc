"""Whose work needs a body's or an expert's whole number (R-292)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, Role
from procurement.accounts.revealing import Revealable, register_revealable
from procurement.audit.labels import register_action_labels

#: Who writes to bodies, and who sends them money. Oversight may read both.
CALLS = frozenset({Role.LGO, Role.CIV, Role.PU_BUY, Role.RU})
PAYS = frozenset({Role.TREAS, Role.FIN, Role.PU_PAY, Role.PU_FIN})
#: Who runs draws and calls the experts drawn (R-157).
CONVENES = frozenset({Role.LGO, Role.PU_BUY})


def register() -> None:
    register_action_labels({"personal.reveal": _("查看完整号码")})
    for name, model, field, label, roles, kind in (
        ("organization-phone", "orgs.Organization", "contact_phone", _("联系电话"), CALLS, ""),
        ("organization-account", "orgs.Organization", "bank_account", _("银行账号"), PAYS, "account"),
        ("expert-phone", "orgs.Expert", "phone", _("专家联系电话"), CONVENES, ""),
    ):
        register_revealable(Revealable(name, model, field, label, _for(roles), kind))


def _for(roles: frozenset[Role]) -> Any:
    def may(actor: Actor, obj: Any) -> bool:
        return actor.sees_everything or bool(actor.roles & roles)

    return may
