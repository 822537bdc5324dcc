"""A specification holds the six groups, is read by a second person, heard by the public, and then listed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from catalogs.models import DemandFeedback, DemandItem
from catalogs.services import demands
from catalogs.specification import completeness
from procurement.access import ANONYMOUS, Role, actor_for
from procurement.lifecycle.engine import available, perform, refusals
from procurement.rules import RuleViolation
from tests.factories import make_actor, make_seat, make_social_organization
from tests.factories.demand import WORDS, at, make_demand, make_need

pytestmark = pytest.mark.django_db
BEGAN = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _fresh_counters() -> None:
    cache.clear()


def said(item: DemandItem, row: str, actor: object) -> list[str]:
    return [str(refusal) for refusal in refusals(item, row, actor)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("field", "rule", "words"),
    [
        ("goal", "R-031", "“一、功能或目标”尚缺：功能或目标"),
        ("standards", "R-031", "“二、标准规范”尚缺：执行的标准、规范"),
        ("team", "R-031", "尚缺：服务团队的专业化要求"),
        ("settlement", "R-031", "“五、履约与结算”尚缺：资金结算方式"),
        ("other", "R-031", "“六、其他服务要求”尚缺：其他服务要求"),
        ("assessment_standard", "R-032", "延续性、周期性服务须填写考核评价标准"),
        ("payment_link", "R-034", "须写明考核结果与资金支付如何衔接"),
    ],
)
def test_gap_in_a_group_is_named_and_blocks(field: str, rule: str, words: str) -> None:
    item = make_demand(**{field: " "})
    found = said(item, "demand.submit", make_actor(Role.PU_DEM, item.office))
    assert [text for text in found if text.startswith(rule) and words in text]


def test_one_off_service_needs_its_acceptance_standard_instead() -> None:
    item = make_demand(is_recurring=False)
    found = said(item, "demand.submit", make_actor(Role.PU_DEM, item.office))
    assert any(text.startswith("R-032 一次性交付的服务须填写履约验收标准") for text in found)
    assert completeness(item).percent < 100
    assert completeness(make_demand()).percent == 100


def test_loose_core_needs_and_open_methods_only_warn() -> None:
    item = make_demand(core_needs="服务要好\n每周探访 120 户次", is_fixed_beforehand=False)
    author = make_actor(Role.PU_DEM, item.office)
    found = refusals(item, "demand.submit", author)
    assert {(one.rule_id, one.warning) for one in found} == {("R-033", True), ("R-035", True)}
    perform(item, "demand.submit", actor=author, justification="需求须与服务方磋商后细化。")
    assert item.status == "submitted"


def test_naming_a_supplier_or_an_open_self_check_blocks() -> None:
    make_social_organization(name="北京红丹丹教育文化交流中心")
    item = make_demand(content="由北京红丹丹教育文化交流中心提供讲电影服务。")
    author = make_actor(Role.PU_DEM, item.office)
    assert any("R-039 需求中出现了特定单位的名称：北京红丹丹" in text for text in said(item, "demand.submit", author))
    demands.confirm_self_check(actor=author, item=item, points=["no_brand"])
    item.refresh_from_db()
    assert any("R-039 自查清单还有4项未确认" in text for text in said(item, "demand.submit", author))


def test_author_cannot_review_the_own_specification() -> None:
    item = make_demand()
    seat = make_seat(Role.PU_DEM, item.office)
    make_seat(Role.PU_REV, item.office, user=seat.person)
    both = actor_for(seat.person)
    perform(item, "demand.submit", actor=both)
    with pytest.raises(RuleViolation, match="R-040 您在本项目中已承担“需求编制”"):
        perform(item, "demand.review", actor=both)
    perform(item, "demand.review", actor=make_actor(Role.PU_REV, item.office))
    assert item.status == "reviewed"


def test_consultation_is_no_shorter_than_the_rule_set_says() -> None:
    item = make_demand(status="reviewed")
    author = make_actor(Role.PU_DEM, item.office)
    with pytest.raises(RuleViolation, match="R-046 征求意见不得早于2026-03-09截止"):
        perform(
            item, "demand.consult", actor=author, at=at(BEGAN), channels=["portal"], ends_on=BEGAN + timedelta(days=6)
        )
    with pytest.raises(RuleViolation, match="R-046 须至少选择一种征求意见渠道"):
        perform(item, "demand.consult", actor=author, at=at(BEGAN), channels=[], ends_on=BEGAN + timedelta(days=7))


def test_every_opinion_is_answered_before_the_consultation_is_closed(client: Client) -> None:
    # given a demand before the public
    item = make_demand(status="consulting")
    author = make_actor(Role.PU_DEM, item.office)
    # when a resident without account gives an opinion and leaves a number by mistake
    answer = client.post(
        reverse("demand-feedback", args=[item.pk]), {"giver": "recipient", "text": "希望有固定电话，我是13812345678"}
    )
    assert answer.status_code == 302
    opinion = DemandFeedback.objects.get()
    assert "希望有固定电话" not in client.get(item.get_absolute_url()).content.decode()
    # then it must run its time and the opinion must be answered
    with pytest.raises(RuleViolation, match="期满后办理"):
        perform(item, "demand.close_consultation", actor=author, at=at(BEGAN + timedelta(days=14)))
    over = at(BEGAN + timedelta(days=15))
    with pytest.raises(RuleViolation, match="R-046 还有1条意见未答复如何采用"):
        perform(item, "demand.close_consultation", actor=author, at=over)
    demands.answer_feedback(actor=author, feedback=opinion, use="adopted", answer="已设固定值守电话。")
    perform(item, "demand.close_consultation", actor=author, at=over, summary="收到1条，已采纳。")
    page = client.get(item.get_absolute_url()).content.decode()
    assert "希望有固定电话" in page
    assert "已设固定值守电话" in page
    assert "13812345678" not in page
    # and afterwards nothing more is taken
    late = client.post(reverse("demand-feedback", args=[item.pk]), {"giver": "public", "text": "晚到的意见"})
    assert late.status_code == 409
    assert "晚到的意见" in late.content.decode()


def test_internal_service_is_confirmed_without_the_public() -> None:
    item = make_demand(status="reviewed", service_class="internal_operation")
    reviewer = make_actor(Role.PU_REV, item.office)
    perform(item, "demand.confirm_directly", actor=reviewer)
    assert item.status == "confirmed"
    public = make_demand(status="reviewed")
    with pytest.raises(RuleViolation, match="R-046 向社会公众提供的公共服务，须先征求公众意见"):
        perform(public, "demand.confirm_directly", actor=make_actor(Role.PU_REV, public.office))


def test_database_holds_what_the_guards_hold() -> None:
    """With the engine's own key and no guard: the constraints still refuse (R-046, R-032)."""
    item = make_demand(status="reviewed")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL portal.engine = 'on'")
        with pytest.raises(IntegrityError, match="demand_public_service_was_consulted"), transaction.atomic():
            cursor.execute("UPDATE catalogs_demanditem SET status = 'confirmed' WHERE id = %s", [item.pk])
        cursor.execute("UPDATE catalogs_demanditem SET service_class='internal_operation' WHERE id=%s", [item.pk])
        cursor.execute("UPDATE catalogs_demanditem SET assessment_standard = '' WHERE id = %s", [item.pk])
        with pytest.raises(IntegrityError, match="demand_has_its_standard"), transaction.atomic():
            cursor.execute("UPDATE catalogs_demanditem SET status = 'confirmed' WHERE id = %s", [item.pk])
        cursor.execute("SET LOCAL portal.engine = 'off'")


