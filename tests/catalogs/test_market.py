"""Offers are verified before they are public; matching shows its reasons; letters of intent bind two bodies only."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalogs.matching import WEIGHTS, match
from catalogs.models import Fair, FairBooth, SupplyItem
from catalogs.records import TrackRecord
from catalogs.selectors import matching
from catalogs.selectors.fairs import outcome_of
from catalogs.services import intents
from orgs.models import RegistrationStatus
from procurement.access import Role
from procurement.lifecycle.engine import perform
from procurement.rules import RuleViolation
from tests.factories import make_actor, make_organization, make_seat, make_social_organization
from tests.factories.demand import STREET, a_street, make_demand, make_intent, make_need, make_supply

pytestmark = pytest.mark.django_db


# --- supply -----------------------------------------------------------------------------------------------------


def test_offer_is_public_only_after_its_verification(client: Client) -> None:
    item = make_supply(status="submitted")
    assert client.get(item.get_absolute_url()).status_code == 404
    with pytest.raises(RuleViolation, match="S-02"):
        perform(item, "supply.verify", actor=make_actor(Role.CIV), note="看过")
    perform(item, "supply.verify", actor=make_actor(Role.CIV, item.verifier), note="已核对登记证书。")
    perform(item, "supply.publish", actor=make_actor(Role.ORG, item.organization))
    page = client.get(item.get_absolute_url())
    assert page.status_code == 200
    assert "已核对登记证书" not in page.content.decode()
    assert item.title in client.get(reverse("supply-catalogue"), {"street": STREET}).content.decode()


def test_database_refuses_an_unverified_offer_in_public() -> None:
    item = make_supply(status="submitted")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL portal.engine = 'on'")
        with pytest.raises(IntegrityError, match="supply_is_verified_before_public"), transaction.atomic():
            cursor.execute("UPDATE catalogs_supplyitem SET status = 'published' WHERE id = %s", [item.pk])
        cursor.execute("SET LOCAL portal.engine = 'off'")


def test_body_struck_off_is_not_published() -> None:
    item = make_supply(status="verified")
    item.organization.registration_status = RegistrationStatus.REVOKED
    item.organization.save()
    with pytest.raises(RuleViolation, match=r"R-043 .*登记状态为"):
        perform(item, "supply.publish", actor=make_actor(Role.ORG, item.organization))


# --- matching ---------------------------------------------------------------------------------------------------


def test_points_add_up_and_every_reason_is_said() -> None:
    assert sum(WEIGHTS.values()) == 100
    demand, supply = make_demand(status="catalogued"), make_supply()
    best = match(demand, supply, areas={STREET}, record=TrackRecord(contracts=6, closed=5))
    assert best.points == 100
    assert [reason.text for reason in best.reasons] == [
        "同为民生保障",
        "服务区域包括建外街道",
        "共同服务老年人",
        "每年可服务200人次，需要120人",
        "已签约6项，结项5项，未通过0项",
    ]
    wide = match(demand, supply, areas={"110105"}, record=TrackRecord(contracts=2, closed=1, failed=1))
    assert [reason.points for reason in wide.reasons] == [40, 15, 20, 10, 0]
    assert wide == match(demand, supply, areas={"110105"}, record=TrackRecord(contracts=2, closed=1, failed=1))


def test_suggestions_go_both_ways_and_leave_strangers_out() -> None:
    demand = make_demand(status="catalogued")
    near = make_supply(capacity=200)
    weaker = make_supply(capacity=12)
    make_supply(field="culture", groups=["youth"])
    make_supply(status="verified")
    assert [one.supply for one in matching.suppliers_for(demand)] == [near, weaker]
    assert [one.demand for one in matching.demands_for(near.organization)] == [demand]


def test_gap_is_named_where_nobody_offers(client: Client) -> None:
    make_need(field="solace")
    make_demand(status="catalogued")
    make_supply()
    page = client.get(reverse("heat-map"))
    assert [(cell.street.name, str(cell.field.label), cell.wanted) for cell in page.context["map"].gaps] == [
        ("建外街道", "精神慰藉", 1)
    ]
    assert "有1项需求，尚无公开的供给" in page.content.decode()


def test_district_wide_offer_covers_every_street() -> None:
    make_need(field="solace", street=a_street("110105002", "朝外街道"))
    make_supply(field="solace", areas=["110105"])
    assert matching.heat_map("110105").gaps == []


# --- letters of intent and fairs --------------------------------------------------------------------------------


def test_letter_is_seen_by_its_two_sides_only(client: Client) -> None:
    intent = make_intent()
    assert client.get(intent.get_absolute_url()).status_code == 302
    client.force_login(make_seat(Role.ORG).person)
    assert client.get(intent.get_absolute_url()).status_code == 404
    client.force_login(make_seat(Role.PU_DEM, intent.offered_to).person)
    assert client.get(intent.get_absolute_url()).status_code == 200


def test_letter_goes_from_offer_to_signature() -> None:
    intent = make_intent()
    with pytest.raises(RuleViolation, match="S-02"):
        perform(intent, "intent.accept", actor=make_actor(Role.ORG, intent.offered_by))
    perform(intent, "intent.accept", actor=make_actor(Role.PU_DEM, intent.offered_to))
    signer = make_actor(Role.ORG_H, intent.offered_by)
    with pytest.raises(RuleViolation, match="S-04 须填写协议或项目编号"):
        perform(intent, "intent.sign", actor=signer, agreement=" ", signed_amount=Decimal(1))
    perform(intent, "intent.sign", actor=signer, agreement="协〔2026〕1号", signed_amount=Decimal("150000.00"))
    assert (intent.status, intent.signed_amount) == ("signed", Decimal("150000.00"))


def test_same_letter_is_not_open_twice() -> None:
    intent = make_intent()
    with pytest.raises(RuleViolation, match="已有一份未了结的意向书"):
        make_intent(intent.demand, organization=intent.offered_by)


def test_letter_lapses_after_its_day() -> None:
    intent = make_intent(valid_until=timezone.localdate() - timedelta(days=1))
    kept = make_intent(intent.demand)
    intents.lapse_expired(timezone.now())
    intent.refresh_from_db()
    kept.refresh_from_db()
    assert (intent.status, kept.status) == ("lapsed", "offered")


def test_fair_counts_what_was_made_at_it(client: Client) -> None:
    office = make_organization()
    holder = make_actor(Role.LGO, office)
    fair = intents.announce_fair(
        actor=holder, fair=Fair(title="对接会", held_on=date(2026, 4, 1), region=office.region, organizer=office)
    )
    body = make_social_organization()
    intents.give_booth(actor=holder, booth=FairBooth(fair=fair, number=1, organization=body))
    signed = make_intent(organization=body, fair=fair)
    make_intent(signed.demand, fair=fair, amount=Decimal("40000.00"))
    perform(signed, "intent.accept", actor=make_actor(Role.PU_DEM, signed.offered_to))
    perform(
        signed,
        "intent.sign",
        actor=make_actor(Role.ORG, body),
        agreement="协1",
        signed_amount=Decimal("150000.00"),
    )
    outcome = outcome_of(fair)
    assert (outcome.booths, outcome.intents, outcome.intended) == (1, 2, Decimal("200000.00"))
    assert (outcome.signed, outcome.signed_amount) == (1, Decimal("150000.00"))
    page = client.get(fair.get_absolute_url())
    assert "200,000.00" in page.content.decode()
    with pytest.raises(RuleViolation, match="S-02"):
        intents.give_booth(actor=make_actor(Role.LGO), booth=FairBooth(fair=fair, number=2, organization=office))


# --- pages ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["needs", "demand-catalogue", "supply-catalogue", "heat-map", "fairs"])
def test_lists_ask_as_often_for_many_rows_as_for_few(client: Client, name: str) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse(name)).status_code == 200
        return len(captured)

    make_need()
    make_demand(status="catalogued")
    make_supply()
    asked()
    few = asked()
    for _n in range(6):
        make_need()
        make_supply()
    make_demand(status="catalogued")
    make_demand(status="consulting")
    assert asked() == few <= 12


def test_empty_lists_offer_a_next_step(client: Client) -> None:
    a_street()
    for name in ("needs", "demand-catalogue", "supply-catalogue", "heat-map", "fairs"):
        assert 'class="empty' in client.get(reverse(name)).content.decode(), name
    assert SupplyItem.objects.count() == 0


def test_exports_hold_public_rows_and_no_contact(client: Client) -> None:
    need = make_need("夜间助餐", contact="13812345678", description="请打13812345678")
    make_need("未读的需求", status="filed")
    client.force_login(make_seat(Role.PU_DEM, need.office).person)
    answer = client.get(reverse("register-export-csv", args=["needs"]))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "夜间助餐" in text
    assert "13812345678" not in text
    assert "未读的需求" not in text
    make_demand(status="catalogued", title="夜间应急服务")
    make_supply(title="居家探访")
    for name, words in (("demands", "夜间应急服务"), ("supplies", "居家探访")):
        answer = client.get(reverse("register-export-csv", args=[name]), {"street": STREET})
        assert words in b"".join(answer.streaming_content).decode("utf-8-sig")
