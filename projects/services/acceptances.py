"""Organising an acceptance: recipients, standards, opinion, notice, objection, final result."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from procurement import audit
from procurement.access import Actor, Duty, conflict_for
from procurement.calendars import CalendarNotAnnounced, Period
from procurement.documents import start_job
from procurement.lifecycle import steps
from procurement.lifecycle.engine import Attempt, database_now, perform
from procurement.rules import Refusal, RuleViolation, implements
from projects.models import (
    OPEN_ACCEPTANCE_STATES,
    Acceptance,
    AcceptanceStandard,
    Application,
    OpinionChannel,
    Recipient,
)
from projects.selectors.closeouts import accepts, contract_of, failed_rounds, is_contractor


@implements("R-240", "R-247")
@transaction.atomic
def plan_acceptance(*, actor: Actor, application: Application, at: datetime | None = None) -> Acceptance:
    """A round of acceptance with the standards of the contract and the indicators as its lines.

    Raises:
        RuleViolation: S-02 for anyone but the responsible unit and the acceptance officer, R-084 when the unit is
            the contractor, R-247 for who drafted or signed the contract, S-01 before the closeout report is through,
            R-240 while a round is under way or after the second failure.
    """
    locked = Application.objects.select_for_update(no_key=True, of=("self",)).get(pk=application.pk)
    found = _obstacles(actor, locked)
    if found:
        raise RuleViolation(found)
    acceptance = Acceptance(application=locked, case=locked.case, round=locked.acceptances.count() + 1)
    acceptance.save()
    AcceptanceStandard.objects.bulk_create(
        AcceptanceStandard(acceptance=acceptance, position=n, text=text)
        for n, text in enumerate(standards_of(locked), start=1)
    )
    _journal(actor, acceptance, "acceptance.plan", {"round": acceptance.round})
    return acceptance


def _obstacles(actor: Actor, application: Application) -> list[Refusal]:
    if not accepts(actor, application):
        return [Refusal("S-02", _("验收由主责单位或购买主体的验收人组织"))]
    found = []
    if application.hub_id == application.applicant_id:
        found.append(Refusal("R-084", _("主责单位与承接主体为同一单位，不得验收自己的项目")))
    clash = actor.id and conflict_for(person_id=actor.id, case_id=application.duty_scope, duty=Duty.ACCEPTOR)
    if clash:
        found.append(Refusal(clash[1], _("您在本项目中已承担“%(held)s”，不得验收") % {"held": clash[0].label}))
    closeout = getattr(application, "closeout", None)
    if application.status not in ("closing", "rectifying_final") or closeout is None or closeout.status != "accepted":
        found.append(Refusal("S-01", _("结项报告通过后才能组织验收")))
    last = application.acceptances.order_by("-round").first()
    if last is not None and last.status != "final":
        found.append(Refusal("R-240", _("已有一次验收正在进行")))
    elif last is not None and last.result == "pass":
        found.append(Refusal("R-240", _("验收已经通过，不必再次验收")))
    elif failed_rounds(application) > 1:
        found.append(Refusal("R-240", _("结项整改只有一次，不能第三次验收")))
    elif last is not None and last.rectified_at is None:
        found.append(Refusal("R-240", _("承接主体尚未报告整改情况，不能再次验收")))
    return found


def standards_of(application: Application) -> list[str]:
    """The standard lines an acceptance judges: the contract's quality terms one by one, and every indicator."""
    contract = contract_of(application)
    quality = [part.strip() for part in contract.quality.replace("\n", "；").split("；")] if contract else []
    indicators = [f"{row.name}：{row.target.normalize():f} {row.unit}" for row in application.indicators.all()]
    return [part.rstrip("。")[:300] for part in quality if part.strip("。 ")] + indicators


@implements("R-241")
@transaction.atomic
def name_recipient(
    *, actor: Actor, acceptance: Acceptance, masked_name: str, notified_by: str, at: datetime | None = None
) -> Recipient:
    """A service recipient called to witness; the code lets them answer without an account."""
    _require_open(actor, acceptance)
    recipient = Recipient.objects.create(
        acceptance=acceptance,
        masked_name=masked_name.strip(),
        notified_by=notified_by,
        notified_at=at or database_now(),
    )
    _journal(actor, acceptance, "acceptance.recipient", {"recipient": str(recipient.pk), "by": notified_by})
    return recipient


