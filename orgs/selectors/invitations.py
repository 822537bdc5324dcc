"""Invitations of one organisation as its members' page shows them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from orgs.models import Invitation, Organization
from procurement.access import Actor

SHOWN = 30


@dataclass(frozen=True)
class InvitationRow:
    """One offer with what has become of it."""

    invitation: Invitation
    state: str
    tone: str
    is_open: bool


def invitation_rows(organization: Organization, actor: Actor) -> list[InvitationRow]:
    """The latest offers, open ones among them; one query."""
    now = timezone.now()
    found = Invitation.objects.visible_to(actor).filter(organization=organization).select_related("invited_by")[:SHOWN]
    return [
        InvitationRow(
            invitation,
            *invitation.state_at(now),
            is_open=not (invitation.accepted_at or invitation.revoked_at) and invitation.expires_at > now,
        )
        for invitation in found
    ]
