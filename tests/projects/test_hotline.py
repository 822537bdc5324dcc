"""Residents' calls and the simple request: received, handed on, answered in time, rated, counted (R-189, R-190)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from orgs.models import OrganizationKind
from procurement.access import Role
from procurement.lifecycle.engine import perform
from procurement.notices.models import Outbox
from procurement.rules import RuleViolation
from projects.models import HotlineCall
from projects.selectors.hotline import call_figures
from projects.services import hotline, remedy_requests
from tests.factories import make_actor, make_organization, make_social_organization
from tests.factories.remedies import MONDAY, Dispute, at, make_call

pytestmark = pytest.mark.django_db
CONTACT = "13800138000"


def test_call_is_answered_within_ten_working_days_by_the_body_it_was_handed_to() -> None:
    """Reported on Monday 2 March without an account; the answer is owed by the 16th."""
    received = make_call(contact=CONTACT)
    call = received.call
    assert (call.status, call.due_on, call.filed_by) == ("filed", date(2026, 3, 16), None)
    office, body = make_actor(Role.LGO, call.office), make_social_organization()
    operator = make_actor(Role.ORG, body)
    perform(call, "hotline.dispatch", actor=office, at=at(1), handler=body)
    perform(call, "hotline.answer", actor=operator, at=at(3), answer="因停电取消，已补送，今后提前通知。")
    found = hotline.call_of_code(received.shown_code.lower())
    assert found is not None
    assert found.answer == "因停电取消，已补送，今后提前通知。"
    assert hotline.rate(call=found, rating="satisfied", at=at(4)).status == "closed"


def test_dissatisfied_caller_has_it_taken_up_once_more() -> None:
    call = make_call().call
    office, body = make_actor(Role.LGO, call.office), make_social_organization()
    operator = make_actor(Role.ORG, body)
    perform(call, "hotline.dispatch", actor=office, at=at(1), handler=body)
    perform(call, "hotline.answer", actor=operator, at=at(2), answer="已处理。")
    call = hotline.rate(call=call, rating="unsatisfied", note="没有人来。", at=at(3))
    assert (call.status, call.due_on) == ("dispatched", date(2026, 3, 19))
    perform(call, "hotline.answer", actor=operator, at=at(4), answer="已上门致歉并补送。")
    assert hotline.rate(call=call, rating="unsatisfied", at=at(5)).status == "closed"


def test_contact_is_read_by_the_office_alone() -> None:
    call = make_call(contact=CONTACT).call
    office, body = make_actor(Role.LGO, call.office), make_social_organization()
    operator = make_actor(Role.ORG, body)
    perform(call, "hotline.dispatch", actor=office, at=at(1), handler=body)
    reads = {}
    for name, actor in {"office": office, "handler": operator, "auditor": make_actor(Role.AUD)}.items():
        client = Client()
        client.force_login(actor.person)
        answer = client.get(call.get_absolute_url())
        assert answer.status_code == 200
        reads[name] = CONTACT in answer.content.decode()
    assert reads == {"office": True, "handler": False, "auditor": False}
    stranger = Client()
    stranger.force_login(make_actor(Role.ORG).person)
    assert stranger.get(call.get_absolute_url()).status_code == 404
    assert CONTACT not in str(HotlineCall.objects.filter(pk=call.pk).values().get()["text"])


def test_staff_take_down_a_telephone_call_and_nobody_else_does() -> None:
    office = make_organization(OrganizationKind.PURCHASER, is_published=True)
    call = make_call(office=office, actor=make_actor(Role.LGO, office), channel="phone").call
    assert (call.office, call.entered_by is not None) == (office, True)
    with pytest.raises(RuleViolation, match="S-02 来电、来信、来访由受理单位的工作人员登记"):
        make_call(actor=make_actor(Role.ORG), channel="phone")


def test_late_answer_is_told_once() -> None:
    call = make_call().call
    officer = make_actor(Role.LGO, call.office)
    hotline.sweep(at(11))
    hotline.sweep(at(12))
    assert Outbox.objects.filter(template="hotline_overdue", recipient=officer.id, channel="inbox").count() == 1


def test_figures_show_no_number_that_could_point_at_somebody() -> None:
    office = make_organization(OrganizationKind.PURCHASER, is_published=True)
    for _n in range(7):
        make_call(office=office, topic="schedule")
    for _n in range(6):
        make_call(office=office, topic="quality")
    make_call(office=office, topic="safety")
    figures = call_figures(HotlineCall.objects.all())
    shown = {line.label: line.count for line in figures.by_topic}
    # The one on safety is withheld, and with it the next smallest: the total would give it away.
    assert (figures.total.count, shown) == (14, {"服务时间或取消": 7, "服务质量": None, "安全": None})
    text = Client().get(reverse("hotline")).content.decode()
    assert "助餐" not in text


def test_resident_reports_and_follows_up_on_the_pages() -> None:
    call = make_call().call
    client = Client()
    answer = client.post(
        f"{reverse('hotline-new')}?street={call.street_id}",
        {"topic": "quality", "street": call.street_id, "text": "上门服务时间不足。", "contact": "", "website": ""},
    )
    assert answer.status_code == 302, answer.context["form"].errors
    receipt = client.get(reverse("hotline-receipt"))
    code = receipt.context["code"]
    followed = Client().post(reverse("hotline-follow"), {"code": code})
    assert "服务质量" in followed.content.decode()
    assert Client().post(reverse("hotline-follow"), {"code": "AAAAA-AAAAA-AAAAA"}).status_code == 422


# --- the simple request -------------------------------------------------------------------------------------------


def test_request_outside_the_law_is_answered_within_the_places_term() -> None:
    dispute = Dispute(regime="other_purchase")
    filed = remedy_requests.file_request(
        actor=dispute.operator,
        procedure=dispute.procedure,
        requester=dispute.loser,
        text="请说明未入围的理由。",
        at=at(0),
    )
    assert filed.due_on == date(2026, 3, 11)
    perform(filed, "remedy_request.accept", actor=dispute.buyer, at=at(1))
    perform(filed, "remedy_request.answer", actor=dispute.signer, at=at(3), answer="得分排名第三，见得分表。")
    assert remedy_requests.sweep(MONDAY + timedelta(days=20)) == 0
    assert remedy_requests.sweep(MONDAY + timedelta(days=50)) == 1
    filed.refresh_from_db()
    assert filed.status == "closed"


def test_request_where_the_law_applies_is_a_challenge() -> None:
    dispute = Dispute()
    with pytest.raises(RuleViolation, match="R-181 本项目适用政府采购法，请提出质疑"):
        remedy_requests.file_request(
            actor=dispute.operator, procedure=dispute.procedure, requester=dispute.loser, text="请说明理由。", at=at(0)
        )


def test_request_is_read_by_its_parties() -> None:
    dispute = Dispute(regime="other_purchase")
    filed = remedy_requests.file_request(
        actor=dispute.operator, procedure=dispute.procedure, requester=dispute.loser, text="请说明理由。", at=at(0)
    )
    for actor, expected in ((dispute.rival, 404), (dispute.head, 200), (dispute.buyer, 200), (dispute.supervisor, 200)):
        client = Client()
        client.force_login(actor.person)
        assert client.get(filed.get_absolute_url()).status_code == expected