@transaction.atomic
def drop_recipient(*, actor: Actor, recipient: Recipient) -> None:
    """Take a name off the list again; only before the list is closed, and not one who has spoken."""
    acceptance = recipient.acceptance
    _require_open(actor, acceptance)
    if acceptance.status != "planned" or recipient.opinion_at is not None:
        raise RuleViolation([Refusal("R-241", _("已通知的服务对象不能从名单中去掉；未到场的请如实记录"))])
    _journal(actor, acceptance, "acceptance.drop_recipient", {"recipient": str(recipient.pk)})
    recipient.delete()


@implements("R-241")
@transaction.atomic
def record_presence(
    *, actor: Actor, acceptance: Acceptance, presence: dict[UUID, bool], at: datetime | None = None
) -> None:
    """Who came; absent ones are recorded too."""
    _require_open(actor, acceptance)
    for recipient in acceptance.recipients.filter(pk__in=list(presence)):
        recipient.present = presence[recipient.pk]
        recipient.save(update_fields=["present"])
    _journal(actor, acceptance, "acceptance.presence", {"present": sum(presence.values()), "named": len(presence)})


@implements("R-242")
@transaction.atomic
def give_opinion(
    *, recipient: Recipient, satisfied: int, opinion: str, at: datetime | None = None, actor: Actor | None = None
) -> Recipient:
    """A recipient's own words, by the code or taken down on site by ``actor``; said once."""
    locked = Recipient.objects.select_for_update(no_key=True, of=("self",)).get(pk=recipient.pk)
    if actor is not None:
        _require_open(actor, locked.acceptance)
    if locked.opinion_at is not None:
        raise RuleViolation([Refusal("R-242", _("您的意见已经提交，谢谢"))])
    if locked.acceptance.status not in OPEN_ACCEPTANCE_STATES:
        raise RuleViolation([Refusal("R-242", _("本次验收已拟定意见，不再收集"))])
    locked.satisfied, locked.opinion, locked.opinion_at = satisfied, opinion.strip(), at or database_now()
    locked.opinion_channel = OpinionChannel.SITE if actor is not None else OpinionChannel.CODE
    if actor is not None and locked.present is None:
        locked.present = True
    locked.save()
    audit.record(
        actor_id=actor.id if actor else None,
        actor_label=actor.label if actor else "",
        action="acceptance.opinion",
        subject=locked.acceptance.subject,
        case_id=locked.acceptance.case_id,
        body={"recipient": str(locked.pk), "satisfied": satisfied, "channel": str(locked.opinion_channel)},
    )
    return locked


@implements("R-240")
@transaction.atomic
def judge_standards(
    *, actor: Actor, acceptance: Acceptance, judged: dict[UUID, tuple[bool | None, str]], at: datetime | None = None
) -> None:
    """Each standard met or not, with the evidence; None takes a judgement back."""
    _require_open(actor, acceptance)
    for standard in acceptance.standards.filter(pk__in=list(judged)):
        standard.met, standard.evidence = judged[standard.pk]
        standard.save(update_fields=["met", "evidence"])
    _journal(actor, acceptance, "acceptance.judge", {"judged": len(judged)})


@transaction.atomic
def report_rectification(*, actor: Actor, acceptance: Acceptance, text: str, at: datetime | None = None) -> Acceptance:
    """After a round not passed: the contractor says, within the term, what was put right; a second round follows."""
    locked = Acceptance.objects.select_for_update(no_key=True, of=("self",)).get(pk=acceptance.pk)
    moment = at or database_now()
    if not is_contractor(actor, locked.application):
        raise RuleViolation([Refusal("S-02", _("整改情况由承接主体报告"))])
    if locked.status != "final" or locked.result == "pass" or locked.rectify_due_on is None:
        raise RuleViolation([Refusal("S-01", _("本次验收没有整改要求"))])
    if locked.application.status != "rectifying_final":
        raise RuleViolation([Refusal("S-01", _("项目不在结项整改中"))])
    if locked.rectified_at is not None:
        raise RuleViolation([Refusal("S-01", _("整改情况已经报告，等待再次验收"))])
    if steps.local_day(moment) > locked.rectify_due_on:
        raise RuleViolation([Refusal("R-240", _("整改期已于 %(day)s 届满") % {"day": locked.rectify_due_on})])
    if not text.strip():
        raise RuleViolation([Refusal("S-04", _("请写明整改情况"))])
    locked.rectification, locked.rectified_at = text.strip(), moment
    locked.save()
    _journal(actor, locked, "acceptance.rectified", {"round": locked.round})
    return locked


# --- effects ----------------------------------------------------------------------------------------------------


