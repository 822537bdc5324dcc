"""The one page behind every button: what it shows, what it keeps, what it refuses, what it hides."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from catalogs.models import FundEnvelope
from procurement.access import Role
from procurement.lifecycle.engine import perform
from procurement.lifecycle.models import TransitionRecord
from tests.factories import make_actor, make_user
from tests.factories.applications import make_submitted
from tests.lifecycle.conftest import Desk
from tests.lifecycle.test_engine import QUOTE_IS_OLD

pytestmark = pytest.mark.django_db
TYPED = "朝财预〔2026〕十八号，请见附件"


def url(desk: Desk, name: str) -> str:
    return reverse("transition", args=["envelope", desk.envelope.pk, f"envelope.{name}"])


def test_page_says_what_will_happen_as_whom_and_then_it_does(client, desk: Desk):
    client.force_login(desk.approver.user)
    page = client.get(url(desk, "approve"))
    assert page.status_code == 200
    for words in ("批准后额度锁定", "已批准", desk.envelope.finance.name, "财政部门"):
        assert words in page.text
    click = re.search(r'name="request_id" value="([0-9a-f-]{36})"', page.text)
    assert click
    answer = client.post(url(desk, "approve"), {"approval_number": "朝财预〔2026〕18号", "request_id": click[1]})
    assert answer.status_code == 302
    assert answer.url == desk.envelope.get_absolute_url()
    desk.envelope.refresh_from_db()
    assert desk.envelope.status == "approved"
    assert str(TransitionRecord.objects.last().request_id) == click[1]


def test_bad_input_keeps_what_was_typed(client, desk: Desk):
    client.force_login(desk.approver.user)
    answer = client.post(url(desk, "return"), {"reason": "", "request_id": str(uuid4())})
    assert answer.status_code == 422
    answer = client.post(url(desk, "approve"), {"approval_number": TYPED * 20, "request_id": str(uuid4())})
    assert answer.status_code == 422
    assert TYPED * 20 in answer.text
    desk.envelope.refresh_from_db()
    assert desk.envelope.status == "submitted"


def test_refusal_is_a_conflict_with_its_sentence_and_keeps_what_was_typed(client, desk: Desk):
    client.force_login(desk.approver.user)
    other = make_actor(Role.FIN, desk.envelope.finance)
    perform(desk.envelope, "envelope.return", actor=other, reason="补充测算依据")
    answer = client.post(url(desk, "approve"), {"approval_number": TYPED, "request_id": str(uuid4())})
    assert answer.status_code == 409
    assert "当前状态为“草稿”，不能办理“批准额度”" in answer.text
    assert f"最近一次由{other.user}于" in answer.text
    assert TYPED in answer.text


def test_same_click_arriving_twice_leads_to_the_same_place(client, desk: Desk):
    client.force_login(desk.approver.user)
    click = {"approval_number": "朝财预〔2026〕18号", "request_id": str(uuid4())}
    first, second = client.post(url(desk, "approve"), click), client.post(url(desk, "approve"), click)
    assert (first.status_code, first.url) == (second.status_code, second.url) == (302, desk.envelope.get_absolute_url())
    assert TransitionRecord.objects.filter(transition="envelope.approve").count() == 1


def test_warning_asks_for_a_justification_on_the_page(client, desk: Desk, table):
    table("envelope.approve", guards=(QUOTE_IS_OLD,))
    client.force_login(desk.approver.user)
    page = client.get(url(desk, "approve"))
    assert "测算所用询价已满一年" in page.text
    assert 'name="justification"' in page.text
    entered = {"approval_number": "朝财预〔2026〕18号", "request_id": str(uuid4())}
    refused = client.post(url(desk, "approve"), entered)
    assert refused.status_code == 409
    assert 'name="justification"' in refused.text
    assert entered["approval_number"] in refused.text
    assert client.post(url(desk, "approve"), {**entered, "justification": "已电话核实"}).status_code == 302


def test_who_sees_but_may_not_act_reads_why(client, desk: Desk):
    client.force_login(desk.preparer.user)
    page = client.get(url(desk, "approve"))
    assert page.status_code == 200
    assert "“批准额度”只能由财政部门办理" in page.text
    assert "<form" not in page.text.split('id="main"')[1].split("</main>")[0]
    assert client.post(url(desk, "approve"), {"approval_number": "1"}).status_code == 409
    desk.envelope.refresh_from_db()
    assert desk.envelope.status == "submitted"


def test_foreign_object_is_not_there(client, desk: Desk):
    client.force_login(make_user())
    for path in (url(desk, "approve"), reverse("transition", args=["envelope", uuid4(), "envelope.approve"])):
        assert client.get(path).status_code == 404
        assert client.post(path, {"approval_number": "1"}).status_code == 404


@pytest.mark.parametrize(
    ("lifecycle", "name"), [("envelope", "envelope.vanish"), ("unicorn", "unicorn.ride"), ("guide", "envelope.approve")]
)
def test_unknown_row_is_not_there(client, desk: Desk, lifecycle: str, name: str):
    client.force_login(desk.approver.user)
    assert client.get(reverse("transition", args=[lifecycle, desk.envelope.pk, name])).status_code == 404


def test_automatic_row_has_no_page(client, desk: Desk, table):
    table("envelope.approve", automatic=True)
    client.force_login(desk.approver.user)
    assert client.get(url(desk, "approve")).status_code == 404
    assert client.post(url(desk, "approve"), {"approval_number": "1"}).status_code == 404


def test_visitor_is_asked_to_sign_in_first(client, desk: Desk):
    answer = client.get(url(desk, "approve"))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("login"))


def test_only_get_and_post(client, desk: Desk):
    client.force_login(desk.approver.user)
    assert client.delete(url(desk, "approve")).status_code == 405
    assert FundEnvelope.objects.filter(pk=desk.envelope.pk, status="submitted").exists()


# --- the case file --------------------------------------------------------------------------------------------------


def test_case_is_open_to_its_parties_and_absent_for_others(client):
    applying = make_submitted()
    case = applying.application.case
    for actor in (applying.operator, applying.actor(Role.RU), applying.actor(Role.LGO), make_actor(Role.AUD)):
        client.force_login(actor.user)
        assert client.get(case.get_absolute_url()).status_code == 200
    client.force_login(make_actor(Role.ORG).user)
    assert client.get(case.get_absolute_url()).status_code == 404


def test_case_page_shows_steps_acts_and_what_is_next(client):
    applying = make_submitted()
    case = applying.application.case
    client.force_login(applying.operator.user)
    page = client.get(case.get_absolute_url()).text
    for step in case.template.steps.all():
        assert step.title in page
    assert str(applying.head.user) in page
    assert "提交申报" in page
    assert applying.application.hub.name in page


def test_acts_on_what_a_reader_may_not_see_are_left_out(client):
    """A panel's acts stand in the case, but its members stay unknown to the applicant (R-157)."""
    applying = make_submitted()
    case, office = applying.application.case, applying.actor(Role.LGO)
    secret = TransitionRecord.objects.create(
        lifecycle="guide", transition="guide.return", object_id=make_hidden_guide(office).pk, case=case,
        from_state="checking", to_state="draft", actor=office.user, at=applying.application.submitted_at, reason="只供内部",
    )  # fmt: skip
    client.force_login(applying.operator.user)
    assert secret.reason not in client.get(case.get_absolute_url()).text
    client.force_login(make_actor(Role.AUD).user)
    assert secret.reason in client.get(case.get_absolute_url()).text


def make_hidden_guide(office):
    from tests.factories.applications import make_guide

    return make_guide(status="draft")
