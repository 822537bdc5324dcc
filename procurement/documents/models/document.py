"""A file kept by the portal: which bytes, of which thing, in which version, handed in by whom."""

from __future__ import annotations

import uuid
from pathlib import Path

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procurement.documents import storage
from procurement.documents.names import extension_of
from procurement.documents.subjects import Subject


class DocumentQuerySet(models.QuerySet["Document"]):
    def for_subject(self, subject: str) -> DocumentQuerySet:
        """Files of one thing, `"projects.application:<uuid>"`."""
        parsed = Subject.parse(subject)
        return self.filter(subject_type=parsed.type, subject_id=parsed.id)

    def for_case(self, case_id: uuid.UUID) -> DocumentQuerySet:
        return self.filter(case_id=case_id)

    def of_kind(self, kind: str) -> DocumentQuerySet:
        return self.filter(kind=kind)

    def current(self) -> DocumentQuerySet:
        """Without the versions that a later one replaced."""
        return self.filter(superseded_by=None)

    def by_hash(self, sha256: str) -> DocumentQuerySet:
        """Files whose bytes, as kept or as they were sent, have this SHA-256 (public verification)."""
        return self.filter(Q(sha256=sha256.lower()) | Q(received_sha256=sha256.lower()))


class Document(models.Model):
    """One version of one file. Rows and bytes are only ever added: no update of content, no delete."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject_type = models.CharField(_("所属事项类型"), max_length=64)
    subject_id = models.UUIDField(_("所属事项"))
    case_id = models.UUIDField(_("案件"), null=True, blank=True, db_index=True)
    kind = models.CharField(_("种类"), max_length=64)
    title = models.CharField(_("名称"), max_length=200)
    version = models.PositiveIntegerField(_("版本"), default=1)
    supersedes = models.OneToOneField(
        "self",
        verbose_name=_("替换的版本"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="superseded_by",
    )
    sha256 = models.CharField(_("SHA-256"), max_length=64, db_index=True)
    #: Pictures are written anew without their metadata; this is the hash of what the sender has.
    received_sha256 = models.CharField(_("原文件 SHA-256"), max_length=64, db_index=True)
    size = models.PositiveBigIntegerField(_("大小（字节）"))
    media_type = models.CharField(_("类型"), max_length=100)
    page_count = models.PositiveIntegerField(_("页数"), null=True, blank=True)
    original_name = models.CharField(_("原文件名"), max_length=255)
    stored_path = models.CharField(max_length=200)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("提交人"), on_delete=models.PROTECT, related_name="documents"
    )
    organization_id = models.UUIDField(_("提交单位"), null=True, blank=True)
    is_public = models.BooleanField(_("公开"), default=False)
    created_at = models.DateTimeField(_("提交时间"), auto_now_add=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("文件")
        verbose_name_plural = _("文件")
        ordering = ["created_at", "id"]
        get_latest_by = "created_at"
        indexes = [models.Index(fields=["subject_type", "subject_id", "kind"], name="document_by_subject")]
        constraints = [
            models.CheckConstraint(
                condition=Q(version=1, supersedes=None) | Q(version__gt=1, supersedes__isnull=False),
                name="document_version_follows_another",
                violation_error_message=_("第一版之外的文件必须注明替换哪一版。"),
            ),
            models.CheckConstraint(condition=~Q(supersedes=F("id")), name="document_not_its_own_successor"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="document_sha256_is_hex"),
            models.CheckConstraint(condition=Q(size__gt=0), name="document_not_empty"),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="document_content_is_kept", exclude=["is_public"]),
            pgtrigger.Protect(name="document_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("document-download", args=[self.pk])

    @property
    def url(self) -> str:
        return self.get_absolute_url()

    @property
    def subject(self) -> Subject:
        return Subject(self.subject_type, self.subject_id)

    @property
    def path(self) -> Path:
        return storage.path_of(self.stored_path)

    @property
    def extension(self) -> str:
        return extension_of(self.original_name)

    @property
    def has_pages(self) -> bool:
        """PDF and pictures can be looked at page by page in the portal; Office files only downloaded."""
        return self.page_count is not None

    @property
    def page_numbers(self) -> range:
        return range(1, (self.page_count or 0) + 1)
