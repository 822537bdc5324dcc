"""Large purchases rest on a survey and a joint review; size is neither a condition nor a score; twins share one cap."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from catalogs.size_conditions import size_phrases
from orgs.selectors.credit import days_late
from procurement.access import Role
from procurement.calendars import SHANGHAI
from procurement.lifecycle.engine import perform
from procurement.rules import RuleViolation
from projects.selectors.applications import counted_applications
from tests.factories import make_actor, make_social_organization
from tests.factories.applications import make_guide, make_plain_application
from tests.factories.budgets import draft_plan, make_line
from tests.factories.demand import make_demand
from tests.orgs.test_standing import enter

pytestmark = pytest.mark.django_db
OPEN = {"method": "open_tender", "method_reason": ""}


def survey(**changes):
    held = timezone.localdate() - timedelta(days=30)
    return {"survey_on": held, "survey_suppliers": 3, "survey_summary": "走访三家机构，服务能力充足。", **changes}


@pytest.fixture
def large():
    plan = draft_plan(make_line(amount="15000000.00"), "12000000.00", **OPEN)
    return plan, make_actor(Role.PU_BUY, plan.budget_line.department)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"survey_on": None}, "应当开展需求调查"),
        ({"survey_on": date(2020, 1, 1)}, "须在一年以内"),
        ({"survey_suppliers": 2}, "不少于3家"),
    ],
)
def test_a_large_purchase_is_not_submitted_without_a_fresh_survey(large, changes, sentence):
    plan, buyer = large
    with pytest.raises(RuleViolation, match=sentence):
        perform(plan, "purchase_plan.submit", actor=buyer, **survey(**changes))
    assert plan.status == "draft"


def test_survey_and_joint_review_stand_on_the_plan(client, large):
    plan, buyer = large
    perform(plan, "purchase_plan.submit", actor=buyer, **survey())
    finance = make_actor(Role.FIN, plan.budget_line.envelope.finance)
    with pytest.raises(RuleViolation, match="R-038 重点审查须有监督参加"):
        perform(plan, "purchase_plan.review", actor=finance, units=["procurement", "finance", "business"])
    perform(plan, "purchase_plan.review", actor=finance, units=["procurement", "finance", "business", "supervision"])
    client.force_login(buyer.user)
    page = client.get(plan.get_absolute_url()).content.decode()
    assert "供应商 3 家" in page
    assert "尚无需求列入本计划" in page


def test_a_small_purchase_is_not_asked(client):
    plan = draft_plan(make_line(amount="2000000.00"), "600000.00", **OPEN)
    buyer = make_actor(Role.PU_BUY, plan.budget_line.department)
    client.force_login(buyer.user)
    address = reverse("transition", args=["purchase_plan", plan.pk, "purchase_plan.submit"])
    assert "需求调查日期" not in client.get(address).content.decode()
    perform(plan, "purchase_plan.submit", actor=buyer)
    assert plan.status == "submitted"


def test_a_large_purchase_is_asked_on_the_page(client, large):
    plan, buyer = large
    client.force_login(buyer.user)
    address = reverse("transition", args=["purchase_plan", plan.pk, "purchase_plan.submit"])
    assert "需求调查日期" in client.get(address).content.decode()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("持证社工不少于2人，护理员不少于4人。", []),
        ("注册资本不低于100万元，近三年营业收入逐年增长", ["注册资本", "营业收入"]),
        ("不得计取利润，依法缴纳税收", []),
        ("从业人员不少于50人；上年纳税额10万元以上", ["从业人员不少于", "纳税额"]),
    ],
)
def test_size_is_recognised_and_ability_is_not_taken_for_it(text, found):
    assert size_phrases(text) == found


def test_a_demand_that_asks_for_size_is_not_submitted():
    """Control: the same demand without the condition goes through."""
    item = make_demand(status="draft", team="持证社工2人，机构注册资金不低于50万元。")
    author = make_actor(Role.PU_DEM, item.office)
    with pytest.raises(RuleViolation, match="R-058 需求以供应商规模“注册资金”为条件"):
        perform(item, "demand.submit", actor=author)
    type(item).objects.filter(pk=item.pk).update(team="持证社工2人。")
    perform(item, "demand.submit", actor=author)
    assert item.status == "submitted"


def test_a_body_entered_twice_has_one_cap():
    guide, body, twin = make_guide(), make_social_organization(), make_social_organization()
    make_plain_application(guide, body)
    make_plain_application(guide, twin)
    assert counted_applications(guide, body.pk).count() == 1
    type(twin).objects.filter(pk=twin.pk).update(merged_into=body)
    assert counted_applications(guide, body.pk).count() == 2


@pytest.mark.parametrize(("entered", "late"), [(date(2026, 3, 9), 0), (date(2026, 3, 11), 2)])
def test_an_entry_after_five_working_days_is_late(entered, late):
    record = enter(make_social_organization(), starts_on=date(2026, 3, 2))
    record.recorded_at = datetime(entered.year, entered.month, entered.day, 10, tzinfo=SHANGHAI)
    assert days_late(record) == late
