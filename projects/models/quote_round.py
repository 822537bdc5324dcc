"""最后报价: in a negotiation or consultation the terms may change, all who take part are told and quote again (R-123)."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, Role, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel
from procurement.privacy.fields import EncryptedCharField
from procurement.rules import enforced_by_constraint
from projects.models.bid import Bid
from projects.models.procedure import Procedure


class QuoteRoundQuerySet(ScopedQuerySet["QuoteRound"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those who run the procedure, its sitting experts, the overseers, and every bidder that takes part."""
        if actor.sees_everything:
            return self
        seen = Bid.objects.visible_to(actor).values("procedure")
        return self.filter(Q(procedure__in=seen) | Q(procedure__in=Procedure.objects.worked_on_by(actor)))


class QuoteRound(LifecycleModel):
    """One invitation to quote again: what changed, and until when. Nobody reads a quote before it is over."""

    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="quote_rounds")
    number = models.PositiveSmallIntegerField(_("第几轮"))
    changes = models.TextField(_("实质性变动的内容"), help_text=_("没有变动的写“无”。只能在采购文件列明的范围内变动。"))
    due_at = models.DateTimeField(_("报价截止"))
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("发出时间"))

    objects = QuoteRoundQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("再次报价")
        ordering = ["procedure", "number"]
        constraints = [
            models.UniqueConstraint(fields=["procedure", "number"], name="quote_round_number_once"),
            models.UniqueConstraint(
                fields=["procedure"], condition=Q(status="open"), name="quote_round_one_open_at_a_time"
            ),
        ]
        triggers = [
            *LifecycleModel.Meta.triggers,
            pgtrigger.Protect(name="quote_round_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="quote_round_keeps_its_words",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("procedure", "number", "changes", "due_at", "opened_by", "opened_at"),
            ),
        ]

    def __str__(self) -> str:
        return str(_("%(title)s第 %(number)s 轮报价") % {"title": self.procedure.title, "number": self.number})

    def get_absolute_url(self) -> str:
        return reverse("quote-round", args=[self.pk])


class QuoteQuerySet(ScopedQuerySet["Quote"]):
    def visible_to(self, actor: Actor) -> Self:
        """The bidder's own at once; whoever may read the bid, when the round is over."""
        mine = Q(bid__bidder__in=actor.organization_ids(Role.ORG, Role.ORG_H))
        return self.filter(mine | Q(round__status="closed", bid__in=Bid.objects.visible_to(actor)))


class Quote(models.Model):
    """What a bidder asks for now. Kept sealed; the last word before the end counts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(QuoteRound, on_delete=models.PROTECT, related_name="quotes")
    bid = models.ForeignKey(Bid, on_delete=models.PROTECT, related_name="quotes")
    sealed_price = EncryptedCharField(max_length=20)
    quoted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    quoted_at = models.DateTimeField(_("报价时间"))

    objects = QuoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("最后报价")
        ordering = ["bid__position"]
        constraints = [models.UniqueConstraint(fields=["round", "bid"], name="quote_once_per_round")]
        triggers = [
            pgtrigger.Trigger(
                name="quote_in_its_round",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=(
                    "IF (SELECT status FROM projects_quoteround WHERE id = NEW.round_id FOR SHARE) <> 'open' THEN"
                    " RAISE EXCEPTION 'the round is over' USING ERRCODE = 'check_violation',"
                    " CONSTRAINT = 'quote_in_its_round'; END IF; RETURN NEW;"
                ),
            ),
            pgtrigger.Protect(name="quote_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    @property
    def price(self) -> Decimal:
        return Decimal(str(self.sealed_price))


enforced_by_constraint("R-123", "quote_in_its_round", _("本轮报价已经截止"))
enforced_by_constraint("R-123", "quote_round_one_open_at_a_time", _("上一轮报价尚未截止"))