def visit(attempt: Attempt) -> None:
    acceptance: Acceptance = attempt.obj
    acceptance.visited_on, acceptance.place = attempt.data["visited_on"], attempt.data["place"]
    acceptance.findings = str(attempt.data.get("findings") or "")


def draft(attempt: Attempt) -> None:
    acceptance: Acceptance = attempt.obj
    acceptance.opinion, acceptance.result = attempt.data["opinion"], attempt.data["result"]
    acceptance.drafted_by, acceptance.drafted_at = attempt.actor.user, attempt.at


@implements("R-244", "R-245")
def send_notice(attempt: Attempt) -> None:
    """Effect of acceptance.send_notice: from the notice runs the contractor's time to object.

    Raises:
        RuleViolation: R-305 when the calendar of the last day is not announced: a right cannot be cut by a guess.
    """
    acceptance: Acceptance = attempt.obj
    acceptance.notice_sent_at = attempt.at
    acceptance.objection_due_on = _last_day(attempt, "assessment_objection_days")


@implements("R-245")
def object_to(attempt: Attempt) -> None:
    """Effect of acceptance.object: from the objection runs the time to answer; an unknown calendar never bars it."""
    acceptance: Acceptance = attempt.obj
    acceptance.objection, acceptance.objected_at = attempt.reason, attempt.at
    try:
        acceptance.reply_due_on = Period.parse(str(attempt.value("assessment_reply_days"))).due(attempt.today)
    except CalendarNotAnnounced:
        acceptance.reply_due_on = None


def answer(attempt: Attempt) -> None:
    """The answer may correct the result."""
    acceptance: Acceptance = attempt.obj
    _reply(attempt)
    if attempt.data.get("result"):
        acceptance.result = attempt.data["result"]


def rejudge(attempt: Attempt) -> None:
    """The objection is right: everything after the visit is done anew, and so is the notice."""
    acceptance: Acceptance = attempt.obj
    _reply(attempt)
    acceptance.opinion, acceptance.result = "", ""
    acceptance.drafted_by, acceptance.drafted_at = None, None
    acceptance.notice_sent_at, acceptance.objection_due_on = None, None


def _reply(attempt: Attempt) -> None:
    acceptance: Acceptance = attempt.obj
    acceptance.reply, acceptance.replied_by, acceptance.replied_at = attempt.reason, attempt.actor.user, attempt.at


@implements("R-240")
def finalise(attempt: Attempt) -> None:
    """Effect of acceptance.finalise: passed opens the audit; failed gives one term to put things right.

    Raises:
        RuleViolation: R-305 when the last day of that term lies in a year whose calendar is not announced.
    """
    acceptance: Acceptance = attempt.obj
    application = acceptance.application
    if acceptance.result == "pass":
        _passed(attempt, application)
    elif application.status == "closing":
        acceptance.rectify_due_on = _last_day(attempt, "rectification_days")
        perform(
            application,
            "application.fail_closeout",
            actor=attempt.actor,
            at=attempt.at,
            reason=acceptance.opinion,
            rectify_due_on=acceptance.rectify_due_on,
        )
    attempt.kept |= {"result": acceptance.result, "round": acceptance.round}
    start_job(
        kind="acceptance_certificate",
        actor=attempt.actor,
        case_id=acceptance.case_id,
        params={"acceptance": str(acceptance.pk)},
    )


def _passed(attempt: Attempt, application: Application) -> None:
    if application.status == "rectifying_final":
        perform(application, "application.resume_closeout", actor=attempt.actor, at=attempt.at)
    if application.case is not None:
        steps.complete_step(application.case, "responsible_unit_acceptance", at=attempt.at, actor=attempt.actor)
        steps.open_step(application.case, "financial_audit", at=attempt.at)


def _last_day(attempt: Attempt, parameter: str) -> date:
    try:
        return Period.parse(str(attempt.value(parameter))).due(attempt.today)
    except CalendarNotAnnounced as unknown:
        raise RuleViolation([Refusal("R-305", str(unknown))]) from unknown


def _require_open(actor: Actor, acceptance: Acceptance) -> None:
    if not accepts(actor, acceptance.application):
        raise RuleViolation([Refusal("S-02", _("验收由主责单位或购买主体的验收人组织"))])
    if acceptance.status not in OPEN_ACCEPTANCE_STATES:
        raise RuleViolation([Refusal("S-01", _("验收意见已拟定，不能再更改"))])


def _journal(actor: Actor, acceptance: Acceptance, action: str, body: dict[str, Any]) -> None:
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action=action,
        subject=acceptance.subject,
        case_id=acceptance.case_id,
        body=body,
    )
