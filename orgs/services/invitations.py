"""Seats are offered by e-mail, taken up once, or taken back; each of it is in the journal."""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta

from celery import current_app
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from orgs.models import Invitation, Membership, Organization, invitation_id
from orgs.services import memberships
from procurement import audit
from procurement.access import Actor, Role, actor_for
from procurement.lifecycle.engine import database_now
from procurement.rules import Refusal, RuleViolation

log = logging.getLogger(__name__)
GOOD_FOR = timedelta(days=14)
MAIL_TASK = "orgs.tasks.mail_invitations"
BATCH = 50


@transaction.atomic
def invite(
    *,
    actor: Actor,
    organization: Organization,
    name: str,
    email: str,
    role: Role,
    valid_from: date | None = None,
    valid_to: date | None = None,
    at: datetime | None = None,
) -> Invitation:
    """Offer a seat the actor may give.

    Raises:
        RuleViolation: S-02 when the actor may not give it, S-01 when the same seat is on offer to the same address.
    """
    memberships.require_proof(actor)
    memberships.require_authority(actor, organization, role)
    now = at or database_now()
    Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    offered = organization.invitations.open_at(now).filter(role=role)
    # The address is sealed: the few open offers of one body are opened one by one.
    standing = next((one for one in offered if one.email.casefold() == email.strip().casefold()), None)
    if standing is not None:
        words = {"email": standing.email, "role": standing.role_label}
        raise RuleViolation([Refusal("S-01", _("已向%(email)s发出“%(role)s”的邀请，尚未接受；可先撤回再邀请") % words)])
    return issue(
        actor=actor,
        organization=organization,
        name=name,
        email=email,
        role=role,
        valid_from=valid_from,
        valid_to=valid_to,
        at=now,
    )


def issue(
    *,
    actor: Actor,
    organization: Organization,
    name: str,
    email: str,
    role: Role,
    at: datetime,
    valid_from: date | None = None,
    valid_to: date | None = None,
    is_founding: bool = False,
) -> Invitation:
    """Write the offer down and have it mailed after the commit. Whether it may be made has been decided."""
    invitation = Invitation.objects.create(
        organization=organization,
        name=name.strip(),
        email=email.strip(),
        role=role,
        valid_from=valid_from,
        valid_to=valid_to,
        is_founding=is_founding,
        invited_by=actor.person,
        created_at=at,
        # An offer is open from now on, whatever day the act it follows from is dated.
        expires_at=max(at, timezone.now()) + GOOD_FOR,
    )
    _journal(actor, "invitation.issue", invitation, personal={"name": invitation.name, "email": invitation.email})
    transaction.on_commit(_wake_mailer, robust=True)
    return invitation


@transaction.atomic
def accept(*, actor: Actor, token: str, at: datetime | None = None) -> Membership:
    """Take the seat. Two people who hold one token at once: the second finds it used.

    Raises:
        RuleViolation: when it is unknown, used, taken back or expired, or the inviter may no longer give the seat.
    """
    invitation = _locked(token)
    now = at or database_now()
    _refuse_unless_open(invitation, now)
    seat = memberships.appoint(
        actor=actor,
        person=actor.person,
        organization=invitation.organization,
        role=Role(invitation.role),
        appointed_by=invitation.invited_by,
        valid_from=max(invitation.valid_from or timezone.localdate(), timezone.localdate()),
        valid_to=invitation.valid_to,
    )
    invitation.seat, invitation.accepted_at = seat, now
    invitation.save(update_fields=["seat", "accepted_at"])
    _journal(actor, "invitation.accept", invitation)
    return seat


