"""Opening a survey, handing out its tickets, taking one answer for each (R-266)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from evaluation.models import Channel, Level, Survey, SurveyAnswer, SurveyTicket, ticket_code
from evaluation.models.survey import CODE_ALPHABET
from evaluation.selectors.surveys import QUESTIONS
from procurement import audit
from procurement.access import ANONYMOUS, Actor, Role
from procurement.lifecycle.engine import Attempt, database_now, perform, system_actor
from procurement.rules import Refusal, RuleViolation, implements, refusal_for_constraint

#: More than this at one go is a slip of the keyboard.
MOST_TICKETS = 500
MOST_AT_ALL = 5000


@implements("R-266")
def open_survey(attempt: Attempt) -> None:
    """Effect of survey.open."""
    survey: Survey = attempt.obj
    survey.closes_on = attempt.data["closes_on"]
    survey.intro = str(attempt.data.get("intro", "")).strip()
    survey.opened_at = attempt.at
    mint_tickets(survey, int(attempt.data["tickets"]), attempt.at)


def add_tickets(attempt: Attempt) -> None:
    mint_tickets(attempt.obj, int(attempt.data["tickets"]), attempt.at)


def extend(attempt: Attempt) -> None:
    attempt.obj.closes_on = attempt.data["closes_on"]


def close(attempt: Attempt) -> None:
    attempt.obj.closed_at = attempt.at


def mint_tickets(survey: Survey, count: int, at: datetime) -> list[SurveyTicket]:
    """So many new tickets, numbered on from the last. The caller holds the survey's lock."""
    last = survey.tickets.aggregate(last=Max("number"))["last"] or 0
    if count < 1 or count > MOST_TICKETS or last + count > MOST_AT_ALL:
        raise RuleViolation([Refusal("R-266", _("一次可生成 1 至 %(n)s 个编码") % {"n": MOST_TICKETS})])
    return SurveyTicket.objects.bulk_create(
        [SurveyTicket(survey=survey, number=last + n, made_at=at) for n in range(1, count + 1)]
    )


def normalise(code: str) -> str:
    """What was typed from a slip, in capitals and without the dash."""
    return "".join(sign for sign in code.upper() if sign in CODE_ALPHABET)


def find_ticket(code: str) -> SurveyTicket | None:
    typed = normalise(code)
    return (
        SurveyTicket.objects.select_related("survey__assessment__application__applicant").filter(code=typed).first()
        if typed
        else None
    )


def refusal_for(ticket: SurveyTicket, at: datetime) -> str:
    """Why this ticket takes no answer now, in plain words; empty when it does."""
    survey = ticket.survey
    if survey.status != "open" or survey.closes_on is None or timezone.localtime(at).date() > survey.closes_on:
        return _("本次满意度测评已经结束，感谢您的关心。")
    if ticket.answers.exists():
        return _("这个编码已经填写过，每个编码只计一次。谢谢您！")
    return ""


@implements("R-266")
def answer(
    *,
    code: str,
    levels: Mapping[str, int],
    comment: str = "",
    channel: str = Channel.WEB,
    actor: Actor = ANONYMOUS,
    at: datetime | None = None,
) -> SurveyAnswer:
    """Take the one answer of a ticket. Two at the same moment: the database keeps the first.

    The journal learns of calls only: an entry names the visitor's address, and that would name the recipient.

    Raises:
        RuleViolation: R-266 when the code is unknown, used, or the survey closed; S-02 for a call not made by the
            evaluator.
    """
    moment = at or database_now()
    ticket = find_ticket(code)
    if ticket is None:
        raise RuleViolation([Refusal("R-266", _("没有这个编码，请核对后再输入"))])
    survey = ticket.survey
    by_phone = channel == Channel.PHONE
    if by_phone and not actor.holds(Role.TPE, survey.assessment.evaluator_id):
        raise RuleViolation([Refusal("S-02", _("电话回访由评估机构登记"))])
    reason = refusal_for(ticket, moment)
    if reason:
        raise RuleViolation([Refusal("R-266", reason)])
    try:
        with transaction.atomic():
            taken = SurveyAnswer.objects.create(
                survey=survey,
                ticket=ticket,
                **{name: Level(levels[name]) for name in QUESTIONS},
                comment=comment.strip()[:300],
                channel=channel,
                entered_by=actor.user if by_phone else None,
                answered_at=moment,
            )
            if by_phone:
                _journal_call(actor, survey)
    except IntegrityError as error:
        refusal = refusal_for_constraint(error)
        if refusal is None:
            raise
        raise RuleViolation([refusal]) from error
    return taken


def _journal_call(actor: Actor, survey: Survey) -> None:
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action="survey.answer_by_phone",
        subject=survey.subject,
        case_id=survey.case_id,
        body={"survey": str(survey.pk)},
    )


@transaction.atomic
def ticket_of(*, actor: Actor, survey: Survey, at: datetime | None = None) -> SurveyTicket:
    """The one ticket of a signed-in resident; made at the first visit.

    Raises:
        RuleViolation: S-02 for anybody who is not a service recipient.
    """
    if not actor.holds(Role.REC):
        raise RuleViolation([Refusal("S-02", _("满意度测评由服务对象填写"))])
    locked = Survey.objects.select_for_update(no_key=True).get(pk=survey.pk)
    found = locked.tickets.filter(person=actor.user).first()
    if found is not None:
        return found
    last = locked.tickets.aggregate(last=Max("number"))["last"] or 0
    return SurveyTicket.objects.create(
        survey=locked, number=last + 1, code=ticket_code(), person=actor.user, made_at=at or database_now()
    )


def close_due(now: datetime) -> int:
    """Close surveys whose last day is over; returns how many."""
    rows = list(Survey.objects.past_closing(timezone.localtime(now).date()))
    for survey in rows:
        perform(survey, "survey.close", actor=system_actor(), at=now)
    return len(rows)
