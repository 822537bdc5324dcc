"""Who may challenge and complain, what a pending remedy freezes, and what stands in whose queue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.models import Organization
from procurement.access import Actor
from procurement.calendars import add_months
from procurement.rules import Regime
from projects.models import Challenge, Complaint, DocumentHolder, Procedure, ProcurementDocument
from projects.models.challenge import BIDDER_ROLES, ChallengeStep
from projects.models.complaint import UNFOUNDED_OUTCOMES
from projects.selectors.remedy_clocks import Clock, Window, challenge_window, complaint_clocks

#: So many unfounded complaints within twelve months make a bad record (R-187).
UNFOUNDED_LIMIT = 3


def took_part(procedure: Procedure, organization_id: UUID) -> bool:
    return procedure.bids.filter(bidder=organization_id).exists()


def received_document_on(procedure: Procedure, organization_id: UUID) -> date | None:
    """The day the organisation received the procurement document; None when it holds none.

    Asked only about the organisation that is itself acting: who else holds one is nobody's business (T3).
    """
    taken = DocumentHolder.objects.filter(procedure=procedure, organization=organization_id).first()
    return timezone.localtime(taken.taken_at).date() if taken else None


def has_standing(procedure: Procedure, organization_id: UUID, step: str) -> bool:
    """Against the document whoever holds it or bid, against everything else whoever bid (令94 第11条)."""
    if took_part(procedure, organization_id):
        return True
    return step == ChallengeStep.DOCUMENT and received_document_on(procedure, organization_id) is not None


def challengers_of(actor: Actor, procedure: Procedure) -> list[UUID]:
    """The actor's own bodies that may challenge something here."""
    mine = actor.organization_ids(*BIDDER_ROLES)
    return [each for each in mine if has_standing(procedure, each, ChallengeStep.DOCUMENT)]


def others_concerned(challenge: Challenge) -> QuerySet[Organization]:
    """The other suppliers a reply is copied to: everyone else who took part, and who holds a challenged document."""
    procedure = challenge.procedure
    concerned = Q(pk__in=procedure.bids.values("bidder"))
    if challenge.step == ChallengeStep.DOCUMENT:
        concerned |= Q(pk__in=DocumentHolder.objects.filter(procedure=procedure).values("organization"))
    return Organization.objects.filter(concerned).exclude(pk=challenge.challenger_id)


def challenged_at_once(procedure: Procedure) -> bool:
    """Whether the document asks for all challenges against one step at once (R-188)."""
    return ProcurementDocument.objects.filter(procedure=procedure, one_time_challenge=True).exists()


def uses_the_law(procedure: Procedure) -> bool:
    """Challenge and complaint are the law's; elsewhere there is the simple request (R-189)."""
    return procedure.regime == Regime.STATUTORY


# --- what is frozen -----------------------------------------------------------------------------------------------


def what_freezes(procedure: Procedure) -> list[Challenge | Complaint]:
    """Pending challenges that may change the result, running suspensions, and reruns not yet carried out (R-183)."""
    return [*procedure.challenges.freezing(), *procedure.complaints.freezing()]


def result_is_frozen(procedure: Procedure) -> bool:
    return procedure.challenges.freezing().exists() or procedure.complaints.freezing().exists()


def freezing_sentence(procedure: Procedure) -> str:
    """Why nobody may decide, announce or sign now; empty when nothing stands in the way.

    It names no number and no name: whoever reads it may be a bidder.
    """
    if not result_is_frozen(procedure):
        return ""
    return _("本项目有可能影响采购结果的质疑或投诉尚未处理完毕，暂停确定结果和签订合同")


# --- conduct of complainants ---------------------------------------------------------------------------------------


def unfounded_within_a_year(organization_id: UUID, on: date) -> int:
    """Complaints dismissed as unfounded in the twelve months up to ``on`` (R-187)."""
    since = add_months(on, -12)
    return Complaint.objects.filter(
        complainant=organization_id,
        outcome__in=UNFOUNDED_OUTCOMES,
        decided_at__date__gt=since,
        decided_at__date__lte=on,
    ).count()


# --- the supervisor's queue ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Queued:
    """A complaint with the clock that runs out first."""

    complaint: Complaint
    clock: Clock | None
    used: int | None
    is_overdue: bool

    @property
    def due(self) -> date | None:
        return self.clock.due if self.clock else None


def queue_at(rows: QuerySet[Complaint], now: datetime, today: date) -> list[Queued]:
    """Open complaints, first what runs out first; those whose clock stands still at the end. Three queries."""
    complaints = rows.filter(Q(status__in=("filed", "correction", "accepted", "decided"))).select_related(
        "procedure__rule_set", "procedure__purchaser", "complainant"
    )
    queued = [_queued(each, now, today) for each in complaints.prefetch_related("clock_stops")]
    return sorted(queued, key=lambda each: (each.due is None, each.due or date.max, each.complaint.number))


def _queued(complaint: Complaint, now: datetime, today: date) -> Queued:
    clocks = complaint_clocks(complaint)
    running = [each for each in clocks if each.due is not None]
    first = min(running, key=lambda each: each.due or date.max) if running else (clocks[-1] if clocks else None)
    return Queued(complaint, first, first.used(today) if first else None, bool(first and first.is_over(now)))


# --- filing a challenge --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OpenStep:
    """A step of the procedure, and whether it may be challenged now."""

    step: ChallengeStep
    window: Window | None
    is_open: bool
    why_not: str = ""


def steps_open_to(procedure: Procedure, organization_id: UUID, at: datetime) -> list[OpenStep]:
    """Every step with its window, so that whoever is late reads the computed day before writing a line."""
    received = received_document_on(procedure, organization_id)
    return [_open_step(procedure, step, organization_id, received, at) for step in ChallengeStep]


def _open_step(
    procedure: Procedure, step: ChallengeStep, organization_id: UUID, received: date | None, at: datetime
) -> OpenStep:
    window = challenge_window(procedure, step, received_on=received)
    if window is None:
        return OpenStep(step, None, False, _("该环节尚未结束"))
    late = window.refusal(at, "R-181", _("质疑"))
    if late is not None:
        return OpenStep(step, window, False, late.message)
    if not has_standing(procedure, organization_id, step):
        return OpenStep(step, window, False, _("本单位没有参加采购活动"))
    return OpenStep(step, window, True)
