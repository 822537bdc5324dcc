"""Members join a hub, leave it, or pass to another when it is no hub any more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from orgs.models import HubAffiliation, HubRecognition, Organization
from orgs.selectors.recognitions import fields_led
from orgs.selectors.supervision import LEADING, current_affiliations
from procurement import audit
from procurement.access import Actor, Role, people_holding
from procurement.notices import notify
from procurement.rules import Refusal, RuleViolation, implements


@dataclass(frozen=True)
class Loss:
    """A hub's recognition has ended: who led, who leads now (if anybody), whose ties were moved or ended."""

    recognition: HubRecognition
    successor: Organization | None
    member_ids: frozenset[UUID]
    #: The body is still a hub in another field and keeps what does not concern these members.
    is_still_hub: bool
    actor: Actor
    at: datetime

    @property
    def hub(self) -> Organization:
        return self.recognition.organization


_follow_ups: dict[str, Callable[[Loss], None]] = {}


def register_follow_up(name: str, handler: Callable[[Loss], None]) -> None:
    """What else must move when a hub is lost (waiting endorsements); runs in the same transaction."""
    _follow_ups[name] = handler


def may_lead(actor: Actor, hub: Organization) -> bool:
    return any(actor.holds(role, hub.pk) for role in LEADING)


@implements("R-083")
@transaction.atomic
def affiliate(*, actor: Actor, hub: Organization, member: Organization, field: str, on: date) -> HubAffiliation:
    """The hub takes a member under its lead, in a field it is recognised in."""
    _require_leader(actor, hub)
    if field not in fields_led(hub):
        raise RuleViolation(
            [Refusal("R-083", _("%(hub)s未被认定为“%(field)s”领域的枢纽") % {"hub": hub, "field": field})]
        )
    if not member.is_social or member.pk == hub.pk:
        raise RuleViolation([Refusal("R-083", _("成员须是其他依法登记的社会组织"))])
    if current_affiliations(on).filter(hub=hub, member=member, field=field).exists():
        raise RuleViolation([Refusal("R-083", _("%(org)s已是本枢纽在该领域的成员") % {"org": member})])
    tie = HubAffiliation.objects.create(hub=hub, member=member, field=field, valid_from=on)
    _journal(actor, "affiliation.join", hub, {"member": str(member.pk), "field": field})
    return tie


@transaction.atomic
def leave(*, actor: Actor, affiliation: HubAffiliation, reason: str, on: date) -> None:
    """The tie ends today; what was supervised under it stays on record."""
    _require_leader(actor, affiliation.hub)
    affiliation.valid_to = max(on, affiliation.valid_from)
    affiliation.save(update_fields=["valid_to"])
    body = {"member": str(affiliation.member_id), "field": affiliation.field, "reason": reason}
    _journal(actor, "affiliation.leave", affiliation.hub, body)


def settle_loss(
    *, actor: Actor, recognition: HubRecognition, successor: Organization | None, on: date, at: datetime
) -> Loss:
    """End or move the members' ties, tell each member, and let rooms above follow up. Runs in the caller's transaction.

    Ties of the lost field go; when no recognition is left, all of them.
    """
    hub = recognition.organization
    still = HubRecognition.objects.in_force().filter(organization=hub).exclude(pk=recognition.pk).exists()
    ties = current_affiliations(on).filter(hub=hub).select_related("member")
    lost = list(ties.filter(field=recognition.field) if still else ties)
    for tie in lost:
        tie.valid_to = max(on, tie.valid_from)
    HubAffiliation.objects.bulk_update(lost, ["valid_to"])
    if successor is not None:
        _move(lost, successor, on)
    loss = Loss(recognition, successor, frozenset(tie.member_id for tie in lost), still, actor, at)
    _tell(loss, lost)
    for handler in _follow_ups.values():
        handler(loss)
    return loss


def _move(lost: list[HubAffiliation], successor: Organization, on: date) -> None:
    there = set(current_affiliations(on).filter(hub=successor).values_list("member_id", "field"))
    HubAffiliation.objects.bulk_create(
        HubAffiliation(hub=successor, member=tie.member, field=tie.field, valid_from=on)
        for tie in lost
        if (tie.member_id, tie.field) not in there and tie.member_id != successor.pk
    )


def _tell(loss: Loss, ties: list[HubAffiliation]) -> None:
    for member in {tie.member_id: tie.member for tie in ties}.values():
        people = {p.pk: p for role in (Role.ORG_H, Role.ORG) for p in people_holding(role, member.pk)}
        if people:
            notify(
                template="hub_lost",
                recipients=list(people.values()),
                url=member.get_absolute_url(),
                context={
                    "member": member.name,
                    "hub": loss.hub.name,
                    "field": loss.recognition.field,
                    "successor": loss.successor.name if loss.successor else "",
                },
                key=f"hub-lost:{loss.recognition.pk}:{member.pk}",
            )


def _require_leader(actor: Actor, hub: Organization) -> None:
    if not may_lead(actor, hub):
        raise RuleViolation([Refusal("S-02", _("成员由枢纽单位自己登记和终止"))])


def _journal(actor: Actor, action: str, hub: Organization, body: dict[str, str]) -> None:
    audit.record(
        actor_id=actor.id, actor_label=actor.label, action=action, subject=f"orgs.organization:{hub.pk}", body=body
    )
