"""The money side of the ledger: what was spent on which budget line by which voucher, and moves between lines."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, ScopedQuerySet
from procurement.money import MoneyField
from procurement.rules import enforced_by_constraint
from projects.models.application import Application, BudgetLine
from projects.models.entry import LedgerEntry


class ExpenseQuerySet(ScopedQuerySet["Expense"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(application__in=Application.objects.visible_to(actor))

    def standing(self) -> Self:
        return self.filter(reverses=None, reversal=None)


class Expense(LedgerEntry):
    """One voucher (or its part) booked on one budget line; taken back only by a reversal (R-220, R-221)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="expenses")
    number = models.PositiveIntegerField(_("序号"))
    line = models.ForeignKey(BudgetLine, on_delete=models.PROTECT, related_name="expenses", verbose_name=_("预算科目"))
    reverses = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversal")
    reason = models.CharField(_("冲正理由"), max_length=300, blank=True)
    spent_on = models.DateField(_("支出日期"))
    amount = MoneyField(_("金额"))
    purpose = models.CharField(_("用途"), max_length=200)
    payee = models.CharField(_("收款方"), max_length=100)
    voucher_number = models.CharField(_("凭证号"), max_length=40)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("登记时间"))

    objects = ExpenseQuerySet.as_manager()

    class Meta:
        verbose_name = _("支出记录")
        ordering = ["-spent_on", "-number"]
        indexes = [models.Index(fields=["application", "-spent_on", "-number"], name="expense_of_project")]
        constraints = [
            models.UniqueConstraint(fields=["application", "number"], name="expense_number_once"),
            models.CheckConstraint(
                condition=Q(reverses__isnull=True, amount__gt=0)
                | (Q(reverses__isnull=False, amount__lt=0) & ~Q(reason="")),
                name="expense_signs",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="expense_is_kept", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="expense_reversal_mirrors",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__reverses__isnull=False),
                func=(
                    "IF NOT EXISTS (SELECT 1 FROM projects_expense e WHERE e.id = NEW.reverses_id"
                    " AND e.application_id = NEW.application_id AND e.line_id = NEW.line_id"
                    " AND e.reverses_id IS NULL AND e.amount = -NEW.amount) THEN"
                    " RAISE EXCEPTION 'a reversal mirrors its entry' USING ERRCODE = 'check_violation',"
                    " CONSTRAINT = 'expense_reversal_mirrors'; END IF; RETURN NEW;"
                ),
            ),
            pgtrigger.Trigger(
                name="expense_counts",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                func=(
                    # In two statements: the check on the sum is also made of a row proposed by an upsert.
                    "INSERT INTO projects_linetotal (line_id, spent, moved) VALUES (NEW.line_id, 0, 0)"
                    " ON CONFLICT (line_id) DO NOTHING;"
                    " UPDATE projects_linetotal SET spent = spent + NEW.amount WHERE line_id = NEW.line_id;"
                    " RETURN NULL;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.voucher_number} {self.amount}"


class Reallocation(models.Model):
    """Money moved between two lines: up to the rule set's share by notice, above by an approved change (R-227)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="reallocations")
    source = models.ForeignKey(BudgetLine, on_delete=models.PROTECT, related_name="+", verbose_name=_("调出科目"))
    target = models.ForeignKey(BudgetLine, on_delete=models.PROTECT, related_name="+", verbose_name=_("调入科目"))
    amount = MoneyField(_("调剂金额"))
    reason = models.CharField(_("理由"), max_length=300)
    #: The approved change request behind a move above the share a notice may carry.
    change = models.ForeignKey(
        "projects.ChangeRequest", null=True, blank=True, on_delete=models.PROTECT, related_name="reallocations"
    )
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="reallocation_positive"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="reallocation_between_two_lines"),
        ]
        triggers = [
            pgtrigger.Protect(name="reallocation_is_kept", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="reallocation_counts",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                func=(
                    "INSERT INTO projects_linetotal (line_id, spent, moved)"
                    " VALUES (NEW.source_id, 0, -NEW.amount), (NEW.target_id, 0, NEW.amount)"
                    " ON CONFLICT (line_id) DO UPDATE SET moved = projects_linetotal.moved + EXCLUDED.moved;"
                    " RETURN NULL;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id}→{self.target_id} {self.amount}"


class LineTotal(models.Model):
    """What was spent on a line and moved into (or out of) it, kept by the database with every entry."""

    line = models.OneToOneField(BudgetLine, primary_key=True, on_delete=models.PROTECT, related_name="total")
    spent = MoneyField(_("已支出"), default=Decimal(0))
    moved = MoneyField(_("调剂净额"), default=Decimal(0))

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(spent__gte=0), name="line_total_not_negative")]

    def __str__(self) -> str:
        return f"{self.line_id}: {self.spent}"


enforced_by_constraint("R-220", "expense_number_once", _("台账序号不得重复"))
enforced_by_constraint("R-220", "expense_signs", _("支出金额须大于零；冲正须写明理由"))
enforced_by_constraint("R-220", "expense_reversal_mirrors", _("冲正须与原记录金额相等、方向相反"), in_sql=True)
enforced_by_constraint("R-227", "reallocation_between_two_lines", _("调剂须在两个不同科目之间进行"))
