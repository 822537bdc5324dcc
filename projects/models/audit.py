"""财务审计 of a project at its end: what was spent as planned, what was not, what goes back (R-255, R-266)."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel
from procurement.money import MoneyField
from procurement.rules import enforced_by_constraint
from projects.models.application import Application, BudgetLine


class AuditOpinion(models.TextChoices):
    CLEAN = "clean", _("资金使用合规")
    QUALIFIED = "qualified", _("基本合规，有不合规支出")
    ADVERSE = "adverse", _("不合规")

    @property
    def tone(self) -> str:
        return {"clean": "good", "qualified": "warn"}.get(self.value, "bad")


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
    #: Last day for the contractor's statement; after it the firm may conclude without one.
    response_due_on = models.DateField(_("说明期限"), null=True, blank=True)
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
        triggers = [
            *LifecycleModel.Meta.triggers,
            pgtrigger.Protect(name="audit_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="audit_report_stands",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__status="final"),
                func=(
                    "IF (NEW.application_id, NEW.firm_id, NEW.scope, NEW.spent_total, NEW.ineligible_total, NEW.opinion,"
                    " NEW.conclusion, NEW.report_number) IS DISTINCT FROM"
                    " (OLD.application_id, OLD.firm_id, OLD.scope, OLD.spent_total, OLD.ineligible_total, OLD.opinion,"
                    " OLD.conclusion, OLD.report_number) THEN"
                    " RAISE EXCEPTION 'an audit report stands' USING ERRCODE = 'check_violation',"
                    " CONSTRAINT = 'audit_report_stands'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(_("%(title)s · 财务审计") % {"title": self.application.title})

    def get_absolute_url(self) -> str:
        return reverse("financial-audit", args=[self.pk])

    @property
    def eligible_total(self) -> Decimal:
        return self.spent_total - self.ineligible_total

    def refund_due_of(self, paid: Decimal) -> Decimal:
        """Of what was paid, the part not rightly spent goes back (R-255)."""
        return max(paid - self.eligible_total, Decimal("0.00"))


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
            models.CheckConstraint(condition=Q(ineligible=0) | ~Q(reason=""), name="audit_line_is_explained"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="audit_line_is_settled",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                declare=[("parent", "uuid")],
                func=(
                    "IF TG_OP = 'DELETE' THEN parent := OLD.audit_id; ELSE parent := NEW.audit_id; END IF;"
                    " IF (SELECT status FROM projects_financialaudit WHERE id = parent) IN ('final', 'cancelled') THEN"
                    " RAISE EXCEPTION 'the audit is concluded' USING ERRCODE = 'check_violation',"
                    " CONSTRAINT = 'audit_line_stands'; END IF;"
                    " IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.budget_line.description} {self.spent}"

    @property
    def eligible(self) -> Decimal:
        return self.spent - self.ineligible


enforced_by_constraint("R-255", "audit_line_within_spent", _("不合规支出不能大于实际支出"))
enforced_by_constraint("R-255", "audit_line_is_explained", _("不合规支出须写明原因"))
enforced_by_constraint("R-266", "one_audit_per_application", _("已委托审计，不能重复委托"))
enforced_by_constraint("R-266", "audit_report_stands", _("审计报告出具后不得更改"), in_sql=True)
enforced_by_constraint("R-266", "audit_line_stands", _("审计已完成，审计记录不得更改"), in_sql=True)
