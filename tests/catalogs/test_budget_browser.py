"""Budget, plans, prices and resemblances in a real browser: axe finds nothing, and a phone shows all of it."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from playwright.sync_api import Page, expect

from catalogs.models import BudgetLine
from catalogs.selectors.prices import Asked
from catalogs.services import prices
from procurement.access import Role
from tests.browser.looking import look, sign_in
from tests.factories import make_actor, make_envelope, make_seat
from tests.factories.budgets import draft_line, draft_plan, make_line
from tests.factories.duplicates import make_second_funding


def see_prices(line: BudgetLine) -> None:
    for number, amount in enumerate(("140", "150", "180", "220", "230")):
        prices.record_observed(
            actor=make_actor(Role.PU_SIGN),
            subject=f"projects.contract:{number}",
            region_id=line.department.region_id,
            year=line.fiscal_year,
            prices=[Asked("service", line.category, "人次", Decimal(amount))],
        )


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_pages_of_the_money_are_accessible_and_fit(page: Page, live_portal: str) -> None:
    line = make_line()
    see_prices(line)
    plan = draft_plan(line, unit="人次", unit_price=Decimal(320))
    waiting = draft_line(line.envelope)
    person = make_actor(Role.LGO, line.department).person
    make_seat(Role.PU_BUY, line.department, user=person)
    sign_in(page, live_portal, person)
    table = line.department.item_tables.first()
    addresses = (
        reverse("budget-lines"),
        line.get_absolute_url(),
        reverse("budget-line-edit", args=[waiting.pk]),
        reverse("budget-line-adjust", args=[line.pk]),
        reverse("item-tables"),
        table.get_absolute_url(),
        reverse("purchase-plans"),
        plan.get_absolute_url(),
        reverse("purchase-plan-new", args=[line.pk]),
        reverse("prices"),
        reverse("price-new"),
    )
    for address in addresses:
        look(page, live_portal, address)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_price_is_measured_while_the_plan_is_typed(page: Page, live_portal: str) -> None:
    line = make_line()
    see_prices(line)
    sign_in(page, live_portal, make_actor(Role.PU_BUY, line.department).person)
    page.goto(live_portal + reverse("purchase-plan-new", args=[line.pk]))
    page.get_by_label("计量单位").fill("人次")
    page.get_by_label("单价", exact=True).fill("320")
    page.get_by_label("单价", exact=True).press("Tab")
    expect(page.locator("#price-hints")).to_contain_text(
        "中位数 180.00，四分位 150.00–220.00，您填320.00 元，请说明理由"
    )


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_pages_of_resemblances_are_accessible_and_fit(page: Page, live_portal: str) -> None:
    asked = make_second_funding()
    mine = asked.application
    sign_in(page, live_portal, make_actor(Role.ORG, mine.applicant).person)
    addresses = (
        asked.get_absolute_url(),
        reverse("application-difference", args=[mine.pk]),
        reverse("second-funding-new", args=[mine.pk]),
        reverse("application-section", args=[mine.pk, "budget"]),
        reverse("application-check", args=[mine.pk]),
    )
    for address in addresses:
        look(page, live_portal, address)


@pytest.mark.django_db
def test_lists_ask_as_often_for_many_rows_as_for_one() -> None:
    envelope = make_envelope("50000000")
    line = make_line(envelope)
    draft_plan(line)
    office = Client()
    office.force_login(make_actor(Role.LGO, envelope.office).person)

    def asked() -> list[int]:
        found = []
        for name in ("budget-lines", "purchase-plans", "prices", "worklist"):
            office.get(reverse(name))
            with CaptureQueriesContext(connection) as captured:
                assert office.get(reverse(name)).status_code == 200
            found.append(len(captured))
        return found

    few = asked()
    for _each in range(8):
        draft_plan(line)
        draft_line(envelope)
    assert asked() == few
    assert max(few[:3]) <= 12
