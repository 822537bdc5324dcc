"""Every published total and every figure computed from it, against values worked out by hand."""

import csv
import io
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction

from procurement.statistics.derived import rounded
from procurement.statistics.indicators import Indicator, Place, Standing, Unit
from procurement.statistics.models import PublishedFigure, Source
from procurement.statistics.selectors import all_derived, all_figures, compare, statistics_page
from procurement.statistics.services.importing import DATA, import_statistics

pytestmark = pytest.mark.django_db

BEIJING, CHANGNING = Place.BEIJING, Place.CHANGNING


@pytest.fixture
def imported() -> int:
    return import_statistics()


def derived(place: str, code: str, period: str, source: str) -> list[Decimal]:
    return [
        figure.value
        for where, figure in all_derived(all_figures())
        if (where, figure.code, figure.period, figure.source_id) == (place, code, period, source)
    ]


@pytest.mark.parametrize(
    ("place", "code", "period", "source", "expected"),
    [
        (BEIJING, "leverage", "2010—2015 年", "zhang-2016", "0.770"),
        (BEIJING, "average_grant", "2010—2015 年", "zhang-2016", "14.68"),
        (BEIJING, "cost_per_person_time", "2010—2015 年", "zhang-2016", "22.75"),
        (BEIJING, "cost_per_service_hour", "2010—2015 年", "zhang-2016", "41.08"),
        (BEIJING, "activities_per_project", "2010—2015 年", "zhang-2016", "128.1"),
        (BEIJING, "organizations_per_project", "2010—2015 年", "zhang-2016", "15.9"),
        (BEIJING, "leverage", "2010—2015 年", "rmlt-2016", "1.082"),
        (BEIJING, "cost_per_person_time", "2010—2015 年", "rmlt-2016", "16.00"),
        (BEIJING, "cost_per_service_hour", "2010—2015 年", "rmlt-2016", "31.23"),
        (BEIJING, "activities_per_project", "2010—2015 年", "rmlt-2016", "145.0"),
        (BEIJING, "average_grant", "2010—2015 年", "rmlt-2016", "14.68"),
        (BEIJING, "organizations_per_project", "2010—2015 年", "rmlt-2016", "18.8"),
        (BEIJING, "average_grant", "2010—2015 年", "rmrb-2016", "15.37"),
        (BEIJING, "closure_rate", "2010—2015 年", "rmrb-2016", "82.4"),
        (BEIJING, "average_grant", "2010—2014 年", "gmrb-2015", "15.54"),
        (BEIJING, "closure_rate", "2010—2014 年", "gmrb-2015", "68.6"),
        (BEIJING, "average_grant", "2011 年", "gzjgpet-2012", "13.77"),
        (BEIJING, "granted_rate", "2013 年", "zhang-2016", "40.8"),
        (BEIJING, "implied_projects", "2013 年", "zhang-2016", "513"),
        (BEIJING, "average_grant", "2016 年", "rmlt-2016", "13.79"),
        (BEIJING, "signed_average", "2010-07-12", "zhu-chen-2012", "20.40"),
        (BEIJING, "registered_per_10k", "2015-12-31", "zhang-2016", "4.48"),
        (CHANGNING, "total_projects", "2012—2015 年", "changning-2015", "238"),
        (CHANGNING, "total_fiscal_fund", "2012—2015 年", "changning-2015", "8268.5"),
        (CHANGNING, "growth_fiscal_fund", "2012—2015 年", "changning-2015", "9.37"),
        (CHANGNING, "growth_projects", "2012—2015 年", "changning-2015", "2.68"),
        (CHANGNING, "average_grant_total", "2012—2015 年", "changning-2015", "34.74"),
        (CHANGNING, "average_grant", "2012 年", "changning-2015", "12.41"),
        (CHANGNING, "average_grant", "2013 年", "changning-2015", "32.20"),
        (CHANGNING, "average_grant", "2014 年", "changning-2015", "36.63"),
        (CHANGNING, "average_grant", "2015 年", "changning-2015", "43.41"),
        (Place.TANGQIAO, "leverage", "2011 年", "mof-survey-2012", "0.500"),
    ],
)
def test_derived_figure_equals_the_one_worked_out_by_hand(imported, place, code, period, source, expected):
    assert derived(place, code, period, source) == [Decimal(expected)]


def test_no_derived_figure_escapes_the_list_above(imported):
    """A new formula or figure has to be checked by hand before it is shown."""
    assert len(all_derived(all_figures())) == 32


def test_derived_figure_shows_the_numbers_it_was_made_from(imported):
    page = statistics_page()
    leverage = page.beijing_ratios[0].cells
    assert [cell.formula if cell else "" for cell in leverage] == [
        "3.0895 亿元 ÷ 4.0111 亿元",
        "4.34 亿元 ÷ 4.011 亿元",
        "",
    ]
    total = next(row for row in page.changning_derived if row.code == "total_fiscal_fund")
    assert total.formula == "384.6 + 1,900 + 2,380.9 + 3,603"


