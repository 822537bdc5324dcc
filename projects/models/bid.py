"""投标（响应）: a bid from the moment it was opened. Before that there is only ciphertext (projects.models.sealing)."""

from __future__ import annotations

import uuid
from decimal import Decimal
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
from projects.models.procedure import DRAIN_SECONDS, Lot, Procedure

#: States in which a bid takes part in ranking and award.
COMPETING_STATES = ("qualified", "scored", "awarded", "not_awarded")
NOT_BEFORE_THE_DEADLINE = """
    IF EXISTS (SELECT 1 FROM projects_procedure WHERE id = NEW.procedure_id
               AND clock_timestamp() < deadline_at + interval 'DRAIN s') THEN
        RAISE EXCEPTION 'no bid is open before the deadline' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'bid_not_before_the_deadline';
    END IF;
    RETURN NEW;
"""


class BidQuerySet(ScopedQuerySet["Bid"]):
    def visible_to(self, actor: Actor) -> Self:
        """The bidder's own, those who run the procedure, its sitting experts, the overseers; never a rival's (R-124)."""
        if actor.sees_everything:
            return self
        buyers = actor.organization_ids(Role.PU_BUY, Role.PU_SIGN, Role.PU_CHK)
        return self.filter(
            Q(bidder__in=actor.organization_ids(Role.ORG, Role.ORG_H))
            | Q(procedure__purchaser__in=buyers)
            | Q(procedure__agent__in=actor.organization_ids(Role.AGT))
            | Q(readers__person_id=actor.id, readers__until__isnull=True)
        ).distinct()

    def competing(self) -> Self:
        return self.filter(status__in=COMPETING_STATES)


class Bid(LifecycleModel):
    """One organisation's opened bid for one lot."""

    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="bids", verbose_name=_("采购项目"))
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="bids", verbose_name=_("采购包"))
    bidder = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="bids", verbose_name=_("供应商")
    )
    #: Place in the order of opening, from 1; says nothing about when it was sent.
    position = models.PositiveSmallIntegerField(_("开启顺序"))
    #: The sealed submission it came from.
    submission_id = models.UUIDField(unique=True, editable=False)
    price = MoneyField(_("报价"), null=True, blank=True)
    #: The last quote of a negotiation or consultation (R-123); ranks instead of ``price`` where there is one.
    final_price = MoneyField(_("最后报价"), null=True, blank=True)
    co_funding = MoneyField(_("自筹配套资金"), null=True, blank=True)
    #: The structured offer as it was sealed: {field: text}.
    offer = models.JSONField(default=dict, blank=True)
    opened_at = models.DateTimeField(_("开启时间"))
    #: Why it could not be read, or why it is out; shown to the bidder.
    outcome_reason = models.CharField(_("理由"), max_length=500, blank=True, editable=False)
    technical_score = models.DecimalField(_("技术商务得分"), max_digits=6, decimal_places=2, null=True, editable=False)
    price_score = models.DecimalField(_("价格得分"), max_digits=6, decimal_places=2, null=True, editable=False)
    total_score = models.DecimalField(_("总得分"), max_digits=6, decimal_places=2, null=True, editable=False)
    rank = models.PositiveSmallIntegerField(_("名次"), null=True, editable=False)
    panel_id = models.UUIDField(null=True, editable=False)
    report_id = models.UUIDField(null=True, editable=False)

    objects = BidQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("投标（响应）")
        ordering = ["procedure", "lot__number", "position"]
        constraints = [
            models.UniqueConstraint(fields=["lot", "bidder"], name="bid_once_per_lot"),
            models.UniqueConstraint(fields=["lot", "position"], name="bid_position_once"),
            models.CheckConstraint(condition=Q(price__isnull=True) | Q(price__gte=0), name="bid_price_not_negative"),
            models.CheckConstraint(
                condition=Q(final_price__isnull=True) | Q(price__isnull=True) | Q(final_price__gte=0),
                name="bid_final_price_not_negative",
            ),
        ]
        triggers = [
            *LifecycleModel.Meta.triggers,
            pgtrigger.Protect(name="bid_stays", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="bid_not_before_the_deadline",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=NOT_BEFORE_THE_DEADLINE.replace("DRAIN", str(DRAIN_SECONDS)),
            ),
            pgtrigger.Trigger(
                name="bid_is_as_opened",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=(
                    "IF (NEW.procedure_id, NEW.lot_id, NEW.bidder_id, NEW.position, NEW.submission_id, NEW.price,"
                    " NEW.co_funding, NEW.offer, NEW.opened_at) IS DISTINCT FROM"
                    " (OLD.procedure_id, OLD.lot_id, OLD.bidder_id, OLD.position, OLD.submission_id, OLD.price,"
                    " OLD.co_funding, OLD.offer, OLD.opened_at) THEN"
                    " RAISE EXCEPTION 'an opened bid is never changed' USING ERRCODE = 'check_violation',"
                    " CONSTRAINT = 'bid_is_as_opened'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bidder} · {self.procedure}"

    def get_absolute_url(self) -> str:
        return reverse("bid", args=[self.pk])

    @property
    def quote(self) -> Decimal | None:
        """The price that counts: the last one where quotes were renewed."""
        return self.final_price if self.final_price is not None else self.price


class BidReader(models.Model):
    """Who may read an opened bid besides the parties: members of its panel while they sit."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    bid = models.ForeignKey(Bid, on_delete=models.CASCADE, related_name="readers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bid", "person"], name="bid_reader_once"),
            models.CheckConstraint(condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="bid_reader_times"),
        ]

    def __str__(self) -> str:
        return f"{self.person} → {self.bid}"


enforced_by_constraint("R-117", "bid_not_before_the_deadline", _("投标截止两分钟后方可开启"), in_sql=True)
enforced_by_constraint("R-117", "bid_is_as_opened", _("已开启的投标（响应）文件不得更改"), in_sql=True)
