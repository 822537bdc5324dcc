"""督导记录: visits, calls and unannounced checks by the responsible unit and the support body (R-223, R-224)."""

from __future__ import annotations

import uuid
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, ScopedQuerySet
from projects.models.application import Application


class VisitKind(models.TextChoices):
    SITE = "site", _("实地走访")
    JOINED = "joined", _("参加活动")
    UNANNOUNCED = "unannounced", _("不定期抽查")
    PHONE = "phone", _("电话回访")
    MEETING = "meeting", _("工作例会")


class MonitoringVisitQuerySet(ScopedQuerySet["MonitoringVisit"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(application__in=Application.objects.visible_to(actor))


class MonitoringVisit(models.Model):
    """One visit as its maker wrote it down; what was seen is never rewritten, a later visit adds to it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="visits")
    kind = models.CharField(_("方式"), max_length=12, choices=VisitKind.choices)
    visited_on = models.DateField(_("日期"))
    place = models.CharField(_("地点"), max_length=200, blank=True)
    people = models.CharField(_("参加人员"), max_length=200)
    findings = models.TextField(_("了解到的情况"))
    advice = models.TextField(_("意见建议"), blank=True)
    organization = models.ForeignKey("orgs.Organization", on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    objects = MonitoringVisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("督导记录")
        ordering = ["-visited_on", "-recorded_at"]
        triggers = [pgtrigger.Protect(name="visit_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.visited_on:%Y-%m-%d} {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        return reverse("visit", args=[self.pk])

    @property
    def subject(self) -> str:
        return f"projects.monitoringvisit:{self.pk}"
