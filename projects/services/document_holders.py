"""Taking the document and being told of its changes. Who does so is written down and told to nobody (reliability T3).

No journal entry, no number, no transition: before the opening nothing but the row knows, and only its owner sees it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from orgs.models import Organization
from procurement.access import Actor, Role, people_holding
from procurement.access.models import User
from procurement.lifecycle.engine import database_now
from procurement.notices import notify
from procurement.rules import Refusal, RuleViolation
from projects.models import BIDDER_ROLES, BidRoom, DocumentHolder, Procedure
from projects.selectors.procedures import may_take_part


@transaction.atomic
def take_document(
    *, actor: Actor, procedure: Procedure, organization: Organization, at: datetime | None = None
) -> DocumentHolder:
    """Register an organisation as holding the document; safe to repeat.

    Raises RuleViolation: S-02 for people of another body, R-094 where only the invited take part, S-01 when closed.
    """
    if not any(actor.holds(role, organization.pk) for role in BIDDER_ROLES):
        raise RuleViolation([Refusal("S-02", _("请以本单位经办人或者负责人的身份登记"))])
    moment = at or database_now()
    locked = Procedure.objects.select_for_update(no_key=True, of=("self",)).get(pk=procedure.pk)
    if locked.status != "bidding" or (locked.deadline_at is not None and moment >= locked.deadline_at):
        raise RuleViolation([Refusal("S-01", _("投标（响应）已经截止或者尚未开始，不能登记"))])
    if not may_take_part(locked, organization.pk):
        raise RuleViolation([Refusal("R-094", _("本项目只接受被邀请的供应商参加"))])
    holder, _new = DocumentHolder.objects.get_or_create(
        procedure=locked, organization=organization, defaults={"person": actor.person, "taken_at": moment}
    )
    return holder


def tell_takers(procedure: Procedure, *, template: str, context: dict[str, Any], key: str, url: str = "") -> None:
    """Tell everyone who holds the document, was invited, prepares or has a bid; each person once, nobody of the others."""
    people = {person.pk: person for organization in _takers(procedure) for person in _people_of(organization)}
    facts = {"number": procedure.number, "title": procedure.title, "purchaser": procedure.purchaser.name}
    notify(
        template=template,
        recipients=list(people.values()),
        url=url or procedure.get_absolute_url(),
        context={**facts, **context},
        key=key,
    )


def _takers(procedure: Procedure) -> set[UUID]:
    holders = DocumentHolder.objects.filter(procedure=procedure).values_list("organization", flat=True)
    invited = procedure.invited.values_list("organization", flat=True)
    preparing = BidRoom.objects.filter(lot__procedure=procedure).values_list("organization", flat=True)
    return {*holders, *invited, *preparing, *procedure.bids.values_list("bidder", flat=True)}


def _people_of(organization_id: UUID) -> list[User]:
    return [*people_holding(Role.ORG, organization_id), *people_holding(Role.ORG_H, organization_id)]
