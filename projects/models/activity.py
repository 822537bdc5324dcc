"""Plan, activities and their totals: the service ledger only grows; a mistake is taken back by a reversal (R-220)."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel
from procurement.rules import enforced_by_constraint
from projects.models.application import Application, Indicator
from projects.models.entry import LedgerEntry


class ActivityPlanQuerySet(ScopedQuerySet["ActivityPlan"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(application__in=Application.objects.visible_to(actor))


class ActivityPlan(LifecycleModel):
    """项目启动: what will be done when, and the telephone on the sign board (R-224). One per project."""

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="plan")
    approach = models.TextField(_("组织实施安排"), blank=True)
    supervision_phone = models.CharField(_("监督电话"), max_length=40, blank=True)
    launched_at = models.DateTimeField(_("启动时间"), null=True, blank=True)

    objects = ActivityPlanQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("活动计划")

    def __str__(self) -> str:
        return str(_("%(project)s活动计划") % {"project": self.application})

    def get_absolute_url(self) -> str:
        return reverse("plan", args=[self.application_id])


class PlannedActivity(models.Model):
    """One activity foreseen, on or about a day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(ActivityPlan, on_delete=models.CASCADE, related_name="activities")
    planned_on = models.DateField(_("计划日期"))
    title = models.CharField(_("活动名称"), max_length=100)
    place = models.CharField(_("地点"), max_length=200, blank=True)
    person_times = models.PositiveIntegerField(_("预计人次"), default=0)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["planned_on", "position"]

    def __str__(self) -> str:
        return f"{self.planned_on:%Y-%m-%d} {self.title}"


