"""Orders to put things right: issued by the responsible unit or the purchaser, settled by the body that issued them."""

from __future__ import annotations

from datetime import date, datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.models import Organization
from procurement import documents
from procurement.access import Actor, Role
from procurement.calendars import CalendarNotAnnounced, Period
from procurement.lifecycle.engine import Attempt, database_now, perform, system_actor
from procurement.lifecycle.numbering import next_number
from procurement.rules import Refusal, RuleViolation, implements
from projects.models import Application, Rectification, RectificationOrigin
from projects.services.contractor import journal

EVIDENCE = "evidence"


@implements("R-225")
@transaction.atomic
def issue(
    *,
    actor: Actor,
    application: Application,
    finding: str,
    requirement: str,
    contract_term: str,
    origin: str = RectificationOrigin.SUPERVISION,
    due_on: date | None = None,
    at: datetime | None = None,
) -> Rectification:
    """Draw up an order and put it in force at once.

    A failed mid-term evaluation orders in the purchaser's name whoever concluded it (R-226); all other orders are
    issued by the responsible unit's officer or the purchaser's signer themselves.

    Raises:
        RuleViolation: S-02 for anybody else, R-225 when the project does not run or the order says too little.
    """
    moment = at or database_now()
    concluded = origin == RectificationOrigin.MIDTERM
    issuer = application.guide.purchaser if concluded else _issuer(actor, application)
    order = Rectification(
        number=next_number("rectification", prefix="ZG", year=timezone.localtime(moment).year),
        application=application,
        case=application.case,
        issuer=issuer,
        origin=origin,
        finding=finding.strip(),
        requirement=requirement.strip(),
        contract_term=contract_term.strip(),
        due_on=due_on,
    )
    order.save()
    journal(actor, application, "rectification.draft", order.subject, {"number": order.number, "origin": str(origin)})
    perform(order, "rectification.issue", actor=system_actor() if concluded else actor, at=moment)
    return order


@implements("R-226")
def put_in_force(attempt: Attempt) -> None:
    """Effect of rectification.issue: the clock starts and the project stands under correction."""
    order: Rectification = attempt.obj
    order.issued_at = attempt.at
    if order.due_on is None:
        order.due_on = _last_day(attempt)
    application = order.application
    if application.status == "in_progress":
        perform(
            application, "application.order_rectification", actor=attempt.actor, at=attempt.at, reason=order.finding
        )
    attempt.kept |= {"number": order.number, "due_on": order.due_on.isoformat() if order.due_on else ""}


def respond(attempt: Attempt) -> None:
    """Effect of rectification.respond: what was done, with its evidence."""
    order: Rectification = attempt.obj
    order.response = str(attempt.data.get("response", "")).strip()
    order.responded_at = attempt.at
    upload: UploadedFile[bytes] | None = attempt.data.get("evidence")
    if upload is not None:
        document = documents.store(
            actor=attempt.actor,
            upload=upload,
            subject=order.subject,
            kind=EVIDENCE,
            title=_("整改佐证材料 %(number)s") % {"number": order.number},
            case_id=order.case_id,
            organization_id=order.application.applicant_id,
        )
        attempt.kept["document_sha256"] = document.sha256


def insist(attempt: Attempt) -> None:
    """Effect of rectification.insist: not good enough yet; the term runs anew."""
    order: Rectification = attempt.obj
    order.conclusion = attempt.reason
    order.due_on = _last_day(attempt) or order.due_on


def verify(attempt: Attempt) -> None:
    """Effect of rectification.verify: with the last open order settled the project goes on."""
    order = _conclude(attempt)
    application = Application.objects.get(pk=order.application_id)
    others = application.rectifications.open().exclude(pk=order.pk)
    if application.status == "rectifying" and not others.exists():
        perform(application, "application.rectified", actor=attempt.actor, at=attempt.at)


def fail(attempt: Attempt) -> None:
    """Effect of rectification.fail: the project stays under correction; the signer may end it (R-226)."""
    _conclude(attempt)


def may_issue(application: Application, actor: Actor) -> bool:
    """Whether this person may order a correction now."""
    holds = actor.holds(Role.RU, application.hub_id) or actor.holds(Role.PU_SIGN, application.guide.purchaser_id)
    return holds and application.status in ("in_progress", "rectifying")


def _conclude(attempt: Attempt) -> Rectification:
    order: Rectification = attempt.obj
    order.conclusion, order.concluded_at = attempt.reason, attempt.at
    order.concluded_by = attempt.actor.user
    return order


def _issuer(actor: Actor, application: Application) -> Organization:
    if application.hub is not None and actor.holds(Role.RU, application.hub_id):
        return application.hub
    if actor.holds(Role.PU_SIGN, application.guide.purchaser_id):
        return application.guide.purchaser
    raise RuleViolation([Refusal("S-02", _("责令整改由主责单位或购买主体签署人下达"))])


def _last_day(attempt: Attempt) -> date | None:
    try:
        return Period.parse(str(attempt.value("rectification_days"))).due(attempt.today)
    except CalendarNotAnnounced:
        return None
