"""Administrative divisions (GB/T 2260, six digits) and their streets and townships (nine digits)."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class RegionQuerySet(models.QuerySet["Region"]):
    def valid_on(self, day: date) -> Self:
        """Divisions that existed on ``day``; dissolved ones stay for old credit codes and old cases."""
        began = Q(valid_from__isnull=True) | Q(valid_from__lte=day)
        return self.filter(began, Q(valid_to__isnull=True) | Q(valid_to__gt=day))

    def children_of(self, code: str) -> Self:
        return self.filter(parent_id=code)

    def counties(self) -> Self:
        return self.filter(level=Region.Level.COUNTY)

    def streets_of(self, county_code: str) -> Self:
        return self.filter(level=Region.Level.STREET, parent_id=county_code)


class Region(models.Model):
    """A division by its public code, which is its key: the code itself is what other systems exchange."""

    class Level(models.IntegerChoices):
        PROVINCE = 1, _("省级")
        CITY = 2, _("地级")
        COUNTY = 3, _("县级")
        STREET = 4, _("乡级")

    code = models.CharField(_("区划代码"), max_length=9, primary_key=True)
    name = models.CharField(_("名称"), max_length=64)
    level = models.PositiveSmallIntegerField(_("级别"), choices=Level.choices)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("上级区划")
    )
    #: First day of a division made out of another; empty where it is older than the table.
    valid_from = models.DateField(_("设立日期"), null=True, blank=True)
    #: First day on which the division no longer exists.
    valid_to = models.DateField(_("撤销日期"), null=True, blank=True)
    #: What a dissolved division became part of.
    successor = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="predecessors", verbose_name=_("并入区划")
    )

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = _("行政区划")
        verbose_name_plural = _("行政区划")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(level__lt=4, code__regex=r"^\d{6}$") | Q(level=4, code__regex=r"^\d{9}$"),
                name="region_code_fits_level",
                violation_error_message=_("区划代码应为6位，街道（乡镇）为9位。"),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shown(self) -> str:
        """崇文区（2010年已撤销）: how a list of choices names a division that is no more."""
        if self.valid_to is None:
            return self.name
        return gettext("%(name)s（%(year)s年已撤销）") % {"name": self.name, "year": self.valid_to.year}

    @property
    def full_name(self) -> str:
        """北京市朝阳区: the name with those above it. Walks up at most three parents."""
        return f"{self.parent.full_name}{self.name}" if self.parent else self.name