class ActivityQuerySet(ScopedQuerySet["Activity"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(application__in=Application.objects.visible_to(actor))

    def standing(self) -> Self:
        """Entries that count: neither a reversal nor taken back by one."""
        return self.filter(reverses=None, reversal=None)

    def held_within(self, first: date, last: date) -> Self:
        return self.filter(held_on__gte=first, held_on__lte=last)


class Activity(LedgerEntry):
    """One line of the service ledger. A reversal carries the same figures with the opposite sign."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="activities")
    number = models.PositiveIntegerField(_("序号"))
    planned = models.ForeignKey(
        PlannedActivity,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="entries",
        verbose_name=_("对应计划"),
    )
    reverses = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversal", verbose_name=_("冲正的记录")
    )
    reason = models.CharField(_("冲正理由"), max_length=300, blank=True)
    held_on = models.DateField(_("活动日期"))
    title = models.CharField(_("活动名称"), max_length=100)
    place = models.CharField(_("地点"), max_length=200)
    summary = models.TextField(_("活动情况"), blank=True)
    person_times = models.IntegerField(_("服务人次"))
    service_hours = models.DecimalField(_("服务时长（小时）"), max_digits=8, decimal_places=1, default=Decimal(0))
    volunteers = models.IntegerField(_("志愿者（人）"), default=0)
    volunteers_insured = models.BooleanField(_("有风险的活动已为志愿者投保"), default=False)
    materials = models.CharField(_("发放物资"), max_length=300, blank=True)
    materials_count = models.IntegerField(_("物资（件）"), default=0)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("登记时间"))

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("活动记录")
        ordering = ["-held_on", "-number"]
        indexes = [models.Index(fields=["application", "-held_on", "-number"], name="activity_of_project")]
        constraints = [
            models.UniqueConstraint(fields=["application", "number"], name="activity_number_once"),
            models.CheckConstraint(
                condition=Q(
                    reverses__isnull=True,
                    person_times__gte=0,
                    service_hours__gte=0,
                    volunteers__gte=0,
                    materials_count__gte=0,
                )
                | (Q(reverses__isnull=False) & ~Q(reason="")),
                name="activity_signs",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="activity_is_kept", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="activity_reversal_mirrors",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__reverses__isnull=False),
                func=(
                    "IF NOT EXISTS (SELECT 1 FROM projects_activity a WHERE a.id = NEW.reverses_id"
                    " AND a.application_id = NEW.application_id AND a.reverses_id IS NULL"
                    " AND a.person_times = -NEW.person_times AND a.service_hours = -NEW.service_hours"
                    " AND a.volunteers = -NEW.volunteers AND a.materials_count = -NEW.materials_count) THEN"
                    " RAISE EXCEPTION 'a reversal mirrors its entry' USING ERRCODE = 'check_violation',"
                    " CONSTRAINT = 'activity_reversal_mirrors'; END IF; RETURN NEW;"
                ),
            ),
            pgtrigger.Trigger(
                name="activity_counts",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                func=(
                    "INSERT INTO projects_deliverytotal (application_id, activities, person_times, service_hours,"
                    " volunteers, materials_count, last_held_on)"
                    " VALUES (NEW.application_id, CASE WHEN NEW.reverses_id IS NULL THEN 1 ELSE -1 END,"
                    " NEW.person_times, NEW.service_hours, NEW.volunteers, NEW.materials_count, NEW.held_on)"
                    " ON CONFLICT (application_id) DO UPDATE SET"
                    " activities = projects_deliverytotal.activities + EXCLUDED.activities,"
                    " person_times = projects_deliverytotal.person_times + EXCLUDED.person_times,"
                    " service_hours = projects_deliverytotal.service_hours + EXCLUDED.service_hours,"
                    " volunteers = projects_deliverytotal.volunteers + EXCLUDED.volunteers,"
                    " materials_count = projects_deliverytotal.materials_count + EXCLUDED.materials_count,"
                    " last_held_on = GREATEST(projects_deliverytotal.last_held_on, EXCLUDED.last_held_on);"
                    " RETURN NULL;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.held_on:%Y-%m-%d} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("activity", args=[self.pk])


class Contribution(models.Model):
    """What an activity adds to an indicator (or, in a reversal, takes back)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="contributions")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="contributions")
    quantity = models.DecimalField(_("数量"), max_digits=12, decimal_places=2)

    class Meta:
        ordering = ["indicator__position"]
        constraints = [models.UniqueConstraint(fields=["activity", "indicator"], name="contribution_once")]
        triggers = [
            pgtrigger.Protect(name="contribution_is_kept", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="contribution_counts",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                func=(
                    "INSERT INTO projects_indicatortotal (indicator_id, actual) VALUES (NEW.indicator_id, NEW.quantity)"
                    " ON CONFLICT (indicator_id) DO UPDATE SET"
                    " actual = projects_indicatortotal.actual + EXCLUDED.actual; RETURN NULL;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} +{self.quantity}"


class DeliveryTotal(models.Model):
    """The sum of a project's ledger, kept by the database with every entry; never written by hand."""

    application = models.OneToOneField(
        Application, primary_key=True, on_delete=models.PROTECT, related_name="delivery_total"
    )
    activities = models.IntegerField(_("活动场次"), default=0)
    person_times = models.IntegerField(_("服务人次"), default=0)
    service_hours = models.DecimalField(_("服务时长（小时）"), max_digits=12, decimal_places=1, default=Decimal(0))
    volunteers = models.IntegerField(_("志愿者人次"), default=0)
    materials_count = models.IntegerField(_("物资（件）"), default=0)
    last_held_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.application_id}: {self.activities}"


class IndicatorTotal(models.Model):
    """What the ledger has added up to for one indicator."""

    indicator = models.OneToOneField(Indicator, primary_key=True, on_delete=models.PROTECT, related_name="total")
    actual = models.DecimalField(_("实际值"), max_digits=14, decimal_places=2, default=Decimal(0))

    def __str__(self) -> str:
        return f"{self.indicator_id}: {self.actual}"


class EntryDraft(models.Model):
    """What somebody has typed into the entry form and not handed in yet, so that a lost signal loses nothing."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="entry_drafts")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    values = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "person"], name="entry_draft_once")]

    def __str__(self) -> str:
        return f"{self.application_id} {self.saved_at:%Y-%m-%d %H:%M}"


enforced_by_constraint("R-220", "activity_number_once", _("台账序号不得重复"))
enforced_by_constraint("R-220", "activity_signs", _("台账记录的数量不得为负；冲正须写明理由"))
enforced_by_constraint("R-220", "activity_reversal_mirrors", _("冲正须与原记录数量相等、方向相反"), in_sql=True)
