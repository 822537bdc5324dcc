"""Challenges: filed in time by whoever has standing, looked at, answered by two people, copied without secrets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
from projects.models import Challenge, ChallengeMatter, Finding, Procedure, ReplyCopy
from projects.models.challenge import BIDDER_ROLES
from projects.selectors.remedies import (
    challenged_at_once,
    has_standing,
    others_concerned,
    received_document_on,
    uses_the_law,
)
from projects.selectors.remedy_clocks import Window, challenge_window, reply_clock
from projects.selectors.remedy_recipients import both_sides, purchasers_people, suppliers_people
from projects.services.remedies import freeze_contracts, release_contracts
from projects.services.remedy_letters import write_letter

#: Fifteen working days are never shorter; before that the sweep need not look.
COMPLAINT_TERM_AT_LEAST = timedelta(days=15)


@dataclass(frozen=True)
class Matter:
    """One ground as it is entered."""

    text: str
    facts: str
    basis: str = ""


@dataclass(frozen=True)
class MatterReply:
    """What was found about one ground; ``answer`` leaves the house, ``internal_note`` never does."""

    matter: ChallengeMatter
    finding: str
    answer: str
    internal_note: str = ""
    is_shared: bool = True


@implements("R-181", "R-188")
@transaction.atomic
def file_challenge(
    *,
    actor: Actor,
    procedure: Procedure,
    challenger: Organization,
    step: str,
    matters: Sequence[Matter],
    request: str,
    secret: str = "",
    at: datetime | None = None,
) -> Challenge:
    """Take a challenge. Late, it is refused with the computed last day; the database refuses it as well.

    Raises:
        RuleViolation: S-02 for anyone but the supplier's people, R-189 where the law does not apply, R-181 without
            standing, before the step or after the seven working days, S-04 without matters, R-188 for a second one.
    """
    moment = at or database_now()
    window = _admitted(actor, procedure, challenger, step, matters, moment)
    challenge = Challenge(
        number=next_number("challenge", prefix="ZY", year=timezone.localtime(moment).year),
        procedure=procedure,
        case=procedure.case,
        challenger=challenger,
        filed_by=actor.person,
        step=step,
        request=request.strip(),
        secret=secret.strip(),
        filed_at=moment,
        counted_from=window.start,
        last_day=window.last,
        one_per_step=challenged_at_once(procedure),
    )
    challenge.reply_due_on = reply_clock(challenge).due
    challenge.validate_constraints()
    challenge.save(force_insert=True)
    _write_matters(challenge, matters)
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action="challenge.file",
        subject=challenge.subject,
        case_id=challenge.case_id,
        body={"procedure": str(procedure.pk), "step": step, "matters": len(matters)},
    )
    _tell_the_house(challenge)
    return challenge


@transaction.atomic
def correct(
    *, actor: Actor, challenge: Challenge, matters: Sequence[Matter], request: str, at: datetime | None = None
) -> None:
    """Hand in the one correction; the clock of the reply goes on."""
    locked = Challenge.objects.select_for_update(no_key=True).get(pk=challenge.pk)
    if locked.status == "correction" and _has_content(matters):
        locked.request = request.strip()
        locked.save(update_fields=["request", "updated_at"])
        locked.matters.all().delete()
        _write_matters(locked, matters)
    moment = at or database_now()
    perform(challenge, "challenge.correct", actor=actor, at=moment)
    challenge.corrected_at = moment
    challenge.reply_due_on = reply_clock(challenge).due
    challenge.save(update_fields=["corrected_at", "reply_due_on", "updated_at"])


@transaction.atomic
def propose_reply(
    *, actor: Actor, challenge: Challenge, replies: Sequence[MatterReply], remedy: str = "", at: datetime | None = None
) -> None:
    """Draft the reply, matter by matter; another person approves it before anybody outside reads a word."""
    upheld = any(reply.finding == Finding.UPHELD for reply in replies)
    if upheld != bool(remedy):
        raise RuleViolation([Refusal("R-182", _("质疑成立的须选择处理方式，不成立的没有处理方式"))])
    for reply in replies:
        matter = reply.matter
        matter.finding, matter.answer = reply.finding, reply.answer.strip()
        matter.internal_note, matter.is_shared = reply.internal_note.strip(), reply.is_shared
        matter.save()
    row = "challenge.propose_uphold" if upheld else "challenge.propose_dismissal"
    perform(challenge, row, actor=actor, at=at)
    challenge.drafted_by, challenge.remedy = actor.person, remedy
    challenge.save(update_fields=["drafted_by", "remedy", "updated_at"])


# --- effects ------------------------------------------------------------------------------------------------------


def ask_for_correction(attempt: Attempt) -> None:
    challenge: Challenge = attempt.obj
    challenge.correction_asked_at, challenge.reply_due_on = attempt.at, None
    write_letter(actor=attempt.actor, kind="challenge_correction", about=challenge, reason=attempt.reason)


def refuse(attempt: Attempt) -> None:
    write_letter(actor=attempt.actor, kind="challenge_refusal", about=attempt.obj, reason=attempt.reason)


@implements("R-183")
def accept(attempt: Attempt) -> None:
    """Effect: where the result may change nobody signs, and what was signed stands still."""
    challenge: Challenge = attempt.obj
    challenge.affects_result = bool(attempt.data.get("affects_result"))
    if challenge.affects_result:
        freeze_contracts(challenge.procedure, at=attempt.at, reason=str(challenge.number))
    write_letter(actor=attempt.actor, kind="challenge_acceptance", about=challenge)


@implements("R-182")
def reply(attempt: Attempt) -> None:
    """Effect of approving: the challenger is answered, the others concerned get what was chosen for them."""
    challenge: Challenge = attempt.obj
    challenge.replied_at = attempt.at
    if not challenge.remedy:
        release_contracts(challenge.procedure, at=attempt.at, settled=challenge)
    write_letter(actor=attempt.actor, kind="challenge_reply", about=challenge)
    shared = [
        {"text": matter.text, "finding": str(matter.get_finding_display()), "answer": matter.answer}
        for matter in challenge.matters.filter(is_shared=True)
    ]
    for organization in others_concerned(challenge) if shared else ():
        _send_copy(attempt, organization, shared)


def withdraw(attempt: Attempt) -> None:
    """Effect: nothing is frozen any more; a late reply is owed to nobody."""
    attempt.obj.overdue_at = None
    release_contracts(attempt.obj.procedure, at=attempt.at, settled=attempt.obj)


# --- clock --------------------------------------------------------------------------------------------------------


@implements("R-182", "R-184")
def sweep(now: datetime) -> int:
    """Late replies open the way to complain; answered challenges nobody complained about are done with."""
    today = timezone.localtime(now).date()
    late = Challenge.objects.unanswered().filter(reply_due_on__lt=today, overdue_at__isnull=True)
    for challenge in late.select_related("procedure"):
        _mark_overdue(challenge, now)
    closed = 0
    answered = Challenge.objects.filter(status="replied", replied_at__lt=now - COMPLAINT_TERM_AT_LEAST)
    for challenge in answered.select_related("procedure__rule_set"):
        try:
            perform(challenge, "challenge.close", actor=system_actor(), at=now)
        except RuleViolation:
            continue  # its fifteen working days still run, or a complaint is open
        closed += 1
    return closed


@transaction.atomic
def _mark_overdue(challenge: Challenge, now: datetime) -> None:
    challenge.overdue_at = now
    challenge.save(update_fields=["overdue_at", "updated_at"])
    notify(
        template="challenge_overdue",
        recipients=both_sides(challenge),
        case_id=challenge.case_id,
        url=challenge.get_absolute_url(),
        context={"number": challenge.number, "procedure": str(challenge.procedure), "due": str(challenge.reply_due_on)},
        key=f"{challenge.pk}:overdue",
    )


# --- parts --------------------------------------------------------------------------------------------------------


def _admitted(
    actor: Actor, procedure: Procedure, challenger: Organization, step: str, matters: Sequence[Matter], at: datetime
) -> Window:
    if not any(actor.holds(role, challenger.pk) for role in BIDDER_ROLES):
        raise RuleViolation([Refusal("S-02", _("质疑由供应商的经办人或负责人提出"))])
    if not uses_the_law(procedure):
        raise RuleViolation([Refusal("R-189", _("本项目不适用质疑投诉程序，请按购买文件写明的渠道提出诉求"))])
    if not has_standing(procedure, challenger.pk, step):
        raise RuleViolation([Refusal("R-181", _("只有获取采购文件的或者参加采购活动的供应商可以提出质疑"))])
    if not _has_content(matters):
        raise RuleViolation([Refusal("S-04", _("请写明质疑事项和事实依据"))])
    window = challenge_window(procedure, step, received_on=received_document_on(procedure, challenger.pk))
    if window is None:
        raise RuleViolation([Refusal("R-181", _("该环节尚未结束，还不能针对它提出质疑"))])
    late = window.refusal(at, "R-181", _("质疑"))
    if late is not None:
        raise RuleViolation([late])
    earlier = Challenge.objects.filter(procedure=procedure, challenger=challenger, step=step, one_per_step=True)
    if challenged_at_once(procedure) and earlier.exclude(status__in=("withdrawn", "inadmissible")).exists():
        raise RuleViolation([Refusal("R-188", _("采购文件要求一次性提出针对同一环节的质疑，本单位已经提出"))])
    return window


def _has_content(matters: Sequence[Matter]) -> bool:
    return bool(matters) and all(matter.text.strip() and matter.facts.strip() for matter in matters)


def _write_matters(challenge: Challenge, matters: Sequence[Matter]) -> None:
    ChallengeMatter.objects.bulk_create(
        ChallengeMatter(
            challenge=challenge,
            number=number,
            text=matter.text.strip(),
            facts=matter.facts.strip(),
            basis=matter.basis.strip(),
        )
        for number, matter in enumerate(matters, start=1)
    )


def _tell_the_house(challenge: Challenge) -> None:
    notify(
        template="challenge_filed",
        recipients=purchasers_people(challenge.procedure),
        case_id=challenge.case_id,
        url=challenge.get_absolute_url(),
        context={
            "number": challenge.number,
            "procedure": str(challenge.procedure),
            "step": str(challenge.get_step_display()),
            "due": str(challenge.reply_due_on or ""),
        },
        key=f"{challenge.pk}:filed",
    )


def _send_copy(attempt: Attempt, organization: Organization, matters: list[dict[str, str]]) -> None:
    challenge = attempt.obj
    copy = ReplyCopy.objects.create(challenge=challenge, organization=organization, matters=matters, sent_at=attempt.at)
    write_letter(actor=attempt.actor, kind="challenge_copy", about=copy)
    notify(
        template="reply_copied",
        recipients=suppliers_people(organization.pk),
        case_id=challenge.case_id,
        url=copy.get_absolute_url(),
        context={"procedure": str(challenge.procedure)},
        key=f"{copy.pk}:sent",
    )
