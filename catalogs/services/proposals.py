"""Wishes for the catalogue: written by whoever misses an item, taken up by the compiler of the next edition."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from catalogs.lifecycle.guidance import PROPOSER_ROLES
from catalogs.models import CatalogueItem, CatalogueProposal, ProposalKind
from catalogs.services.guidance import remove_item, save_item
from orgs.models import Organization
from procurement import audit
from procurement.access import Actor
from procurement.rules import Refusal, RuleViolation


def may_propose(actor: Actor) -> bool:
    return any(actor.holds(role) for role in PROPOSER_ROLES)


@transaction.atomic
def save_proposal(*, actor: Actor, proposal: CatalogueProposal, organization: Organization) -> CatalogueProposal:
    """Save a draft of one's own, in the name of an organisation one holds a seat in."""
    if not any(actor.holds(role, organization.pk) for role in PROPOSER_ROLES):
        raise RuleViolation([Refusal("S-02", _("目录调整建议须以本人任职单位的名义提出"))])
    if proposal._state.adding:
        proposal.proposer = actor.person
    else:
        stored = CatalogueProposal.objects.select_for_update(of=("self",), no_key=True).get(pk=proposal.pk)
        if stored.status != "draft" or stored.proposer_id != actor.id:
            raise RuleViolation([Refusal("S-02", _("建议提交后不能修改"))])
    proposal.organization = organization
    proposal.save()
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action="catalogue_proposal.save",
        subject=proposal.subject,
        case_id=None,
        ok=True,
        body={"kind": proposal.kind, "name": proposal.name, "region": proposal.region_id},
    )
    return proposal


def on_adopt(attempt: Any) -> None:
    """Effect of ``catalogue_proposal.adopt``: the draft edition changes as proposed; in force once it is published."""
    proposal: CatalogueProposal = attempt.obj
    edition, code = attempt.data["edition"], attempt.data["code"].strip()
    if proposal.kind == ProposalKind.ADD:
        parent = attempt.data.get("parent")
        made = CatalogueItem(
            catalogue=edition,
            code=code,
            name=attempt.data.get("item_name") or proposal.name,
            parent=parent,
            is_public_service=bool(parent and parent.is_public_service),
        )
        save_item(actor=attempt.actor, item=made)
    else:
        item = edition.items.select_related("parent", "catalogue").get(code=code)
        if proposal.kind == ProposalKind.REMOVE:
            remove_item(actor=attempt.actor, item=item)
        else:
            item.name = attempt.data.get("item_name") or proposal.name
            save_item(actor=attempt.actor, item=item)
    proposal.adopted_in, proposal.adopted_code = edition, code
    proposal.save(update_fields=["adopted_in", "adopted_code", "updated_at"])
