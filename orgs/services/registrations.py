"""An application for registration is written, handed to civil affairs, and becomes an organisation."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from orgs.models import Organization, OrganizationKind, Registration
from orgs.selectors.authorities import civil_authority_for
from orgs.services import invitations, memberships
from orgs.staffing import STAFFING
from procurement import audit
from procurement.access import Actor
from procurement.rules import Refusal, RuleViolation, implements

#: Never in the journal as they stand; only as salted hashes.
PERSONAL_FIELDS = ("head_name", "head_email", "contact_name", "contact_phone", "contact_email")


@transaction.atomic
def save(*, actor: Actor, registration: Registration) -> Registration:
    """Save a new draft or the corrections to one; who answers for the place is looked up afresh.

    Raises:
        RuleViolation: R-070 and R-071 for a community organisation, S-02 for somebody else's application,
            S-01 once it has been handed in.
    """
    refuse_filing_only(registration.kind)
    is_new = registration._state.adding
    if is_new:
        registration.applicant = actor.person
    else:
        _require_own_and_open(actor, registration)
    registration.authority = civil_authority_for(registration.region)
    registration.save()
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action="registration.draft" if is_new else "registration.revise",
        subject=registration.subject,
        body={"name": registration.name, "kind": registration.kind, "uscc": registration.uscc},
        personal={field: str(getattr(registration, field)) for field in PERSONAL_FIELDS},
    )
    return registration


@implements("R-070", "R-071")
def refuse_filing_only(kind: str) -> None:
    """A community organisation has no registration to check; it takes part through who keeps its filing."""
    if kind != OrganizationKind.COMMUNITY:
        return
    raise RuleViolation(
        [
            Refusal("R-070", _("社区社会组织尚未登记，不在此登记；须通过社会组织联合会、主责单位或街道申报和签约")),
            Refusal("R-071", _("请向所在街道（乡镇）或社会组织联合会办理备案，由其在本平台登记备案记录")),
        ]
    )


def on_return(attempt: Any) -> None:
    """Effect of ``registration.return``: the one chance to correct is used."""
    attempt.obj.returns += 1


def on_register(attempt: Any) -> None:
    """Effect of ``registration.register``: the organisation, the applicant's seat, and the head's."""
    asked: Registration = attempt.obj
    organization = Organization.objects.create(
        name=asked.name,
        kind=asked.kind,
        legal_form=asked.legal_form,
        uscc=asked.uscc,
        region=asked.region,
        street=asked.street,
        address=asked.address,
        legal_representative=asked.head_name,
        contact_name=asked.contact_name,
        contact_phone=asked.contact_phone,
        registered_on=asked.registered_on,
    )
    asked.organization = organization
    attempt.kept["organization"] = str(organization.pk)
    _seat_the_founders(attempt, organization)


def _seat_the_founders(attempt: Any, organization: Organization) -> None:
    """The applicant prepares; the head signs, at once when it is the applicant, else by accepting an invitation."""
    asked: Registration = attempt.obj
    staffing = STAFFING[organization.kind]
    roles = [staffing.operator, *([staffing.head] if asked.applicant_is_head else [])]
    for role in roles:
        memberships.appoint(
            actor=attempt.actor,
            person=asked.applicant,
            organization=organization,
            role=role,
            appointed_by=attempt.actor.person,
        )
    if not asked.applicant_is_head:
        invitations.issue(
            actor=attempt.actor,
            organization=organization,
            name=asked.head_name,
            email=asked.head_email,
            role=staffing.head,
            at=attempt.at,
            is_founding=True,
        )


def _require_own_and_open(actor: Actor, registration: Registration) -> None:
    standing = Registration.objects.select_for_update(no_key=True, of=("self",)).get(pk=registration.pk)
    if standing.applicant_id != actor.id:
        raise RuleViolation([Refusal("S-02", _("登记申请只能由申请人修改"))])
    if not standing.is_open:
        words = {"state": standing.state.label}
        raise RuleViolation([Refusal("S-01", _("当前状态为“%(state)s”，不能修改登记申请") % words)])
