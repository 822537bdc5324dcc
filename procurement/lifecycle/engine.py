"""The one door for a change of state.

``perform`` locks the row, checks state, role, duty and rules, runs the effect, writes the new state, the
immutable record, the journal entry, the case's steps and the outgoing notices in one transaction.
Nothing else assigns ``status``; the database refuses it (models.STATUS_GUARD).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import attrgetter
from typing import Any, TypeVar
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from procurement import audit
from procurement.access import Actor, Role, Seat, conflict_for, people_holding, record_duty
from procurement.lifecycle import steps
from procurement.lifecycle.definition import By, Lifecycle, Transition, lifecycle_of
from procurement.lifecycle.models import Case, LifecycleModel, TransitionRecord
from procurement.notices import notify
from procurement.rules import Refusal, RuleViolation, implements, refusal_for_constraint

Model = TypeVar("Model", bound=LifecycleModel)

#: Rule ids of the engine's own refusals (rules room, section 流程).
WRONG_STATE, WRONG_PERSON, REASON_MISSING, NOT_PROVEN = "S-01", "S-02", "S-03", "S-20"
#: Where a row names one person of the public, that person needs no seat anywhere.
_AS_THEMSELF = Seat(role=Role.PUB, organization_id=UUID(int=0))


@dataclass
class Attempt:
    """One try at one row: what guards and effects see."""

    obj: Any
    transition: Transition
    actor: Actor
    at: datetime
    data: dict[str, Any] = field(default_factory=dict)
    reason: str = ""
    seat: Seat | None = None
    #: Due days an effect knows better than the template: step code → day.
    due: dict[str, date] = field(default_factory=dict)
    #: What the record keeps of the act, beyond ``data`` (numbers, document ids, hashes).
    kept: dict[str, Any] = field(default_factory=dict)

    @property
    def case(self) -> Case | None:
        case: Case | None = self.obj.case
        return case

    @property
    def today(self) -> date:
        return steps.local_day(self.at)

    def value(self, code: str) -> Any:
        """A threshold, cap or term from the rule set pinned to the case (R-001)."""
        return steps.rule_value(self.case, code)


@dataclass(frozen=True)
class Offer:
    """A row as a button: allowed, or refused with the reasons, or allowed with warnings to justify."""

    transition: Transition
    obj: LifecycleModel
    refusals: tuple[Refusal, ...] = ()
    warnings: tuple[Refusal, ...] = ()

    @property
    def allowed(self) -> bool:
        return not self.refusals

    @property
    def url(self) -> str:
        return steps.transition_url(self.obj, self.transition.name)


def perform(
    obj: Model,
    name: str,
    *,
    actor: Actor,
    at: datetime | None = None,
    reason: str = "",
    justification: str = "",
    request_id: UUID | None = None,
    **data: Any,
) -> TransitionRecord:
    """Perform one row of the object's lifecycle.

    ``at`` defaults to the database clock read after the row lock, so that a deadline is judged by one
    clock. A request already performed (same ``request_id``) returns its first record.

    Raises:
        RuleViolation: with every refusal that holds, each a sentence naming rule and article.
    """
    row = lifecycle_of(obj).transition(name)
    try:
        with transaction.atomic():
            locked = _lock(obj)
            # Asked behind the lock: the second of two clicks waits there until the first has committed.
            record = _already_performed(locked, row, actor, request_id)
            if record is None:
                attempt = Attempt(
                    obj=locked, transition=row, actor=actor, at=at or database_now(), data=data, reason=reason.strip()
                )
                warnings = _admit(attempt, justification)
                record = _carry_out(attempt, warnings, justification, request_id)
    except IntegrityError as error:
        refusal = refusal_for_constraint(error)
        if refusal is None:
            raise
        raise RuleViolation([refusal]) from error
    obj.refresh_from_db()
    return record


def available(obj: LifecycleModel, actor: Actor, *, at: datetime | None = None) -> list[Offer]:
    """The rows leaving the object's state that this person may try, each with what still stands in its way."""
    moment = at or database_now()
    offers = []
    for row in lifecycle_of(obj).leaving(obj.status):
        if row.automatic:
            continue
        attempt = Attempt(obj=obj, transition=row, actor=actor, at=moment, seat=seat_for(row, obj, actor))
        if attempt.seat is None:
            continue
        found = [*_duty_refusals(attempt), *_run(row.guards, attempt)]
        offers.append(
            Offer(
                transition=row,
                obj=obj,
                refusals=tuple(r for r in found if not r.warning),
                warnings=tuple(r for r in found if r.warning),
            )
        )
    return offers