def test_ratio_of_rounded_inputs_is_marked_approximate(imported):
    rate = next(row for row in statistics_page().beijing_derived if row.code == "granted_rate")
    assert rate.shown == "≈ 40.8"
    assert rate.formula == "约 0.8 亿元 ÷ 1.96 亿元"


def test_count_of_closed_projects_is_not_divided_by_all(imported):
    assert derived(BEIJING, "activities_per_project", "2010—2015 年", "rmrb-2016") == []
    assert derived(BEIJING, "cost_per_person_time", "2010—2014 年", "gmrb-2015") == []


def test_bound_gives_no_ratio(imported):
    """“超过 4000 万元” over “约 300 项” would look exact and be nothing."""
    assert derived(BEIJING, "average_grant", "2010 年", "gzjgpet-2012") == []


def test_alternative_counts_stand_side_by_side(imported):
    comparison = statistics_page().comparison
    assert [source.code for source in comparison.sources] == ["zhang-2016", "rmlt-2016", "rmrb-2016"]
    rows = {row.label: row for row in comparison.rows}
    cells = [cell.shown for cell in rows["撬动配套资金"].cells]
    assert cells == ["3.0895 亿元", "4.34 亿元", "超过 6 亿元"]
    assert rows["撬动配套资金"].differs
    assert not rows["购买项目"].differs
    assert rows["印发宣传材料"].cells[1:] == [None, None]
    assert rows["印发宣传材料"].single
    assert not rows["购买项目"].single


def test_misprint_is_shown_and_not_used(imported):
    minhang = all_figures(Place.MINHANG)
    assert [(figure.shown, figure.standing) for figure in minhang] == [
        ("约 2.3 亿元", Standing.PRIMARY),
        ("23 亿元", Standing.ALTERNATIVE),
    ]
    assert "漏排小数点" in minhang[1].note


def test_parts_of_the_register_add_up(imported):
    by_code = {figure.indicator: figure.amount for figure in all_figures(BEIJING) if figure.standing == "primary"}
    parts = ("registered_associations", "registered_service_bodies", "registered_foundations")
    assert sum(by_code[part] for part in parts) == by_code["registered"] == 9723


def test_amount_is_exact_in_the_unit_counted_in(imported):
    fund = PublishedFigure.objects.get(
        place=BEIJING,
        indicator=Indicator.FISCAL_FUND,
        period_from="2010-01-01",
        period_to="2015-12-31",
        standing="primary",
    )
    assert fund.amount == Decimal("401110000")
    assert Unit.WAN_HOURS.scale == 10_000
    assert Unit.PROJECT.scale == 1


def test_rounding_is_half_up():
    assert rounded(Decimal("2.345"), 2) == Decimal("2.35")
    assert rounded(Decimal("0.5"), 0) == Decimal("1")


def test_import_twice_changes_nothing(imported):
    before = list(PublishedFigure.objects.values_list("pk", "value"))
    assert import_statistics() == imported == len(before)
    assert list(PublishedFigure.objects.values_list("pk", "value")) == before


def test_command_reports_what_it_imported(capsys):
    call_command("import_statistics")
    assert f"{PublishedFigure.objects.count()} published figures" in capsys.readouterr().out


def test_row_removed_from_the_file_leaves_the_database(imported, tmp_path):
    (tmp_path / "sources.csv").write_text((DATA / "sources.csv").read_text())
    (tmp_path / "figures.csv").write_text("\n".join((DATA / "figures.csv").read_text().splitlines()[:3]) + "\n")
    assert import_statistics(folder=tmp_path) == 2
    assert PublishedFigure.objects.count() == 2
    assert list(Source.objects.values_list("code", flat=True)) == ["zhang-2016"]


@pytest.mark.parametrize(
    ("field", "value"), [("indicator", "unheard_of"), ("unit", "斤"), ("place", "999999"), ("source", "nobody")]
)
def test_import_of_an_unknown_word_imports_nothing(tmp_path, field, value):
    rows = list(csv.DictReader((DATA / "figures.csv").open()))[:2]
    rows[1][field] = value
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    (tmp_path / "figures.csv").write_text(out.getvalue())
    (tmp_path / "sources.csv").write_text((DATA / "sources.csv").read_text())
    with pytest.raises(ValidationError):
        import_statistics(folder=tmp_path)
    assert PublishedFigure.objects.count() == 0


def test_second_primary_count_is_refused_by_the_database(imported):
    figure = PublishedFigure.objects.filter(standing=Standing.PRIMARY).first()
    figure.pk, figure.source_id, figure._state.adding = None, "rmlt-2016", True
    figure.id = PublishedFigure().id
    with pytest.raises(IntegrityError, match="figure_one_primary"), transaction.atomic():
        figure.save(force_insert=True)


def test_comparison_of_nothing_is_empty():
    assert compare([]).rows == []
    assert statistics_page() is None
