"""The journal (R-291): entries written by the business, and the chain the database seals at commit.

Both tables only grow. The database refuses UPDATE, DELETE and TRUNCATE, writes the instant and the hash of an entry
itself, and appends to the chain itself (migration 0002); nothing here could do otherwise.
"""

import json
import uuid
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from procurement.audit.canonical import SUITE


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    """Ways to read the journal; paging is by place in the chain, never by offset."""

    def sealed(self) -> Self:
        """Only entries in the chain, with their link: an open transaction has none yet."""
        return self.filter(chain__isnull=False).select_related("chain")

    def for_case(self, case_id: uuid.UUID | str) -> Self:
        """Entries of one case."""
        return self.filter(case_id=case_id)

    def about(self, subject: str) -> Self:
        """Entries about one object, e.g. `projects.application:<uuid>`."""
        return self.filter(subject=subject)

    def by_actor(self, actor_id: uuid.UUID | str) -> Self:
        """Entries of one person."""
        return self.filter(actor_id=actor_id)

    def of_action(self, action: str) -> Self:
        """Entries of one action, or of a family of them: `contract` finds `contract.sign`."""
        return self.filter(models.Q(action=action) | models.Q(action__startswith=f"{action}."))

    def between(self, since: datetime | None = None, until: datetime | None = None) -> Self:
        """Entries at or after `since` and before `until`."""
        found = self
        if since:
            found = found.filter(at__gte=since)
        return found.filter(at__lt=until) if until else found

    def older_than(self, seq: int) -> Self:
        """Entries sealed before the given place."""
        return self.filter(chain__seq__lt=seq)

    def newer_than(self, seq: int) -> Self:
        """Entries sealed after the given place."""
        return self.filter(chain__seq__gt=seq)

    def newest_first(self) -> Self:
        """Order by place in the chain, latest on top."""
        return self.order_by("-chain__seq")

    def oldest_first(self) -> Self:
        """Order by place in the chain."""
        return self.order_by("chain__seq")


class AuditEvent(models.Model):
    """Who did what to which object, when, and whether it was allowed.

    The actor is a plain id, not a foreign key: no deletion elsewhere may reach an entry. `actor_label` is the seat
    acted from ("某街道办事处 · 经办"), not a person's name; personal data stands in the body only as salted hashes.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(_("时间"), db_default=Now())
    actor_id = models.UUIDField(_("操作人编号"), null=True)
    actor_label = models.CharField(_("操作人"), max_length=200)
    action = models.CharField(_("操作"), max_length=100)
    subject = models.CharField(_("对象"), max_length=200)
    case_id = models.UUIDField(_("项目编号"), null=True)
    ok = models.BooleanField(_("成功"))
    body = models.BinaryField(_("内容"))
    suite = models.CharField(_("算法套件"), max_length=8, default=SUITE)
    content_hash = models.BinaryField(_("内容摘要"), db_default=b"")

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        db_table = "audit_event"
        verbose_name = _("审计记录")
        verbose_name_plural = _("审计记录")
        indexes = [
            models.Index("case_id", name="audit_event_case"),
            models.Index("subject", name="audit_event_subject"),
            models.Index("actor_id", "at", name="audit_event_actor"),
            models.Index("action", "at", name="audit_event_action"),
            models.Index("at", name="audit_event_at"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"

    @property
    def content(self) -> dict[str, Any]:
        """The body as it was recorded."""
        content: dict[str, Any] = json.loads(bytes(self.body))
        return content


class AuditChain(models.Model):
    """The place of an entry in the one chain; rows are made by the database at commit and by nothing else."""

    seq = models.BigIntegerField(_("序号"), primary_key=True)
    event = models.OneToOneField(AuditEvent, on_delete=models.PROTECT, related_name="chain", verbose_name=_("审计记录"))
    prev = models.BinaryField(_("上一环摘要"), unique=True)
    hash = models.BinaryField(_("本环摘要"), unique=True)
    suite = models.CharField(_("算法套件"), max_length=8)

    class Meta:
        db_table = "audit_chain"
        ordering = ["seq"]
        verbose_name = _("审计链")
        verbose_name_plural = _("审计链")

    def __str__(self) -> str:
        return f"{self.seq} {bytes(self.hash).hex()[:16]}"