@transaction.atomic
def revoke(*, actor: Actor, invitation: Invitation, at: datetime | None = None) -> Invitation:
    """Take an offer back; the mail already sent then leads nowhere."""
    locked = Invitation.objects.select_for_update(no_key=True, of=("self",)).get(pk=invitation.pk)
    memberships.require_authority(actor, locked.organization, Role(locked.role))
    now = at or database_now()
    if locked.accepted_at or locked.revoked_at:
        state, _tone = locked.state_at(now)
        raise RuleViolation([Refusal("S-01", _("该邀请%(state)s，不能再撤回") % {"state": state})])
    locked.revoked_at, locked.revoked_by = now, actor.person
    locked.save(update_fields=["revoked_at", "revoked_by"])
    _journal(actor, "invitation.revoke", locked)
    return locked


def mail_waiting(now: datetime) -> int:
    """Send every invitation not yet sent; one that fails is tried at the next sweep."""
    sent = 0
    for pk in Invitation.objects.unmailed().open_at(now).order_by("created_at").values_list("pk", flat=True)[:BATCH]:
        with transaction.atomic():
            waiting = Invitation.objects.unmailed().select_for_update(no_key=True, skip_locked=True, of=("self",))
            invitation = waiting.select_related("organization", "invited_by").filter(pk=pk).first()
            if invitation is not None:
                sent += _mail(invitation, now)
    return sent


def _mail(invitation: Invitation, now: datetime) -> bool:
    base = str(settings.PORTAL.get("BASE_URL", "")).rstrip("/")
    with translation.override(settings.LANGUAGE_CODE):
        words = {"invitation": invitation, "address": f"{base}{invitation.get_absolute_url()}"}
        subject, _sep, body = render_to_string("orgs/invitation_mail.txt", words).strip().partition("\n")
    try:
        EmailMessage(subject=subject, body=body.strip(), to=[invitation.email]).send()
    except Exception as error:  # SMTP, DNS, disk: all mean "not sent, try again"
        log.warning("invitation %s not mailed: %s", invitation.pk, error)
        return False
    invitation.mailed_at = now
    invitation.save(update_fields=["mailed_at"])
    return True


def _locked(token: str) -> Invitation:
    key = invitation_id(token)
    rows = Invitation.objects.select_for_update(no_key=True, of=("self",)).select_related("organization", "invited_by")
    invitation = rows.filter(pk=key).first() if key else None
    if invitation is None:
        raise RuleViolation([Refusal("S-01", _("邀请链接无效，请核对邮件中的完整链接"))])
    return invitation


def _refuse_unless_open(invitation: Invitation, now: datetime) -> None:
    if invitation.accepted_at:
        raise RuleViolation([Refusal("S-01", _("该邀请已被接受，一份邀请只能使用一次"))])
    if invitation.revoked_at:
        raise RuleViolation([Refusal("S-01", _("该邀请已被撤回，请联系邀请人"))])
    if invitation.expires_at <= now:
        raise RuleViolation([Refusal("S-01", _("该邀请已过期，请联系邀请人重新邀请"))])
    if invitation.valid_to is not None and invitation.valid_to <= timezone.localdate(now):
        raise RuleViolation([Refusal("S-01", _("邀请的任职期间已结束"))])
    if not invitation.is_founding:
        memberships.require_authority(actor_for(invitation.invited_by), invitation.organization, Role(invitation.role))


def _wake_mailer() -> None:
    """Ask a worker to look now. Optional by design: the sweep looks every minute anyway."""
    try:
        current_app.signature(MAIL_TASK).apply_async(retry=False, ignore_result=True)
    except Exception as error:  # whatever the broker raises, the offer is already committed
        log.warning("mailer not woken, the sweep will: %s", error)


def _journal(actor: Actor, action: str, invitation: Invitation, personal: dict[str, str] | None = None) -> None:
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action=action,
        subject=f"orgs.invitation:{invitation.pk}",
        body={
            "organization": invitation.organization_id,
            "role": invitation.role,
            "valid_to": invitation.valid_to.isoformat() if invitation.valid_to else "",
            "seat": str(invitation.seat_id or ""),
        },
        personal=personal,
    )
