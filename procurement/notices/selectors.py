"""What the pages and the health check read."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, Min, OuterRef, QuerySet
from django.utils import timezone

from procurement.access import Actor
from procurement.notices.models import Channel, Message, Outbox, SweepRun
from procurement.notices.models.inbox import MessageQuerySet
from procurement.notices.registry import secret_templates


def inbox(actor: Actor, *, unread_only: bool = False) -> MessageQuerySet:
    """One's own messages, all or unread."""
    messages: MessageQuerySet = Message.objects.visible_to(actor)
    return messages.unread() if unread_only else messages


def unread_count(actor: Actor) -> int:
    """Number for the badge in the page head."""
    return Message.objects.visible_to(actor).unread().count()


def outbox_age_seconds(now: datetime | None = None) -> float:
    """How long the oldest due notice has been waiting; 0 when nothing waits.

    This, not "the worker process exists", says whether people are being told.
    """
    now = now or timezone.now()
    oldest = Outbox.objects.due(now).aggregate(oldest=Min("available_at"))["oldest"]
    return (now - oldest).total_seconds() if oldest else 0.0


def sweep_age_seconds(now: datetime | None = None) -> float | None:
    """Seconds since the clock last drove any job; ``None`` before the first time."""
    last = SweepRun.objects.order_by("-ran_at").values_list("ran_at", flat=True).first()
    return ((now or timezone.now()) - last).total_seconds() if last else None


def undelivered(limit: int = 100) -> QuerySet[Outbox]:
    """Notices given up on, for the system administrator. E-mails whose message was read are still listed."""
    was_read = Message.objects.filter(
        outbox__key=OuterRef("key"), recipient=OuterRef("recipient"), read_at__isnull=False
    )
    return (
        Outbox.objects.failed()
        .exclude(template__in=secret_templates())
        .select_related("recipient")
        .annotate(read_in_portal=Exists(was_read))
        .order_by("-created_at")[:limit]
    )


def waiting_mail_count() -> int:
    """E-mails still being tried after at least one failure."""
    waiting = Outbox.objects.pending().filter(channel=Channel.EMAIL, attempts__gt=0)
    return waiting.exclude(template__in=secret_templates()).count()
