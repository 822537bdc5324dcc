"""Tranches and their payments: asked for, approved and paid by three people (R-254), never above the contract."""

from __future__ import annotations

from typing import Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel
from procurement.money import MoneyField
from procurement.rules import enforced_by_constraint
from projects.models.contract import Contract


class PaymentCondition(models.TextChoices):
    """What a tranche waits for; each is judged from rows, none is ticked by hand (R-250)."""

    FILED = "filed", _("合同已备案")
    LEDGER = "ledger", _("已设专账")
    REPORTS = "reports", _("到期季度报告均已通过")
    MIDTERM = "midterm", _("中期评估合格")
    ACCEPTED = "accepted", _("主责单位验收通过")
    AUDITED = "audited", _("财务审计完成")


class PaymentQuerySet(ScopedQuerySet["Payment"]):
    def visible_to(self, actor: Actor) -> Self:
        if actor.sees_everything:
            return self
        return self.filter(contract__in=Contract.objects.visible_to(actor))

    def open(self) -> Self:
        return self.exclude(status__in=("confirmed", "recovered", "cancelled"))


class Payment(LifecycleModel):
    """One tranche of a contract and the money that goes out for it."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="payments")
    tranche = models.PositiveSmallIntegerField(_("期次"))
    share = models.DecimalField(_("比例"), max_digits=5, decimal_places=4)
    amount = MoneyField(_("金额"))
    conditions = ArrayField(models.CharField(max_length=12, choices=PaymentCondition.choices), default=list)
    planned_on = models.DateField(_("计划时间"), null=True, blank=True)
    invoice_number = models.CharField(_("发票号码"), max_length=40, blank=True)
    invoiced_on = models.DateField(_("收到发票日期"), null=True, blank=True)
    due_on = models.DateField(_("付款期限"), null=True, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    paid_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    voucher_number = models.CharField(_("支付凭证号"), max_length=40, blank=True)
    paid_at = models.DateTimeField(_("支付时间"), null=True, blank=True)

    objects = PaymentQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("付款")
        ordering = ["contract", "tranche"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_positive"),
            models.UniqueConstraint(fields=["contract", "tranche"], name="payment_tranche_once"),
            models.CheckConstraint(
                condition=Q(requested_by__isnull=True)
                | Q(approved_by__isnull=True)
                | ~Q(requested_by=F("approved_by")),
                name="payment_requester_not_approver",
            ),
            models.CheckConstraint(
                condition=Q(paid_by__isnull=True) | (~Q(paid_by=F("requested_by")) & ~Q(paid_by=F("approved_by"))),
                name="payment_payer_apart",
            ),
            models.UniqueConstraint(
                fields=["voucher_number"], condition=~Q(voucher_number=""), name="payment_voucher_once"
            ),
        ]
        triggers = [
            *LifecycleModel.Meta.triggers,
            pgtrigger.Trigger(
                name="paid_counts_on_contract",
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("paid_at"),
                condition=pgtrigger.Q(old__paid_at__isnull=True, new__paid_at__isnull=False),
                func=(
                    "UPDATE projects_contract SET paid_total = paid_total + NEW.amount WHERE id = NEW.contract_id;"
                    " RETURN NULL;"
                ),
            ),
            pgtrigger.Trigger(
                name="paid_is_final",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__paid_at__isnull=False),
                func=(
                    "IF (NEW.amount, NEW.paid_at, NEW.contract_id, NEW.voucher_number, NEW.paid_by_id) IS DISTINCT FROM"
                    " (OLD.amount, OLD.paid_at, OLD.contract_id, OLD.voucher_number, OLD.paid_by_id) THEN"
                    " RAISE EXCEPTION 'a payment made is final' USING ERRCODE = 'check_violation',"
                    " CONSTRAINT = 'payment_made_is_final'; END IF; RETURN NEW;"
                ),
            ),
            pgtrigger.Protect(name="payment_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return str(_("%(contract)s 第 %(n)s 期付款") % {"contract": self.contract.number, "n": self.tranche})

    def get_absolute_url(self) -> str:
        return reverse("payment", args=[self.pk])

    @property
    def condition_labels(self) -> list[str]:
        return [str(PaymentCondition(code).label) for code in self.conditions]


enforced_by_constraint("R-254", "payment_requester_not_approver", _("付款申请人与审批人不得为同一人"))
enforced_by_constraint("R-254", "payment_payer_apart", _("支付人不得兼任申请人或审批人"))
enforced_by_constraint("R-250", "payment_tranche_once", _("同一期次只能付款一次"))
enforced_by_constraint("R-250", "payment_made_is_final", _("已支付的款项不得更改"), in_sql=True)
