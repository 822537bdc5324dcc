"""Figures computed from published ones: exact in Decimal, rounded once, each with its formula.

Formulas: domain §7.4. Nothing is computed from a number the page does not show.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from procurement.statistics.figuring import period_label, plain
from procurement.statistics.indicators import Indicator, Qualifier, Standing, Unit

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

    from procurement.statistics.models import PublishedFigure

PERCENT = "%"


@dataclass(frozen=True, slots=True)
class Ratio:
    """One figure over another of the same place and period, in ``unit``."""

    code: str
    label: _StrOrPromise
    numerator: Indicator
    denominator: Indicator
    digits: int
    unit: _StrOrPromise = ""
    scale: Decimal = Decimal(1)


WAN = Decimal(10_000)
RATIOS = (
    Ratio("leverage", _("资金撬动比（配套资金 ÷ 财政资金）"), Indicator.CO_FUNDING, Indicator.FISCAL_FUND, 3),
    Ratio("average_grant", _("项目平均额度"), Indicator.FISCAL_FUND, Indicator.PROJECTS, 2, _("万元/项"), 1 / WAN),
    Ratio("cost_per_person_time", _("每人次服务成本"), Indicator.FISCAL_FUND, Indicator.PERSON_TIMES, 2, _("元/人次")),
    Ratio(
        "cost_per_service_hour", _("每小时服务成本"), Indicator.FISCAL_FUND, Indicator.SERVICE_HOURS, 2, _("元/小时")
    ),
    Ratio("activities_per_project", _("项目平均活动场次"), Indicator.ACTIVITIES, Indicator.PROJECTS, 1, _("场/项")),
    Ratio(
        "organizations_per_project", _("项目平均参与组织"), Indicator.ORGANIZATIONS, Indicator.PROJECTS, 1, _("家/项")
    ),
    Ratio("closure_rate", _("结项率"), Indicator.CLOSED_PROJECTS, Indicator.PROJECTS, 1, PERCENT, Decimal(100)),
    Ratio(
        "granted_rate",
        _("批复率（批复资金 ÷ 申请预算）"),
        Indicator.FISCAL_FUND,
        Indicator.REQUESTED_FUND,
        1,
        PERCENT,
        Decimal(100),
    ),
    Ratio(
        "implied_projects",
        _("推算项目数（批复资金 ÷ 平均额度）"),
        Indicator.FISCAL_FUND,
        Indicator.AVERAGE_GRANT,
        0,
        _("项"),
    ),
    Ratio(
        "signed_average",
        _("签约项目平均额度"),
        Indicator.SIGNED_FUND,
        Indicator.SIGNED_PROJECTS,
        2,
        _("万元/项"),
        1 / WAN,
    ),
    Ratio(
        "registered_per_10k", _("每万人登记社会组织"), Indicator.REGISTERED, Indicator.RESIDENTS, 2, _("家/万人"), WAN
    ),
)
SUMMED = (Indicator.PROJECTS, Indicator.FISCAL_FUND)


@dataclass(frozen=True, slots=True)
class Derived:
    """A computed figure and the sentence that lets anyone check it by hand."""

    code: str
    label: _StrOrPromise
    value: Decimal
    unit: _StrOrPromise
    formula: str
    period: str
    standing: str = Standing.PRIMARY
    source_id: str = ""
    source_number: int = 0
    approximate: bool = False

    @property
    def shown(self) -> str:
        mark = "≈ " if self.approximate else ""
        return f"{mark}{self.value:,f}"


def ratios(figures: Iterable[PublishedFigure]) -> list[Derived]:
    """Every ratio both of whose terms one source published for the same place and period.

    An alternative count that lacks a denominator is not filled up from another source, a count of
    closed projects is not divided by one of all, and a bound (“超过”) gives no ratio.
    """
    found: dict[tuple[str, str, str], dict[str, PublishedFigure]] = {}
    for figure in figures:
        found.setdefault((figure.period_label, figure.standing, figure.source_id), {})[figure.indicator] = figure
    return [
        _ratio(ratio, terms, period)
        for (period, _standing, _source), terms in found.items()
        for ratio in RATIOS
        if ratio.numerator in terms and ratio.denominator in terms and _comparable(ratio, terms)
    ]


def _comparable(ratio: Ratio, terms: dict[str, PublishedFigure]) -> bool:
    top, bottom = terms[ratio.numerator], terms[ratio.denominator]
    bounded = {top.qualifier, bottom.qualifier} & {Qualifier.OVER, Qualifier.UNDER}
    return top.scope == bottom.scope and not bounded and bottom.value > 0


def _ratio(ratio: Ratio, terms: dict[str, PublishedFigure], period: str) -> Derived:
    top, bottom = terms[ratio.numerator], terms[ratio.denominator]
    return Derived(
        code=ratio.code,
        label=ratio.label,
        value=rounded(top.amount * ratio.scale / bottom.amount, ratio.digits),
        unit=ratio.unit,
        formula=f"{top.shown} ÷ {bottom.shown}",
        period=period,
        standing=top.standing,
        source_id=top.source_id,
        source_number=top.source.position,
        approximate=bool(top.qualifier or bottom.qualifier),
    )


def totals(figures: Sequence[PublishedFigure]) -> list[Derived]:
    """Sums over the years of a series, where a sum has a meaning: projects and money."""
    return [_total(indicator, series) for indicator in SUMMED if len(series := yearly(figures, indicator)) > 1]


def _total(indicator: Indicator, series: Sequence[PublishedFigure]) -> Derived:
    unit = series[0].get_unit_display()
    return Derived(
        code=f"total_{indicator.value}",
        label=_("合计：%(what)s") % {"what": indicator.label},
        value=plain(sum((figure.amount for figure in series), Decimal(0)) / Unit(series[0].unit).scale),
        unit=unit,
        formula=" + ".join(figure.digits for figure in series),
        period=span(series),
        source_id=series[0].source_id,
        source_number=series[0].source.position,
    )


def growth(figures: Sequence[PublishedFigure], indicator: Indicator = Indicator.FISCAL_FUND) -> Derived:
    """Last year of a series over its first, e.g. ×9.37."""
    series = yearly(figures, indicator)
    first, last = series[0], series[-1]
    return Derived(
        code=f"growth_{indicator.value}",
        label=_("增长倍数（末年 ÷ 首年）：%(what)s") % {"what": indicator.label},
        value=rounded(last.amount / first.amount, 2),
        unit=_("倍"),
        formula=f"{last.shown} ÷ {first.shown}",
        period=span(series),
        source_id=first.source_id,
        source_number=first.source.position,
    )


def average_over_years(figures: Sequence[PublishedFigure]) -> Derived:
    """Money of all years over projects of all years; not the mean of the yearly means."""
    money, projects = totals(figures)[1], totals(figures)[0]
    return Derived(
        code="average_grant_total",
        label=_("历年项目平均额度"),
        value=rounded(money.value / projects.value, 2),
        unit=_("万元/项"),
        formula=f"{money.shown} {money.unit} ÷ {projects.shown} {projects.unit}",
        period=money.period,
        source_id=money.source_id,
        source_number=money.source_number,
    )


def yearly(figures: Iterable[PublishedFigure], indicator: Indicator) -> list[PublishedFigure]:
    """The leading figures of single calendar years, in order, without plans."""
    return sorted(
        (
            figure
            for figure in figures
            if figure.indicator == indicator
            and figure.standing == Standing.PRIMARY
            and figure.qualifier != Qualifier.PLANNED
            and figure.period_from < figure.period_to
            and figure.period_from.year == figure.period_to.year
        ),
        key=lambda figure: figure.period_from,
    )


def span(series: Sequence[PublishedFigure]) -> str:
    return period_label(series[0].period_from, series[-1].period_to)


def rounded(value: Decimal, digits: int) -> Decimal:
    """Half up, once, at the end."""
    return value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
