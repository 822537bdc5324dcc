"""Reviews to come: put on the calendar, moved, taken off, and told when due."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from procurement.notices.models import Reminder
from procurement.notices.recipients import RecipientRule, resolve
from procurement.notices.services.outbox import notify
from procurement.notices.text import notice_template


def schedule(
    *,
    kind: str,
    subject: str,
    due_at: datetime,
    template: str,
    recipients: Iterable[RecipientRule],
    case_id: UUID | None = None,
    url: str = "",
    context: dict[str, Any] | None = None,
) -> Reminder:
    """Remind ``recipients`` (``person(id)``, ``holders(role, organization_id)``) at ``due_at``.

    Scheduling the same ``(kind, subject)`` again moves the waiting reminder instead of adding one.
    """
    notice_template(template)
    terms = {
        "due_at": due_at,
        "template": template,
        "recipients": list(recipients),
        "case_id": case_id,
        "url": url,
        "context": context or {},
    }
    reminder, _made = Reminder.objects.update_or_create(
        kind=kind, subject=subject, state=Reminder.State.WAITING, defaults=terms
    )
    return reminder


def cancel(*, subject: str, kind: str | None = None, now: datetime | None = None) -> int:
    """Take waiting reminders off the calendar (of one kind, or all of the subject); how many there were."""
    waiting = Reminder.objects.waiting().filter(subject=subject)
    if kind is not None:
        waiting = waiting.filter(kind=kind)
    return waiting.update(state=Reminder.State.CANCELLED, settled_at=now or timezone.now())


def remind_due(now: datetime) -> int:
    """Tell everything due by ``now``: notice and settled state stand or fall together."""
    with transaction.atomic():
        due = list(Reminder.objects.due(now).select_for_update(skip_locked=True))
        for reminder in due:
            _remind(reminder, now)
    return len(due)


def _remind(reminder: Reminder, now: datetime) -> None:
    notify(
        template=reminder.template,
        recipients=resolve(reminder.recipients),
        case_id=reminder.case_id,
        url=reminder.url,
        context={**reminder.context, "due_at": reminder.due_at},
        key=f"reminder:{reminder.pk}",
    )
    reminder.state = Reminder.State.DONE
    reminder.settled_at = now
    reminder.save(update_fields=["state", "settled_at"])
