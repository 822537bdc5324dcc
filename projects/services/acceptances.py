"""Organising an acceptance: recipients, standards, opinion, notice, objection, final result."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from procurement import audit
from procurement.access import Actor, Role
from procurement.calendars import CalendarNotAnnounced, Period
from procurement.lifecycle import steps
from procurement.lifecycle.engine import Attempt, database_now, perform
from procurement.rules import Refusal, RuleViolation, implements
from projects.models import Acceptance, AcceptanceStandard, Application, Recipient

#: The state in which a round may still get recipients and standards.
OPEN_STATES = ("planned", "recipients_notified", "on_site")


@transaction.atomic
def plan_acceptance(*, actor: Actor, application: Application, at: datetime | None = None) -> Acceptance:
    """A round of acceptance with the standards of the contract and the indicators as its lines."""
    _require_acceptor(actor, application)
    if application.status not in ("closing", "rectifying_final"):
        raise RuleViolation([Refusal("S-01", _("承接主体提交结项报告后才能组织验收"))])
    if application.acceptances.exclude(status="final").exists():
        raise RuleViolation([Refusal("S-01", _("已有一次验收正在进行"))])
    acceptance = Acceptance(application=application, case=application.case, round=application.acceptances.count() + 1)
    acceptance.save()
    AcceptanceStandard.objects.bulk_create(
        AcceptanceStandard(acceptance=acceptance, position=n, text=text)
        for n, text in enumerate(standards_of(application), start=1)
    )
    return acceptance


def standards_of(application: Application) -> list[str]:
    """The standard lines an acceptance judges: the contract's quality terms and every indicator."""
    contract = application.contracts.exclude(status="cancelled").first()
    quality = [contract.quality.strip()[:300]] if contract and contract.quality.strip() else []
    return quality + [f"{row.name}：{row.target.normalize():f} {row.unit}" for row in application.indicators.all()]


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
def record_presence(
    *, actor: Actor, acceptance: Acceptance, presence: dict[UUID, bool], at: datetime | None = None
) -> None:
    """Who came; absent ones are recorded too (R-241)."""
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
    """A recipient's own words, by the code or taken down on site; said once."""
    locked = Recipient.objects.select_for_update(no_key=True).get(pk=recipient.pk)
    if locked.opinion_at is not None:
        raise RuleViolation([Refusal("R-242", _("您的意见已经提交，谢谢"))])
    if locked.acceptance.status not in OPEN_STATES:
        raise RuleViolation([Refusal("R-242", _("本次验收已拟定意见，不再收集"))])
    locked.satisfied, locked.opinion, locked.opinion_at = satisfied, opinion.strip(), at or database_now()
    locked.save()
    audit.record(
        actor_id=actor.id if actor else None,
        actor_label=actor.label if actor else "",
        action="acceptance.opinion",
        subject=locked.acceptance.subject,
        case_id=locked.acceptance.case_id,
        body={"recipient": str(locked.pk), "satisfied": satisfied},
    )
    return locked


@transaction.atomic
def judge_standards(
    *, actor: Actor, acceptance: Acceptance, judged: dict[UUID, tuple[bool, str]], at: datetime | None = None
) -> None:
    """Each standard met or not, with the evidence (R-240)."""
    _require_open(actor, acceptance)
    for standard in acceptance.standards.filter(pk__in=list(judged)):
        standard.met, standard.evidence = judged[standard.pk]
        standard.save(update_fields=["met", "evidence"])
    _journal(actor, acceptance, "acceptance.judge", {"judged": len(judged)})


def visit(attempt: Attempt) -> None:
    acceptance: Acceptance = attempt.obj
    acceptance.visited_on, acceptance.place = attempt.data["visited_on"], attempt.data["place"]
    acceptance.findings = str(attempt.data.get("findings") or "")


def draft(attempt: Attempt) -> None:
    acceptance: Acceptance = attempt.obj
    acceptance.opinion, acceptance.result = attempt.data["opinion"], attempt.data["result"]
    acceptance.drafted_by = attempt.actor.user


@implements("R-244", "R-245")
def send_notice(attempt: Attempt) -> None:
    """Effect of acceptance.send_notice: from the notice runs the contractor's time to object.

    Raises:
        RuleViolation: R-305 when the calendar of the last day is not announced: a right cannot be cut by a guess.
    """
    acceptance: Acceptance = attempt.obj
    try:
        due = Period.parse(str(attempt.value("assessment_objection_days"))).due(attempt.today)
    except CalendarNotAnnounced as unknown:
        raise RuleViolation([Refusal("R-305", str(unknown))]) from unknown
    acceptance.notice_sent_at, acceptance.objection_due_on = attempt.at, due


def object_to(attempt: Attempt) -> None:
    attempt.obj.objection, attempt.obj.objected_at = attempt.reason, attempt.at


def answer(attempt: Attempt) -> None:
    """The answer may correct the result."""
    acceptance: Acceptance = attempt.obj
    acceptance.reply, acceptance.replied_by = attempt.reason, attempt.actor.user
    if attempt.data.get("result"):
        acceptance.result = attempt.data["result"]


@implements("R-240")
def finalise(attempt: Attempt) -> None:
    """Effect of acceptance.finalise: passed opens the audit; failed asks for rectification, once."""
    acceptance: Acceptance = attempt.obj
    application = acceptance.application
    if acceptance.result == "pass":
        if application.status == "rectifying_final":
            perform(application, "application.resume_closeout", actor=attempt.actor, at=attempt.at)
        if acceptance.case is not None:
            steps.complete_step(acceptance.case, "responsible_unit_acceptance", at=attempt.at, actor=attempt.actor)
            steps.open_step(acceptance.case, "financial_audit", at=attempt.at)
    elif application.status == "closing":
        perform(application, "application.fail_closeout", actor=attempt.actor, at=attempt.at, reason=acceptance.opinion)
    attempt.kept["result"] = acceptance.result


def _require_acceptor(actor: Actor, application: Application) -> None:
    by_hub = application.hub_id is not None and actor.holds(Role.RU, application.hub_id)
    if not by_hub and not actor.holds(Role.PU_ACC, application.guide.purchaser_id):
        raise RuleViolation([Refusal("S-02", _("验收由主责单位或购买主体的验收人组织"))])


def _require_open(actor: Actor, acceptance: Acceptance) -> None:
    _require_acceptor(actor, acceptance.application)
    if acceptance.status not in OPEN_STATES:
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
