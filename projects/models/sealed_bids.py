"""What a bidder prepares and hands in before the opening: ciphertext, and signed receipts for it (R-117, R-124).

Only the bidder's own people see these rows; officials, overseers and administrators do not, and no count, name, size
or instant of them enters the journal, a notice, a search or a statistic before the opening.
"""

from __future__ import annotations

import uuid
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, Role, ScopedQuerySet
from procurement.rules import enforced_by_constraint
from projects.models.procedure import Lot, Procedure

BIDDERS = (Role.ORG, Role.ORG_H)
#: How many files a bid may have.
FILES_MAX = 20

#: The deadline in the database: one clock, read after the lock that the opener and an addendum wait for.
RECEIVED = """
    SELECT p.status, p.deadline_at INTO procedure
      FROM projects_procedure p JOIN projects_lot l ON l.procedure_id = p.id
      JOIN projects_bidroom r ON r.lot_id = l.id WHERE r.id = NEW.room_id FOR SHARE OF p;
    NEW.received_at := clock_timestamp();
    IF procedure.status <> 'bidding' OR procedure.deadline_at IS NULL OR NEW.received_at >= procedure.deadline_at THEN
        RAISE EXCEPTION 'late' USING ERRCODE = 'check_violation', CONSTRAINT = 'sealed_submission_in_time';
    END IF;
    RETURN NEW;
"""


class BidRoomQuerySet(ScopedQuerySet["BidRoom"]):
    def visible_to(self, actor: Actor) -> Self:
        """The bidder's own people. Nobody else, whatever they oversee."""
        return self.filter(organization__in=actor.organization_ids(*BIDDERS))


class BidRoom(models.Model):
    """Where one organisation prepares its bid for one lot."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="+")
    organization = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="+", verbose_name=_("供应商")
    )
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = BidRoomQuerySet.as_manager()

    class Meta:
        verbose_name = _("投标（响应）准备")
        constraints = [models.UniqueConstraint(fields=["lot", "organization"], name="bid_room_once")]

    def __str__(self) -> str:
        return f"{self.lot} · {self.organization}"

    def get_absolute_url(self) -> str:
        return reverse("bid-room", args=[self.pk])

    @property
    def procedure(self) -> Procedure:
        return self.lot.procedure


class DraftKind(models.TextChoices):
    """What a sealed part of a bid is; its name and contents are inside."""

    OFFER = "offer", _("报价和承诺")
    QUALIFICATION = "qualification", _("资格证明文件")
    TECHNICAL = "technical", _("技术商务文件")
    PRICE = "price", _("报价文件")
    OTHER = "other", _("其他文件")


class SealedDraftQuerySet(ScopedQuerySet["SealedDraft"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(room__in=BidRoom.objects.visible_to(actor))

    def current(self) -> Self:
        return self.filter(set_aside_at__isnull=True)


class SealedDraft(models.Model):
    """One part of a bid, sealed in memory when it came in; the portal cannot show it again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    room = models.ForeignKey(BidRoom, on_delete=models.PROTECT, related_name="drafts")
    kind = models.CharField(_("种类"), max_length=16, choices=DraftKind.choices)
    stored_path = models.CharField(max_length=80)
    cipher_sha256 = models.CharField(_("密文 SHA-256"), max_length=64)
    #: Length of the box in bytes: one of a few sizes, whatever is inside.
    box_size = models.PositiveIntegerField(_("密文大小（字节）"))
    sealed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sealed_at = models.DateTimeField(_("封存时间"))
    set_aside_at = models.DateTimeField(null=True, blank=True)

    objects = SealedDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("封存文件")
        ordering = ["sealed_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["room"], condition=Q(kind="offer", set_aside_at__isnull=True), name="sealed_offer_once"
            )
        ]
        triggers = [
            pgtrigger.Protect(name="sealed_draft_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="sealed_draft_is_as_sealed", exclude=["set_aside_at"]),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    @property
    def context(self) -> dict[str, str]:
        """What the box is bound to: it opens for this lot, this bidder and this part only."""
        return {
            "lot": str(self.room.lot_id),
            "organization": str(self.room.organization_id),
            "draft": str(self.pk),
            "kind": self.kind,
        }

    @property
    def in_manifest(self) -> dict[str, Any]:
        """How a submission names it."""
        return {"draft": str(self.pk), "kind": self.kind, "cipher_sha256": self.cipher_sha256, "size": self.box_size}


class SealedAction(models.TextChoices):
    SUBMIT = "submit", _("提交")
    WITHDRAW = "withdraw", _("撤回")


class SealedSubmissionQuerySet(ScopedQuerySet["SealedSubmission"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(room__in=BidRoom.objects.visible_to(actor))

    def of(self, procedure: Procedure) -> Self:
        return self.filter(room__lot__procedure=procedure)


class SealedSubmission(models.Model):
    """A bid handed in or withdrawn. Rows are only added; the last version of a room counts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    room = models.ForeignKey(BidRoom, on_delete=models.PROTECT, related_name="submissions")
    version = models.PositiveIntegerField(_("版次"))
    action = models.CharField(_("事项"), max_length=10, choices=SealedAction.choices)
    #: One per intended act: the same request sent again finds this row.
    idem = models.UUIDField()
    #: [{draft, kind, cipher_sha256, size}] in the order of sealing; empty for a withdrawal.
    manifest = models.JSONField(default=list)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    #: Written by the database (trigger ``received_by_clock``); what a program says is overwritten.
    received_at = models.DateTimeField(_("接收时间"))

    objects = SealedSubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("密封投标（响应）")
        ordering = ["version"]
        constraints = [
            models.UniqueConstraint(fields=["room", "version"], name="sealed_submission_version_once"),
            models.UniqueConstraint(fields=["room", "idem"], name="sealed_submission_once_per_key"),
        ]
        triggers = [
            pgtrigger.Protect(name="sealed_submission_is_kept", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="received_by_clock",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("procedure", "RECORD")],
                func=RECEIVED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.room} · {self.version}"


class SealedReceiptQuerySet(ScopedQuerySet["SealedReceipt"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(submission__room__in=BidRoom.objects.visible_to(actor))


class SealedReceipt(models.Model):
    """The portal's signature over what was handed in and when; it can be fetched again at any time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.OneToOneField(SealedSubmission, on_delete=models.PROTECT, related_name="receipt")
    #: What is signed, as canonical JSON (projects.services.sealed_receipts.statement_of).
    statement = models.JSONField()
    signature = models.CharField(_("平台签名"), max_length=200)

    objects = SealedReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = _("密封投标（响应）回执")
        triggers = [pgtrigger.Protect(name="sealed_receipt_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return str(self.pk)

    def get_absolute_url(self) -> str:
        return reverse("sealed-receipt", args=[self.pk])


enforced_by_constraint(
    "R-117",
    "sealed_submission_in_time",
    _("已过投标（响应）截止时间，或者项目不在投标（响应）期间，不予接收"),
    in_sql=True,
)
enforced_by_constraint("R-117", "sealed_submission_version_once", _("同一版次只接收一次"))
