"""Write down what is to be told; the telling happens after the commit."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from celery import current_app
from django.db import connection, transaction

from procurement.notices.models import Channel, Outbox
from procurement.notices.text import notice_template

if TYPE_CHECKING:
    from procurement.access.models import User

log = logging.getLogger(__name__)
DISPATCH_TASK = "procurement.notices.tasks.dispatch"


def notify(
    *,
    template: str,
    recipients: Iterable[User],
    case_id: UUID | None = None,
    url: str = "",
    context: dict[str, Any] | None = None,
    key: str,
) -> None:
    """Tell people something, if and only if the caller's transaction commits.

    ``key`` names the event: the same key told twice to the same person is told once.
    Nothing is sent here; a broker that is down delays the telling, it does not lose it.

    Raises:
        TemplateDoesNotExist: ``templates/notices/<template>.txt`` is missing.
        TransactionManagementError: called outside a transaction, where the event and
            its notice could part ways.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("notify() belongs in the transaction of what it tells about")
    notice_template(template)
    rows = [
        Outbox(
            key=key,
            channel=channel,
            template=template,
            recipient=user,
            case_id=case_id,
            url=url,
            context=context or {},
        )
        for user in recipients
        for channel in channels_for(user)
    ]
    if rows:
        Outbox.objects.bulk_create(rows, ignore_conflicts=True)
        transaction.on_commit(wake_dispatcher, robust=True)


def channels_for(user: User) -> list[Channel]:
    """The inbox always; e-mail where there is an address and the account is alive."""
    return [Channel.INBOX, Channel.EMAIL] if user.email and user.is_active else [Channel.INBOX]


def wake_dispatcher() -> None:
    """Ask a worker to look now. Optional by design: the scheduler looks every ten seconds anyway."""
    try:
        current_app.signature(DISPATCH_TASK).apply_async(retry=False, ignore_result=True)
    except Exception as error:  # whatever the broker raises, the business is already committed
        log.warning("dispatcher not woken, the sweep will: %s", error)
