"""Residents' calls: told without an account or taken down by staff, handed on, answered in time, rated (R-190)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogs.selectors.needs import office_of
from catalogs.services.needs import CODE_ALPHABET, CODE_LENGTH, digest, normalise
from procurement import audit
from procurement.access import Actor, Role
from procurement.calendars import Period
from procurement.lifecycle.engine import Attempt, database_now, perform, system_actor
from procurement.lifecycle.numbering import next_number
from procurement.notices import notify
from procurement.rules import Refusal, RuleViolation, implements, records
from procurement.rules.parameters import PARAMETERS
from projects.models import CallChannel, CallRating, HotlineCall
from projects.models.hotline import HOTLINE_ROLES
from projects.selectors.remedy_clocks import due_or_open
from projects.selectors.remedy_recipients import people_at

#: An answer nobody rated for this long closes the call.
UNRATED_FOR = timedelta(days=15)


@dataclass(frozen=True)
class Received:
    """A call and the one showing of the code that follows it up."""

    call: HotlineCall
    code: str

    @property
    def shown_code(self) -> str:
        return "-".join(self.code[i : i + 5] for i in range(0, CODE_LENGTH, 5))


@implements("R-190")
@transaction.atomic
def receive(*, actor: Actor, call: HotlineCall, contact: str = "", at: datetime | None = None) -> Received:
    """Keep what a resident reports. No name is asked for; a contact is sealed, the journal has a salted hash of it.

    Raises:
        RuleViolation: S-02 when somebody without the hotline's seat enters a call, letter or visit for others.
    """
    moment = at or database_now()
    call.office = call.application.guide.office if call.application else office_of(call.street)
    if call.channel != CallChannel.WEB:
        if not any(actor.holds(role) for role in HOTLINE_ROLES):
            raise RuleViolation([Refusal("S-02", _("来电、来信、来访由受理单位的工作人员登记"))])
        call.entered_by = actor.person
        call.office_id = next(seat.organization_id for seat in actor.seats if seat.role in HOTLINE_ROLES)
    else:
        call.filed_by = actor.user
    code = "".join(secrets.choice(CODE_ALPHABET) for _n in range(CODE_LENGTH))
    call.number = next_number("hotline", prefix="RX", year=timezone.localtime(moment).year)
    call.code_digest, call.caller_contact, call.filed_at = digest(code), contact.strip(), moment
    call.due_on = due_or_open(moment, _term(call))
    call.save(force_insert=True)
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action="hotline.receive",
        subject=call.subject,
        body={"channel": call.channel, "topic": call.topic, "street": call.street_id},
        personal={"contact": contact.strip()} if contact.strip() else None,
    )
    _tell_office(call, "hotline_received", "received")
    return Received(call, code)


def call_of_code(code: str) -> HotlineCall | None:
    """The call this code belongs to; a code of the wrong length is not looked up."""
    if len(normalise(code)) != CODE_LENGTH:
        return None
    return (
        HotlineCall.objects.select_related("street", "office", "handler", "application")
        .filter(code_digest=digest(code))
        .first()
    )


@records("R-190")
@transaction.atomic
def rate(*, call: HotlineCall, rating: str, note: str = "", at: datetime | None = None) -> HotlineCall:
    """The resident's word on the answer: dissatisfied the first time, the call is taken up again."""
    locked = HotlineCall.objects.select_for_update(of=("self",), no_key=True).get(pk=call.pk)
    if locked.status != "answered":
        raise RuleViolation([Refusal("S-01", _("答复后、办结前可以评价"))])
    locked.rating, locked.rating_note = CallRating(rating), note.strip()
    locked.save(update_fields=["rating", "rating_note", "updated_at"])
    again = rating == CallRating.UNSATISFIED and locked.reopened_at is None
    perform(locked, "hotline.reopen" if again else "hotline.close", actor=system_actor(), at=at)
    return locked


# --- effects ------------------------------------------------------------------------------------------------------


def dispatch(attempt: Attempt) -> None:
    attempt.obj.handler = attempt.data["handler"]


def decline(attempt: Attempt) -> None:
    attempt.obj.answer, attempt.obj.answered_at = attempt.reason, attempt.at


def answer(attempt: Attempt) -> None:
    attempt.obj.answer, attempt.obj.answered_at = attempt.data["answer"].strip(), attempt.at


def reopen(attempt: Attempt) -> None:
    """Effect: a second time, with a new term."""
    call: HotlineCall = attempt.obj
    call.reopened_at, call.overdue_at = attempt.at, None
    call.due_on = due_or_open(attempt.at, _term(call))


# --- clock --------------------------------------------------------------------------------------------------------


@implements("R-190")
def sweep(now: datetime) -> int:
    """Late answers are told once to office and handler; an answer nobody rated closes the call."""
    today = timezone.localtime(now).date()
    for late in HotlineCall.objects.open().filter(due_on__lt=today, overdue_at__isnull=True):
        with transaction.atomic():
            late.overdue_at = now
            late.save(update_fields=["overdue_at", "updated_at"])
            _tell_office(late, "hotline_overdue", f"overdue:{late.due_on}")
    settled = list(HotlineCall.objects.filter(status="answered", answered_at__lt=now - UNRATED_FOR))
    for call in settled:
        perform(call, "hotline.close", actor=system_actor(), at=now)
    return len(settled)


def _term(call: HotlineCall) -> Period:
    """The place's term where the project has a rule set, else the platform's default."""
    if call.application is not None:
        return Period.parse(str(call.application.guide.rule_set.value("hotline_days")))
    return Period.parse(str(PARAMETERS["hotline_days"].default))


def _tell_office(call: HotlineCall, template: str, event: str) -> None:
    people = people_at((Role(role), call.office_id) for role in HOTLINE_ROLES)
    notify(
        template=template,
        recipients=people,
        url=call.get_absolute_url(),
        context={"number": call.number, "topic": str(call.get_topic_display()), "due": str(call.due_on or "")},
        key=f"{call.pk}:{event}",
    )
