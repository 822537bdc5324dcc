"""The picture and the chapter of every lifecycle follow from its table; the picture can be read."""

from __future__ import annotations

import itertools
from xml.etree import ElementTree

import pytest
from django.urls import reverse
from django.utils import translation

from procurement.lifecycle.definition import Lifecycle, lifecycles
from procurement.lifecycle.diagram import _broken, _width, draw, rows_of
from procurement.lifecycle.handbook import lifecycles_chapter
from procurement.lifecycle.layout import BOX_HEIGHT, BOX_WIDTH, Tracks, lay_out

TABLES = list(lifecycles())
every_table = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
SVG = "{http://www.w3.org/2000/svg}"


@every_table
def test_every_state_has_a_box_of_its_own(table: Lifecycle):
    drawing = lay_out(table)
    assert set(drawing.boxes) == set(table.codes())
    for one, other in itertools.combinations(drawing.boxes.values(), 2):
        assert abs(one.x - other.x) >= BOX_WIDTH or abs(one.y - other.y) >= BOX_HEIGHT
    for box in drawing.boxes.values():
        assert 0 < box.x <= drawing.width - BOX_WIDTH
        assert 0 < box.y <= drawing.height - BOX_HEIGHT


@every_table
def test_every_row_is_drawn_and_no_line_crosses_a_box(table: Lifecycle):
    drawing = lay_out(table)
    assert set(drawing.lines) == {(code, row.target) for row in table.transitions for code in row.source}
    for pair, points in drawing.lines.items():
        for (x1, y1), (x2, y2) in itertools.pairwise(points):
            assert x1 == x2 or y1 == y2
            assert 0 <= min(x1, x2) <= max(x1, x2) <= drawing.width
            assert 0 <= min(y1, y2) <= max(y1, y2) <= drawing.height
            for code, box in drawing.boxes.items():
                inside_x = max(x1, x2) > box.x and min(x1, x2) < box.x + BOX_WIDTH
                inside_y = max(y1, y2) > box.y and min(y1, y2) < box.y + BOX_HEIGHT
                assert not (inside_x and inside_y), (pair, code)


@every_table
def test_lines_to_different_states_never_run_on_one_another(table: Lifecycle):
    """Two lines may cross, but where they share a stretch they lead to, or come from, the same state."""
    pieces = [
        (pair, *sorted(stretch))
        for pair, points in lay_out(table).lines.items()
        for stretch in itertools.pairwise(points)
    ]
    for (one, a1, a2), (other, b1, b2) in itertools.combinations(pieces, 2):
        if set(one) & set(other):
            continue
        for here, there in ((0, 1), (1, 0)):
            together = a1[here] == a2[here] == b1[here] == b2[here]
            assert not (together and a1[there] < b2[there] and b1[there] < a2[there]), (one, other)


@every_table
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_labels_fit_their_boxes(table: Lifecycle, language: str):
    with translation.override(language):
        for state in table.states:
            lines = _broken(str(state.label))
            assert len(lines) <= 2
            assert all(_width(line) <= BOX_WIDTH - 6 for line in lines), lines


@every_table
def test_picture_is_one_well_formed_svg_with_a_name(table: Lifecycle):
    svg = ElementTree.fromstring(draw(table).replace("<svg ", f'<svg xmlns="{SVG[1:-1]}" ', 1))  # noqa: S314  our own
    assert svg.get("role") == "img"
    assert str(table.label) in svg.get("aria-label", "")
    assert "style" not in {key for element in svg.iter() for key in element.attrib}
    assert len(svg.findall(f"{SVG}g/{SVG}rect")) == len(table.states)


def test_tracks_share_a_place_only_when_apart():
    tracks = Tracks()
    assert [tracks.put("a", 0, 50), tracks.put("b", 40, 90), tracks.put("c", 80, 120)] == [0, 1, 0]


@every_table
@pytest.mark.django_db
def test_page_lists_every_row_with_its_rules(client, table: Lifecycle):
    page = client.get(reverse("handbook-lifecycle", args=[table.name]))
    assert page.status_code == 200
    for row in rows_of(table):
        assert f'id="{row.transition.name}"' in page.text
        for rule in row.rules:
            assert reverse("handbook-rule", args=[rule.id]) in page.text


@pytest.mark.django_db
def test_overview_links_every_lifecycle_and_template(client):
    page = client.get(reverse("handbook-lifecycles")).text
    for table in TABLES:
        assert reverse("handbook-lifecycle", args=[table.name]) in page
    assert client.get(reverse("handbook-lifecycle", args=["unicorn"])).status_code == 404


def test_chapter_says_every_row_once():
    chapter = lifecycles_chapter()
    for table in TABLES:
        assert f'<a id="{table.name}"></a>' in chapter
        for row in table.transitions:
            assert chapter.count(f"`{row.name}`") == 1
    assert chapter == lifecycles_chapter()


def test_every_row_of_an_irrevocable_kind_warns_of_its_consequence():
    """A danger button says beforehand what it does, or asks for the reason that others will read."""
    silent = [
        row.name
        for table in TABLES
        for row in table.transitions
        if row.weight == "danger" and not row.automatic and not (row.consequence or row.reason_required)
    ]
    assert silent == []
