"""From the keys to the opening: what bidders, custodians and officers do, and what is refused to whom."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from orgs.models import Membership
from procurement.access import Role, actor_for
from procurement.documents.models import Document
from procurement.notices.models import Outbox
from procurement.rules import RuleViolation
from projects.models import CustodianBody, KeyCustodian, LotKey, Opening, Procedure
from projects.selectors.sealed_receipts import set_root
from projects.selectors.sealing import keys_ready
from projects.services import lot_keys
from tests.factories import make_actor, make_organization, make_seat
from tests.factories.procedures import make_procedure
from tests.factories.sealing import (
    announce,
    make_keys,
    open_bids,
    seal_bids,
    shares_of,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("mode", ["quorum", "platform"])
def test_three_bids_are_opened_with_their_prices_and_files(mode: str) -> None:
    procedure = make_procedure("bidding", seal_mode=mode)
    rooms = seal_bids(procedure, 3, prices=["510000.00", "520000.00", "530000.00"])
    bids = open_bids(procedure)
    assert procedure.status == "opened"
    assert {f"{bid.price}" for bid in bids} == {"510000.00", "520000.00", "530000.00"}
    assert {bid.bidder_id for bid in bids} == {room.organization_id for room in rooms}
    assert Document.objects.for_subject(bids[0].subject).count() == 2
    opening = Opening.objects.get(procedure=procedure)
    assert opening.shares_used == ([1, 2] if mode == "quorum" else [])
    assert [leaf["outcome"] for leaf in opening.leaves] == ["已开启"] * 3
    # Whoever reads the page computes the root again.
    assert set_root(opening.blind, [each["leaf"] for each in opening.leaves]) == opening.root
    people = Membership.objects.filter(organization=rooms[0].organization).values("person")
    assert Outbox.objects.filter(template="transition", recipient__in=people).exists()


def people_for(procedure: Procedure, **instead: Any) -> dict[str, Any]:
    """A seat in each of the three bodies, unless another is said to be taken."""
    notary = make_organization("authority", name="区公证处")
    seats = {
        "purchaser": make_seat(Role.PU_SIGN, procedure.purchaser),
        "supervision": make_seat(Role.FIN_SUP, procedure.finance),
        "third": make_seat(Role.CIV, notary),
        **instead,
    }
    return {body: (seat.person, seat.organization) for body, seat in seats.items()}


def test_custodians_sit_in_three_bodies_and_are_named_by_the_officer() -> None:
    procedure = make_procedure("approved")
    buyer = make_actor(Role.PU_BUY, procedure.purchaser)
    with pytest.raises(RuleViolation, match="S-02 密钥保管人由采购经办人"):
        lot_keys.name_custodians(
            actor=make_actor(Role.PU_CHK, procedure.purchaser), procedure=procedure, people=people_for(procedure)
        )
    one_house = people_for(procedure, third=make_seat(Role.FIN, procedure.finance))
    with pytest.raises(RuleViolation, match="R-117 三名密钥保管人须分属不同单位"):
        lot_keys.name_custodians(actor=buyer, procedure=procedure, people=one_house)
    outsider = people_for(procedure, supervision=make_seat(Role.CIV, make_organization("authority")))
    with pytest.raises(RuleViolation, match=r"R-117 .*不在“财政监督部门”任职"):
        lot_keys.name_custodians(actor=buyer, procedure=procedure, people=outsider)
    named = lot_keys.name_custodians(actor=buyer, procedure=procedure, people=people_for(procedure))
    assert [each.body for each in named] == list(CustodianBody)


def test_who_named_the_custodians_does_not_make_the_keys() -> None:
    procedure = make_procedure("approved")
    seat = make_seat(Role.PU_BUY, procedure.purchaser)
    make_seat(Role.PU_CHK, procedure.purchaser, user=seat.person)
    both = actor_for(seat.person)
    lot_keys.name_custodians(actor=both, procedure=procedure, people=people_for(procedure))
    words = {number: f"口令口令口令口令口令{number}" for number in (1, 2, 3)}
    with pytest.raises(RuleViolation, match="R-117 密钥由两人生成"):
        lot_keys.hold_ceremony(actor=both, procedure=procedure, passphrases=words)


def test_keys_are_ready_when_each_custodian_has_shown_the_own_share() -> None:
    procedure = make_procedure("approved")
    make_keys(procedure)
    procedure.custodians.update(confirmed_at=None)
    assert not keys_ready(procedure)
    first, second = KeyCustodian.objects.filter(procedure=procedure)[:2]
    file, words = shares_of(procedure)[2]
    with pytest.raises(RuleViolation, match="R-117 这不是您保管的那一份"):
        lot_keys.confirm_share(actor=actor_for(first.person), procedure=procedure, file=file, passphrase=words)
    with pytest.raises(RuleViolation, match="R-117 口令不正确"):
        lot_keys.confirm_share(actor=actor_for(second.person), procedure=procedure, file=file, passphrase="错的")
    for number, (share, passphrase) in shares_of(procedure).items():
        keeper = KeyCustodian.objects.get(procedure=procedure, number=number)
        lot_keys.confirm_share(actor=actor_for(keeper.person), procedure=procedure, file=share, passphrase=passphrase)
    assert keys_ready(procedure)


def test_a_share_of_keys_that_were_discarded_is_no_longer_one() -> None:
    procedure = make_procedure("approved")
    make_keys(procedure)
    old = shares_of(procedure)[1]
    checker = make_actor(Role.PU_CHK, procedure.purchaser)
    lot_keys.discard_keys(actor=checker, procedure=procedure, reason="第三份遗失。")
    make_keys(procedure)
    with pytest.raises(RuleViolation, match="R-117 这份密钥份额不属于本项目现有的密钥"):
        lot_keys.read_share(procedure, *old)


def test_once_announced_keys_and_custodians_stay_by_sql_too() -> None:
    procedure = make_procedure("approved")
    make_keys(procedure)
    announce(procedure)
    checker = make_actor(Role.PU_CHK, procedure.purchaser)
    with pytest.raises(RuleViolation, match="R-117 公告已经发布"):
        lot_keys.discard_keys(actor=checker, procedure=procedure, reason="想换一套。")
    with pytest.raises(RuleViolation, match="R-117 公告已经发布"):
        lot_keys.name_custodians(
            actor=make_actor(Role.PU_BUY, procedure.purchaser), procedure=procedure, people=people_for(procedure)
        )
    for table in ("projects_lotkey", "projects_keycustodian"):
        with pytest.raises(IntegrityError), transaction.atomic():
            connection.cursor().execute(f"DELETE FROM {table}")
    with pytest.raises(Exception, match=r"lot_key_is_kept|Cannot update"), transaction.atomic():
        LotKey.objects.update(public_key=b"x" * 32)


def test_the_simple_way_says_so_on_its_page() -> None:
    procedure = make_procedure("bidding", seal_mode="platform")
    client = Client()
    client.force_login(make_actor(Role.PU_BUY, procedure.purchaser).person)
    page = client.get(f"/procedures/{procedure.pk}/keys/").text
    assert "采用简易方式" in page
    assert "平台运行人员在技术上可以提前解密" in page
