"""Figures as others published them: value, unit, period, source. Nothing computed is stored."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from procurement.statistics.figuring import period_label, plain
from procurement.statistics.indicators import Indicator, Place, Qualifier, Scope, Standing, Unit


class Source(models.Model):
    """A publication a figure was taken from."""

    code = models.SlugField(_("代码"), primary_key=True, max_length=40)
    citation = models.CharField(_("出处"), max_length=300)
    published_on = models.DateField(_("发布日期"), null=True, blank=True)
    url = models.URLField(_("网址"), max_length=500, blank=True)
    #: The number it is referred to by on the page.
    position = models.PositiveSmallIntegerField(_("序号"))

    class Meta:
        verbose_name = _("数据来源")
        verbose_name_plural = _("数据来源")
        ordering = ["position"]

    def __str__(self) -> str:
        return self.citation


class FigureQuerySet(models.QuerySet["PublishedFigure"]):
    def at(self, place: str) -> FigureQuerySet:
        return self.filter(place=place)

    def primary(self) -> FigureQuerySet:
        return self.filter(standing=Standing.PRIMARY)


class PublishedFigure(models.Model):
    """One number from one source, kept in the unit it was printed in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    place = models.CharField(_("地区"), max_length=12, choices=Place.choices)
    period_from = models.DateField(_("起"))
    period_to = models.DateField(_("止"))
    indicator = models.CharField(_("指标"), max_length=40, choices=Indicator.choices)
    value = models.DecimalField(_("数值"), max_digits=18, decimal_places=4)
    unit = models.CharField(_("单位"), max_length=8, choices=Unit.choices)
    qualifier = models.CharField(_("精确程度"), max_length=8, choices=Qualifier.choices, blank=True)
    scope = models.CharField(_("统计范围"), max_length=8, choices=Scope.choices, blank=True)
    standing = models.CharField(_("口径"), max_length=12, choices=Standing.choices)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="figures", verbose_name=_("来源"))
    note = models.CharField(_("说明"), max_length=300, blank=True)
    position = models.PositiveIntegerField(_("顺序"))

    objects = FigureQuerySet.as_manager()

    class Meta:
        verbose_name = _("公开数据")
        verbose_name_plural = _("公开数据")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["place", "period_from", "period_to", "indicator"],
                condition=Q(standing="primary"),
                name="figure_one_primary",
                violation_error_message=_("同一地区、期间、指标只能有一个主要口径。"),
            ),
            models.UniqueConstraint(
                fields=["place", "period_from", "period_to", "indicator", "source", "standing"],
                name="figure_once_per_source",
            ),
            models.CheckConstraint(condition=Q(period_to__gte=F("period_from")), name="figure_period_forward"),
            models.CheckConstraint(condition=Q(value__gte=0), name="figure_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.get_place_display()} {self.period_label} {self.get_indicator_display()} {self.shown}"

    if TYPE_CHECKING:
        source_id: str

    @property
    def amount(self) -> Decimal:
        """In yuan, hours, people …: the number the published one stands for."""
        return self.value * Unit(self.unit).scale

    @property
    def digits(self) -> str:
        """The value with exactly the decimals it was published with."""
        return f"{plain(self.value):,f}"

    @property
    def shown(self) -> str:
        return " ".join(filter(None, (self.get_qualifier_display(), self.digits, self.get_unit_display())))

    @property
    def period_label(self) -> str:
        return period_label(self.period_from, self.period_to)
