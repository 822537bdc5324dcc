"""What an office concluded about applications that look steered together, and where each was handed in from (R-078)."""

from __future__ import annotations

import uuid
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, Role, ScopedQuerySet
from projects.models.application import Application
from projects.models.guide import Guide


class SubmissionTrace(models.Model):
    """The network address an application was handed in from, as a fingerprint: equal ones are found, none is read."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="traces")
    address_fingerprint = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("提交来源")
        verbose_name_plural = _("提交来源")
        indexes = [models.Index(fields=["application"], name="trace_of_application")]
        triggers = [pgtrigger.Protect(name="trace_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return str(self.application_id)


class CollusionVerdict(models.TextChoices):
    EXPLAINED = "explained", _("情况已核实，不构成串通")
    REPORTED = "reported", _("移送财政部门处理")


class CollusionNoteQuerySet(ScopedQuerySet["CollusionNote"]):
    def visible_to(self, actor: Actor) -> Self:
        """The office and purchaser of the guide, and oversight; never an applicant."""
        if actor.sees_everything:
            return self
        office = actor.organization_ids(Role.LGO, Role.LG)
        buyer = actor.organization_ids(Role.PU_BUY)
        return self.filter(models.Q(guide__office__in=office) | models.Q(guide__purchaser__in=buyer))


class CollusionNote(models.Model):
    """The officer's conclusion on one ground shared by several applications; never altered."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    guide = models.ForeignKey(Guide, on_delete=models.PROTECT, related_name="collusion_notes")
    ground = models.CharField(_("情形"), max_length=16)
    key = models.CharField(max_length=64)
    #: Numbers of the applications concerned, as they stood.
    applications = models.JSONField(default=list)
    verdict = models.CharField(_("结论"), max_length=12, choices=CollusionVerdict.choices)
    note = models.TextField(_("核实情况"))
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField(_("时间"))

    objects = CollusionNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("关联申报核实")
        verbose_name_plural = _("关联申报核实")
        ordering = ["-noted_at"]
        triggers = [pgtrigger.Protect(name="collusion_note_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.ground} {self.verdict}"
