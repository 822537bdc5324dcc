"""One upload of a sheet into a register, and what came of it."""

from __future__ import annotations

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, ScopedQuerySet
from procurement.registers.registry import registers


class Outcome(models.TextChoices):
    PENDING = "pending", _("处理中")
    APPLIED = "applied", _("已导入")
    UNCHANGED = "unchanged", _("没有变化")
    CHECKED = "checked", _("核对无误，未写入")
    REJECTED = "rejected", _("有错误，未写入")
    REFUSED = "refused", _("文件未被接收")

    @property
    def tone(self) -> str:
        return {"applied": "good", "checked": "good", "unchanged": "info", "pending": "info"}.get(self.value, "bad")


class ImportRunQuerySet(ScopedQuerySet["ImportRun"]):
    def visible_to(self, actor: Actor) -> Self:
        """Whoever uploaded it, and oversight."""
        if actor.user is None:
            return self.none()
        return self if actor.sees_everything else self.filter(requested_by=actor.user)


class ImportRun(models.Model):
    """Settled once, in the transaction that writes the rows: a run that is repeated finds it settled."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    register = models.CharField(_("登记表"), max_length=64)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("上传人")
    )
    requested_at = models.DateTimeField(_("上传时间"), auto_now_add=True)
    source = models.ForeignKey(
        "documents.Document", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("上传的文件")
    )
    job = models.ForeignKey("documents.Job", on_delete=models.PROTECT, null=True, related_name="+")
    check_only = models.BooleanField(_("只核对，不写入"), default=False)
    outcome = models.CharField(_("结果"), max_length=16, choices=Outcome.choices, default=Outcome.PENDING)
    #: Why the file as a whole was refused.
    reason = models.CharField(_("原因"), max_length=500, blank=True)
    total = models.PositiveIntegerField(_("行数"), default=0)
    created = models.PositiveIntegerField(_("新增"), default=0)
    updated = models.PositiveIntegerField(_("更新"), default=0)
    unchanged = models.PositiveIntegerField(_("未变"), default=0)
    wrong = models.PositiveIntegerField(_("有错误"), default=0)
    #: The first reasons, for the page; all of them stand in the report.
    problems = models.JSONField(default=list, blank=True)
    report = models.ForeignKey(
        "documents.Document", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("错误行")
    )
    settled_at = models.DateTimeField(_("完成时间"), null=True, blank=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("登记表导入")
        verbose_name_plural = _("登记表导入")
        ordering = ["-requested_at", "id"]
        indexes = [models.Index(fields=["register", "requested_by", "-requested_at"], name="import_run_by_register")]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="pending", settled_at=None) | ~Q(outcome="pending") & Q(settled_at__isnull=False),
                name="import_run_settled_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="applied") | Q(wrong=0), name="import_run_applied_has_no_wrong_line"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.register_label} {self.get_outcome_display()}"

    def get_absolute_url(self) -> str:
        return reverse("register-import-run", args=[self.register, self.pk])

    @property
    def register_label(self) -> str | Promise:
        found = registers().get(self.register)
        return found.label if found else self.register

    @property
    def is_pending(self) -> bool:
        return self.outcome == Outcome.PENDING

    @property
    def tone(self) -> str:
        return Outcome(self.outcome).tone

    @property
    def subject(self) -> str:
        return f"registers.importrun:{self.pk}"
