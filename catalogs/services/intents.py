"""Letters of intent and the fairs at which some are made."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogs.models import DemandItem, Fair, FairBooth, Intent, SupplyItem
from catalogs.models.meeting import INTENT_SPEAKERS
from procurement import audit
from procurement.access import Actor, Role
from procurement.lifecycle.engine import perform, system_actor
from procurement.rules import Refusal, RuleViolation

#: A sweep takes so many; the rest waits for the next round.
MOST_LAPSING = 500


@transaction.atomic
def offer(*, actor: Actor, intent: Intent) -> Intent:
    """Send a letter of intent to the other side of a demand or an offer."""
    if not any(actor.holds(role, intent.offered_by_id) for role in INTENT_SPEAKERS):
        raise RuleViolation([Refusal("S-02", _("意向书只能由本单位的经办人发出"))])
    try:
        with transaction.atomic():
            intent.save()
    except IntegrityError as error:
        if "intent_open_once" not in str(error):
            raise
        raise RuleViolation([Refusal("S-01", _("双方就同一事项已有一份未了结的意向书"))]) from error
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action="intent.offer",
        subject=intent.subject,
        body={
            "offered_by": str(intent.offered_by_id),
            "offered_to": str(intent.offered_to_id),
            "demand": str(intent.demand_id or ""),
            "supply": str(intent.supply_id or ""),
            "fair": str(intent.fair_id or ""),
            "amount": str(intent.amount),
        },
    )
    return intent


def on_sign(attempt: Any) -> None:
    intent: Intent = attempt.obj
    intent.agreement = str(attempt.data["agreement"]).strip()
    intent.signed_amount = attempt.data["signed_amount"]


def on_convert(attempt: Any) -> None:
    intent: Intent = attempt.obj
    intent.agreement = str(attempt.data["agreement"]).strip()
    if intent.signed_amount is None:
        intent.signed_amount = intent.amount


def lapse_expired(now: datetime) -> None:
    """Sweep: letters past their day lapse."""
    today = timezone.localtime(now).date()
    expired = Intent.objects.filter(status__in=("offered", "accepted"), valid_until__lt=today)
    for intent in expired.order_by("valid_until")[:MOST_LAPSING]:
        perform(intent, "intent.lapse", actor=system_actor(), at=now)


def may_offer_for(
    actor: Actor, *, demand: DemandItem | None = None, supply: SupplyItem | None = None
) -> frozenset[UUID]:
    """The bodies in whose name this person may write to the other side; providers to demands, purchasers to offers."""
    if demand is not None:
        return actor.organization_ids(Role.ORG, Role.ORG_H, Role.UNI) - {demand.office_id}
    if supply is not None:
        return actor.organization_ids(Role.PU_DEM, Role.PU_BUY, Role.LGO) - {supply.organization_id}
    return frozenset()


def fair_bodies(actor: Actor) -> frozenset[UUID]:
    """The bodies in whose name this person may hold a fair."""
    return actor.organization_ids(Role.LGO, Role.PU_DEM, Role.CIV)


def may_hold_fair(actor: Actor) -> bool:
    return bool(fair_bodies(actor))


@transaction.atomic
def announce_fair(*, actor: Actor, fair: Fair) -> Fair:
    """A fair is announced by the body that holds it."""
    if fair.organizer_id not in fair_bodies(actor):
        raise RuleViolation([Refusal("S-02", _("对接会由主办单位发布"))])
    fair.save()
    _note(actor, "fair.announce", fair, {"title": fair.title, "held_on": fair.held_on})
    return fair


@transaction.atomic
def give_booth(*, actor: Actor, booth: FairBooth) -> FairBooth:
    """A stand for an organisation; number and organisation stand once in a fair."""
    fair = booth.fair
    if fair.organizer_id not in fair_bodies(actor):
        raise RuleViolation([Refusal("S-02", _("展位由主办单位安排"))])
    booth.save()
    _note(actor, "fair.booth", fair, {"number": booth.number, "organization": str(booth.organization_id)})
    return booth


def _note(actor: Actor, action: str, fair: Fair, body: dict[str, Any]) -> None:
    audit.record(
        actor_id=actor.id, actor_label=actor.label, action=action, subject=f"catalogs.fair:{fair.pk}", body=body
    )
