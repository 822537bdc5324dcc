"""Unit prices: what contracts paid, what a document sets, and what somebody is told who writes another figure."""

from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalogs.models import PriceStandard, PriceSummary
from catalogs.selectors.prices import Asked, price_hints
from catalogs.services import prices
from procurement.access import Actor, Role
from procurement.lifecycle.engine import perform
from procurement.rules import RuleViolation
from tests.factories import a_region, make_actor, make_envelope
from tests.factories.budgets import draft_plan, make_line

pytestmark = pytest.mark.django_db
PLACE, YEAR = "110105", 2026


@pytest.fixture
def buyer() -> Actor:
    a_region()
    return make_actor(Role.PU_SIGN)


def seen(actor: Actor, *amounts: str, name: str = "社工 入户探访", unit: str = "人次", year: int = YEAR) -> None:
    for number, amount in enumerate(amounts):
        asked = [Asked("staff", name, unit, Decimal(amount))]
        subject = f"projects.contract:{name}{year}{number}"
        prices.record_observed(actor=actor, subject=subject, region_id=PLACE, year=year, prices=asked)


def told(price: str, name: str = "社工入户探访", unit: str = "人次", item: str = "staff") -> list[tuple[str, bool]]:
    hints = price_hints([Asked(item, name, unit, Decimal(price))], region_id=PLACE, year=YEAR)
    return [(hint.text, hint.needs_reason) for hint in hints]


def test_median_and_quartiles_come_from_the_contracts_of_the_place(buyer: Actor) -> None:
    seen(buyer, "140", "150", "180", "220", "230")
    assert told("320") == [
        (
            "“社工入户探访”（人次）：朝阳区2026年5笔合同，中位数 180.00，四分位 150.00–220.00，您填320.00 元，请说明理由",
            True,
        )
    ]
    assert [reason for _text, reason in told("220")] == [False]
    assert [reason for _text, reason in told("220.01")] == [True]
    assert [reason for _text, reason in told("149.99")] == [True]


def test_two_contracts_say_nothing_and_units_are_not_mixed(buyer: Actor) -> None:
    seen(buyer, "140", "150")
    assert told("320") == []
    seen(buyer, "140", "150", "160")
    assert told("320", unit="月") == []
    assert told("320", name="心理咨询", item="activity") == []


def test_the_newest_year_speaks_and_a_head_stands_in_for_an_unknown_name(buyer: Actor) -> None:
    seen(buyer, "100", "100", "100", year=YEAR - 1)
    assert "2025年3笔" in told("100")[0][0]
    seen(buyer, *["200"] * 8)
    assert "2026年8笔" in told("200")[0][0]
    assert "2026年8笔" in told("200", name="另一种说法")[0][0]


def test_recording_a_contract_twice_counts_it_once(buyer: Actor) -> None:
    seen(buyer, "140", "150", "180")
    seen(buyer, "140", "150", "180")
    assert PriceSummary.objects.get(name_key="社工入户探访").count == 3
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        PriceStandard.objects.all().delete()


def test_an_official_standard_needs_its_document_and_the_right_person(buyer: Actor) -> None:
    finance = make_actor(Role.FIN)
    standard = PriceStandard(
        item="service",
        name="社工入户探访",
        unit="人次",
        price=Decimal(160),
        region_id=PLACE,
        year=YEAR,
        document="朝民发〔2026〕3号",
    )
    with pytest.raises(RuleViolation, match="S-02"):
        prices.set_standard(actor=buyer, standard=standard)
    prices.set_standard(actor=finance, standard=standard)
    assert told("160")[0][1] is False
    text, needs_reason = told("160.01")[0]
    assert needs_reason
    assert "定价标准160.00 元（朝民发〔2026〕3号）" in text


def test_hints_ask_as_often_for_thirty_lines_as_for_one(buyer: Actor) -> None:
    seen(buyer, "140", "150", "180")
    one = Asked("staff", "社工入户探访", "人次", Decimal(1))
    with CaptureQueriesContext(connection) as few:
        price_hints([one], region_id=PLACE, year=YEAR)
    with CaptureQueriesContext(connection) as many:
        assert len(price_hints([one] * 30, region_id=PLACE, year=YEAR)) == 30
    assert len(few) == len(many) <= 3


def test_library_is_open_and_an_authority_adds_to_it(buyer: Actor) -> None:
    seen(buyer, "140", "150", "180")
    page = Client().get(reverse("prices"), {"words": "入户", "year": YEAR, "region": PLACE}).content.decode()
    assert "社工 入户探访" in page
    assert "150.00" in page
    finance = Client()
    finance.force_login(make_actor(Role.FIN).person)
    typed = {"name": "口述影像", "unit": "部", "price": "500", "region": PLACE, "year": "2026", "document": ""}
    assert finance.post(reverse("price-new"), typed).status_code == 422
    assert finance.post(reverse("price-new"), {**typed, "document": "朝财发〔2026〕9号"}).status_code == 302
    assert "朝财发〔2026〕9号" in Client().get(reverse("prices")).content.decode()
    stranger = Client()
    stranger.force_login(buyer.person)
    assert stranger.get(reverse("price-new")).status_code == 403


def test_a_plan_priced_outside_the_quartiles_says_why(buyer: Actor) -> None:
    seen(buyer, "140", "150", "180", "220", "230", name="为老服务", unit="人次")
    line = make_line(make_envelope())
    plan = draft_plan(line, "320000", unit="人次", quantity=Decimal(1000), unit_price=Decimal(320))
    own = make_actor(Role.PU_BUY, line.department)
    with pytest.raises(RuleViolation, match=r"R-016 .*中位数 180.00"):
        perform(plan, "purchase_plan.submit", actor=own)
    plan.price_reason = "服务含夜间时段"
    plan.save()
    perform(plan, "purchase_plan.submit", actor=own)
    browser = Client()
    browser.force_login(own.person)
    part = browser.post(
        reverse("purchase-plan-price", args=[line.pk]), {"unit": "人次", "unit_price": "320"}
    ).content.decode()
    assert "中位数 180.00" in part


def test_prices_and_lines_are_handed_out_as_spreadsheets(buyer: Actor) -> None:
    seen(buyer, "140", "150", "180")
    line = make_line(make_envelope())
    office = Client()
    office.force_login(make_actor(Role.LGO, line.department).person)
    for name in ("prices", "budget-lines"):
        answer = office.get(reverse("register-export-xlsx", args=[name]))
        assert answer.status_code == 200, name
        assert b"".join(answer).startswith(b"PK"), name
