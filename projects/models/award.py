"""中标（成交）: who was chosen for a lot, for how much, by whom, and what became of it; framework suppliers (R-100, R-170)."""

from __future__ import annotations

import uuid
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, Role, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel
from procurement.money import MoneyField
from procurement.rules import enforced_by_constraint
from projects.models.bid import Bid
from projects.models.procedure import BUYER_ROLES, Lot, Procedure

#: An award that counts: it holds the place of its lot and takes money from the plan.
STANDING_AWARD_STATES = ("decided", "announced", "contracted")
PUBLIC_AWARD_STATES = ("announced", "contracted")


class AwardQuerySet(ScopedQuerySet["Award"]):
    def visible_to(self, actor: Actor) -> Self:
        """Public once announced, and afterwards; before that those who run the procedure."""
        if actor.sees_everything:
            return self
        return self.filter(
            Q(announced_at__isnull=False)
            | Q(procedure__purchaser__in=actor.organization_ids(*BUYER_ROLES))
            | Q(procedure__agent__in=actor.organization_ids(Role.AGT))
        ).distinct()

    def standing(self) -> Self:
        return self.filter(status__in=STANDING_AWARD_STATES)


class Award(LifecycleModel):
    """One winner of one lot. A framework agreement has several per lot, everything else one (R-170)."""

    procedure = models.ForeignKey(
        Procedure, on_delete=models.PROTECT, related_name="awards", verbose_name=_("采购项目")
    )
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="awards", verbose_name=_("采购包"))
    bid = models.ForeignKey(Bid, on_delete=models.PROTECT, related_name="awards")
    supplier = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="awards", verbose_name=_("中标（成交）供应商")
    )
    amount = MoneyField(_("中标（成交）金额"))
    rank = models.PositiveSmallIntegerField(_("评审名次"))
    is_framework = models.BooleanField(_("框架协议入围"), default=False)
    decided_at = models.DateTimeField(_("确定时间"))
    #: Nobody when the purchaser stayed silent and the law decided (R-170).
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    #: Why it is not the first of the ranking; empty for the first.
    grounds = models.CharField(_("按顺序递补的理由"), max_length=500, blank=True)
    #: The report it rests on: once the bid was reviewed again, a voided award no longer stands in its way.
    report_id = models.UUIDField(null=True, editable=False)
    announced_at = models.DateTimeField(_("公告时间"), null=True, blank=True, editable=False)
    #: By when the contract is to be signed (R-200).
    contract_due_on = models.DateField(_("签约期限"), null=True, blank=True, editable=False)

    objects = AwardQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("中标（成交）")
        ordering = ["procedure", "lot__number", "rank"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="award_amount_not_negative"),
            models.UniqueConstraint(
                fields=["lot"],
                condition=Q(status__in=STANDING_AWARD_STATES, is_framework=False),
                name="award_one_per_lot",
            ),
            models.UniqueConstraint(
                fields=["bid"], condition=Q(status__in=STANDING_AWARD_STATES), name="award_once_per_bid"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=PUBLIC_AWARD_STATES) | Q(announced_at__isnull=False),
                name="award_announced_with_time",
            ),
        ]
        triggers = [
            *LifecycleModel.Meta.triggers,
            pgtrigger.Protect(name="award_is_kept", operation=pgtrigger.Delete),
            # Counted behind the procedure's row lock: two decisions at once wait for each other.
            pgtrigger.Trigger(
                name="award_within_plan",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("allowed", "numeric"), ("taken", "numeric")],
                func=(
                    "SELECT p.amount INTO allowed FROM projects_procedure AS c"
                    " JOIN catalogs_purchaseplan AS p ON p.id = c.plan_id WHERE c.id = NEW.procedure_id"
                    " FOR NO KEY UPDATE OF c;"
                    " SELECT COALESCE(SUM(amount), 0) INTO taken FROM projects_award"
                    " WHERE procedure_id = NEW.procedure_id AND NOT is_framework"
                    " AND status IN ('decided', 'announced', 'contracted');"
                    " IF NEW.is_framework THEN taken := 0; END IF;"
                    " IF NEW.amount + taken > allowed THEN"
                    " RAISE EXCEPTION 'awards exceed the plan' USING ERRCODE = 'check_violation',"
                    " CONSTRAINT = 'award_within_plan'; END IF; RETURN NEW;"
                ),
            ),
            pgtrigger.Trigger(
                name="award_is_the_bid",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=(
                    "IF NOT EXISTS (SELECT 1 FROM projects_bid WHERE id = NEW.bid_id AND lot_id = NEW.lot_id"
                    " AND procedure_id = NEW.procedure_id AND bidder_id = NEW.supplier_id"
                    " AND NEW.amount <= COALESCE(final_price, price)) THEN"
                    " RAISE EXCEPTION 'an award is of a bid and at most at its price'"
                    " USING ERRCODE = 'check_violation', CONSTRAINT = 'award_is_the_bid'; END IF; RETURN NEW;"
                ),
            ),
            pgtrigger.Trigger(
                name="award_terms_stand",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=(
                    "IF (NEW.procedure_id, NEW.lot_id, NEW.bid_id, NEW.supplier_id, NEW.amount, NEW.is_framework)"
                    " IS DISTINCT FROM (OLD.procedure_id, OLD.lot_id, OLD.bid_id, OLD.supplier_id, OLD.amount,"
                    " OLD.is_framework) THEN RAISE EXCEPTION 'an award is not rewritten'"
                    " USING ERRCODE = 'check_violation', CONSTRAINT = 'award_terms_stand'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lot} · {self.supplier}"

    def get_absolute_url(self) -> str:
        return reverse("award", args=[self.pk])


class FrameworkAgreement(models.Model):
    """框架协议 of one lot: the suppliers among whom users choose later, at the prices agreed (R-100, R-101)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(_("协议编号"), max_length=40, unique=True)
    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="frameworks")
    lot = models.OneToOneField(Lot, on_delete=models.PROTECT, related_name="framework")
    starts_on = models.DateField(_("协议开始"))
    ends_on = models.DateField(_("协议结束"))
    concluded_at = models.DateTimeField(_("订立时间"))

    class Meta:
        verbose_name = _("框架协议")
        ordering = ["-concluded_at"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="framework_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.lot}"


class FrameworkSupplier(models.Model):
    """入围供应商: at which price, and since when no longer."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agreement = models.ForeignKey(FrameworkAgreement, on_delete=models.PROTECT, related_name="suppliers")
    award = models.OneToOneField(Award, on_delete=models.PROTECT, related_name="framework_place")
    supplier = models.ForeignKey("orgs.Organization", on_delete=models.PROTECT, related_name="+")
    unit_price = MoneyField(_("协议单价"))
    left_on = models.DateField(_("退出日期"), null=True, blank=True)

    class Meta:
        ordering = ["award__rank"]
        constraints = [models.UniqueConstraint(fields=["agreement", "supplier"], name="framework_supplier_once")]

    def __str__(self) -> str:
        return f"{self.supplier} {self.unit_price}"


enforced_by_constraint("R-170", "award_one_per_lot", _("一个采购包只能有一个中标（成交）供应商"))
enforced_by_constraint("R-170", "award_once_per_bid", _("该供应商已经中标（成交）"))
enforced_by_constraint("R-018", "award_within_plan", _("中标（成交）金额合计不得超过购买计划金额"), in_sql=True)
enforced_by_constraint("R-201", "award_is_the_bid", _("中标（成交）金额不得超过供应商的报价"), in_sql=True)
enforced_by_constraint("R-178", "award_terms_stand", _("中标（成交）结果不得改写"), in_sql=True)
