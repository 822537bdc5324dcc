"""The contractor's closeout report, and the end of a project: closed, refunded, archived."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.models import CreditList, Severity
from orgs.services import credit
from procurement import audit
from procurement.access import Actor, Role, people_holding
from procurement.calendars import CalendarNotAnnounced, Period, add_months
from procurement.lifecycle import steps
from procurement.lifecycle.engine import Attempt, perform
from procurement.lifecycle.models import CaseStep, StepState
from procurement.notices import notify
from procurement.rules import Refusal, RuleViolation, implements, records
from projects.models import Acceptance, Application, ArchiveItem, Closeout, IndicatorResult
from projects.selectors.closeouts import archive_checklist, is_contractor
from projects.selectors.delivery import closeout_due, indicator_rows, term_of
from projects.services.contracts import running_contract
from projects.services.refunds import settle

EDITABLE = ("summary", "results", "spending_note", "problems", "recipients_confirmation", "self_score")
EDITABLE_STATES = ("draft", "returned")
STEP = "submit_closeout"


@transaction.atomic
def start_closeout(*, actor: Actor, application: Application, at: datetime | None = None) -> Closeout:
    """The contractor's draft, beginning with the ledger's figures; there is one per project."""
    _require_contractor(actor, application)
    if application.status not in ("in_progress", "closing"):
        raise RuleViolation([Refusal("S-01", _("项目不在实施中，不能办理结项"))])
    closeout = Closeout.objects.filter(application=application).first()
    if closeout is None:
        closeout = Closeout(application=application, case=application.case)
        closeout.save()
        IndicatorResult.objects.bulk_create(
            IndicatorResult(closeout=closeout, indicator=row.indicator, actual=max(row.actual, Decimal(0)))
            for row in indicator_rows(application)
            if row.actual
        )
        _journal(actor, closeout, "closeout.start", {})
    return closeout


@transaction.atomic
def save_closeout(
    *,
    actor: Actor,
    closeout: Closeout,
    indicators: dict[Any, tuple[Decimal, str]] | None = None,
    at: datetime | None = None,
    **parts: Any,
) -> Closeout:
    """Keep what was typed, complete or not. ``indicators`` maps an indicator's id to (actual, note)."""
    locked = Closeout.objects.select_for_update(no_key=True, of=("self",)).get(pk=closeout.pk)
    _require_contractor(actor, locked.application)
    if locked.status not in EDITABLE_STATES:
        raise RuleViolation([Refusal("S-01", _("结项报告已提交，退回后才能修改"))])
    for name in EDITABLE:
        if name in parts:
            setattr(locked, name, parts[name])
    locked.save()
    own = set(locked.application.indicators.values_list("pk", flat=True))
    for indicator_id, (actual, note) in (indicators or {}).items():
        if indicator_id in own:
            IndicatorResult.objects.update_or_create(
                closeout=locked, indicator_id=indicator_id, defaults={"actual": actual, "note": note}
            )
    _journal(
        actor,
        locked,
        "closeout.save",
        {"fields": sorted(set(parts) & set(EDITABLE)), "indicators": len(indicators or {})},
    )
    return locked


def submit(attempt: Attempt) -> None:
    """Effect of closeout.submit: the project enters its closing stage."""
    closeout: Closeout = attempt.obj
    closeout.submitted_at = attempt.at
    if closeout.application.status == "in_progress":
        perform(closeout.application, "application.begin_closeout", actor=attempt.actor, at=attempt.at)


def fail_closeout(attempt: Attempt) -> None:
    """Effect of application.fail_closeout: the acceptance step stays open until the term to rectify ends."""
    due: date | None = attempt.data.get("rectify_due_on")
    if due is not None:
        attempt.due["responsible_unit_acceptance"] = due


@implements("R-260")
def close(attempt: Attempt) -> None:
    """Effect of application.close: the contract is completed with the project."""
    application: Application = attempt.obj
    application.closed_at = attempt.at
    contract = running_contract(application)
    if contract is not None and contract.status == "performing":
        perform(contract, "contract.complete", actor=attempt.actor, at=attempt.at)


@implements("R-255", "R-256")
def close_failed(attempt: Attempt) -> None:
    """Effect of application.close_failed: the contract ends, the balance is due back, the breach goes on record."""
    application: Application = attempt.obj
    application.closed_at = attempt.at
    contract = running_contract(application)
    if contract is not None and contract.status != "completed":
        perform(contract, "contract.terminate", actor=attempt.actor, at=attempt.at, reason=attempt.reason)
    refund = settle(application)
    attempt.kept["refund_due"] = str(refund.amount) if refund else "0.00"
    credit.record_concluded(
        actor=attempt.actor,
        organization=application.applicant,
        credit_list=CreditList.BREACH,
        severity=Severity.MINOR,
        authority=application.guide.office.name,
        document_number=application.number,
        reason=_("项目“%(title)s”结项整改后仍未通过验收") % {"title": application.title},
        remedy=_("可向领导小组办公室申请复核"),
        starts_on=attempt.today,
        ends_on=add_months(attempt.today, 12 * int(str(attempt.value("breach_record_years")))),
        at=attempt.at,
    )


