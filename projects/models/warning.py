"""预警: how bad (level, four colours) and who handles it (tier 居村 → 街镇 → 区 → 市) are two things (R-229)."""

from __future__ import annotations

from datetime import date
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Case as SqlCase
from django.db.models import Q, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel
from procurement.rules import enforced_by_constraint
from projects.models.application import Application

OPEN_WARNING_STATES = ("raised", "assigned", "handling", "escalated")


class WarningLevel(models.TextChoices):
    BLUE = "blue", _("蓝色")
    YELLOW = "yellow", _("黄色")
    ORANGE = "orange", _("橙色")
    RED = "red", _("红色")

    @property
    def rank(self) -> int:
        return list(WarningLevel).index(self)

    def worse(self) -> WarningLevel:
        """The next level; red stays red."""
        return list(WarningLevel)[min(self.rank + 1, len(WarningLevel) - 1)]


class WarningTier(models.TextChoices):
    NEIGHBOURHOOD = "neighbourhood", _("居村")
    STREET = "street", _("街镇")
    DISTRICT = "district", _("区")
    CITY = "city", _("市")

    @property
    def rank(self) -> int:
        return list(WarningTier).index(self)

    def higher(self) -> WarningTier:
        """The next tier up; the city has none above it."""
        return list(WarningTier)[min(self.rank + 1, len(WarningTier) - 1)]


class EarlyWarningQuerySet(ScopedQuerySet["EarlyWarning"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(application__in=Application.objects.visible_to(actor))

    def open(self) -> Self:
        return self.filter(status__in=OPEN_WARNING_STATES)

    def unanswered(self, on: date) -> Self:
        """Open warnings whose response clock has run out."""
        return self.filter(status__in=("raised", "assigned", "handling"), respond_by__lt=on)

    def stopping_payments(self) -> Self:
        return self.filter(payments_stopped=True)

    def worst_first(self) -> Self:
        order = [When(level=level, then=Value(-level.rank)) for level in WarningLevel]
        return self.annotate(severity=SqlCase(*order, output_field=models.IntegerField())).order_by(
            "severity", "respond_by", "id"
        )


class EarlyWarning(LifecycleModel):
    """One cause of concern about one project. ``key`` names the cause, so that a sweep raises it once only."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="warnings")
    rule = models.CharField(_("预警事项"), max_length=40)
    key = models.CharField(max_length=80)
    level = models.CharField(_("级别"), max_length=8, choices=WarningLevel.choices)
    tier = models.CharField(_("处置层级"), max_length=16, choices=WarningTier.choices)
    facts = models.CharField(_("事实"), max_length=300)
    basis = models.CharField(_("依据"), max_length=200)
    raised_at = models.DateTimeField()
    handler = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="+", verbose_name=_("处置单位")
    )
    respond_by = models.DateField(_("响应期限"), null=True, blank=True)
    outcome = models.TextField(_("处置结果"), blank=True)
    #: A red warning stops payments at once; a person confirms or lifts that within the response clock.
    payments_stopped = models.BooleanField(_("暂停付款"), default=False)
    stop_confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    stop_confirmed_at = models.DateTimeField(null=True, blank=True)
    stop_reason = models.TextField(_("确认说明"), blank=True)

    objects = EarlyWarningQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("预警")
        ordering = ["-raised_at"]
        indexes = [models.Index(fields=["status", "respond_by"], name="warning_clock")]
        constraints = [
            models.UniqueConstraint(fields=["application", "rule", "key"], name="warning_once_per_cause"),
            models.CheckConstraint(
                condition=Q(level__in=WarningLevel.values) & Q(tier__in=WarningTier.values), name="warning_level_known"
            ),
        ]
        triggers = [
            *LifecycleModel.Meta.triggers,
            pgtrigger.Protect(name="warning_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return str(_("%(level)s预警：%(facts)s") % {"level": self.get_level_display(), "facts": self.facts})

    def get_absolute_url(self) -> str:
        return reverse("warning", args=[self.pk])


enforced_by_constraint("R-229", "warning_once_per_cause", _("同一事项只预警一次，情况变化时升级"))
