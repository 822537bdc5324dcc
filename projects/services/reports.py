"""Reports: scheduled from the term, typed field by field, frozen when handed in, public once accepted (R-222)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import jcs
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from procurement.access import Actor, Role
from procurement.calendars import CalendarNotAnnounced, Period
from procurement.lifecycle import steps
from procurement.lifecycle.engine import Attempt, database_now, perform, system_actor
from procurement.lifecycle.models import StepState
from procurement.lifecycle.steps import rule_value
from procurement.rules import RuleViolation, implements
from projects.models import OWED_STATES, Application, Report, ReportKind, ReportVersion
from projects.selectors.delivery import (
    closeout_due,
    midpoint,
    midterm_due,
    period_figures,
    quarters_between,
    report_due,
    term_of,
)
from projects.selectors.reports import ANSWERS
from projects.services.contractor import journal, person

EDITABLE_STATES = ("not_due", "due", "returned")
ANSWER_CODES = tuple(code for code, *_rest in ANSWERS)
#: Longest answer kept; more is refused, never cut.
ANSWER_LIMIT = 20_000
SITTING = timedelta(minutes=30)
#: Project states in which reports fall due.
REPORTING = ("in_progress", "suspended", "rectifying", "closing", "rectifying_final")
ENDED = ("terminated", "closed", "closed_failed", "archived", "withdrawn")


class DraftRefused(Exception):
    """This report may not be written (now); the message is for the person typing."""


@dataclass
class Saved:
    """What became of a save: the edition it made, what others had changed, what both changed."""

    report: Report
    at: datetime
    merged: dict[str, str] = field(default_factory=dict)
    clashes: dict[str, tuple[str, str]] = field(default_factory=dict)
    editor: str = ""


@implements("R-222")
@transaction.atomic
def schedule(application: Application) -> date | None:
    """One row for every report of the term; returns the last day of the first quarter's. Safe to repeat."""
    term = term_of(application)
    if term is None:
        return None
    day = _report_day(application)
    rows = [(ReportKind.QUARTERLY, start, end, report_due(end, day)) for start, end in quarters_between(*term)]
    middle = midpoint(application)
    if middle is not None:
        rows.append((ReportKind.MIDTERM, term[0], middle, report_due(middle, day)))
    rows.append((ReportKind.CLOSEOUT, term[0], term[1], closeout_due(application)))
    for kind, start, end, due_on in rows:
        known = Report.objects.filter(application=application, kind=kind, period_end=end).exists()
        if not known:
            Report(
                application=application,
                case=application.case,
                kind=kind,
                period_start=start,
                period_end=end,
                due_on=due_on,
            ).save()
    return rows[0][3]


def fall_due(now: datetime) -> int:
    """Sweep: reports whose period has ended are owed; those of ended projects are owed no longer."""
    today = timezone.localtime(now).date()
    owed = Report.objects.filter(status="not_due", period_end__lt=today, application__status__in=REPORTING)
    done = _perform_all(owed.select_related("application"), "report.fall_due", now)
    over = Report.objects.filter(status__in=OWED_STATES, application__status__in=ENDED)
    return done + _perform_all(over.select_related("application"), "report.settle", now) + date_reports()


@implements("R-305")
def date_reports() -> int:
    """Give their last day to reports scheduled before the calendar of that year was announced."""
    dated = 0
    for report in Report.objects.owed().filter(due_on=None).select_related("application__case__rule_set"):
        day = _report_day(report.application)
        closing = report.kind == ReportKind.CLOSEOUT
        report.due_on = closeout_due(report.application) if closing else report_due(report.period_end, day)
        if report.due_on is not None:
            report.save(update_fields=["due_on", "updated_at"])
            dated += 1
    return dated


@transaction.atomic
def save_answers(
    *,
    actor: Actor,
    report: Report,
    answers: Mapping[str, str],
    version: int,
    sitting: str = "",
    at: datetime | None = None,
) -> Saved:
    """Store what was typed. ``version`` is the edition the page was drawn from, ``sitting`` names the page itself.

    A field that somebody else changed since is handed back: merged when only they changed it, as a clash when
    both did. Nothing is overwritten in silence.

    Raises:
        DraftRefused: handed in already, not the contractor's person, or absurdly long.
    """
    moment = at or database_now()
    locked = Report.objects.select_for_update(no_key=True, of=("self",)).select_related("application").get(pk=report.pk)
    _require_writable(actor, locked, answers)
    saved = Saved(report=locked, at=moment, editor=str(locked.edited_by or ""))
    marks = dict(locked.answers.get("_marks", {}))
    kept = {code: str(locked.answers.get(code, "")) for code in ANSWER_CODES}
    changed = []
    for code in ANSWER_CODES:
        if code not in answers or str(answers[code]) == kept[code]:
            continue
        edition, by_sitting, before = marks.get(code, [0, "", ""])
        foreign = edition > version and by_sitting != sitting
        if foreign and str(answers[code]) == before:
            saved.merged[code] = kept[code]
        elif foreign:
            saved.clashes[code] = (str(answers[code]), kept[code])
        else:
            marks[code] = [locked.edition + 1, sitting, kept[code]]
            kept[code] = str(answers[code]).replace("\x00", "")
            changed.append(code)
    if changed:
        _note_sitting(actor, locked, moment)
        locked.answers = {**kept, "_marks": marks}
        locked.edition += 1
        locked.edited_by, locked.edited_at = actor.user, moment
        locked.save(update_fields=["answers", "edition", "edited_by", "edited_at", "updated_at"])
    return saved


