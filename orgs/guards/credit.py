"""What must hold before an entry of a credit list takes effect, and who may decide on objections."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from orgs.models.credit import KEEPERS, CreditList, CreditRecord
from procurement.access import Actor
from procurement.rules import guard


def keeps(actor: Actor, record: CreditRecord) -> bool:
    return bool(actor.roles & KEEPERS[record.credit_list]) or bool(actor.user and actor.user.is_system)


@guard("S-02")
def keeps_this_list(attempt: Any) -> str | None:
    return None if keeps(attempt.actor, attempt.obj) else _not_kept(attempt.obj)


@guard("R-281")
def second_person(attempt: Any) -> str | None:
    """Whoever entered a record does not also put it into effect."""
    if attempt.obj.status != "recorded" or attempt.actor.id != attempt.obj.recorded_by_id:
        return None
    return _("信用记录须由登记人以外的人复核")


@guard("R-281")
def entry_is_complete(attempt: Any) -> list[str]:
    record = attempt.obj
    wanted = (
        (record.authority, _("作出机关")),
        (record.document_number, _("决定文号")),
        (record.reason, _("事由")),
        (record.remedy, _("救济和修复途径")),
    )
    absent = [label for value, label in wanted if not value.strip()]
    return [_("信用记录须写明%(what)s") % {"what": "、".join(absent)}] if absent else []


@guard("S-02")
def keeps_the_list_appealed(attempt: Any) -> str | None:
    record = attempt.obj.record
    return None if keeps(attempt.actor, record) else _not_kept(record)


@guard("R-281")
def decider_did_not_record(attempt: Any) -> str | None:
    """Nobody judges an objection to an entry of their own."""
    if attempt.actor.id != attempt.obj.record.recorded_by_id:
        return None
    return _("登记人不得答复针对本人所登记录的申请，须由他人答复")


def _not_kept(record: CreditRecord) -> str:
    return _("“%(list)s”不由您的岗位管理") % {"list": CreditList(record.credit_list).label}
