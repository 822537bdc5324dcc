"""我的待办: order, groups, and a price that does not grow with the list."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from procurement.access.models import User
from procurement.ui.worklists import Urgency, WorkItem, register_worklist, worklist_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clean_registries")]
NOW = datetime(2026, 3, 4, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def day(offset: int):
    return NOW.date() + timedelta(days=offset)


def test_items_are_grouped_and_sorted_by_due_date():
    register_worklist(lambda actor: [WorkItem("晚", "/", day(30)), WorkItem("无", "/"), WorkItem("周", "/", day(7))])
    register_worklist(
        lambda actor: [WorkItem("旧", "/", day(-1)), WorkItem("更旧", "/", day(-9)), WorkItem("今", "/", day(0))]
    )
    groups = {group.urgency: [item.title for item in group.items] for group in worklist_for(None, at=NOW)}
    assert groups == {
        Urgency.OVERDUE: ["更旧", "旧"],
        Urgency.WEEK: ["今", "周"],
        Urgency.LATER: ["晚"],
        Urgency.OPEN: ["无"],
    }


def test_an_instant_is_overdue_by_the_second():
    register_worklist(lambda actor: [WorkItem("甲", "/", NOW - timedelta(seconds=1)), WorkItem("乙", "/", NOW)])
    groups = worklist_for(None, at=NOW)
    assert [group.urgency for group in groups] == [Urgency.OVERDUE, Urgency.WEEK]


def test_provider_may_raise_urgency():
    register_worklist(lambda actor: [WorkItem("红色预警", "/", day(90), urgency="overdue")])
    assert worklist_for(None, at=NOW)[0].urgency == Urgency.OVERDUE


def test_registering_twice_lists_once():
    def provider(actor):
        return [WorkItem("甲", "/")]

    register_worklist(provider)
    register_worklist(provider)
    assert len(worklist_for(None)[0].items) == 1


def test_page_needs_a_signed_in_person(client):
    response = client.get(reverse("worklist"))
    assert response.status_code == 302
    assert response.url.startswith(reverse("login"))


def test_page_shows_item_step_and_organisation(client, person):
    register_worklist(lambda actor: [WorkItem("审定金额", "/x/", day(1), "审定", "示例事务所")])
    client.force_login(person)
    html = client.get(reverse("worklist")).content.decode()
    for expected in ("审定金额", 'href="/x/"', "示例事务所"):
        assert expected in html


def test_empty_page_says_what_will_come(client, person):
    client.force_login(person)
    assert "轮到您办理时" in client.get(reverse("worklist")).content.decode()


def test_page_costs_the_same_at_3_and_300_items(client, person, django_assert_max_num_queries):
    register_worklist(lambda actor: [WorkItem(user.username, "/", day(1)) for user in User.objects.all()])
    client.force_login(person)
    counts = []
    for total in (3, 300):
        User.objects.bulk_create([User(username=f"u{total}-{n}") for n in range(total)])
        with django_assert_max_num_queries(12) as captured:
            assert client.get(reverse("worklist")).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]
