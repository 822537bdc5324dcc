"""The journal's pages: for overseers only, in steady numbers of queries, and truthful."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from procurement.access import actor as actors
from procurement.access.actor import Seat, register_seats
from procurement.access.models import User
from procurement.access.roles import Role
from procurement.audit import make_checkpoint, record, seal_pending
from procurement.audit.models import AuditEvent
from procurement.audit.selectors import case_journal
from tests.audit.conftest import guards_off, sql

pytestmark = pytest.mark.django_db


@pytest.fixture
def seated(client):
    """Sign a person in with the given role; how seats are read is put back afterwards."""
    before = actors._read_seats

    def sign_in(role):
        register_seats(lambda _user: [Seat(role, uuid4(), "测试单位")])
        client.force_login(User.objects.create_user(f"user-{uuid4()}", name="测试人员"))
        return client

    yield sign_in
    register_seats(before)


@pytest.fixture
def auditor(seated):
    return seated(Role.AUD)


def fill(count, **changes):
    for number in range(count):
        record(
            **{"action": "application.submit", "subject": f"projects.application:{number:08}", "ip": "192.0.2.1"}
            | changes
        )
    seal_pending()


@pytest.mark.parametrize("role", Role)
def test_journal_exists_for_overseers_only(seated, role):
    fill(1)
    client = seated(role)
    expected = 200 if role in (Role.AUD, Role.DIS, Role.FIN_SUP) else 404
    assert client.get(reverse("journal")).status_code == expected
    assert client.get(reverse("journal-entry", args=[1])).status_code == expected
    assert client.post(reverse("journal-verify")).status_code == expected


def test_anonymous_visitor_finds_no_journal(client):
    fill(1)
    assert client.get(reverse("journal")).status_code == 404
    assert client.get(reverse("journal-checkpoint", args=[1])).status_code == 404


@pytest.mark.parametrize("count", [3, 60])
def test_journal_costs_the_same_queries_at_any_length(auditor, django_assert_max_num_queries, count):
    fill(count)
    with django_assert_max_num_queries(9):
        assert auditor.get(reverse("journal")).status_code == 200


def shown(response):
    return [event.chain.seq for event in response.context["page"].rows]


def test_pages_walk_back_and_forth_without_loss(auditor):
    fill(70)
    first = auditor.get(reverse("journal"))
    second = auditor.get(reverse("journal") + first.context["page"].next_url)
    third = auditor.get(reverse("journal") + second.context["page"].next_url)
    assert [*shown(first), *shown(second), *shown(third)] == list(range(70, 0, -1))
    assert (first.context["page"].previous_url, third.context["page"].next_url) == ("", "")
    back = auditor.get(reverse("journal") + third.context["page"].previous_url)
    assert shown(back) == shown(second)


@pytest.mark.parametrize("cursor", ["x", "-1", "9" * 40, "٣"])
def test_unreadable_cursor_shows_the_first_page(auditor, cursor):
    fill(2)
    assert shown(auditor.get(reverse("journal"), {"before": cursor})) == [2, 1]


def test_filters_narrow_the_journal(auditor):
    case, actor = uuid4(), uuid4()
    fill(1, case_id=case)
    fill(1, actor_id=actor, actor_label="某街道 · 经办")
    fill(1, action="contract.sign", ok=False)
    today, tomorrow = timezone.localdate(), timezone.localdate() + timedelta(days=1)
    for query, expected in [
        ({"case": case}, [1]),
        ({"actor": actor}, [2]),
        ({"actor": "街道"}, [2]),
        ({"action": "contract.sign"}, [3]),
        ({"ok": "0"}, [3]),
        ({"subject": "application:"}, [3, 2, 1]),
        ({"since": today, "until": today}, [3, 2, 1]),
        ({"since": tomorrow}, []),
    ]:
        assert shown(auditor.get(reverse("journal"), query)) == expected, query


def test_filter_that_cannot_be_read_says_so_and_is_not_used(auditor):
    fill(1)
    response = auditor.get(reverse("journal"), {"case": "无", "since": "2026-03-02", "until": "2026-03-01"})
    assert set(response.context["form"].errors) == {"case", "until"}
    assert response.status_code == 200


def test_entry_shows_what_was_hashed_and_whether_personal_data_can_still_be_checked(auditor):
    fill(1, body={"from": "draft", "to": "submitted"}, personal={"phone": "13800000000"})
    page = auditor.get(reverse("journal-entry", args=[1])).content.decode()
    event = AuditEvent.objects.get()
    assert bytes(event.content_hash).hex() in page
    assert "submitted" in page
    assert "13800000000" not in page
    assert "可核对" in page
    event.salts.all().delete()
    assert "盐值已删除" in auditor.get(reverse("journal-entry", args=[1])).content.decode()


def test_entry_that_does_not_exist_is_not_found(auditor):
    assert auditor.get(reverse("journal-entry", args=[7])).status_code == 404


def test_checkpoint_is_handed_out_as_signed(auditor):
    fill(2)
    made = make_checkpoint()
    response = auditor.get(reverse("journal-checkpoint", args=[2]))
    assert response.json() == made.as_json()
    assert "attachment" in response["Content-Disposition"]


def test_full_check_reports_a_whole_journal_and_is_itself_recorded(auditor):
    fill(2)
    assert "审计链完整" in auditor.post(reverse("journal-verify")).content.decode()
    assert AuditEvent.objects.of_action("audit.verify").get().content["size"] == 2


@pytest.mark.django_db(transaction=True)
def test_broken_journal_is_announced_on_its_pages(ten, seated):
    with guards_off():
        sql("update audit_event set action = 'x' where id = %s", [ten[3].pk])
    client = seated(Role.DIS)
    assert "审计链异常" in client.get(reverse("journal")).content.decode()
    assert "自第 4 条起不可信" in client.post(reverse("journal-verify")).content.decode()


def test_dossier_learns_which_part_of_the_journal_a_case_rests_on():
    case = uuid4()
    assert case_journal(case) is None
    fill(1)
    fill(2, case_id=case)
    assert case_journal(case).checkpoint is None
    made = make_checkpoint()
    span = case_journal(case)
    assert (span.first, span.last, span.count, span.checkpoint) == (2, 3, 2, made)
