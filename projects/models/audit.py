"""财务审计 of a project at its end: what was spent as planned, what was not, what goes back (R-255, R-266)."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel
from procurement.money import MoneyField
from projects.models.application import Application, BudgetLine


class AuditOpinion(models.TextChoices):
    CLEAN = "clean", _("资金使用合规")
    QUALIFIED = "qualified", _("基本合规，有不合规支出")
    ADVERSE = "adverse", _("不合规")


class FinancialAuditQuerySet(ScopedQuerySet["FinancialAudit"]):
    def visible_to(self, actor: Actor) -> Self:
        if actor.sees_everything:
            return self
        rows = self.filter(application__in=Application.objects.visible_to(actor))
        mine = actor.organization_ids()
        return rows.filter(~Q(application__applicant__in=mine) | ~Q(status__in=("engaged", "fieldwork")))


class FinancialAudit(LifecycleModel):
    """The audit firm's work on one project. Totals are summed from its lines when the draft is sent."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="financial_audits")
    firm = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="+", verbose_name=_("审计机构")
    )
    independence = models.TextField(_("独立性声明"), blank=True)
    scope = models.TextField(_("审计范围和抽查情况"), blank=True)
    granted_total = MoneyField(_("批复资金"), default=Decimal("0.00"))
    paid_total = MoneyField(_("已拨资金"), default=Decimal("0.00"))
    spent_total = MoneyField(_("实际支出"), default=Decimal("0.00"))
    ineligible_total = MoneyField(_("不合规支出"), default=Decimal("0.00"))
    response = models.TextField(_("承接主体说明"), blank=True)
    opinion = models.CharField(_("审计意见"), max_length=12, choices=AuditOpinion.choices, blank=True)
    conclusion = models.TextField(_("审计结论"), blank=True)
    report_number = models.CharField(_("报告文号"), max_length=60, blank=True)

    objects = FinancialAuditQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("财务审计")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ineligible_total__gte=0) & Q(ineligible_total__lte=F("spent_total")),
                name="audit_ineligible_within_spent",
            ),
            models.UniqueConstraint(
                fields=["application"], condition=~Q(status="cancelled"), name="one_audit_per_application"
            ),
        ]

    def __str__(self) -> str:
        return str(_("%(title)s · 财务审计") % {"title": self.application.title})

    def get_absolute_url(self) -> str:
        return reverse("financial-audit", args=[self.pk])

    @property
    def eligible_total(self) -> Decimal:
        return self.spent_total - self.ineligible_total

    @property
    def refund_due(self) -> Decimal:
        """Money received and not rightly spent goes back (R-255)."""
        return max(self.paid_total - self.eligible_total, Decimal("0.00"))


class AuditLine(models.Model):
    """One budget line as audited."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    audit = models.ForeignKey(FinancialAudit, on_delete=models.CASCADE, related_name="lines")
    budget_line = models.ForeignKey(BudgetLine, on_delete=models.PROTECT, related_name="+")
    spent = MoneyField(_("实际支出"), default=Decimal("0.00"))
    ineligible = MoneyField(_("其中不合规"), default=Decimal("0.00"))
    reason = models.CharField(_("不合规原因"), max_length=300, blank=True)
    resolved = models.BooleanField(_("已整改或同意退回"), default=False)

    class Meta:
        ordering = ["budget_line__position"]
        constraints = [
            models.UniqueConstraint(fields=["audit", "budget_line"], name="audit_line_once"),
            models.CheckConstraint(
                condition=Q(ineligible__gte=0) & Q(ineligible__lte=F("spent")), name="audit_line_within_spent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.budget_line.description} {self.spent}"
