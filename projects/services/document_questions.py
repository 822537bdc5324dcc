"""Questions to an issued document: asked by a possible bidder, answered to everybody without naming it (R-180)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from orgs.models import Organization
from procurement.access import Actor, Role, people_holding
from procurement.calendars import CalendarNotAnnounced, Period
from procurement.lifecycle.engine import Attempt, database_now
from procurement.notices import notify
from procurement.rules import Refusal, RuleViolation
from projects.models import BIDDER_ROLES, DocumentQuestion, Procedure
from projects.services.document_holders import tell_takers


@transaction.atomic
def ask(
    *, actor: Actor, procedure: Procedure, organization: Organization, text: str, at: datetime | None = None
) -> DocumentQuestion:
    """Put a question while bids are taken. Who asked enters neither journal nor notice.

    Raises RuleViolation: S-02 for people of another body, S-01 after the deadline.
    """
    if not any(actor.holds(role, organization.pk) for role in BIDDER_ROLES):
        raise RuleViolation([Refusal("S-02", _("询问由供应商的经办人或者负责人提出"))])
    moment = at or database_now()
    locked = Procedure.objects.select_for_update(no_key=True, of=("self",)).get(pk=procedure.pk)
    if locked.status != "bidding" or (locked.deadline_at is not None and moment >= locked.deadline_at):
        raise RuleViolation([Refusal("S-01", _("投标（响应）已经截止或者尚未开始，不能提出询问"))])
    question = DocumentQuestion.objects.create(
        procedure=locked,
        case=locked.case,
        organization=organization,
        asked_by=actor.person,
        text=text.strip(),
        asked_at=moment,
        due_on=_due(locked, moment),
    )
    _tell_those_who_answer(question)
    return question


def answer(attempt: Attempt) -> None:
    """Effect of ``document_question.answer``: kept, and told to everyone who has the document."""
    question: DocumentQuestion = attempt.obj
    question.answer = attempt.data["answer"].strip()
    question.answered_at = attempt.at
    tell_takers(
        question.procedure,
        template="document_question_answered",
        context={"question": question.text, "answer": question.answer},
        key=f"document-question:{question.pk}",
    )


def _due(procedure: Procedure, asked: datetime) -> date | None:
    try:
        return Period.parse(str(procedure.rule_set.value("question_days"))).due(asked)
    except CalendarNotAnnounced:  # informative: stays open until the calendar is there
        return None


def _tell_those_who_answer(question: DocumentQuestion) -> None:
    procedure = question.procedure
    people = people_holding(Role.PU_BUY, procedure.purchaser_id)
    if procedure.agent_id:
        people = [*people, *people_holding(Role.AGT, procedure.agent_id)]
    notify(
        template="document_question_asked",
        recipients=list({person.pk: person for person in people}.values()),
        url=question.get_absolute_url(),
        context={
            "number": procedure.number,
            "title": procedure.title,
            "question": question.text,
            "due": question.due_on.isoformat() if question.due_on else "",
        },
        key=f"document-question-asked:{question.pk}",
    )
