"""The statistics page, put together from one query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from procurement.statistics.derived import Derived, average_over_years, growth, ratios, totals
from procurement.statistics.indicators import Indicator, Place, Standing
from procurement.statistics.models import PublishedFigure, Source

BEIJING_YEARS = (date(2010, 1, 1), date(2015, 12, 31))
HEADLINE = (Indicator.FISCAL_FUND, Indicator.PROJECTS, Indicator.CO_FUNDING, Indicator.PERSON_TIMES)
ELSEWHERE = (Place.SHANGHAI, Place.MINHANG, Place.JINGAN, Place.TANGQIAO, Place.YILING)
ChartRow = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """One indicator; a cell per source, ``None`` where the source is silent."""

    label: str
    cells: list[PublishedFigure | None]

    @property
    def differs(self) -> bool:
        """Whether the sources name different numbers for it."""
        return len({cell.amount for cell in self.cells if cell}) > 1

    @property
    def single(self) -> bool:
        """Whether only one source speaks of it, so that there is nothing to compare."""
        return sum(cell is not None for cell in self.cells) == 1


@dataclass(frozen=True, slots=True)
class Comparison:
    """Alternative counts of the same period side by side; the leading source comes first."""

    sources: list[Source]
    rows: list[ComparisonRow]


@dataclass(frozen=True, slots=True)
class RatioRow:
    """One computed figure, by each source of the comparison that gives both its terms."""

    label: str
    unit: str
    cells: list[Derived | None]


@dataclass(frozen=True, slots=True)
class YearRow:
    period: str
    projects: PublishedFigure | None
    fund: PublishedFigure | None
    average: Derived | None


@dataclass(frozen=True, slots=True)
class StatisticsPage:
    headline: list[PublishedFigure]
    comparison: Comparison
    beijing_ratios: list[RatioRow]
    beijing_derived: list[Derived]
    beijing_years: list[YearRow]
    beijing_chart: list[ChartRow]
    beijing_other: list[PublishedFigure]
    changning_years: list[YearRow]
    changning_funds: list[ChartRow]
    changning_projects: list[ChartRow]
    changning_derived: list[Derived]
    changning_other: list[PublishedFigure]
    elsewhere: list[PublishedFigure]
    elsewhere_derived: list[Derived]
    sources: list[Source]


def all_figures(place: str = "") -> list[PublishedFigure]:
    """Every published figure (of one place), with its source, in the order of the files."""
    figures = PublishedFigure.objects.select_related("source")
    return list(figures.at(place) if place else figures)


def all_derived(figures: Sequence[PublishedFigure]) -> list[tuple[Place, Derived]]:
    """Every computed figure with its place."""
    found = []
    for place in Place:
        here = [figure for figure in figures if figure.place == place]
        found += [(place, derived) for derived in ratios(here)]
        if place is Place.CHANGNING and here:
            found += [(place, derived) for derived in _series_figures(here)]
    return found


def statistics_page() -> StatisticsPage | None:
    """``None`` before the figures were imported."""
    figures = all_figures()
    beijing = [figure for figure in figures if figure.place == Place.BEIJING]
    changning = [figure for figure in figures if figure.place == Place.CHANGNING]
    if not beijing or not changning:
        return None
    total = [figure for figure in beijing if (figure.period_from, figure.period_to) == BEIJING_YEARS]
    elsewhere = [figure for figure in figures if figure.place in ELSEWHERE]
    comparison = compare(total)
    changning_years, beijing_years = year_rows(changning), year_rows(beijing)
    return StatisticsPage(
        headline=[figure for figure in total if figure.standing == Standing.PRIMARY and figure.indicator in HEADLINE],
        comparison=comparison,
        beijing_ratios=compare_ratios(total, comparison.sources),
        beijing_derived=ratios([figure for figure in beijing if figure not in total]),
        beijing_years=beijing_years,
        beijing_chart=_chart([row.fund for row in beijing_years]),
        beijing_other=_others(beijing, total, beijing_years),
        changning_years=changning_years,
        changning_funds=_chart([row.fund for row in changning_years]),
        changning_projects=_chart([row.projects for row in changning_years]),
        changning_derived=_series_figures(changning),
        changning_other=_others(changning, [], changning_years),
        elsewhere=elsewhere,
        elsewhere_derived=[derived for place in ELSEWHERE for derived in ratios(_at(elsewhere, place))],
        sources=_sources(figures),
    )


def compare(figures: Sequence[PublishedFigure]) -> Comparison:
    """The source of the leading count comes first, as it does in the list of sources."""
    sources = _sources(figures)
    by_indicator: dict[str, dict[str, PublishedFigure]] = {}
    for figure in figures:
        by_indicator.setdefault(figure.indicator, {})[figure.source_id] = figure
    rows = [
        ComparisonRow(str(Indicator(code).label), [cells.get(source.code) for source in sources])
        for code, cells in by_indicator.items()
    ]
    return Comparison(sources, rows)


def compare_ratios(figures: Sequence[PublishedFigure], sources: Sequence[Source]) -> list[RatioRow]:
    """Computed figures in the columns of the comparison they were computed from."""
    by_code: dict[str, dict[str, Derived]] = {}
    for derived in ratios(figures):
        by_code.setdefault(derived.code, {})[derived.source_id] = derived
    return [
        RatioRow(str(first.label), str(first.unit), [cells.get(source.code) for source in sources])
        for cells in by_code.values()
        for first in [next(iter(cells.values()))]
    ]


def year_rows(figures: Sequence[PublishedFigure]) -> list[YearRow]:
    """One row per calendar year with a published fund or number of projects, plans included."""
    single = [
        figure
        for figure in figures
        if figure.standing == Standing.PRIMARY
        and figure.indicator in (Indicator.FISCAL_FUND, Indicator.PROJECTS)
        and figure.period_from < figure.period_to
        and figure.period_from.year == figure.period_to.year
    ]
    years: dict[str, dict[str, PublishedFigure]] = {}
    for figure in sorted(single, key=lambda figure: figure.period_from):
        years.setdefault(figure.period_label, {})[figure.indicator] = figure
    return [_year_row(period, cells) for period, cells in years.items()]


def _year_row(period: str, cells: dict[str, PublishedFigure]) -> YearRow:
    averages = [derived for derived in ratios(cells.values()) if derived.code == "average_grant"]
    return YearRow(
        period=period,
        projects=cells.get(Indicator.PROJECTS),
        fund=cells.get(Indicator.FISCAL_FUND),
        average=averages[0] if averages else None,
    )


def _series_figures(figures: Sequence[PublishedFigure]) -> list[Derived]:
    return [
        *totals(figures),
        average_over_years(figures),
        growth(figures, Indicator.FISCAL_FUND),
        growth(figures, Indicator.PROJECTS),
    ]


def _chart(series: Sequence[PublishedFigure | None]) -> list[ChartRow]:
    return [(figure.period_label, str(figure.amount), figure.shown) for figure in series if figure]


def _others(
    figures: Sequence[PublishedFigure], total: Sequence[PublishedFigure], years: Sequence[YearRow]
) -> list[PublishedFigure]:
    """What no table above has shown."""
    seen = {figure.pk for figure in total}
    seen |= {figure.pk for row in years for figure in (row.projects, row.fund) if figure}
    return [figure for figure in figures if figure.pk not in seen]


def _at(figures: Sequence[PublishedFigure], place: str) -> list[PublishedFigure]:
    return [figure for figure in figures if figure.place == place]


def _sources(figures: Sequence[PublishedFigure]) -> list[Source]:
    """In the order of the list at the foot of the page."""
    found = {figure.source_id: figure.source for figure in figures}
    return sorted(found.values(), key=lambda source: source.position)


def headline_figures() -> list[PublishedFigure]:
    """Beijing's four leading totals, for the home page."""
    start, end = BEIJING_YEARS
    return list(
        PublishedFigure.objects.at(Place.BEIJING)
        .primary()
        .filter(period_from=start, period_to=end, indicator__in=HEADLINE)
    )
