"""Seats are given and taken here, and every giving and taking is in the journal."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.models import Membership, Organization
from orgs.staffing import REGULATORS, STAFFING
from procurement import audit
from procurement.access import Actor, Role, StepUp
from procurement.access.models import User
from procurement.rules import Refusal, RuleViolation, implements


def roles_grantable(actor: Actor, organization: Organization) -> list[Role]:
    """The seats this person may give in this organisation; empty for most."""
    if actor.holds(Role.SYS):
        return [role for role in Role if role != Role.PUB]
    staffing = STAFFING[organization.kind]
    return list(staffing.staff) if actor.holds(staffing.head, organization.pk) else []


@transaction.atomic
def grant(
    *,
    actor: Actor,
    person: User,
    organization: Organization,
    role: Role,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Membership:
    """Give a seat from ``valid_from`` (default today) up to, not including, ``valid_to``.

    Raises:
        RuleViolation: when the actor may not give it, or when it may not meet a seat the person holds.
        ValidationError: when the person already holds the same seat in an overlapping period.
    """
    require_proof(actor)
    require_authority(actor, organization, role)
    return appoint(
        actor=actor,
        person=person,
        organization=organization,
        role=role,
        valid_from=valid_from,
        valid_to=valid_to,
        appointed_by=actor.person,
    )


@transaction.atomic
def appoint(
    *,
    actor: Actor,
    person: User,
    organization: Organization,
    role: Role,
    appointed_by: User,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Membership:
    """Give a seat whose giving has been decided elsewhere: a registration accepted, an invitation taken up.

    Raises: as ``grant``, save that nobody's right to give it is asked.
    """
    seat = Membership(
        person=person,
        organization=organization,
        role=role,
        valid_from=valid_from or timezone.localdate(),
        valid_to=valid_to,
        appointed_by=appointed_by,
    )
    # Two appointments of one person are judged one after the other.
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    _refuse_incompatible(seat)
    seat.validate_constraints()
    seat.save(force_insert=True)
    _journal(actor, "membership.grant", seat)
    return seat


@transaction.atomic
def revoke(*, actor: Actor, membership: Membership, reason: str, on: date | None = None) -> Membership:
    """End a seat on ``on`` (default today): from that day it entitles to nothing, at the next request."""
    seat = Membership.objects.select_for_update(no_key=True, of=("self",)).get(pk=membership.pk)
    require_proof(actor)
    require_authority(actor, seat.organization, Role(seat.role))
    if not reason.strip():
        raise RuleViolation([Refusal("S-03", _("免职须写明理由"))])
    day = on or timezone.localdate()
    if seat.valid_to is not None and seat.valid_to <= day:
        raise RuleViolation([Refusal("S-01", _("该任职已于%(day)s终止") % {"day": seat.valid_to.isoformat()})])
    seat.valid_to = max(day, seat.valid_from)
    seat.end_reason = reason.strip()
    seat.save(update_fields=["valid_to", "end_reason"])
    _journal(actor, "membership.revoke", seat)
    return seat


@implements("S-20")
def require_proof(actor: Actor) -> None:
    """Whoever gives or takes a seat has proven within minutes who they are, whatever page they come from."""
    if not actor.has_proven(StepUp.RECENT):
        raise RuleViolation([Refusal("S-20", _("任免岗位须重新确认身份：请再次输入密码或验证码"))])


def require_authority(actor: Actor, organization: Organization, role: Role) -> None:
    if role in roles_grantable(actor, organization):
        return
    words = {"role": Role(role).label, "org": organization.name}
    raise RuleViolation([Refusal("S-02", _("您不能任免%(org)s的“%(role)s”") % words)])


@implements("R-156")
def _refuse_incompatible(seat: Membership) -> None:
    """Segregation of duties at assignment (domain §5.3): the same pairs the database and the cases hold apart."""
    held = {Role(other.role) for other in _overlapping(seat)}
    refusals = []
    if seat.role == Role.SYS and held - {Role.SYS}:
        labels = "、".join(sorted(str(role.label) for role in held - {Role.SYS}))
        refusals.append(Refusal("S-02", _("该人员担任“%(roles)s”，不得兼任系统管理员") % {"roles": labels}))
    elif seat.role != Role.SYS and Role.SYS in held:
        refusals.append(Refusal("S-02", _("系统管理员不得兼任“%(role)s”等业务岗位") % {"role": seat.role_label}))
    if (seat.role == Role.EXP and held & REGULATORS) or (seat.role in REGULATORS and Role.EXP in held):
        refusals.append(Refusal("R-156", _("财政监管人员不得担任评审专家")))
    if refusals:
        raise RuleViolation(refusals)


def _overlapping(seat: Membership) -> list[Membership]:
    """The person's other seats whose period shares a day with this one."""
    others = Membership.objects.filter(person=seat.person).exclude(valid_to__lte=seat.valid_from)
    if seat.valid_to is not None:
        others = others.filter(valid_from__lt=seat.valid_to)
    return list(others)


def _journal(actor: Actor, action: str, seat: Membership) -> None:
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action=action,
        subject=f"orgs.membership:{seat.pk}",
        body={
            "person": seat.person_id,
            "organization": seat.organization_id,
            "role": seat.role,
            "valid_from": seat.valid_from,
            "valid_to": seat.valid_to.isoformat() if seat.valid_to else "",
            "reason": seat.end_reason,
        },
    )
