"""结项: the contractor's own report, the money that goes back, and the archive nobody can thin out (R-289)."""

from __future__ import annotations

import uuid
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel
from procurement.money import MoneyField
from procurement.rules import enforced_by_constraint
from projects.models.application import Application, Indicator


class CloseoutQuerySet(ScopedQuerySet["Closeout"]):
    def visible_to(self, actor: Actor) -> Self:
        """A draft is the contractor's own."""
        if actor.sees_everything:
            return self
        rows = self.filter(application__in=Application.objects.visible_to(actor))
        return rows.filter(~Q(status="draft") | Q(application__applicant__in=actor.organization_ids()))


class Closeout(LifecycleModel):
    """结项报告 (自评): what was promised and what was done, in the contractor's words and figures."""

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="closeout")
    summary = models.TextField(_("项目实施情况"), blank=True)
    results = models.TextField(_("主要成效"), blank=True)
    spending_note = models.TextField(_("资金使用情况"), blank=True)
    problems = models.TextField(_("问题和建议"), blank=True)
    recipients_confirmation = models.TextField(_("服务对象确认情况"), blank=True)
    self_score = models.DecimalField(_("自评得分"), max_digits=5, decimal_places=2, null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)

    objects = CloseoutQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("结项报告")
        constraints = [
            models.CheckConstraint(
                condition=Q(self_score__isnull=True) | (Q(self_score__gte=0) & Q(self_score__lte=100)),
                name="closeout_self_score_in_range",
            ),
        ]
        triggers = [
            *LifecycleModel.Meta.triggers,
            pgtrigger.Protect(name="closeout_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return str(_("%(title)s · 结项报告") % {"title": self.application.title})

    def get_absolute_url(self) -> str:
        return reverse("closeout", args=[self.pk])


class IndicatorResult(models.Model):
    """What an indicator came to, as the contractor reports it at the end."""

    closeout = models.ForeignKey(Closeout, on_delete=models.CASCADE, related_name="indicator_results")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="+")
    actual = models.DecimalField(_("实际完成"), max_digits=12, decimal_places=2)
    note = models.CharField(_("说明"), max_length=200, blank=True)

    class Meta:
        ordering = ["indicator__position"]
        constraints = [
            models.UniqueConstraint(fields=["closeout", "indicator"], name="indicator_result_once"),
            models.CheckConstraint(condition=Q(actual__gte=0), name="indicator_result_not_negative"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="indicator_result_is_settled",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                declare=[("parent", "uuid")],
                func=(
                    "IF TG_OP = 'DELETE' THEN parent := OLD.closeout_id; ELSE parent := NEW.closeout_id; END IF;"
                    " IF (SELECT status FROM projects_closeout WHERE id = parent) NOT IN ('draft', 'returned') THEN"
                    " RAISE EXCEPTION 'the report is handed in' USING ERRCODE = 'check_violation',"
                    " CONSTRAINT = 'closeout_figures_stand'; END IF;"
                    " IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} → {self.actual}"

    @property
    def reached(self) -> bool:
        return self.actual >= self.indicator.target


class RefundQuerySet(ScopedQuerySet["Refund"]):
    def visible_to(self, actor: Actor) -> Self:
        if actor.sees_everything:
            return self
        return self.filter(application__in=Application.objects.visible_to(actor))


class Refund(LifecycleModel):
    """余款退回: due after the audit, returned by the contractor, confirmed by the treasury (R-255)."""

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="refund")
    amount = MoneyField(_("应退金额"))
    voucher_number = models.CharField(_("退款凭证号"), max_length=40, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)

    objects = RefundQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("余款退回")
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="refund_positive")]
        triggers = [
            *LifecycleModel.Meta.triggers,
            pgtrigger.Protect(name="refund_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="refund_amount_stands",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("amount", "application_id"),
                func=(
                    "IF (NEW.amount, NEW.application_id) IS DISTINCT FROM (OLD.amount, OLD.application_id) THEN"
                    " RAISE EXCEPTION 'a refund follows from the audit' USING ERRCODE = 'check_violation',"
                    " CONSTRAINT = 'refund_amount_stands'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(_("%(title)s · 余款退回") % {"title": self.application.title})

    def get_absolute_url(self) -> str:
        return reverse("refund", args=[self.pk])


class ArchiveItem(models.Model):
    """One paper of the file R-289 lists: where it is and its hash, or why this case has none."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="archive_items")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=32)
    label = models.CharField(max_length=80)
    title = models.CharField(max_length=240, blank=True)
    reference = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    absent_because = models.CharField(max_length=200, blank=True)
    archived_at = models.DateTimeField()
    archived_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    keep_until = models.DateField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["application", "position"], name="archive_item_position_once"),
            models.UniqueConstraint(fields=["application", "code", "reference"], name="archive_item_once"),
            models.CheckConstraint(condition=Q(reference="") | ~Q(sha256=""), name="archive_item_has_hash"),
            models.CheckConstraint(
                condition=~Q(reference="") | ~Q(absent_because=""), name="archive_item_present_or_explained"
            ),
        ]
        triggers = [pgtrigger.Protect(name="archive_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.label


enforced_by_constraint("R-222", "closeout_figures_stand", _("结项报告已提交，退回后才能修改"), in_sql=True)
enforced_by_constraint("R-255", "refund_amount_stands", _("应退金额由审计结果确定，不得更改"), in_sql=True)
enforced_by_constraint("R-289", "archive_item_present_or_explained", _("归档材料须有编号或者写明缺少的理由"))
enforced_by_constraint("R-289", "archive_item_has_hash", _("归档材料须有校验值"))
