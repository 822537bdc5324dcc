"""The steps of a case: opened, closed and dated by the engine; read by the timeline and the worklists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.apps import apps
from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from procurement.access import Actor
from procurement.calendars import CalendarNotAnnounced
from procurement.lifecycle.definition import Transition, lifecycle_named
from procurement.lifecycle.models import (
    Case,
    CaseParty,
    CaseStep,
    StepPhase,
    StepState,
    TransitionRecord,
    WorkflowStep,
    WorkflowTemplate,
    period_of,
)
from procurement.rules.models import RuleSet
from procurement.rules.parameters import parameter

if TYPE_CHECKING:
    from procurement.lifecycle.models import LifecycleModel


def open_case(
    *,
    number: str,
    title: str,
    template_code: str,
    rule_set: RuleSet,
    at: datetime,
    subject: str = "",
) -> Case:
    """Open a case on the newest version of a template; every step of the template gets its row."""
    template = WorkflowTemplate.objects.filter(code=template_code).order_by("-version").first()
    if template is None:
        raise LookupError(f"workflow template {template_code!r} is not loaded")
    case = Case.objects.create(
        number=number,
        title=title,
        template=template,
        rule_set=rule_set,
        regime=rule_set.regime,
        subject=subject,
        opened_at=at,
    )
    CaseStep.objects.bulk_create([CaseStep(case=case, step=step) for step in template.steps.all()])
    return case


def set_party(case: Case, part: str, organization_id: UUID, name: str) -> None:
    """Name who plays ``part`` in the case (office, applicant, hub, purchaser, evaluator, audit_firm …)."""
    CaseParty.objects.update_or_create(
        case=case, part=part, defaults={"organization_id": organization_id, "name": name}
    )


def advance(case: Case, row: Transition, *, at: datetime, actor: Actor, due: Mapping[str, date]) -> None:
    """Close the steps a row completes; open those it names, else the next in order unless that was done before."""
    for code in row.completes:
        complete_step(case, code, at=at, actor=actor)
    to_open = row.opens or (_next_codes(case, row.completes[-1]) if row.completes else ())
    for code in to_open:
        open_step(case, code, at=at, due_on=due.get(code))
    for code in set(due) - set(to_open):
        case.steps.filter(step__code=code).update(due_on=due[code], reminded_for=None)


def complete_step(case: Case, code: str, *, at: datetime, actor: Actor) -> None:
    case.steps.filter(step__code=code).exclude(state=StepState.DONE).update(
        state=StepState.DONE, done_at=at, done_by=actor.user
    )


def open_step(case: Case, code: str, *, at: datetime, due_on: date | None = None) -> None:
    """Open a step; its due day is the one given or follows from the rule set (never guessed, R-305)."""
    row = case.steps.select_for_update(of=("self",)).select_related("step").filter(step__code=code).first()
    if row is None:
        return
    row.state, row.done_at, row.done_by = StepState.OPEN, None, None
    row.opened_at, row.reminded_for, row.due_note = at, None, ""
    try:
        row.due_on = due_on or due_day(case, row.step, at)
    except CalendarNotAnnounced as unknown:
        row.due_on, row.due_note = None, str(unknown)
    row.save()


def date_open_steps() -> int:
    """Give their due day to steps opened before the calendar of that year was announced; returns how many."""
    dated = 0
    for row in CaseStep.objects.open().exclude(due_note="").select_related("step", "case__rule_set"):
        if row.opened_at is None:
            continue
        try:
            row.due_on = due_day(row.case, row.step, row.opened_at)
        except CalendarNotAnnounced:
            continue
        row.due_note = ""
        row.save(update_fields=["due_on", "due_note"])
        dated += 1
    return dated


def skip_step(case: Case, code: str) -> None:
    case.steps.filter(step__code=code, state=StepState.WAITING).update(state=StepState.SKIPPED)


def due_day(case: Case, step: WorkflowStep, at: datetime) -> date | None:
    """The last day for a step opened at ``at``; None when the template sets no term."""
    if not step.limit_parameter:
        return None
    return period_of(case, step.limit_parameter).due(local_day(at))


def _next_codes(case: Case, code: str) -> tuple[str, ...]:
    """The step after ``code`` that applies to the case; none when it was done already or the case ends here."""
    step = case.steps.filter(step__code=code).values_list("step__number", flat=True).first()
    following = (
        case.steps.filter(step__number__gt=step).exclude(state=StepState.SKIPPED).select_related("step").first()
        if step is not None
        else None
    )
    return (following.step.code,) if following is not None and following.state != StepState.DONE else ()


@dataclass(frozen=True)
class TimelineRow:
    """One step as the timeline shows it: who, when, what is next, by when."""

    step: WorkflowStep
    state: str
    party: str
    opened_at: datetime | None
    due_on: date | None
    due_note: str
    #: How long the step may take, in words; the rule set of the case says so.
    term: str
    done_at: datetime | None
    done_by: str
    events: tuple[TransitionRecord, ...] = ()

    @property
    def label(self) -> str:
        return str(StepState(self.state).label)

    @property
    def phase(self) -> str:
        return str(StepPhase(self.step.phase).label) if self.step.phase else ""

    @property
    def responsible(self) -> str:
        """The owing body; its roles as long as nobody has the part."""
        return self.party or self.roles

    @property
    def roles(self) -> str:
        return "、".join(str(label) for label in self.step.role_labels)

    @property
    def is_current(self) -> bool:
        return self.state == StepState.OPEN

    @property
    def is_overdue(self) -> bool:
        return self.is_current and self.due_on is not None and self.due_on < local_day(timezone.now())


def visible_records(case: Case, actor: Actor) -> list[TransitionRecord]:
    """What happened in the case, oldest first, without acts on objects this person may not see (R-157)."""
    records = list(case.records.select_related("actor"))
    ids: dict[str, set[UUID]] = {}
    for record in records:
        ids.setdefault(record.lifecycle, set()).add(record.object_id)
    seen: set[UUID] = set()
    for name, keys in ids.items():
        rows = apps.get_model(lifecycle_named(name).model)._default_manager.all()
        seen.update(rows.visible_to(actor).filter(pk__in=keys).values_list("pk", flat=True))
    return [record for record in records if record.object_id in seen]


def case_timeline(case: Case, actor: Actor, records: list[TransitionRecord] | None = None) -> list[TimelineRow]:
    """Every step of the case in order, with the acts this person may see. As many queries for one act as for fifty."""
    names = dict(case.parties.values_list("part", "name"))
    events: dict[str, list[TransitionRecord]] = {}
    for record in visible_records(case, actor) if records is None else records:
        events.setdefault(record.step, []).append(record)
    return [
        TimelineRow(
            step=row.step,
            state=row.state,
            party=names.get(row.step.party, ""),
            opened_at=row.opened_at,
            due_on=row.due_on,
            due_note=row.due_note,
            term=_term(case, row.step),
            done_at=row.done_at,
            done_by=str(row.done_by or ""),
            events=tuple(events.get(row.step.code, ())),
        )
        for row in case.steps.select_related("step", "done_by")
    ]


def _term(case: Case, step: WorkflowStep) -> str:
    code = step.limit_parameter
    return parameter(code).show(case.rule_set.value(code)) if code else ""


def case_events(records: Iterable[TransitionRecord]) -> list[dict[str, Any]]:
    """Records as the timeline component shows them, newest first."""
    return [
        {
            "at": record.at,
            "title": record.label,
            "who": str(record.actor),
            "organisation": record.organization_name,
            "note": record.reason or record.justification,
        }
        for record in reversed(list(records))
    ]


def current_code(case: Case | None) -> str:
    """The step being worked on: acts that end no step are filed under it."""
    row = current_steps(case).first() if case is not None else None
    return row.step.code if row is not None else ""


def filed_under(case: Case | None, codes: tuple[str, ...]) -> str:
    """The step an act belongs to: of those its row names, the first this case's template has."""
    if case is not None and len(codes) > 1:
        there = set(case.steps.filter(step__code__in=codes).values_list("step__code", flat=True))
        codes = tuple(code for code in codes if code in there)
    return codes[0] if codes else current_code(case)


