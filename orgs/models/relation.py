"""Ties between organisations: hubs with their members, and control of one body by another."""

from __future__ import annotations

import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from orgs.models.membership import HalfOpenPeriod
from orgs.models.organization import Organization


class HubAffiliation(models.Model):
    """A hub leads a member in one field during a period (R-083)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    hub = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="affiliates", verbose_name=_("枢纽型社会组织")
    )
    member = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="hub_affiliations", verbose_name=_("成员单位")
    )
    field = models.CharField(_("业务领域"), max_length=64)
    valid_from = models.DateField(_("起始日期"))
    valid_to = models.DateField(_("终止日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("枢纽联系关系")
        verbose_name_plural = _("枢纽联系关系")
        constraints = [
            models.CheckConstraint(
                condition=~Q(hub=F("member")),
                name="affiliation_not_with_itself",
                violation_error_message=_("枢纽单位不能是自己的成员。"),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="affiliation_ends_after_start",
                violation_error_message=_("终止日期不得早于起始日期。"),
            ),
            ExclusionConstraint(
                name="affiliation_no_overlap",
                expressions=[
                    ("hub", RangeOperators.EQUAL),
                    ("member", RangeOperators.EQUAL),
                    ("field", RangeOperators.EQUAL),
                    (HalfOpenPeriod("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("同一领域已有重叠的联系期间。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hub} → {self.member}"


class ControlNature(models.TextChoices):
    HOLDING = "holding", _("直接控股")
    MANAGEMENT = "management", _("管理关系")


class ControlRelation(models.Model):
    """One body directly holds or manages another; both may not meet in one procedure (R-063)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    controller = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="controls", verbose_name=_("控制方")
    )
    controlled = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="controlled_by", verbose_name=_("被控制方")
    )
    nature = models.CharField(_("关系性质"), max_length=16, choices=ControlNature.choices)
    valid_from = models.DateField(_("起始日期"))
    valid_to = models.DateField(_("终止日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("控制关系")
        verbose_name_plural = _("控制关系")
        constraints = [
            models.CheckConstraint(
                condition=~Q(controller=F("controlled")),
                name="control_not_of_itself",
                violation_error_message=_("单位不能控制自己。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.controller} → {self.controlled}"
