"""Who may open which page, and what a list costs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from procurement.access import Role
from projects.models import Application
from tests.factories.applications import (
    make_applicant,
    make_applying,
    make_endorsed,
    make_guide,
    make_hub,
    make_plain_application,
    make_submitted,
)
from tests.factories.people import make_actor

pytestmark = pytest.mark.django_db

CODES = ("basic", "scheme", "budget", "co_funding", "indicators", "profile", "hub", "files", "declaration")


def addresses(application: Application) -> list[str]:
    pk = application.pk
    names = ("application", "application-tasks", "application-check", "application-precheck")
    receipts = [reverse("application-receipt", args=[pk, r.number]) for r in application.receipts.all()]
    return [
        *(reverse(name, args=[pk]) for name in names),
        *(reverse("application-section", args=[pk, code]) for code in CODES),
        *receipts,
    ]


@pytest.mark.parametrize("role", [Role.ORG, Role.ORG_H, Role.RU, Role.LGO, Role.CIV, Role.FIN, Role.PU_BUY])
def test_people_of_other_bodies_find_nothing(client, role):
    application = make_endorsed().application
    client.force_login(make_actor(role).user)
    for address in addresses(application):
        assert client.get(address).status_code == 404, address
    for code in CODES:
        post = reverse("application-autosave", args=[application.pk, code])
        assert client.post(post, {"title": "外人"}).status_code == 404
    for name in ("application.submit", "application.endorse", "application.precheck_pass", "application.withdraw"):
        assert client.post(reverse("transition", args=["application", application.pk, name])).status_code == 404
    assert client.post(reverse("application-copy", args=[application.pk])).status_code == 404
    assert application.title not in client.get(reverse("applications")).text


def test_visitors_are_sent_to_sign_in(client):
    application = make_submitted().application
    for address in (*addresses(application), reverse("applications")):
        assert client.get(address).status_code == 302
        assert "/accounts/login/" in client.get(address).url


def test_draft_is_seen_by_nobody_but_its_applicant(client):
    applying = make_applying()
    for role in (Role.RU, Role.LGO, Role.CIV):
        client.force_login(applying.actor(role).user)
        assert client.get(reverse("application", args=[applying.application.pk])).status_code == 404
        assert client.get(reverse("case", args=[applying.application.case_id])).status_code == 404
    client.force_login(make_actor(Role.AUD).user)
    assert client.get(reverse("application", args=[applying.application.pk])).status_code == 404


@pytest.mark.parametrize("role", [Role.RU, Role.LGO, Role.CIV])
def test_parties_read_what_was_handed_in(client, role):
    applying = make_endorsed()
    client.force_login(applying.actor(role).user)
    page = client.get(reverse("application", args=[applying.application.pk]))
    assert page.status_code == 200
    assert "影厅场地费" in page.text
    assert "组织无障碍观影活动" in page.text
    assert applying.application.receipts.get().number in page.text


def test_record_of_a_draft_leads_its_applicant_to_the_task_list(client):
    applying = make_applying(filled=False)
    client.force_login(applying.operator.user)
    answer = client.get(reverse("application", args=[applying.application.pk]))
    assert answer.url == reverse("application-tasks", args=[applying.application.pk])


def test_every_section_and_page_opens_for_the_applicant(client):
    applying = make_applying()
    client.force_login(applying.head.user)
    for code in CODES:
        page = client.get(reverse("application-section", args=[applying.application.pk, code]))
        assert page.status_code == 200
        judged = client.get(reverse("application-section", args=[applying.application.pk, code]), {"check": "1"})
        assert judged.status_code == 200
    assert client.get(reverse("application-section", args=[applying.application.pk, "nonsense"])).status_code == 404


def queries_of(client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    assert not [q["sql"] for q in captured if "COUNT(*)" in q["sql"] and "projects_application" in q["sql"]]
    return len(captured)


def test_lists_cost_the_same_for_three_and_thirty_rows(client):
    guide, hub = make_guide(), make_hub()
    bodies = [make_applicant(hub=hub) for _number in range(3)]
    office = make_actor(Role.LGO, guide.office)
    officer = make_actor(Role.RU, hub)

    def add(count: int) -> None:
        from procurement.lifecycle.steps import open_case, set_party

        for number in range(count):
            body = bodies[number % 3]
            application = make_plain_application(guide, body, hub=hub)
            application.case = open_case(
                number=application.number, title=application.title, template_code="beijing_special_fund_18",
                rule_set=guide.rule_set, at=application.submitted_at,
            )  # fmt: skip
            application.save()
            set_party(application.case, "office", guide.office_id, guide.office.name)
            set_party(application.case, "hub", hub.pk, hub.name)

    add(3)
    pages = (
        (office, reverse("applications")),
        (office, reverse("guide-applications", args=[guide.pk])),
        (officer, reverse("applications-awaiting")),
    )
    few = []
    for actor, address in pages:
        client.force_login(actor.user)
        few.append(queries_of(client, address))
    add(27)
    many = []
    for actor, address in pages:
        client.force_login(actor.user)
        many.append(queries_of(client, address))
        assert "下一页" in client.get(address).text
    assert few == many


def test_filters_narrow_the_list_and_stay_in_the_address(client):
    guide = make_guide()
    applying = make_submitted(guide=guide)
    client.force_login(applying.actor(Role.LGO).user)
    address = reverse("guide-applications", args=[guide.pk])
    assert applying.application.title in client.get(address, {"status": "submitted"}).text
    empty = client.get(address, {"status": "endorsed"}).text
    assert "没有符合条件的申报项目" in empty
    assert applying.application.title in client.get(address, {"q": applying.application.number.lower()}).text
    category = guide.areas.get().categories.get()
    assert applying.application.title in client.get(address, {"category": str(category.pk)}).text


def test_task_list_costs_the_same_empty_and_filled(client):
    empty, filled = make_applying(filled=False), make_applying()
    counts = []
    for applying in (empty, filled):
        client.force_login(applying.operator.user)
        counts.append(queries_of(client, reverse("application-tasks", args=[applying.application.pk])))
    assert abs(counts[0] - counts[1]) <= 4


def test_work_waits_for_the_applicant_and_civil_affairs(client):
    applying = make_endorsed()
    civil = applying.actor(Role.CIV)
    client.force_login(civil.user)
    assert "确认申报单位资质" in client.get(reverse("worklist")).text