def current_steps(case: Case) -> QuerySet[CaseStep]:
    return case.steps.filter(state=StepState.OPEN).select_related("step")


def next_words(case: Case | None) -> str:
    """What comes next and by when, in words, for notices."""
    if case is None:
        return ""
    parts = []
    for row in current_steps(case):
        term = _("，%(day)s前") % {"day": row.due_on.strftime("%Y-%m-%d")} if row.due_on else ""
        parts.append(f"{row.step.title}{term}")
    return "；".join(parts)


def rule_value(case: Case | None, code: str) -> Any:
    return case.rule_set.value(code) if case is not None else parameter(code).default


def transition_url(obj: LifecycleModel, name: str) -> str:
    return reverse("transition", args=[obj.lifecycle.name, obj.pk, name])


def local_day(at: datetime) -> date:
    return timezone.localtime(at).date()


def local_minute(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")


def recordable(data: Mapping[str, Any]) -> dict[str, Any]:
    """What was entered, in plain JSON: rows by their key, money and dates as text, files by name."""
    return {key: _plain(value) for key, value in data.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Model):
        return str(value.pk)
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | QuerySet):
        return [_plain(v) for v in value]
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if hasattr(value, "read"):
        return getattr(value, "name", "")
    return value if value is None or isinstance(value, bool | int | str) else str(value)
