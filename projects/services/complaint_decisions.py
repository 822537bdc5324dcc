"""Suspending and deciding a complaint, and what a decision brings: a remedy, a notice, a record (R-185 … R-187)."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.models import CreditList, Severity
from orgs.services import credit
from procurement.access import Role
from procurement.calendars import add_months
from procurement.lifecycle.engine import Attempt, perform, system_actor
from procurement.rules import implements, records
from projects.models import Complaint, Outcome, Procedure
from projects.selectors.official_notices import address_of
from projects.selectors.remedies import UNFOUNDED_LIMIT, unfounded_within_a_year
from projects.selectors.remedy_clocks import suspension_ends_on
from projects.services import official_notices
from projects.services.remedies import (
    carry_out_complaint,
    freeze_contracts,
    release_contracts,
    resume_procedure,
    suspend_procedure,
)
from projects.services.remedy_letters import write_letter

#: What a record of unfounded complaints lasts: the least the list allows (R-187, R-280).
BAD_RECORD_MONTHS = 12


@implements("R-186")
def suspend(attempt: Attempt) -> None:
    complaint: Complaint = attempt.obj
    complaint.suspended_at = attempt.at
    complaint.suspended_until = suspension_ends_on(complaint.procedure, attempt.at)
    procedure = Procedure.objects.get(pk=complaint.procedure_id)
    if procedure.status == "contracted":
        freeze_contracts(procedure, at=attempt.at, reason=attempt.reason)
    else:
        suspend_procedure(procedure, actor=attempt.actor, at=attempt.at, reason=attempt.reason)
    attempt.kept["suspended_until"] = complaint.suspended_until.isoformat()
    for about in (complaint, *complaint.respondents.all()):
        write_letter(actor=attempt.actor, kind="complaint_suspension", about=about, reason=attempt.reason)


@implements("R-186")
def resume(attempt: Attempt) -> None:
    """Effect of the notice and of the clock: the procedure goes back to where it stood."""
    end_suspension(attempt)
    for about in (attempt.obj, *attempt.obj.respondents.all()):
        write_letter(actor=attempt.actor, kind="complaint_resumption", about=about)


def end_suspension(attempt: Attempt) -> None:
    complaint: Complaint = attempt.obj
    if not complaint.is_suspending:
        return
    complaint.resumed_at = attempt.at
    supervisor = attempt.actor if attempt.actor.holds(Role.FIN_SUP) else None
    procedure = Procedure.objects.get(pk=complaint.procedure_id)
    resume_procedure(procedure, at=attempt.at, actor=supervisor)
    release_contracts(procedure, at=attempt.at, settled=complaint)


@implements("R-185", "R-187")
def decide(attempt: Attempt) -> None:
    """Effect: the decision stands, the suspension ends, the remedy is ordered, a false complaint has its consequences."""
    complaint, data = attempt.obj, attempt.data
    complaint.outcome, complaint.remedy = data["outcome"], data.get("remedy", "")
    complaint.decision, complaint.decision_number = data["decision"].strip(), data["decision_number"].strip()
    complaint.decided_by, complaint.decided_at = attempt.actor.person, attempt.at
    for matter in complaint.matters.all():
        matter.finding = data["findings"].get(str(matter.pk), "")
        matter.save(update_fields=["finding"])
    end_suspension(attempt)
    carry_out_complaint(complaint, attempt)
    _consequences(attempt)


@records("R-187")
def publish(attempt: Attempt) -> None:
    """Effect: the decision is announced on its official form, and everybody may read the letter."""
    complaint: Complaint = attempt.obj
    complaint.published_at = attempt.at
    notice = official_notices.publish(
        actor=attempt.actor,
        kind="complaint_result",
        procedure=complaint.procedure,
        issuer=complaint.procedure.finance,
        fields=_announced(complaint),
        at=attempt.at,
    )
    attempt.kept["notice"] = str(notice.pk)
    write_letter(actor=attempt.actor, kind="complaint_decision", about=complaint, is_public=True)


def _announced(complaint: Complaint) -> dict[str, str]:
    """The blanks of the official form; facts and secrets of the files stay in the files."""
    procedure, decided = complaint.procedure, timezone.localtime(complaint.decided_at)
    others = complaint.respondents.exclude(organization__in=[procedure.purchaser_id, procedure.agent_id])
    matters = "；".join(f"{matter.text}（{matter.get_finding_display()}）" for matter in complaint.matters.all())
    result = f"{complaint.get_outcome_display()}。{complaint.get_remedy_display()}"
    return {
        "complainant": complaint.complainant.name,
        "complainant_address": address_of(complaint.complainant),
        "respondent": procedure.purchaser.name,
        "respondent_address": address_of(procedure.purchaser),
        "others_concerned": "、".join(each.organization.name for each in others.select_related("organization")),
        "facts": matters,
        "decision": f"{complaint.decision_number}\n{result}\n{complaint.decision}",
        "authority_name": procedure.finance.name,
        "decided_on": decided.date().isoformat(),
    }


def withdraw(attempt: Attempt) -> None:
    end_suspension(attempt)
    attempt.obj.clock_stops.filter(ended_at__isnull=True).update(ended_at=attempt.at)
    write_letter(actor=attempt.actor, kind="complaint_termination", about=attempt.obj, reason=attempt.reason)


# --- clock --------------------------------------------------------------------------------------------------------


@implements("R-186")
def sweep(now: datetime) -> int:
    """A suspension nobody ended ends by itself after its last day."""
    today = timezone.localtime(now).date()
    over = Complaint.objects.filter(status="accepted", suspended_until__lt=today, resumed_at__isnull=True)
    for complaint in over:
        perform(complaint, "complaint.resume", actor=system_actor(), at=now)
    return len(over)


@records("R-187")
def _consequences(attempt: Attempt) -> None:
    """A false complaint bans from procurement; the third unfounded one within a year is a bad record."""
    complaint: Complaint = attempt.obj
    if complaint.outcome == Outcome.FALSE_EVIDENCE:
        _bad_record(attempt, int(attempt.data["ban_months"]), _("投诉中捏造事实或者提供虚假材料"))
        return
    earlier = unfounded_within_a_year(complaint.complainant_id, attempt.today)
    # The one being decided is not yet written.
    if complaint.outcome == Outcome.UNFOUNDED and earlier + 1 >= UNFOUNDED_LIMIT:
        _bad_record(attempt, BAD_RECORD_MONTHS, _("十二个月内三次以上投诉查无实据"))


def _bad_record(attempt: Attempt, months: int, reason: str) -> None:
    complaint: Complaint = attempt.obj
    credit.record_concluded(
        actor=attempt.actor,
        at=attempt.at,
        publish=True,
        organization=complaint.complainant,
        credit_list=CreditList.BAD_CONDUCT,
        severity=Severity.MAJOR if complaint.outcome == Outcome.FALSE_EVIDENCE else Severity.MINOR,
        authority=complaint.procedure.finance.name,
        document_number=complaint.decision_number,
        reason=_("%(reason)s（投诉 %(number)s）") % {"reason": reason, "number": complaint.number},
        remedy=_("不服处理决定的，可依法申请行政复议或者提起行政诉讼；记录有误的，可提出信用异议。"),
        starts_on=attempt.today,
        ends_on=add_months(attempt.today, months),
    )