def test_confirmed_words_and_opinions_stand_still() -> None:
    item = make_demand(status="consulting")
    opinion = demands.give_feedback(actor=ANONYMOUS, item=item, text="原话", giver="public", channel="portal")
    with pytest.raises(Exception, match=r"feedback_keeps_its_words|Cannot update"), transaction.atomic():
        DemandFeedback.objects.filter(pk=opinion.pk).update(text="改过的话")
    listed = make_demand(status="catalogued")
    with pytest.raises(IntegrityError, match="keeps its words"), transaction.atomic():
        DemandItem.objects.filter(pk=listed.pk).update(content="改过的内容")


def test_draft_is_nobody_elses(client: Client) -> None:
    item = make_demand()
    assert client.get(item.get_absolute_url()).status_code == 404
    client.force_login(make_seat(Role.PU_DEM).person)
    assert client.get(item.get_absolute_url()).status_code == 404
    assert client.get(reverse("demand-edit", args=[item.pk, "goal"])).status_code == 404
    client.force_login(make_seat(Role.PU_DEM, item.office).person)
    assert client.get(item.get_absolute_url()).status_code == 200


def test_guided_form_leads_through_the_groups_and_keeps_what_was_typed(client: Client) -> None:
    need = make_need("夜间应急")
    client.force_login(make_seat(Role.PU_DEM, need.office).person)
    page = client.get(reverse("demand-new"), {"needs": str(need.pk)})
    assert page.context["form"].initial["title"] == "夜间应急"
    basics = {
        "title": "夜间应急服务",
        "office": str(need.office_id),
        "street": need.street_id,
        "field": "livelihood",
        "groups": ["elderly"],
        "service_class": "public_service",
        "regime": "other_purchase",
        "is_recurring": "on",
        "is_fixed_beforehand": "on",
        "needs": [str(need.pk)],
    }
    wrong = client.post(reverse("demand-new"), {**basics, "starts_on": "2026-05-02", "ends_on": "2026-05-01"})
    assert wrong.status_code == 422
    client.post(reverse("demand-new"), basics)
    item = DemandItem.objects.get()
    need.refresh_from_db()
    assert need.demand_item == item
    for group, fields in {
        "goal": ("goal", "policy"),
        "assessment": ("assessment_standard", "payment_link"),
    }.items():
        answer = client.post(reverse("demand-edit", args=[item.pk, group]), {name: WORDS[name] for name in fields})
        assert answer.status_code == 302
    item.refresh_from_db()
    assert (item.goal, item.payment_link) == (WORDS["goal"], WORDS["payment_link"])
    offers = available(item, make_actor(Role.PU_DEM, item.office))
    assert [offer.allowed for offer in offers if offer.transition.name == "demand.submit"] == [False]
