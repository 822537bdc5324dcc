"""The simple remedy where the Government Procurement Law does not apply: asked, taken, answered in time (R-189)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.models import Organization
from procurement import audit
from procurement.access import Actor
from procurement.lifecycle.engine import Attempt, database_now, perform, system_actor
from procurement.lifecycle.numbering import next_number
from procurement.notices import notify
from procurement.rules import Refusal, RuleViolation, implements
from projects.models import Procedure, RemedyRequest
from projects.models.challenge import BIDDER_ROLES, ChallengeStep
from projects.selectors.remedies import has_standing, uses_the_law
from projects.selectors.remedy_clocks import due_or_open, term
from projects.selectors.remedy_recipients import purchasers_people

#: An answer nobody disputed for this long has settled the matter.
SETTLED_AFTER = timedelta(days=30)


@implements("R-189")
@transaction.atomic
def file_request(
    *, actor: Actor, procedure: Procedure, requester: Organization, text: str, at: datetime | None = None
) -> RemedyRequest:
    """Take a request of a supplier; it is answered within the place's term, seven working days unless set otherwise.

    Raises:
        RuleViolation: S-02 for anyone but the supplier's people, R-181 where the law gives challenge and complaint,
            R-189 without standing, S-04 without text.
    """
    moment = at or database_now()
    if not any(actor.holds(role, requester.pk) for role in BIDDER_ROLES):
        raise RuleViolation([Refusal("S-02", _("诉求由供应商的经办人或负责人提出"))])
    if uses_the_law(procedure):
        raise RuleViolation([Refusal("R-181", _("本项目适用政府采购法，请提出质疑"))])
    if not has_standing(procedure, requester.pk, ChallengeStep.DOCUMENT):
        raise RuleViolation([Refusal("R-189", _("只有获取购买文件的或者参加购买活动的供应商可以提出诉求"))])
    if not text.strip():
        raise RuleViolation([Refusal("S-04", _("请写明诉求事项和理由"))])
    filed = RemedyRequest(
        number=next_number("remedy_request", prefix="SQ", year=timezone.localtime(moment).year),
        procedure=procedure,
        case=procedure.case,
        requester=requester,
        filed_by=actor.person,
        text=text.strip(),
        filed_at=moment,
        due_on=due_or_open(moment, term(procedure, "remedy_days")),
    )
    filed.save(force_insert=True)
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action="remedy_request.file",
        subject=filed.subject,
        case_id=filed.case_id,
        body={"procedure": str(procedure.pk)},
    )
    _tell(filed, "remedy_request_filed", "filed")
    return filed


def answer(attempt: Attempt) -> None:
    """Effect of remedy_request.answer."""
    filed: RemedyRequest = attempt.obj
    filed.answer, filed.answered_at = attempt.data["answer"].strip(), attempt.at


@implements("R-189")
def sweep(now: datetime) -> int:
    """Late answers are told once; an answer nobody disputed settles the matter."""
    today = timezone.localtime(now).date()
    for late in RemedyRequest.objects.open().filter(due_on__lt=today, overdue_at__isnull=True):
        with transaction.atomic():
            late.overdue_at = now
            late.save(update_fields=["overdue_at", "updated_at"])
            _tell(late, "remedy_request_overdue", "overdue")
    settled = list(RemedyRequest.objects.filter(status="answered", answered_at__lt=now - SETTLED_AFTER))
    for each in settled:
        perform(each, "remedy_request.close", actor=system_actor(), at=now)
    return len(settled)


def _tell(filed: RemedyRequest, template: str, event: str) -> None:
    notify(
        template=template,
        recipients=purchasers_people(filed.procedure),
        case_id=filed.case_id,
        url=filed.get_absolute_url(),
        context={"number": filed.number, "procedure": str(filed.procedure), "due": str(filed.due_on or "")},
        key=f"{filed.pk}:{event}",
    )
