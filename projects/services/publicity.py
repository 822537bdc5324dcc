"""Drawing up a list, publishing it for the counted period, ending the period."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from procurement.access import Actor, Role
from procurement.calendars import Period
from procurement.lifecycle.engine import Attempt, database_now, perform, system_actor
from procurement.lifecycle.numbering import next_number
from procurement.rules import Refusal, RuleViolation, implements
from projects.models import Application, Guide, Publicity, PublicityItem


@transaction.atomic
def draft_publicity(
    *, actor: Actor, guide: Guide, contact: str = "", body: str = "", at: datetime | None = None
) -> Publicity:
    """A notice in draft for everything of the guide that waits for publicity."""
    if not actor.holds(Role.LGO, guide.office_id):
        raise RuleViolation([Refusal("S-02", _("公示由领导小组办公室拟定和发布"))])
    moment = at or database_now()
    return Publicity.objects.create(
        number=next_number("publicity", prefix="GS", year=timezone.localtime(moment).year),
        guide=guide,
        title=_("%(guide)s拟立项项目公示") % {"guide": guide.title},
        body=body,
        contact=contact or guide.contact,
    )


@implements("R-174")
def publish(attempt: Attempt) -> None:
    """Effect of publicity.publish: freeze the list, count the period, move every project on it."""
    notice: Publicity = attempt.obj
    notice.published_at, notice.starts_on = attempt.at, attempt.today
    notice.ends_on = Period.parse(str(notice.guide.rule_set.value("publicity_days"))).due(attempt.today)
    waiting = (
        notice.guide.applications.filter(status="funds_confirmed")
        .select_related("applicant", "category", "hub", "case")
        .order_by("review_rank", "number")
    )
    for position, application in enumerate(waiting, start=1):
        PublicityItem.objects.create(
            publicity=notice, application=application, position=position, snapshot=public_line(application)
        )
        perform(application, "application.publicise", actor=attempt.actor, at=attempt.at)
        if application.case is not None:
            application.case.steps.filter(step__code="publicise_list").update(due_on=notice.ends_on)
    attempt.kept["ends_on"] = notice.ends_on.isoformat()


def expire(attempt: Attempt) -> None:
    """Effect of publicity.expire: whatever carries no objection has come through (R-174)."""
    notice: Publicity = attempt.obj
    for item in notice.items.select_related("application"):
        if item.application.status == "in_publicity":
            perform(item.application, "application.end_publicity", actor=attempt.actor, at=attempt.at)


def end_due(now: datetime) -> int:
    """End the notices whose last day has passed; swept every minute."""
    due = list(Publicity.objects.expired(timezone.localtime(now).date()))
    for notice in due:
        perform(notice, "publicity.expire", actor=system_actor(), at=now)
    return len(due)


def public_line(application: Application) -> dict[str, str]:
    """What the public reads of a proposed project; no person's name or number (R-286)."""
    return {
        "number": application.number,
        "title": application.title,
        "applicant": application.applicant.name,
        "category": str(application.category or ""),
        "hub": application.hub.name if application.hub else "",
        "granted_amount": str(application.granted_amount),
    }