@implements("R-289")
@records("R-290")
def archive(attempt: Attempt) -> None:
    """Effect of application.archive: the list of papers is written once, with hashes, and kept for the years R-289 says."""
    application: Application = attempt.obj
    keep_until = add_months(attempt.today, 12 * int(str(attempt.value("archive_years"))))
    items = [
        ArchiveItem(
            application=application,
            code=row.code,
            label=str(row.label),
            reference=reference,
            title=title[:240],
            sha256=sha256,
            absent_because="" if reference else str(row.not_applicable),
            archived_at=attempt.at,
            archived_by=attempt.actor.user,
            keep_until=keep_until,
        )
        for row in archive_checklist(application)
        for reference, title, sha256 in row.papers or (("", "", ""),)
    ]
    for position, item in enumerate(items, start=1):
        item.position = position
    ArchiveItem.objects.bulk_create(items)
    if application.case is not None:
        application.case.closed_at = attempt.at
        application.case.save(update_fields=["closed_at"])
    attempt.kept |= {"keep_until": keep_until.isoformat(), "papers": len(items)}


# --- the clock --------------------------------------------------------------------------------------------------


def closing_clocks(now: datetime) -> int:
    """Sweep: closeout steps opened and dated, answers dated once the calendar is known, late ones reminded once."""
    today = steps.local_day(timezone.localtime(now))
    return date_closeouts(now) + _date_replies() + _remind_late(today)


@implements("R-222")
def date_closeouts(now: datetime) -> int:
    """The closeout is owed from the end of the term, whatever day its step was opened."""
    today, done = steps.local_day(now), 0
    rows = (
        CaseStep.objects.filter(step__code=STEP, state__in=(StepState.WAITING, StepState.OPEN))
        .filter(case__in=Application.objects.filter(status="in_progress").values("case"))
        .select_related("step", "case__rule_set")
    )
    applications = Application.objects.filter(status="in_progress", case__in=rows.values("case"))
    by_case = {application.case_id: application for application in applications.select_related("case__rule_set")}
    for row in rows:
        application = by_case[row.case_id]
        term, due = term_of(application), closeout_due(application)
        if term is None or (row.state == StepState.WAITING and today <= term[1]):
            continue
        if row.state == StepState.WAITING:
            steps.open_step(row.case, STEP, at=now, due_on=due)
            done += 1
        elif due is not None and row.due_on != due:
            row.due_on, row.due_note, row.reminded_for = due, "", None
            row.save(update_fields=["due_on", "due_note", "reminded_for"])
            done += 1
    return done


@implements("R-305")
def _date_replies() -> int:
    dated = 0
    for acceptance in Acceptance.objects.filter(status="objected", reply_due_on=None).select_related("case__rule_set"):
        period = Period.parse(str(steps.rule_value(acceptance.case, "assessment_reply_days")))
        try:
            acceptance.reply_due_on = period.due(steps.local_day(acceptance.objected_at or acceptance.updated_at))
        except CalendarNotAnnounced:
            continue
        acceptance.save(update_fields=["reply_due_on", "updated_at"])
        dated += 1
    return dated


def _remind_late(today: date) -> int:
    """Those who owe an answer, and the office above them, hear once that its last day has passed (R-245)."""
    late = Acceptance.objects.to_answer(today).select_related("application__guide", "case")
    unheard = late.exclude(case=None)
    for acceptance in unheard:
        application = acceptance.application
        people = {
            user.pk: user
            for role, body in ((Role.RU, application.hub_id), (Role.LGO, application.guide.office_id))
            for user in people_holding(role, body)
        }
        notify(
            template="step_due",
            recipients=list(people.values()),
            case_id=acceptance.case_id,
            url=acceptance.get_absolute_url(),
            context={
                "case": str(acceptance.case),
                "step": _("答复验收异议"),
                "due": f"{acceptance.reply_due_on:%Y-%m-%d}",
                "overdue": True,
            },
            key=f"acceptance-reply-late:{acceptance.pk}:{acceptance.reply_due_on}",
        )
    return len(unheard)


def _require_contractor(actor: Actor, application: Application) -> None:
    if not is_contractor(actor, application):
        raise RuleViolation([Refusal("S-02", _("结项报告由承接主体编制"))])


def _journal(actor: Actor, closeout: Closeout, action: str, body: dict[str, Any]) -> None:
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action=action,
        subject=closeout.subject,
        case_id=closeout.case_id,
        body=body,
    )
