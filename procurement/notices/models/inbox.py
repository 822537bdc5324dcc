"""站内信: what a person has been told inside the portal."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, ScopedQuerySet
from procurement.notices.models.outbox import Outbox


class MessageQuerySet(ScopedQuerySet["Message"]):
    def visible_to(self, actor: Actor) -> MessageQuerySet:
        """Own messages only. Oversight reads the journal, not other people's letters."""
        if actor.user is None:
            return self.none()
        return self.filter(recipient_id=actor.user.pk)

    def unread(self) -> MessageQuerySet:
        return self.filter(read_at__isnull=True)


class Message(models.Model):
    """One message. Its words never change after delivery; only ``read_at`` is set, once.

    ``outbox`` is one-to-one: a dispatcher that dies and is run again cannot deliver twice.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    outbox = models.OneToOneField(Outbox, on_delete=models.PROTECT, related_name="message", verbose_name=_("通知"))
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("收件人")
    )
    case_id = models.UUIDField(_("案卷"), null=True, blank=True)
    title = models.CharField(_("标题"), max_length=200)
    body = models.TextField(_("正文"), blank=True)
    url = models.CharField(_("链接"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("发生时间"))
    read_at = models.DateTimeField(_("阅读时间"), null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("站内信")
        verbose_name_plural = _("站内信")
        indexes = [
            models.Index(fields=["recipient", "-created_at", "-id"], name="message_by_recipient"),
            models.Index(
                fields=["recipient", "-created_at", "-id"], name="message_unread", condition=Q(read_at__isnull=True)
            ),
        ]
        triggers = [pgtrigger.ReadOnly(name="message_words_stand", exclude=["read_at"])]

    def __str__(self) -> str:
        return self.title

    if TYPE_CHECKING:
        recipient_id: uuid.UUID
