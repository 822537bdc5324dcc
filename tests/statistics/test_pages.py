"""The public page, its charts and its files."""

import csv
import io
import re

import pytest
from django.test import Client
from django.urls import reverse

from procurement.statistics.home import published_totals
from procurement.statistics.models import PublishedFigure
from procurement.statistics.services.importing import import_statistics

pytestmark = pytest.mark.django_db


@pytest.fixture
def html(client: Client) -> str:
    import_statistics()
    return client.get(reverse("statistics")).content.decode()


def read_csv(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_page_is_public_and_shows_totals_with_their_formula(html):
    for expected in (
        "4.0111",
        "2,732",
        "0.770",
        "3.0895 亿元 ÷ 4.0111 亿元",
        "9.37",
        "8,268.5",
        "另一口径",
        "4.34 亿元",
    ):
        assert expected in html


def test_page_before_the_import_says_so(client):
    response = client.get(reverse("statistics"))
    assert response.status_code == 200
    assert "公开数据尚未导入" in response.content.decode()


def test_page_has_no_inline_style_or_script(html):
    assert not re.search(r"\sstyle=", html)
    assert "<style" not in html


CHART = re.compile(r'<figure class="chart">.*?</figure>', re.S)


def test_every_chart_carries_its_numbers_and_its_file(html):
    charts = CHART.findall(html)
    assert len(charts) == 3
    for chart in charts:
        rows = re.findall(r"<tbody>.*</tbody>", chart, re.S)[0].split("</tr>")[:-1]
        assert rows
        assert all("<rect" in row and re.search(r'<td class="num">[^<]+</td>', row) for row in rows)
        assert 'scope="row"' in chart
        assert ".csv?place=" in chart


def test_bars_are_as_long_as_their_numbers(html):
    chart = next(chart for chart in CHART.findall(html) if "长宁区购买服务资金" in chart)
    widths = [float(width) for width in re.findall(r'<rect width="([\d.]+)', chart)]
    assert widths == sorted(widths)
    assert widths[0] / widths[-1] == pytest.approx(384.6 / 3603, abs=0.01)


def test_every_figure_names_a_source_listed_on_the_page(html):
    linked = set(re.findall(r'href="#source-([\w-]+)"', html))
    listed = set(re.findall(r'id="source-([\w-]+)"', html))
    assert linked
    assert linked <= listed


def test_page_costs_one_query_whatever_it_shows(client, django_assert_num_queries):
    import_statistics()
    client.get(reverse("statistics"))
    with django_assert_num_queries(1):
        client.get(reverse("statistics"))


def test_csv_starts_with_a_byte_order_mark_and_holds_every_figure(client):
    count = import_statistics()
    response = client.get(reverse("statistics-figures"))
    assert response.content.startswith(b"\xef\xbb\xbf")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in response["Content-Disposition"]
    rows = read_csv(response.content)
    assert len(rows) == count
    assert rows[0]["数值"] == "4.0111"
    assert rows[0]["折合"] == "401110000"
    assert all(row["来源"] for row in rows)


def test_csv_of_one_place_holds_only_that_place(client):
    import_statistics()
    rows = read_csv(client.get(reverse("statistics-figures"), {"place": "310105"}).content)
    assert {row["地区"] for row in rows} == {"上海市长宁区"}
    assert len(rows) == PublishedFigure.objects.at("310105").count()


def test_csv_of_an_unknown_place_is_an_empty_table(client):
    import_statistics()
    response = client.get(reverse("statistics-figures"), {"place": "x' OR 1=1"})
    assert response.status_code == 200
    assert read_csv(response.content) == []


def test_csv_of_derived_figures_carries_the_formula(client):
    import_statistics()
    rows = {
        (row["地区"], row["指标代码"], row["来源代码"]): row
        for row in read_csv(client.get(reverse("statistics-derived")).content)
    }
    leverage = rows["北京市", "leverage", "zhang-2016"]
    assert (leverage["数值"], leverage["计算式"]) == ("0.770", "3.0895 亿元 ÷ 4.0111 亿元")


def test_home_page_shows_the_headline_figures_once_imported():
    assert published_totals(None) is None
    import_statistics()
    block = published_totals(None)
    assert [tile.value for tile in block.tiles] == ["4.0111", "2,732", "3.0895", "1,763.21"]
    assert block.more_url == "/statistics/"