def refusals(obj: LifecycleModel, name: str, actor: Actor, *, at: datetime | None = None, **data: Any) -> list[Refusal]:
    """Everything that would refuse (or warn at) this row now, without performing it."""
    row = lifecycle_of(obj).transition(name)
    attempt = Attempt(obj=obj, transition=row, actor=actor, at=at or database_now(), data=data)
    return _standing(attempt)


def seat_for(row: Transition, obj: LifecycleModel, actor: Actor) -> Seat | None:
    """The seat in which ``actor`` may perform ``row`` on ``obj``; None when there is none."""
    return next((seat for who in row.by if (seat := _matching_seat(who, obj, actor))), None)


def database_now() -> datetime:
    """The wall clock of the database, not the start of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now


def system_actor() -> Actor:
    """The account under which the clock acts; a human administrator never matches a clock's row."""
    from procurement.access.models import User

    user, _created = User.objects.get_or_create(
        is_system=True, defaults={"username": "system", "name": _("系统"), "password": "!"}
    )
    return Actor(user=user, seats=(Seat(role=Role.SYS, organization_id=UUID(int=0)),))


def _already_performed(
    obj: LifecycleModel, row: Transition, actor: Actor, request_id: UUID | None
) -> TransitionRecord | None:
    """The record this very click left before; an id sent for another object, act or person finds nothing."""
    if request_id is None:
        return None
    return TransitionRecord.objects.filter(
        object_id=obj.pk, transition=row.name, actor=actor.user, request_id=request_id
    ).first()


def _lock(obj: Model) -> Model:
    return type(obj)._base_manager.select_for_update(of=("self",), no_key=True).get(pk=obj.pk)


@implements("S-03")
def _admit(attempt: Attempt, justification: str) -> list[Refusal]:
    """Refuse, or return the warnings the actor justified."""
    row = attempt.transition
    found = _standing(attempt)
    if all(r.warning for r in found):
        found += _run(row.input_guards, attempt)
        if row.reason_required and not attempt.reason:
            found.append(Refusal(REASON_MISSING, _("办理“%(action)s”须写明理由") % {"action": row.label}))
        found += _proof_refusals(attempt)
    warnings = [r for r in found if r.warning]
    blocking = [r for r in found if not r.warning]
    if warnings and not blocking and not justification.strip():
        blocking = warnings
    if blocking:
        raise RuleViolation(blocking)
    return warnings


@implements("S-01", "S-02")
def _standing(attempt: Attempt) -> list[Refusal]:
    """Refusals that do not depend on what was entered: state, person, duty, rules."""
    row, obj = attempt.transition, attempt.obj
    if obj.status not in row.source:
        return [_wrong_state(row, obj)]
    attempt.seat = seat_for(row, obj, attempt.actor)
    if attempt.seat is None:
        return [_wrong_person(row)]
    return [*_duty_refusals(attempt), *_run(row.guards, attempt)]


@implements("S-20")
def _proof_refusals(attempt: Attempt) -> list[Refusal]:
    """Whatever page or program calls: without a fresh proof of who is there, a grave act is not done."""
    row = attempt.transition
    if attempt.actor.has_proven(row.step_up):
        return []
    return [Refusal(NOT_PROVEN, _("办理“%(action)s”须重新确认身份：请再次输入密码或验证码") % {"action": row.label})]


def _run(guards: Iterable[Any], attempt: Attempt) -> list[Refusal]:
    return [refusal for guard in guards for refusal in guard(attempt)]


def _duty_refusals(attempt: Attempt) -> list[Refusal]:
    duty = attempt.transition.duty
    if duty is None or attempt.actor.id is None:
        return []
    clash = conflict_for(person_id=attempt.actor.id, case_id=attempt.obj.duty_scope, duty=duty)
    if clash is None:
        return []
    held, rule_id = clash
    return [
        Refusal(
            rule_id,
            _("您在本项目中已承担“%(held)s”，不得同时承担“%(duty)s”（不相容岗位分设）")
            % {"held": held.label, "duty": duty.label},
        )
    ]


def _wrong_state(row: Transition, obj: LifecycleModel) -> Refusal:
    table: Lifecycle = lifecycle_of(obj)
    last = obj.history.last()
    text = _("当前状态为“%(state)s”，不能办理“%(action)s”") % {
        "state": table.state(obj.status).label,
        "action": row.label,
    }
    if last is not None:
        text += _("；最近一次由%(who)s于%(when)s办理“%(what)s”") % {
            "who": last.actor,
            "when": steps.local_minute(last.at),
            "what": last.label,
        }
    return Refusal(WRONG_STATE, text)


def _wrong_person(row: Transition) -> Refusal:
    roles = "、".join(dict.fromkeys(str(who.role.label) for who in row.by))
    return Refusal(
        WRONG_PERSON,
        _("“%(action)s”只能由%(roles)s办理") % {"action": row.label, "roles": roles or _("系统")},
    )


