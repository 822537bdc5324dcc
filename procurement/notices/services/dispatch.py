"""Deliver what is due, one row per transaction, so that a bad row holds up nobody.

In-portal message: inserted in the transaction that marks the row delivered, hence exactly once.
E-mail: the attempt is counted and the row leased *before* sending and settled after, hence at
least once, at most one extra per killed worker, and a row that kills workers runs out of attempts.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.utils import DNS_NAME
from django.db import transaction
from django.utils import timezone

from procurement.notices.models import LEASE, Channel, Delivery, Message, Outbox
from procurement.notices.text import render_notice

log = logging.getLogger(__name__)
MAX_ATTEMPTS = 8
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)


def dispatch_batch(*, now: datetime | None = None, limit: int = 200) -> int:
    """Handle up to ``limit`` due rows and say how many were handled (delivered or postponed)."""
    handled = 0
    while handled < limit and _dispatch_next(now or timezone.now()):
        handled += 1
    return handled


def retry_failed(*, now: datetime | None = None, outbox: Outbox) -> None:
    """Give an undelivered notice a fresh set of attempts, at the request of the system administrator."""
    Outbox.objects.failed().filter(pk=outbox.pk).update(
        state=Outbox.State.PENDING, attempts=0, available_at=now or timezone.now()
    )


def pause_after(attempts: int) -> timedelta:
    """30 s, 1 min, 2 min … up to an hour."""
    doublings: int = 2 ** max(attempts - 1, 0)
    return min(FIRST_PAUSE * doublings, LONGEST_PAUSE)


def _dispatch_next(now: datetime) -> bool:
    with transaction.atomic():
        entry = Outbox.objects.due(now).claimed().select_related("recipient").first()
        if entry is None:
            return False
        entry.attempts += 1
        entry.save(update_fields=["attempts"])
        if entry.channel == Channel.INBOX:
            _put_in_inbox(entry, now)
            return True
        mail = _prepare_mail(entry, now)
    if mail is not None:
        _send(entry, mail)
    return True


def _put_in_inbox(entry: Outbox, now: datetime) -> None:
    try:
        with transaction.atomic():
            text = render_notice(entry.template, entry.context)
            Message.objects.bulk_create(
                [
                    Message(
                        outbox=entry,
                        recipient=entry.recipient,
                        case_id=entry.case_id,
                        title=text.title,
                        body=text.body,
                        url=entry.url,
                        created_at=entry.created_at,
                    )
                ],
                ignore_conflicts=True,
            )
            entry.finish()
    except Exception as error:  # any fault of one notice must not stop the others
        _postpone(entry, error, now)


def _prepare_mail(entry: Outbox, now: datetime) -> EmailMessage | None:
    """Lease the row and write the delivery down, both committed before anything is sent."""
    try:
        text = render_notice(entry.template, entry.context)
    except Exception as error:  # as above
        _postpone(entry, error, now)
        return None
    if entry.attempts > MAX_ATTEMPTS:
        entry.postpone(error=entry.last_error, until=None)
        return None
    message_id = f"<{entry.pk}@{DNS_NAME}>"
    Delivery.objects.bulk_create(
        [Delivery(outbox=entry, address=entry.recipient.email, message_id=message_id, first_tried_at=now)],
        ignore_conflicts=True,
    )
    delivery = entry.deliveries.get()
    entry.postpone(error=entry.last_error, until=now + LEASE)
    return EmailMessage(
        subject=text.title,
        body="\n\n".join(part for part in (text.body, absolute(entry.url)) if part),
        to=[delivery.address],
        headers={"Message-ID": delivery.message_id, "Auto-Submitted": "auto-generated"},
    )


def _send(entry: Outbox, mail: EmailMessage) -> None:
    try:
        mail.send()
    except Exception as error:  # SMTP, DNS, disk: all mean "not sent, try again"
        with transaction.atomic():
            _postpone(entry, error, timezone.now())
        return
    with transaction.atomic():
        entry.deliveries.filter(sent_at__isnull=True).update(sent_at=timezone.now())
        entry.finish()


def _postpone(entry: Outbox, error: Exception, now: datetime) -> None:
    log.warning("notice %s by %s not delivered (attempt %s): %s", entry.pk, entry.channel, entry.attempts, error)
    gives_up = entry.attempts >= MAX_ATTEMPTS
    until = None if gives_up else now + pause_after(entry.attempts)
    entry.postpone(error=f"{type(error).__name__}: {error}", until=until)


def absolute(url: str) -> str:
    """Address for a mail reader. Without ``PORTAL["BASE_URL"]`` no link is better than a broken one."""
    base = str(settings.PORTAL.get("BASE_URL", "")).rstrip("/")
    return f"{base}{url}" if base and url else ""
