"""Where purchaser, provider and recipients meet: letters of intent and the fairs at which some are made (三方对接)."""

from __future__ import annotations

import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalogs.models.demand import DemandItem
from catalogs.models.supply import SupplyItem
from orgs.models import Organization, Region
from procurement.access import Actor, Role, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel
from procurement.money import MoneyField

#: Who speaks for a body in a letter of intent, be it purchaser or provider.
INTENT_SPEAKERS = (Role.ORG, Role.ORG_H, Role.UNI, Role.PU_DEM, Role.PU_BUY, Role.LGO)


class Fair(models.Model):
    """A resource fair (资源配置大会、鹊桥会). A past one known from a publication names it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(_("名称"), max_length=120)
    held_on = models.DateField(_("举办日期"))
    place = models.CharField(_("地点"), max_length=120, blank=True)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", verbose_name=_("地区"))
    organizer = models.ForeignKey(
        Organization, null=True, blank=True, on_delete=models.PROTECT, related_name="fairs", verbose_name=_("主办单位")
    )
    organizer_name = models.CharField(_("主办单位名称"), max_length=120, blank=True)
    description = models.TextField(_("说明"), blank=True)
    is_historic = models.BooleanField(_("历史资料"), default=False)
    source = models.CharField(_("来源"), max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("资源对接会")
        verbose_name_plural = _("资源对接会")
        ordering = ["-held_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "held_on", "title"], name="fair_once"),
            models.CheckConstraint(
                condition=Q(is_historic=False) & Q(organizer__isnull=False) | Q(is_historic=True) & ~Q(source=""),
                name="fair_has_organizer_or_source",
                violation_error_message=_("对接会须有主办单位；历史资料须注明来源。"),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("fair", args=[self.pk])


class FairBooth(models.Model):
    """An organisation's stand at a fair."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    fair = models.ForeignKey(Fair, on_delete=models.CASCADE, related_name="booths")
    number = models.PositiveSmallIntegerField(_("展位号"))
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+", verbose_name=_("参展单位")
    )
    topic = models.CharField(_("展示内容"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("展位")
        verbose_name_plural = _("展位")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["fair", "number"], name="booth_number_once", violation_error_message=_("该展位已安排。")
            ),
            models.UniqueConstraint(
                fields=["fair", "organization"],
                name="booth_once_per_organization",
                violation_error_message=_("该单位已有展位。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.organization}"


class IntentQuerySet(ScopedQuerySet["Intent"]):
    def visible_to(self, actor: Actor) -> Self:
        """The two bodies it binds, and the overseers; the public sees sums only."""
        if actor.sees_everything:
            return self
        mine = actor.organization_ids(*INTENT_SPEAKERS)
        return self.filter(Q(offered_by__in=mine) | Q(offered_to__in=mine))


class Intent(LifecycleModel):
    """A letter of intent between a purchaser and a provider. It awards nothing: the purchase keeps its procedure."""

    demand = models.ForeignKey(
        DemandItem, null=True, blank=True, on_delete=models.PROTECT, related_name="intents", verbose_name=_("需求")
    )
    supply = models.ForeignKey(
        SupplyItem, null=True, blank=True, on_delete=models.PROTECT, related_name="intents", verbose_name=_("供给")
    )
    offered_by = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", verbose_name=_("发出单位"))
    offered_to = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", verbose_name=_("对方单位"))
    fair = models.ForeignKey(
        Fair, null=True, blank=True, on_delete=models.PROTECT, related_name="intents", verbose_name=_("对接会")
    )
    amount = MoneyField(_("意向金额"))
    text = models.TextField(_("意向内容"), max_length=1000)
    valid_until = models.DateField(_("有效期至"))
    agreement = models.CharField(_("协议或项目编号"), max_length=80, blank=True, editable=False)
    signed_amount = MoneyField(_("签约金额"), null=True, blank=True, editable=False)

    objects = IntentQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("合作意向书")
        verbose_name_plural = _("合作意向书")
        ordering = ["-created_at", "id"]
        indexes = [
            models.Index(fields=["offered_by", "-created_at"], name="intent_by_offerer"),
            models.Index(fields=["offered_to", "-created_at"], name="intent_by_addressee"),
            models.Index(fields=["fair", "status"], name="intent_by_fair"),
            models.Index(fields=["status", "valid_until"], name="intent_by_expiry"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(demand__isnull=False) | Q(supply__isnull=False),
                name="intent_is_about_something",
                violation_error_message=_("意向书须对应一项需求或一项供给。"),
            ),
            models.CheckConstraint(
                condition=~Q(offered_by=F("offered_to")),
                name="intent_has_two_sides",
                violation_error_message=_("意向书须在两家单位之间。"),
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="intent_amount_not_negative",
                violation_error_message=_("意向金额不得为负。"),
            ),
            models.UniqueConstraint(
                fields=["offered_by", "offered_to", "demand", "supply"],
                condition=Q(status__in=("offered", "accepted")),
                nulls_distinct=False,
                name="intent_open_once",
                violation_error_message=_("双方就同一事项已有一份未了结的意向书。"),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("signed", "converted")) | Q(signed_amount__isnull=False) & ~Q(agreement=""),
                name="intent_signed_names_its_agreement",
                violation_error_message=_("签约须写明协议编号和金额。"),
            ),
        ]

    def __str__(self) -> str:
        return str(self.demand or self.supply)

    def get_absolute_url(self) -> str:
        return reverse("intent", args=[self.pk])
