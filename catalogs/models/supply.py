"""What organisations offer, where, to whom and at what price; verified before the public sees it (R-043)."""

from __future__ import annotations

from typing import Self

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalogs.models.taxonomy import BeneficiaryGroup, Priority, ServiceField, group_labels
from orgs.models import Organization, Region
from procurement.access import Actor, Role, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel
from procurement.money import MoneyField
from procurement.rules import enforced_by_constraint

PUBLISHED = "published"
SUPPLIERS = (Role.ORG, Role.ORG_H, Role.UNI)


class SupplyItemQuerySet(ScopedQuerySet["SupplyItem"]):
    def visible_to(self, actor: Actor) -> Self:
        """Published offers for everyone; the others for their organisation and for the body that verifies them."""
        if actor.sees_everything:
            return self
        return self.filter(
            Q(status=PUBLISHED)
            | Q(organization__in=actor.organization_ids(*SUPPLIERS))
            | Q(verifier__in=actor.organization_ids(Role.CIV, Role.PU_REV, Role.PU_DEM, Role.LGO)) & ~Q(status="draft")
        )

    def published(self) -> Self:
        return self.filter(status=PUBLISHED)

    def serving(self, street: Region) -> Self:
        """Offers whose area is the street itself or a division above it."""
        return self.filter(areas__in=divisions_above(street))


def divisions_above(street: Region) -> list[str]:
    """The codes of a street and of what lies above it, read from the code itself."""
    county = street.pk[:6]
    return [street.pk, county, f"{county[:4]}00", f"{county[:2]}0000"]


class SupplyItem(LifecycleModel):
    """One service an organisation offers. Its results are counted from contracts, never typed in."""

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="supply_items", verbose_name=_("提供单位")
    )
    verifier = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", verbose_name=_("核实单位"))
    title = models.CharField(_("服务名称"), max_length=80)
    field = models.CharField(_("服务领域"), max_length=16, choices=ServiceField.choices)
    groups = ArrayField(
        models.CharField(max_length=24, choices=BeneficiaryGroup.choices),
        verbose_name=_("服务人群"),
        default=list,
        blank=True,
    )
    areas = models.ManyToManyField(Region, related_name="+", verbose_name=_("服务区域"))
    description = models.TextField(_("服务内容和做法"))
    unit_price = MoneyField(_("单价"), null=True, blank=True)
    unit = models.CharField(_("计价单位"), max_length=20, blank=True, help_text=_("如：人次、课时、社工月。"))
    capacity = models.PositiveIntegerField(_("每年可服务人次"))
    staff = models.PositiveIntegerField(_("专职人员"), null=True, blank=True)
    verified_at = models.DateTimeField(_("核实时间"), null=True, blank=True, editable=False)
    verification_note = models.TextField(_("核实情况"), blank=True, editable=False)

    objects = SupplyItemQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("供给目录项")
        verbose_name_plural = _("供给目录")
        ordering = ["-created_at", "id"]
        indexes = [
            models.Index(fields=["status", "field", "-created_at", "id"], name="supply_by_field"),
            GinIndex(fields=["groups"], name="supply_by_groups"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status__in=("verified", "published")) | Q(verified_at__isnull=False),
                name="supply_is_verified_before_public",
                violation_error_message=_("供给目录公开前须经民政部门或街道核实。"),
            ),
            models.CheckConstraint(
                condition=Q(unit_price__isnull=True) | Q(unit_price__gte=0) & ~Q(unit=""),
                name="supply_price_has_its_unit",
                violation_error_message=_("填写单价的须写明计价单位。"),
            ),
        ]
        triggers = [
            *LifecycleModel.Meta.triggers,
            pgtrigger.Protect(
                name="supply_is_kept", operation=pgtrigger.Delete, condition=~pgtrigger.Q(old__status="draft")
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("supply", args=[self.pk])

    @property
    def group_labels(self) -> list[str]:
        return group_labels(self.groups)

    @property
    def priority(self) -> Priority:
        return ServiceField(self.field).priority


enforced_by_constraint("R-043", "supply_is_verified_before_public", _("供给目录公开前须经民政部门或街道核实"))
