"""A resident's need becomes a line of the demand catalogue and of a purchase plan, and the resident hears of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from catalogs.models import Need
from catalogs.selectors.demands import plannable_demands
from catalogs.services import demands
from procurement.access import Role
from procurement.lifecycle.engine import perform
from procurement.rules import RuleViolation
from tests.factories import make_actor, make_envelope
from tests.factories.budgets import draft_plan, make_line
from tests.factories.demand import STREET, at, file_need, make_demand

pytestmark = pytest.mark.django_db


def test_residents_need_becomes_a_plan_line(client: Client) -> None:
    # given two residents of one street who ask for the same, each with a receipt
    first = file_need("独居老人夜间应急助餐", voter="first")
    second = file_need("独居老人夜间助餐应急", voter="second")
    office = first.need.office
    author, reviewer = make_actor(Role.PU_DEM, office), make_actor(Role.PU_REV, office)
    # when the officer accepts one and merges the other into it
    perform(first.need, "need.accept", actor=author)
    perform(second.need, "need.merge", actor=author, target=first.need)
    first.need.refresh_from_db()
    assert first.need.support_count == 2
    # and a specification is written upon it, reviewed by another person, and put to the public
    item = make_demand(status="consulting", author=author, reviewer=reviewer, answering=[first.need])
    assert list(item.needs.all()) == [first.need]
    assert item.title in client.get(reverse("demand-catalogue")).content.decode()
    # and confirmed and listed when the time is over
    over = date(2026, 3, 17)
    perform(item, "demand.close_consultation", actor=author, at=at(over), summary="未收到意见。")
    perform(item, "demand.confirm", actor=reviewer, at=at(over))
    assert list(plannable_demands(author)) == [item]
    perform(item, "demand.list", actor=author, at=at(over + timedelta(days=1)), justification="目录调整建议已提出。")
    # then it stands in the street's published catalogue
    page = client.get(reverse("demand-catalogue"), {"street": STREET, "field": "livelihood"})
    assert item.title in page.content.decode()
    other = client.get(reverse("demand-catalogue"), {"street": STREET, "field": "culture"})
    assert item.title not in other.content.decode()
    # and both residents read so by their codes
    for filed, words in ((first, f"已纳入需求目录：{item.title}"), (second, "已合并办理")):
        answer = client.post(reverse("need-follow"), {"code": filed.shown_code})
        assert words in answer.content.decode()
    assert set(Need.objects.values_list("status", flat=True)) == {"adopted", "merged"}
    # and the body's purchase plan takes it up: the way from the need to the plan can be followed
    assert list(plannable_demands(author)) == [item]
    plan = draft_plan(make_line(make_envelope("50000000", office=office)))
    client.force_login(author.person)
    client.post(reverse("demand-plan", args=[item.pk]), {"plan": str(plan.pk)})
    item.refresh_from_db()
    assert item.plan == plan
    assert list(Need.objects.filter(demand_item__plan=plan)) == [first.need]
    assert plan.number in client.get(item.get_absolute_url()).content.decode()
    # but no plan of another body
    foreign = draft_plan(make_line(make_envelope("50000000")))
    with pytest.raises(RuleViolation, match="只能列入本单位有效的购买计划"):
        demands.take_into_plan(actor=author, item=item, plan=foreign)
