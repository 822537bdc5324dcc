"""What an organisation says about itself."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from orgs.models import Organization
from orgs.selectors.dossier import EDITORS
from procurement import audit
from procurement.access import Actor
from procurement.rules import Refusal, RuleViolation

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


def _require_editor(actor: Actor, organization: Organization) -> None:
    if not may_edit(actor, organization):
        raise RuleViolation([Refusal("S-02", _("只有本单位的经办人或负责人可以修改单位信息"))])
