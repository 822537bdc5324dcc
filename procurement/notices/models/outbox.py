"""What is to be told, to whom, by which way; and what became of it."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from procurement.notices.payload import PayloadDecoder, PayloadEncoder


class Channel(models.TextChoices):
    INBOX = "inbox", _("站内信")
    EMAIL = "email", _("电子邮件")


class OutboxQuerySet(models.QuerySet["Outbox"]):
    def pending(self) -> OutboxQuerySet:
        return self.filter(state=Outbox.State.PENDING)

    def due(self, now: datetime) -> OutboxQuerySet:
        return self.pending().filter(available_at__lte=now).order_by("available_at", "created_at")

    def failed(self) -> OutboxQuerySet:
        return self.filter(state=Outbox.State.FAILED)

    def claimed(self) -> OutboxQuerySet:
        """Rows no other dispatcher holds; a dispatcher that dies lets go of its row by itself."""
        return self.select_for_update(skip_locked=True, of=("self",))


class Outbox(models.Model):
    """One event for one person by one way, written in the transaction of the event.

    ``(key, recipient, channel)`` is unique: the same event notified twice is told once.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("待发送")
        DELIVERED = "delivered", _("已送达")
        FAILED = "failed", _("未送达")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(_("投递键"), max_length=200)
    channel = models.CharField(_("渠道"), max_length=8, choices=Channel.choices)
    template = models.CharField(_("模板"), max_length=100)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("收件人")
    )
    case_id = models.UUIDField(_("案卷"), null=True, blank=True)
    url = models.CharField(_("链接"), max_length=500, blank=True)
    context = models.JSONField(_("内容参数"), default=dict, encoder=PayloadEncoder, decoder=PayloadDecoder)
    created_at = models.DateTimeField(_("发生时间"), default=timezone.now)
    available_at = models.DateTimeField(_("可发送时间"), default=timezone.now)
    attempts = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.PENDING)
    last_error = models.CharField(_("最近一次错误"), max_length=500, blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        verbose_name = _("待发通知")
        verbose_name_plural = _("待发通知")
        constraints = [
            models.UniqueConstraint(
                fields=["key", "recipient", "channel"],
                name="outbox_one_delivery_per_key",
                violation_error_message=_("同一事项对同一收件人同一渠道只通知一次。"),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "delivered", "failed"]), name="outbox_state_known"
            ),
            models.CheckConstraint(condition=Q(channel__in=["inbox", "email"]), name="outbox_channel_known"),
        ]
        indexes = [
            models.Index(fields=["available_at", "created_at"], name="outbox_pending", condition=Q(state="pending")),
            models.Index(fields=["created_at"], name="outbox_failed", condition=Q(state="failed")),
        ]

    def __str__(self) -> str:
        return f"{self.template} → {self.recipient_id} ({self.channel})"

    if TYPE_CHECKING:
        recipient_id: uuid.UUID

    def finish(self) -> None:
        self.state = self.State.DELIVERED
        self.last_error = ""
        self.save(update_fields=["state", "last_error"])

    def postpone(self, *, error: str, until: datetime | None) -> None:
        """Try again at ``until``; ``None`` gives up and leaves the row visible as 未送达."""
        self.last_error = error[:500]
        self.state = self.State.PENDING if until else self.State.FAILED
        self.available_at = until or self.available_at
        self.save(update_fields=["state", "available_at", "last_error"])


class Delivery(models.Model):
    """An e-mail that left, or tried to leave, the house. Inserted before the first attempt.

    ``message_id`` is made from the event, so a mail sent twice because a worker died
    between sending and writing it down is one mail to any mail program.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    outbox = models.ForeignKey(Outbox, on_delete=models.CASCADE, related_name="deliveries", verbose_name=_("待发通知"))
    channel = models.CharField(_("渠道"), max_length=8, choices=Channel.choices, default=Channel.EMAIL)
    address = models.EmailField(_("地址"))
    message_id = models.CharField(_("邮件标识"), max_length=200)
    first_tried_at = models.DateTimeField(_("首次发送时间"))
    sent_at = models.DateTimeField(_("送出时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("投递记录")
        verbose_name_plural = _("投递记录")
        constraints = [
            models.UniqueConstraint(fields=["outbox", "channel"], name="delivery_once_per_channel"),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(sent_at__gte=F("first_tried_at")),
                name="delivery_sent_after_tried",
            ),
        ]

    def __str__(self) -> str:
        return self.message_id


#: A row is leased this long while its e-mail is being sent; far above EMAIL_TIMEOUT.
LEASE = timedelta(minutes=2)
