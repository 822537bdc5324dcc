"""Complaints: filed after a challenge, reviewed, served on the respondents, suspended, decided, published (R-184 … R-187)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.models import Organization
from procurement import audit
from procurement.access import Actor, Role
from procurement.lifecycle.engine import Attempt, database_now, perform
from procurement.lifecycle.numbering import next_number
from procurement.notices import notify
from procurement.rules import Refusal, RuleViolation, implements
from projects.models import (
    Challenge,
    ChallengeMatter,
    ClockStop,
    Complaint,
    ComplaintMatter,
    Respondent,
    StopGround,
)
from projects.models.challenge import BIDDER_ROLES, REPLIER_ROLES
from projects.selectors.remedy_clocks import complaint_window, due_or_open, term
from projects.selectors.remedy_recipients import people_at, purchasers_people, suppliers_people
from projects.services.remedy_letters import write_letter

#: What a record of unfounded complaints lasts: the least the list allows (R-187, R-280).
BAD_RECORD_MONTHS = 12


@dataclass(frozen=True)
class Grievance:
    """One matter as it is entered: one challenged before, or one against the answer."""

    text: str
    facts: str
    challenged: ChallengeMatter | None = None


@implements("R-184")
@transaction.atomic
def file_complaint(
    *,
    actor: Actor,
    challenge: Challenge,
    grievances: Sequence[Grievance],
    request: str,
    secret: str = "",
    at: datetime | None = None,
) -> Complaint:
    """Take a complaint of the challenger.

    Raises:
        RuleViolation: S-02 for anyone but the challenger's head, R-184 before the reply and its term, after the fifteen
            working days, or beyond what was challenged; S-04 without matters.
    """
    moment = at or database_now()
    last_day = _admitted(actor, challenge, grievances, moment)
    complaint = Complaint(
        number=next_number("complaint", prefix="TS", year=timezone.localtime(moment).year),
        challenge=challenge,
        procedure=challenge.procedure,
        case=challenge.case,
        complainant=challenge.challenger,
        filed_by=actor.person,
        request=request.strip(),
        secret=secret.strip(),
        filed_at=moment,
        last_day=last_day,
    )
    complaint.save(force_insert=True)
    _write_matters(complaint, grievances)
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action="complaint.file",
        subject=complaint.subject,
        case_id=complaint.case_id,
        body={"challenge": str(challenge.pk), "matters": len(grievances)},
    )
    notify(
        template="complaint_filed",
        recipients=people_at([(Role.FIN_SUP, complaint.procedure.finance_id)]),
        case_id=complaint.case_id,
        url=complaint.get_absolute_url(),
        context={"number": complaint.number, "procedure": str(complaint.procedure)},
        key=f"{complaint.pk}:filed",
    )
    return complaint


@transaction.atomic
def correct(
    *, actor: Actor, complaint: Complaint, grievances: Sequence[Grievance], request: str, at: datetime | None = None
) -> None:
    """Hand in the one correction; the scope stays within what was challenged, and the clock goes on."""
    moment = at or database_now()
    _require_scope(complaint.challenge, grievances)
    perform(complaint, "complaint.correct", actor=actor, at=moment)
    complaint.matters.all().delete()
    _write_matters(complaint, grievances)
    complaint.request, complaint.corrected_at = request.strip(), moment
    complaint.save(update_fields=["request", "corrected_at", "updated_at"])
    complaint.clock_stops.filter(ended_at__isnull=True).update(ended_at=moment)


@implements("R-185")
@transaction.atomic
def answer(*, actor: Actor, respondent: Respondent, text: str, at: datetime | None = None) -> None:
    """A respondent's written statement, given once; it is read by supervision alone.

    Raises:
        RuleViolation: S-02 for other people, S-01 once decided or answered, S-04 when empty.
    """
    locked = (
        Respondent.objects.select_for_update(of=("self",), no_key=True)
        .select_related("complaint")
        .get(pk=respondent.pk)
    )
    if not any(actor.holds(role, locked.organization_id) for role in (*BIDDER_ROLES, *REPLIER_ROLES, Role.AGT)):
        raise RuleViolation([Refusal("S-02", _("书面说明由被投诉人提交"))])
    if locked.complaint.status != "accepted" or locked.answered_at is not None:
        raise RuleViolation([Refusal("S-01", _("书面说明已经提交，或者投诉已经处理完毕"))])
    if not text.strip():
        raise RuleViolation([Refusal("S-04", _("请写明书面说明的内容"))])
    locked.answer, locked.answered_by, locked.answered_at = text.strip(), actor.person, at or database_now()
    locked.save()
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action="complaint.respond",
        subject=locked.complaint.subject,
        case_id=locked.complaint.case_id,
        body={"respondent": str(locked.organization_id)},
    )


# --- effects ------------------------------------------------------------------------------------------------------


def ask_for_correction(attempt: Attempt) -> None:
    ClockStop.objects.create(complaint=attempt.obj, ground=StopGround.CORRECTION, began_at=attempt.at)
    write_letter(actor=attempt.actor, kind="complaint_correction", about=attempt.obj, reason=attempt.reason)


def refuse(attempt: Attempt) -> None:
    """Effect of refusing and of transferring: the complainant is told why, and where to."""
    body = attempt.data.get("authority", "")
    reason = _("%(reason)s（移送：%(body)s）") % {"reason": attempt.reason, "body": body} if body else attempt.reason
    write_letter(actor=attempt.actor, kind="complaint_refusal", about=attempt.obj, reason=reason)


@implements("R-185")
def accept(attempt: Attempt) -> None:
    """Effect: purchaser, agent and the supplier whose result is disputed are served; each owes a statement."""
    complaint: Complaint = attempt.obj
    complaint.accepted_at = attempt.at
    due = due_or_open(attempt.at, term(complaint.procedure, "complaint_answer_days"))
    for organization in _parties(complaint):
        respondent = Respondent.objects.create(
            complaint=complaint, organization=organization, served_at=attempt.at, due_on=due
        )
        write_letter(actor=attempt.actor, kind="complaint_copy", about=respondent)
        _tell_respondent(respondent)
    write_letter(actor=attempt.actor, kind="complaint_acceptance", about=complaint)


def stop_clock(attempt: Attempt) -> None:
    ClockStop.objects.create(
        complaint=attempt.obj,
        ground=attempt.data["ground"],
        note=str(attempt.data.get("note", "")).strip(),
        began_at=attempt.at,
    )


def restart_clock(attempt: Attempt) -> None:
    attempt.obj.clock_stops.filter(ended_at__isnull=True).update(ended_at=attempt.at)


# --- parts --------------------------------------------------------------------------------------------------------


def _admitted(actor: Actor, challenge: Challenge, grievances: Sequence[Grievance], at: datetime) -> date | None:
    if not actor.holds(Role.ORG_H, challenge.challenger_id):
        raise RuleViolation([Refusal("S-02", _("投诉由质疑供应商的负责人提起"))])
    if challenge.status in ("withdrawn", "inadmissible"):
        raise RuleViolation([Refusal("R-184", _("质疑已撤回或者不予受理，不能就此投诉"))])
    window = complaint_window(challenge)
    if window is None:
        raise RuleViolation([Refusal("R-184", _("质疑尚在答复期限内，答复后或者逾期未答复的方可投诉"))])
    late = window.refusal(at, "R-184", _("投诉"))
    if late is not None:
        raise RuleViolation([late])
    _require_scope(challenge, grievances)
    if challenge.complaints.exclude(status__in=("refused", "transferred")).exists():
        raise RuleViolation([Refusal("R-184", _("对该质疑已经提起投诉，不得重复投诉"))])
    return window.last


def _require_scope(challenge: Challenge, grievances: Sequence[Grievance]) -> None:
    if not grievances or not all(each.text.strip() and each.facts.strip() for each in grievances):
        raise RuleViolation([Refusal("S-04", _("请写明投诉事项、事实和理由"))])
    matters = set(challenge.matters.values_list("pk", flat=True))
    for each in grievances:
        beyond = each.challenged is not None and each.challenged.pk not in matters
        unheard = each.challenged is None and not challenge.is_answered
        if beyond or unheard:
            raise RuleViolation([Refusal("R-184", _("投诉事项不得超出已质疑事项的范围，针对答复内容的除外"))])


def _write_matters(complaint: Complaint, grievances: Sequence[Grievance]) -> None:
    ComplaintMatter.objects.bulk_create(
        ComplaintMatter(
            complaint=complaint,
            number=number,
            challenged=each.challenged,
            from_answer=each.challenged is None,
            text=each.text.strip(),
            facts=each.facts.strip(),
        )
        for number, each in enumerate(grievances, start=1)
    )


def _parties(complaint: Complaint) -> list[Organization]:
    """Purchaser, agent, and the suppliers whose award is at stake."""
    procedure = complaint.procedure
    winners = [bid.bidder for bid in procedure.bids.filter(status="awarded").select_related("bidder")]
    bodies = [procedure.purchaser, procedure.agent, *winners]
    others = {body.pk: body for body in bodies if body is not None and body.pk != complaint.complainant_id}
    return list(others.values())


def _tell_respondent(respondent: Respondent) -> None:
    procedure = respondent.complaint.procedure
    own = respondent.organization_id in (procedure.purchaser_id, procedure.agent_id)
    notify(
        template="complaint_served",
        recipients=purchasers_people(procedure) if own else suppliers_people(respondent.organization_id),
        case_id=respondent.complaint.case_id,
        url=respondent.complaint.get_absolute_url(),
        context={"procedure": str(procedure), "due": str(respondent.due_on or "")},
        key=f"{respondent.pk}:served",
    )
