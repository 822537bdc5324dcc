"""What everyone reads of projects, and what nobody does."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from procurement.access import Role
from procurement.lifecycle.engine import perform
from projects.models import PUBLIC_APPLICATION_STATES, Application
from projects.offers.closeouts import latest_projects, project_figures
from projects.panels import _public_panels, register_public_panel
from projects.selectors.public import PROGRESS, public_figures
from tests.factories.applications import make_applicant, make_guide, make_plain_application
from tests.factories.closing import (
    ACCOUNT,
    LEADER,
    PHONE,
    evaluate,
    make_closing,
    make_concluded,
    make_final,
    make_project,
    make_visited,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_cache():
    cache.clear()
    yield
    cache.clear()


def address(application: Application) -> str:
    return reverse("public-project", args=[application.pk])


# --- one project ------------------------------------------------------------------------------------------------


def test_public_page_tells_what_who_how_much_and_the_result(client):
    closing = make_concluded()
    perform(
        closing.application,
        "application.close",
        actor=closing.actor(Role.LGO),
        decision="同意",
        commendation="优秀项目",
    )
    page = client.get(address(closing.application)).text
    for word in (
        closing.application.title, closing.application.applicant.name, "100,000.00 元", closing.contract.number,
        "验收通过", "良", "86.50", "91.20", "优秀项目", "组织无障碍观影活动", "主责单位验收",
    ):  # fmt: skip
        assert word in page, word


def test_public_page_leaks_no_person_no_phone_and_no_account(client):
    closing = make_closing()
    make_visited(closing)
    page = client.get(address(closing.application)).text
    people = [actor.label for actor in closing.actors.values()]
    codes = [person.code for person in closing.application.acceptances.get().recipients.all()]
    for word in (LEADER, PHONE, ACCOUNT, *people, *codes, "张*"):
        assert word not in page, word


@pytest.mark.parametrize("status", ["draft", "submitted", "under_review", "proposed", "not_selected", "withdrawn"])
def test_project_not_approved_is_not_public(client, status):
    guide = make_guide()
    application = make_plain_application(guide, make_applicant(), status=status)
    assert client.get(address(application)).status_code == 404
    assert application.title not in client.get(reverse("public-projects")).text


def test_satisfaction_unknown_is_not_shown(client):
    closing = make_closing()
    evaluate(closing)
    Application.objects.filter(pk=closing.application.pk).update(satisfaction=None)
    assert "服务对象满意度</dt>" not in client.get(address(closing.application)).text


def test_acceptance_under_way_is_not_a_result(client):
    closing = make_closing()
    make_visited(closing)
    assert "验收通过" not in client.get(address(closing.application)).text
    assert 'id="result"' not in client.get(address(closing.application)).text


def test_public_page_shows_only_public_steps(client):
    closing = make_closing()
    page = client.get(address(closing.application)).text
    assert "专家评审" not in page
    assert "签订项目合同" in page


def test_other_rooms_add_to_the_public_page(client):
    from projects.panels import Panel

    closing = make_closing()
    register_public_panel("probe", lambda application: Panel("旁证", "projects/cell.html", {}))
    try:
        assert "旁证" in client.get(address(closing.application)).text
    finally:
        del _public_panels["probe"]


# --- the list ---------------------------------------------------------------------------------------------------


def make_listed(count: int, **fields) -> list[Application]:
    guide, applicant = make_guide(), make_applicant()
    return [
        make_plain_application(
            guide, applicant, status=PUBLIC_APPLICATION_STATES[n % 3], granted_amount=Decimal(90000), **fields
        )
        for n in range(count)
    ]


def test_filters_stand_in_the_address(client):
    guide, applicant = make_guide(), make_applicant(name="北京红丹丹教育文化交流中心")
    category = guide.areas.get().categories.get()
    cinema = make_plain_application(guide, applicant, title="心目影院", status="in_progress", category=category)
    closed = make_plain_application(guide, applicant, title="爱心热线", status="archived", place="望京街道")
    found = {
        "q=心目": {cinema}, "q=红丹丹": {cinema, closed}, "q=望京": {closed}, "state=running": {cinema},
        "state=closed": {closed}, "area=B": {cinema}, f"year={guide.year}": {cinema, closed}, "state=failed": set(),
    }  # fmt: skip
    for query, expected in found.items():
        page = client.get(f"{reverse('public-projects')}?{query}").text
        for application in (cinema, closed):
            assert (application.title in page) is (application in expected), query


def test_unreadable_filter_shows_the_list(client):
    application = make_listed(1)[0]
    for query in ("year=abc", "state=x", "area=ZZ", "after=%00"):
        page = client.get(f"{reverse('public-projects')}?{query}")
        assert page.status_code == 200
    assert application.title in page.text


def test_list_costs_the_same_for_three_and_for_thirty(client):
    def cost() -> int:
        client.get(reverse("public-projects"))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("public-projects")).status_code == 200
        return len(queries)

    make_listed(3)
    few = cost()
    make_listed(27)
    assert cost() == few


def test_pages_follow_each_other_without_gap_or_repetition(client):
    make_listed(45)
    seen, url = [], reverse("public-projects")
    while url:
        context = client.get(url).context
        seen += [row.pk for row in context["page"]]
        url = f"{reverse('public-projects')}{context['page'].next_url}" if context["page"].next_url else ""
    assert len(seen) == len(set(seen)) == 45


def test_project_page_costs_the_same_whatever_was_done(client):
    closing = make_project()
    address_of = address(closing.application)
    client.get(address_of)
    with CaptureQueriesContext(connection) as few:
        client.get(address_of)
    for position in range(10):
        closing.application.indicators.create(
            kind="output", name=f"指标{position}", unit="次", target=5, position=position + 5
        )
    with CaptureQueriesContext(connection) as many:
        client.get(address_of)
    assert len(many) == len(few)


def test_every_public_state_has_a_word():
    covered = {state for _label, states in PROGRESS.values() for state in states}
    assert covered == set(PUBLIC_APPLICATION_STATES)


# --- the home page ----------------------------------------------------------------------------------------------


def test_home_counts_once_in_ten_minutes():
    make_listed(3)
    assert public_figures().projects == 3
    make_listed(2)
    with CaptureQueriesContext(connection) as queries:
        assert public_figures().projects == 3
    assert len(queries) == 0
    tiles = project_figures(None).tiles
    assert (tiles[0].value, tiles[1].value) == ("3", "27.00")


def test_home_names_the_latest_projects(client):
    make_listed(7)
    block = latest_projects(None)
    assert len(block.entries) == 5
    page = client.get("/").text
    assert block.entries[0].title in page
    assert "本平台项目" in page


def test_home_without_projects_counts_nothing():
    assert project_figures(None) is None


# --- the recipients' page ---------------------------------------------------------------------------------------


def test_recipient_answers_by_code_without_an_account(client):
    closing = make_closing()
    acceptance = make_visited(closing, spoken=0)
    person = acceptance.recipients.first()
    url = reverse("witness", args=[person.code])
    page = client.get(url)
    assert "请您说说这项服务" in page.text
    assert page["Cache-Control"] == "no-store"
    client.post(url, {"satisfied": "5", "sentences": ["done"], "words": "谢谢志愿者"})
    person.refresh_from_db()
    assert (person.satisfied, person.opinion, person.opinion_channel) == (5, "说好的服务都做到了；谢谢志愿者", "code")
    assert "谢谢您，意见已收到" in client.get(url).text
    again = client.post(url, {"satisfied": "1", "sentences": [], "words": "改"}, follow=True)
    assert "您的意见已经提交" in again.text
    person.refresh_from_db()
    assert person.satisfied == 5


def test_recipient_needs_at_least_a_level(client):
    acceptance = make_visited(spoken=0)
    url = reverse("witness", args=[acceptance.recipients.first().code])
    assert client.post(url, {"sentences": ["done"]}).status_code == 422


def test_unknown_code_is_not_found_and_typed_codes_are_forgiven(client):
    acceptance = make_visited(spoken=0)
    person = acceptance.recipients.first()
    assert client.get(reverse("witness", args=["AAAAAAAAAA"])).status_code == 404
    entry = reverse("witness-entry")
    wrong = client.post(entry, {"code": "AAAAA AAAAA"})
    assert wrong.status_code == 422
    assert "没有这个意见码" in wrong.text
    assert client.post(entry, {"code": person.spelled_code.lower()}).url == reverse("witness", args=[person.code])


def test_code_of_a_concluded_acceptance_is_closed(client):
    closing = make_closing()
    acceptance = make_final(closing, spoken=1)
    silent = acceptance.recipients.filter(opinion_at=None).first()
    url = reverse("witness", args=[silent.code])
    assert "本次验收已经结束" in client.get(url).text
    client.post(url, {"satisfied": "5", "sentences": ["done"], "words": ""})
    silent.refresh_from_db()
    assert silent.opinion_at is None


def test_closed_projects_are_dated(client):
    closing = make_concluded()
    at = timezone.now() - timedelta(minutes=1)
    perform(closing.application, "application.close", actor=closing.actor(Role.LGO), decision="同意", at=at)
    assert timezone.localtime(at).strftime("%Y-%m-%d") in client.get(address(closing.application)).text
