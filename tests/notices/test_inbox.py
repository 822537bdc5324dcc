"""Everyone reads their own messages; the unread ones first; opening leads to the case."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from procurement.access import actor_for, register_seats
from procurement.access.actor import Seat
from procurement.access.roles import Role
from procurement.notices.models import Message, Outbox
from procurement.notices.selectors import unread_count
from procurement.notices.services.dispatch import dispatch_batch
from procurement.notices.services.inbox import mark_all_read

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(person, client):
    user = person(email="")
    client.force_login(user)
    return user


@pytest.fixture
def receive(tell):
    """Delivers messages one minute apart, the last the newest."""

    def receive(user, count=1, **fields):
        start = timezone.now() - timedelta(days=1)
        for number in range(count):
            key = f"{user.username}-{number}-{uuid.uuid4()}"
            tell(user, key=key, **{"context": {"name": f"第{number}封"}, **fields})
            Outbox.objects.filter(key=key).update(created_at=start + timedelta(minutes=number))
        dispatch_batch()
        return Message.objects.filter(recipient=user).latest("created_at")

    return receive


def test_inbox_asks_for_sign_in(client):
    assert client.get(reverse("inbox")).status_code == 302


def test_inbox_opens_on_the_unread(client, reader, receive):
    receive(reader, 2)
    Message.objects.filter(title="您好 第0封").update(read_at=timezone.now())
    html = client.get(reverse("inbox")).content.decode()
    assert "您好 第1封" in html
    assert "您好 第0封" not in html
    assert "您好 第0封" in client.get(reverse("inbox"), {"show": "all"}).content.decode()


def test_inbox_without_unread_shows_all(client, reader, receive):
    receive(reader)
    mark_all_read(actor=actor_for(reader))
    assert "您好 第0封" in client.get(reverse("inbox")).content.decode()


def test_empty_inbox_says_what_will_come(client, reader):
    assert "还没有站内信" in client.get(reverse("inbox")).content.decode()
    assert "没有未读的站内信" in client.get(reverse("inbox"), {"show": "unread"}).content.decode()


def test_opening_marks_read_and_leads_to_the_case(client, reader, receive):
    message = receive(reader, url="/cases/7/")
    response = client.post(reverse("inbox-open", args=[message.pk]))
    assert (response.status_code, response["Location"]) == (302, "/cases/7/")
    message.refresh_from_db()
    first_read = message.read_at
    assert first_read is not None
    client.post(reverse("inbox-open", args=[message.pk]))
    message.refresh_from_db()
    assert message.read_at == first_read


def test_reading_by_get_marks_nothing(client, reader, receive):
    message = receive(reader)
    assert client.get(reverse("inbox-message", args=[message.pk])).status_code == 200
    assert client.get(reverse("inbox-open", args=[message.pk])).status_code == 405
    message.refresh_from_db()
    assert message.read_at is None


def test_message_without_a_page_opens_itself(client, reader, receive):
    message = receive(reader)
    response = client.post(reverse("inbox-open", args=[message.pk]))
    assert response["Location"] == reverse("inbox-message", args=[message.pk])


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"])
def test_message_never_leads_off_the_portal(client, reader, receive, url):
    message = receive(reader, url=url)
    response = client.post(reverse("inbox-open", args=[message.pk]))
    assert response["Location"] == reverse("inbox-message", args=[message.pk])


@pytest.mark.parametrize("view", ["inbox-message", "inbox-open"])
def test_foreign_message_is_not_found(client, reader, person, receive, view):
    foreign = receive(person("other", email=""), url="/cases/7/")
    url = reverse(view, args=[foreign.pk])
    response = client.post(url) if view == "inbox-open" else client.get(url)
    assert response.status_code == 404
    foreign.refresh_from_db()
    assert foreign.read_at is None
    assert "您好" not in client.get(reverse("inbox"), {"show": "all"}).content.decode()


def test_mark_all_read_leaves_others_alone(client, reader, person, receive):
    other = person("other", email="")
    receive(reader, 3)
    receive(other)
    response = client.post(reverse("inbox-read-all"), follow=True)
    assert "已将 3 封站内信标为已读" in response.content.decode()
    assert unread_count(actor_for(reader)) == 0
    assert unread_count(actor_for(other)) == 1


def test_badge_counts_own_unread(client, reader, receive):
    receive(reader, 2)
    assert '<span class="count">2' in client.get(reverse("inbox")).content.decode()


def test_body_is_escaped_on_the_page(client, reader, receive):
    message = receive(reader, context={"name": "<script>alert(1)</script>"})
    for url in (reverse("inbox"), reverse("inbox-message", args=[message.pk])):
        html = client.get(url).content.decode()
        assert "<script>alert" not in html
        assert "&lt;script&gt;" in html


def test_pages_follow_each_other_without_gap_or_repeat(client, reader, receive):
    receive(reader, 45)
    seen, url = [], reverse("inbox")
    while url:
        page = client.get(url).context["page"]
        seen += [message.title for message in page.rows]
        url = reverse("inbox") + page.next_url if page.next_url else ""
    assert seen == [f"您好 第{number}封" for number in reversed(range(45))]


@pytest.mark.parametrize("cursor", ["x", "AAAA", "WyJ4IiwgInkiXQ", "W10"])
def test_unreadable_cursor_shows_the_first_page(client, reader, receive, cursor):
    receive(reader)
    response = client.get(reverse("inbox"), {"after": cursor})
    assert response.status_code == 200
    assert "您好 第0封" in response.content.decode()


def test_query_count_does_not_grow_with_the_inbox(client, reader, receive, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    receive(reader)
    client.get(reverse("inbox"))
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(reverse("inbox"))
    receive(reader, 30)
    with django_assert_num_queries(len(few)):
        client.get(reverse("inbox"))


# --- undelivered ------------------------------------------------------------------------------------------------


@pytest.fixture
def administrator(person, client, monkeypatch):
    user = person("sysadmin", email="")
    monkeypatch.setattr("procurement.access.actor._read_seats", None)
    register_seats(lambda pk: [Seat(Role.SYS, uuid.uuid4(), "信息中心")] if pk == user.pk else [])
    client.force_login(user)
    return user


def test_administrator_sees_and_repeats_what_could_not_be_delivered(client, administrator, person, tell):
    tell(person("unlucky"))
    dispatch_batch()
    Outbox.objects.filter(channel="email").update(state="failed", last_error="SMTPServerDisconnected: 连接中断")
    html = client.get(reverse("inbox-undelivered")).content.decode()
    assert "unlucky 姓名" in html
    assert "连接中断" in html
    entry = Outbox.objects.get(state="failed")
    response = client.post(reverse("inbox-retry", args=[entry.pk]), follow=True)
    assert "已重新排入发送队列" in response.content.decode()
    assert Outbox.objects.get(pk=entry.pk).state == "pending"
    assert client.post(reverse("inbox-retry", args=[entry.pk])).status_code == 404


def test_undelivered_page_does_not_exist_for_anyone_else(client, reader):
    assert client.get(reverse("inbox-undelivered")).status_code == 404
    assert client.post(reverse("inbox-retry", args=[uuid.uuid4()])).status_code == 404
