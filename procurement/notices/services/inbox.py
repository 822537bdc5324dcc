"""Reading one's own messages."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from procurement.access import Actor
from procurement.notices.models import Message


def mark_read(*, actor: Actor, message: Message, now: datetime | None = None) -> None:
    """Note the first reading; opening again does not move it."""
    Message.objects.visible_to(actor).unread().filter(pk=message.pk).update(read_at=now or timezone.now())


def mark_all_read(*, actor: Actor, now: datetime | None = None) -> int:
    """Everything unread up to ``now``; a message that arrives meanwhile stays unread."""
    now = now or timezone.now()
    return Message.objects.visible_to(actor).unread().filter(created_at__lte=now).update(read_at=now)