def _matching_seat(who: By, obj: LifecycleModel, actor: Actor) -> Seat | None:
    if who.person and _found(obj, who.person) != actor.id:
        return None
    if who.role == Role.PUB and who.person and actor.id is not None:
        return actor.seat(Role.PUB) or _AS_THEMSELF
    if who.role == Role.SYS:
        return actor.seat(Role.SYS) if actor.user is not None and actor.user.is_system else None
    if not who.of:
        return actor.seat(who.role)
    organization_id = _found(obj, who.of)
    return actor.seat(who.role, organization_id) if organization_id else None


def _found(obj: Any, path: str) -> UUID | None:
    """The primary key at a dotted path; None when a link on the way is empty."""
    try:
        found = attrgetter(path)(obj)
    except AttributeError:
        return None
    key: UUID | None = getattr(found, "pk", found)
    return key


def _carry_out(
    attempt: Attempt, warnings: list[Refusal], justification: str, request_id: UUID | None
) -> TransitionRecord:
    obj, row, actor = attempt.obj, attempt.transition, attempt.actor
    before, step = obj.status, steps.filed_under(obj.case, (*row.completes, *row.opens))
    if row.run_effect is not None:
        row.run_effect(attempt)
    _write_status(obj, row.target)
    record = TransitionRecord.objects.create(
        lifecycle=lifecycle_of(obj).name,
        transition=row.name,
        object_id=obj.pk,
        case=obj.case,
        from_state=before,
        to_state=row.target,
        actor=actor.user,  # type: ignore[misc]  # somebody: without a seat nobody comes this far
        role=attempt.seat.role if attempt.seat else "",
        organization_id=attempt.seat.organization_id if attempt.seat else None,
        organization_name=attempt.seat.organization_name if attempt.seat else "",
        at=attempt.at,
        reason=attempt.reason,
        warnings=[str(w) for w in warnings],
        justification=justification.strip() if warnings else "",
        data=steps.recordable({**attempt.data, **attempt.kept}),
        step=step,
        request_id=request_id,
    )
    if row.duty is not None and actor.id is not None:
        record_duty(person_id=actor.id, case_id=obj.duty_scope, duty=row.duty, at=attempt.at)
    _journal(attempt, record)
    if obj.case is not None:
        steps.advance(obj.case, row, at=attempt.at, actor=actor, due=attempt.due)
    _tell(attempt, record)
    return record


def _write_status(obj: LifecycleModel, target: str) -> None:
    obj.status = target
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL portal.engine = 'on'")
        obj.save()
        cursor.execute("SET LOCAL portal.engine = 'off'")


def _journal(attempt: Attempt, record: TransitionRecord) -> None:
    audit.record(
        actor_id=attempt.actor.id,
        actor_label=_seat_label(record),
        action=record.transition,
        subject=attempt.obj.subject,
        case_id=record.case_id,
        body={
            "record": str(record.pk),
            "from": record.from_state,
            "to": record.to_state,
            "role": record.role,
            "organization": str(record.organization_id or ""),
            "at": record.at.isoformat(),
            "reason": record.reason,
            "warnings": record.warnings,
            "justification": record.justification,
            "data": record.data,
        },
    )


def _seat_label(record: TransitionRecord) -> str:
    """Name the seat acted from; the person stands in the journal as an id only."""
    role = Role(record.role).label if record.role else ""
    return " · ".join(str(part) for part in (record.organization_name, role) if part)


def _tell(attempt: Attempt, record: TransitionRecord) -> None:
    """Notices go out for the people a row names, never back to the one who acted."""
    row, obj = attempt.transition, attempt.obj
    recipients = {user.pk: user for who in row.tells for user in _people(who, obj) if user.pk != attempt.actor.id}
    if not recipients:
        return
    notify(
        template=row.notice,
        recipients=list(recipients.values()),
        case_id=record.case_id,
        url=obj.get_absolute_url(),  # type: ignore[attr-defined]
        context={
            "object": str(obj),
            "action": str(row.label),
            "state": str(obj.state.label),
            "organization": record.organization_name,
            "reason": record.reason,
            "when": steps.local_minute(record.at),
            "next": steps.next_words(obj.case),
        },
        key=f"{record.pk}",
    )


def _people(who: By, obj: LifecycleModel) -> list[Any]:
    if who.person:
        from procurement.access.models import User

        person_id = _found(obj, who.person)
        return list(User.objects.filter(pk=person_id)) if person_id else []
    if not who.of:
        return people_holding(who.role)
    organization_id = _found(obj, who.of)
    return people_holding(who.role, organization_id) if organization_id else []
