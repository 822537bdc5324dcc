"""The cut line: what a line through the list comes to, whom it reaches, scenarios kept and taken along."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
import python_calamine
from django.test import Client
from django.urls import reverse

from procurement.demo.stage import Stage
from projects.cutting import Candidate, cut
from projects.models import Application, CutScenario
from tests.factories import make_social_organization, make_user
from tests.projects.decided import place_scored

D = Decimal
LIST = [
    Candidate(
        "a", requested=D(200_000), suggested=D(180_000), people=100, street="八里庄", groups=("老年人", "残疾人")
    ),
    Candidate("b", requested=D(100_000), suggested=D(100_000), people=51, street="六里屯", groups=("老年人",)),
    Candidate("c", requested=D(50_000), suggested=D(40_000), people=30, street="八里庄", groups=("儿童青少年",)),
]


def test_line_below_the_second_pays_the_suggested_amounts():
    outcome = cut(LIST, available=D(300_000), count=2)
    assert [line.granted for line in outcome.lines] == [D(180_000), D(100_000), D(0)]
    assert (outcome.spent, outcome.left, outcome.below, outcome.is_over) == (D(280_000), D(20_000), 1, False)


def test_part_of_the_money_pays_for_part_of_the_people_rounded_down():
    outcome = cut(LIST, available=D(300_000), count=2, share=D("0.5"))
    assert [line.people for line in outcome.lines] == [45, 25, 0]
    assert all(line.is_partial for line in outcome.above)


def test_amount_named_counts_before_the_line_and_never_above_the_request():
    outcome = cut(LIST, available=D(300_000), count=0, amounts={"b": D(999_999), "c": D(10_000)})
    assert [line.granted for line in outcome.lines] == [D(0), D(100_000), D(10_000)]


def test_coverage_adds_up_by_street_and_counts_a_project_in_each_of_its_groups():
    outcome = cut(LIST, available=D(300_000), count=2)
    assert [(row.label, row.asked, row.projects, row.money) for row in outcome.streets] == [
        ("八里庄", 2, 1, D(180_000)),
        ("六里屯", 1, 1, D(100_000)),
    ]
    assert {row.label: row.projects for row in outcome.groups} == {"老年人": 2, "残疾人": 1, "儿童青少年": 0}
    assert sum(row.money for row in outcome.streets) == outcome.spent


def test_more_than_there_is_is_said():
    assert cut(LIST, available=D(200_000), count=3).is_over


def second_of(first: Application) -> Application:
    """Another ranked application under the same guide, as the report leaves it."""
    return Application.objects.create(
        guide=first.guide, number="SB-TEST-2", status="scored", applicant=make_social_organization(), title="社区助残出行",
        place="八里庄街道", beneficiary_groups=["disabled"], beneficiary_count=40, requested_amount=D(80_000),
        review_rank=2, review_score=D("80.00"), review_suggested_amount=D(60_000),
    )  # fmt: skip


@pytest.mark.django_db
def test_office_simulates_saves_compares_and_exports(stage: Stage, client: Client):
    first = place_scored(stage)
    second = second_of(first)
    address = reverse("guide-cut-line", args=[stage.guide.pk])
    client.force_login(stage.actor("office").person)
    before = stage.guide.envelope.committed_total
    page = client.get(address, {"count": 1, f"amount_{second.pk}": "30000"}).content.decode()
    assert "30,000.00" in page
    assert "部分资助" in page
    saved = client.post(
        f"{reverse('guide-cut-line-save', args=[stage.guide.pk])}?count=1&amount_{second.pk}=30000",
        {"name": "保基本"},
        follow=True,
    )
    assert "保基本" in saved.content.decode()
    scenario = CutScenario.objects.get()
    assert scenario.granted == {
        str(first.pk): first.review_suggested_amount, str(second.pk): D("30000.00"),
    }  # fmt: skip
    loaded = client.get(address, {"scenario": str(scenario.pk)}, follow=True).content.decode()
    assert 'value="30000.00"' in loaded
    sheet = client.get(reverse("guide-cut-line-sheet", args=[stage.guide.pk]), {"count": 2})
    book = python_calamine.load_workbook(io.BytesIO(sheet.content))
    assert book.sheet_names == ["测算名单", "覆盖情况", "方案比较"]
    assert [row[2] for row in book.get_sheet_by_index(0).to_python()[1:]] == [first.title, second.title]
    stage.guide.envelope.refresh_from_db()
    assert stage.guide.envelope.committed_total == before  # a thought moves no money
    assert not Application.objects.exclude(status="scored").filter(guide=stage.guide).exists()


@pytest.mark.django_db
def test_simulator_is_not_there_for_others(stage: Stage, client: Client):
    place_scored(stage)
    address = reverse("guide-cut-line", args=[stage.guide.pk])
    for person in (make_user(), stage.actor("org").person):
        client.force_login(person)
        assert client.get(address).status_code == 404
    client.force_login(stage.actor("finance").person)
    assert client.get(address).status_code == 200
    assert client.post(reverse("guide-cut-line-save", args=[stage.guide.pk]), {"name": "x"}).status_code == 404