def may_write(report: Report, actor: Actor) -> bool:
    return report.status in EDITABLE_STATES and any(
        actor.holds(role, report.application.applicant_id) for role in (Role.ORG, Role.ORG_H)
    )


@implements("R-220")
def submit(attempt: Attempt) -> None:
    """Effect of report.submit: the ledger's figures are frozen and the version kept with its hash."""
    report: Report = attempt.obj
    words = {code: str(report.answers.get(code, "")) for code in ANSWER_CODES}
    figures = period_figures(report.application, report.period_start, report.period_end)
    digest = hashlib.sha256(jcs.canonicalize({"answers": words, "figures": figures})).hexdigest()
    version = ReportVersion.objects.create(
        report=report,
        number=report.versions.count() + 1,
        answers=words,
        figures=figures,
        content_sha256=digest,
        submitted_by=person(attempt.actor),
        submitted_at=attempt.at,
    )
    report.figures, report.submitted_at = figures, attempt.at
    report.return_code, report.return_note = "", ""
    attempt.kept |= {"version": version.number, "content_sha256": digest}


def review(attempt: Attempt) -> None:
    attempt.obj.review_note = str(attempt.data.get("note", "")).strip()


def send_back(attempt: Attempt) -> None:
    """Effect of both ways back: reason by code and in words; the last day moves so that it can still be met."""
    report: Report = attempt.obj
    report.return_code = str(attempt.data.get("code", "other"))
    report.return_note = attempt.reason
    try:
        again = Period.parse(str(attempt.value("supplement_days"))).due(attempt.today)
    except CalendarNotAnnounced:
        return
    if report.due_on is None or report.due_on < again:
        report.due_on = again


@implements("R-222", "R-285")
def accept(attempt: Attempt) -> None:
    """Effect of report.accept: the summary is public from now on; the step ends when no earlier report is open."""
    report: Report = attempt.obj
    report.accepted_at = attempt.at
    if report.kind == ReportKind.QUARTERLY and not _earlier_open(report):
        _end_step(attempt)


@transaction.atomic
def begin_closeout(attempt: Attempt) -> None:
    """Effect of application.begin_closeout: the closeout is in, so its row here owes nothing more."""
    for report in attempt.obj.reports.filter(kind=ReportKind.CLOSEOUT, status__in=OWED_STATES):
        perform(report, "report.settle", actor=system_actor(), at=attempt.at, with_closeout=True)


def _report_day(application: Application) -> int:
    """The set day of the month after the period."""
    return int(str(rule_value(application.case, "quarterly_report_day")))


def _perform_all(rows: Any, name: str, now: datetime) -> int:
    """Each in its own transaction; one that is refused (moved meanwhile) does not hold up the rest."""
    done = 0
    for report in rows[:500]:
        try:
            perform(report, name, actor=system_actor(), at=now)
        except RuleViolation:
            continue
        done += 1
    return done


def _earlier_open(report: Report) -> bool:
    return (
        Report.objects.filter(
            application=report.application_id, kind=ReportKind.QUARTERLY, period_end__lt=report.period_end
        )
        .exclude(status__in=("accepted", "settled"))
        .exists()
    )


def _end_step(attempt: Attempt) -> None:
    """The first accepted quarter ends step 12 and opens the mid-term; later quarters keep their own last days."""
    case = attempt.case
    if case is None or not case.steps.filter(step__code="quarterly_report", state=StepState.OPEN).exists():
        return
    steps.complete_step(case, "quarterly_report", at=attempt.at, actor=attempt.actor)
    if case.steps.filter(step__code="midterm_evaluation", state=StepState.WAITING).exists():
        due_on = midterm_due(attempt.obj.application)
        steps.open_step(case, "midterm_evaluation", at=attempt.at, due_on=due_on)


def _require_writable(actor: Actor, report: Report, answers: Mapping[str, str]) -> None:
    if not may_write(report, actor):
        raise DraftRefused(_("报告当前为“%(state)s”，不能修改") % {"state": report.state.label})
    if any(len(str(value)) > ANSWER_LIMIT for value in answers.values()):
        raise DraftRefused(_("内容过长，每项不得超过 %(limit)s 字") % {"limit": ANSWER_LIMIT})


def _note_sitting(actor: Actor, report: Report, at: datetime) -> None:
    """One line in the journal for each sitting, not for each save."""
    same = report.edited_by_id == actor.id and report.edited_at is not None and at - report.edited_at < SITTING
    if not same:
        journal(actor, report.application, "report.edit", report.subject, {"edition": report.edition + 1})
