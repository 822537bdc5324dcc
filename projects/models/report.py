"""Reports a project owes: one per quarter, one at mid-term, the closeout; each version handed in is kept (R-222)."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel
from procurement.rules import enforced_by_constraint
from projects.models.application import Application

#: Handed in or on its way; the rest is still owed by the contractor.
OWED_STATES = ("not_due", "due", "returned")


class ReportKind(models.TextChoices):
    QUARTERLY = "quarterly", _("季度报告")
    MIDTERM = "midterm", _("中期报告")
    CLOSEOUT = "closeout", _("结项报告")


class ReturnReason(models.TextChoices):
    """Why a report goes back; a code, so that reasons can be counted."""

    FIGURES = "figures", _("数据与台账不一致")
    VOUCHERS = "vouchers", _("支出凭证或明细不全")
    EVIDENCE = "evidence", _("活动照片、签到等佐证不足")
    VAGUE = "vague", _("进展情况写得不具体")
    PROBLEMS = "problems", _("未说明偏差原因和改进措施")
    SUMMARY = "summary", _("公开摘要不宜公开，需修改")
    OTHER = "other", _("其他")


class ReportQuerySet(ScopedQuerySet["Report"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(application__in=Application.objects.visible_to(actor))

    def owed(self) -> Self:
        return self.filter(status__in=OWED_STATES)

    def overdue(self, on: date) -> Self:
        """Past the last day and not handed in; derived from the clock, never a state of its own."""
        return self.owed().filter(due_on__lt=on)

    def published(self) -> Self:
        return self.filter(status="accepted")


class Report(LifecycleModel):
    """One report over ``period_start`` … ``period_end``; ``due_on`` is empty while the calendar is not announced."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="reports")
    kind = models.CharField(_("种类"), max_length=12, choices=ReportKind.choices)
    period_start = models.DateField(_("报告期开始"))
    period_end = models.DateField(_("报告期结束"))
    due_on = models.DateField(_("提交期限"), null=True, blank=True)
    #: Long answers as typed, saved field by field; nothing is lost when a report goes back.
    answers = models.JSONField(default=dict)
    edition = models.PositiveIntegerField(default=0)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    edited_at = models.DateTimeField(null=True, blank=True)
    #: The ledger's figures frozen when the report was handed in.
    figures = models.JSONField(default=dict)
    submitted_at = models.DateTimeField(_("提交时间"), null=True, blank=True)
    return_code = models.CharField(_("退回原因"), max_length=12, choices=ReturnReason.choices, blank=True)
    return_note = models.TextField(_("退回说明"), blank=True)
    review_note = models.TextField(_("主责单位意见"), blank=True)
    accepted_at = models.DateTimeField(_("通过时间"), null=True, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("项目报告")
        ordering = ["period_end", "kind"]
        indexes = [models.Index(fields=["status", "due_on"], name="report_due")]
        constraints = [
            models.UniqueConstraint(fields=["application", "kind", "period_end"], name="report_once_per_period"),
            models.CheckConstraint(condition=Q(period_end__gte=F("period_start")), name="report_period_runs_forward"),
        ]
        triggers = [
            *LifecycleModel.Meta.triggers,
            pgtrigger.Protect(name="report_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        if self.kind != ReportKind.QUARTERLY:
            return str(self.get_kind_display())
        quarter = (self.period_end.month + 2) // 3
        return str(_("%(year)s 年第 %(quarter)s 季度报告") % {"year": self.period_end.year, "quarter": quarter})

    def get_absolute_url(self) -> str:
        return reverse("report", args=[self.pk])

    def is_overdue(self, on: date) -> bool:
        return self.status in OWED_STATES and self.due_on is not None and self.due_on < on


class ReportVersion(models.Model):
    """A report as handed in: text, figures and the hash over both. Never altered."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("版次"))
    answers = models.JSONField(default=dict)
    figures = models.JSONField(default=dict)
    content_sha256 = models.CharField(max_length=64)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="report_version_once")]
        triggers = [pgtrigger.Protect(name="report_version_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return str(_("第 %(n)s 版") % {"n": self.number})


enforced_by_constraint("R-222", "report_once_per_period", _("同一报告期只有一份报告"))
