"""What an organisation says about itself."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from orgs.models import Organization, Qualification
from procurement import audit
from procurement.access import Actor, Role
from procurement.rules import Refusal, RuleViolation

#: Seats that may edit their own organisation's profile.
EDITORS = (Role.ORG, Role.ORG_H, Role.UNI, Role.SUP, Role.RU, Role.TPE)
#: Never in the journal as they stand; only as salted hashes.
PERSONAL_FIELDS = ("legal_representative", "contact_name", "contact_phone", "bank_account")


def may_edit(actor: Actor, organization: Organization) -> bool:
    return any(actor.holds(role, organization.pk) for role in EDITORS)


def may_see_details(actor: Actor, organization: Organization) -> bool:
    """Full phone and account numbers are for the organisation's own people."""
    return organization.pk in actor.organization_ids()


@transaction.atomic
def update_profile(*, actor: Actor, organization: Organization, changed: list[str]) -> Organization:
    """Save the fields a form changed and journal which ones; a save without changes writes nothing."""
    _require_editor(actor, organization)
    if not changed:
        return organization
    if "uscc" in changed:
        organization.is_synthetic_code = False
    organization.save(update_fields=[*changed, "is_synthetic_code", "updated_at"])
    personal = {name: str(getattr(organization, name)) for name in changed if name in PERSONAL_FIELDS}
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action="organization.update",
        subject=f"orgs.organization:{organization.pk}",
        body={"changed": sorted(changed)},
        personal=personal,
    )
    return organization


@transaction.atomic
def add_qualification(*, actor: Actor, qualification: Qualification) -> Qualification:
    """Register a certificate once; applications reuse it instead of asking again."""
    _require_editor(actor, qualification.organization)
    qualification.save(force_insert=True)
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action="qualification.add",
        subject=qualification.subject,
        body={
            "organization": qualification.organization_id,
            "kind": qualification.kind,
            "number": qualification.number,
        },
    )
    return qualification


def _require_editor(actor: Actor, organization: Organization) -> None:
    if not may_edit(actor, organization):
        raise RuleViolation([Refusal("S-02", _("只有本单位的经办人或负责人可以修改单位信息"))])
