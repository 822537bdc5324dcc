"""资金代管: a ledger per executor and project; money in by payment, out by approved voucher, never below zero (R-073)."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel
from procurement.money import MoneyField
from procurement.rules import enforced_by_constraint
from projects.models.application import Application


class CustodyLedgerQuerySet(ScopedQuerySet["CustodyLedger"]):
    def visible_to(self, actor: Actor) -> Self:
        """The union that keeps it, the group whose money it is, the purchaser, and oversight."""
        if actor.sees_everything:
            return self
        mine = actor.organization_ids()
        return self.filter(Q(union__in=mine) | Q(executor__in=mine) | Q(application__guide__purchaser__in=mine))


class CustodyLedger(models.Model):
    """The money a union holds for one group and one project. The balance is written by its entries alone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="custody")
    union = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="+", verbose_name=_("代管单位")
    )
    executor = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="custody_ledgers", verbose_name=_("执行方")
    )
    #: As disclosed in the letter (R-074).
    fee_share = models.DecimalField(_("服务费比例"), max_digits=5, decimal_places=4, default=0)
    balance = MoneyField(_("余额"), default=Decimal("0.00"), editable=False)
    opened_at = models.DateTimeField(_("开立时间"))

    objects = CustodyLedgerQuerySet.as_manager()

    class Meta:
        verbose_name = _("代管账户")
        verbose_name_plural = _("代管账户")
        ordering = ["-opened_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(balance__gte=0),
                name="custody_never_overdrawn",
                violation_error_message=_("代管账户余额不足。"),
            )
        ]
        triggers = [
            pgtrigger.Protect(name="custody_ledger_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="custody_balance_by_entries",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("balance"),
                func=(
                    "IF (TG_OP = 'INSERT' AND NEW.balance <> 0) OR (TG_OP = 'UPDATE' AND NEW.balance <> OLD.balance"
                    " AND pg_trigger_depth() < 2) THEN"
                    " RAISE EXCEPTION 'the balance of a custody ledger is written by its entries'"
                    " USING ERRCODE = 'check_violation', CONSTRAINT = 'custody_balance_by_entries';"
                    " END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.application)

    def get_absolute_url(self) -> str:
        return reverse("custody", args=[self.pk])


class VoucherKind(models.TextChoices):
    EXPENSE = "expense", _("项目支出")
    FEE = "fee", _("联合会服务费")


class CustodyVoucherQuerySet(ScopedQuerySet["CustodyVoucher"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(ledger__in=CustodyLedger.objects.visible_to(actor))


class CustodyVoucher(LifecycleModel):
    """Money to go out: prepared by one person, approved by another, paid. Approval takes it from the balance."""

    ledger = models.ForeignKey(CustodyLedger, on_delete=models.PROTECT, related_name="vouchers")
    number = models.CharField(_("凭单号"), max_length=40, unique=True)
    kind = models.CharField(_("类别"), max_length=8, choices=VoucherKind.choices, default=VoucherKind.EXPENSE)
    payee = models.CharField(_("收款人"), max_length=120)
    purpose = models.CharField(_("用途"), max_length=200)
    amount = MoneyField(_("金额"))
    evidence = models.CharField(_("票据号"), max_length=80, blank=True)
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    paid_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    paid_on = models.DateField(_("支付日期"), null=True, blank=True)
    reference = models.CharField(_("银行流水号"), max_length=64, blank=True)

    objects = CustodyVoucherQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("代管支出凭单")
        verbose_name_plural = _("代管支出凭单")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="voucher_positive", violation_error_message=_("金额须大于零。")
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("prepared_by")),
                name="voucher_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(paid_by__isnull=True) | ~Q(paid_by=F("approved_by")), name="voucher_paid_by_another"
            ),
        ]
        triggers = [
            *LifecycleModel.Meta.triggers,
            pgtrigger.Protect(name="voucher_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="voucher_is_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=(
                    "IF (NEW.ledger_id, NEW.number, NEW.kind, NEW.payee, NEW.purpose, NEW.amount, NEW.prepared_by_id)"
                    " IS DISTINCT FROM"
                    " (OLD.ledger_id, OLD.number, OLD.kind, OLD.payee, OLD.purpose, OLD.amount, OLD.prepared_by_id) THEN"
                    " RAISE EXCEPTION 'a voucher is not rewritten' USING ERRCODE = 'check_violation',"
                    " CONSTRAINT = 'voucher_is_frozen'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.purpose}"

    def get_absolute_url(self) -> str:
        return reverse("custody-voucher", args=[self.pk])


class CustodyEntryKind(models.TextChoices):
    INFLOW = "inflow", _("到账")
    OUTFLOW = "outflow", _("支出")
    REVERSAL = "reversal", _("冲回")


class CustodyEntry(models.Model):
    """One movement, by a payment received or a voucher approved; the database carries the balance forward."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ledger = models.ForeignKey(CustodyLedger, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(_("类别"), max_length=8, choices=CustodyEntryKind.choices)
    amount = MoneyField(_("金额"), signed=True)
    payment = models.OneToOneField(
        "projects.Payment", on_delete=models.PROTECT, null=True, blank=True, related_name="custody_entry"
    )
    voucher = models.ForeignKey(CustodyVoucher, on_delete=models.PROTECT, null=True, blank=True, related_name="entries")
    balance_after = MoneyField(_("余额"), default=Decimal("0.00"), editable=False)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(_("日期"))
    #: Keeps the order of movements of one day.
    recorded_at = models.DateTimeField(
        db_default=models.Func(function="clock_timestamp", output_field=models.DateTimeField()), editable=False
    )

    class Meta:
        verbose_name = _("代管收支")
        verbose_name_plural = _("代管收支")
        ordering = ["on", "recorded_at"]
        indexes = [models.Index(fields=["ledger", "on"], name="custody_entry_by_day")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="inflow", amount__gt=0, payment__isnull=False, voucher__isnull=True)
                | Q(kind="outflow", amount__lt=0, payment__isnull=True, voucher__isnull=False)
                | Q(kind="reversal", amount__gt=0, payment__isnull=True, voucher__isnull=False),
                name="custody_entry_has_its_ground",
            ),
            models.UniqueConstraint(fields=["voucher", "kind"], name="custody_voucher_counts_once"),
        ]
        triggers = [
            pgtrigger.Protect(name="custody_entry_is_kept", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="custody_entry_moves_balance",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=(
                    "UPDATE projects_custodyledger SET balance = balance + NEW.amount WHERE id = NEW.ledger_id"
                    " RETURNING balance INTO NEW.balance_after; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"

    @property
    def month(self) -> date:
        return self.on.replace(day=1)


enforced_by_constraint("R-073", "custody_never_overdrawn", _("代管账户余额不足，凭单金额不得超过余额"))
enforced_by_constraint("R-073", "custody_balance_by_entries", _("代管账户余额只能由到账和已审批的凭单变动"))
enforced_by_constraint("R-073", "custody_entry_has_its_ground", _("代管资金只能因付款到账、因审批的凭单支出"))
enforced_by_constraint("R-073", "custody_voucher_counts_once", _("同一凭单只能支出一次"))
enforced_by_constraint("R-254", "voucher_approved_by_another", _("凭单的编制人与审批人不得为同一人"))
enforced_by_constraint("R-254", "voucher_paid_by_another", _("凭单的审批人与支付人不得为同一人"))
