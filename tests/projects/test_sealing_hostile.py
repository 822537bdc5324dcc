"""What thieves, rivals, officials and impatient crowds try on sealed bids; each with its guard switched off as control.

Reliability G1, G4–G8: a loot of everything with one share reads nothing, the deadline is one second sharp, the same
submission is one bid, and what is swapped or deleted shows.
"""

from __future__ import annotations

import base64
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pgtrigger
import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from procurement import sealing as crypto
from procurement.access import Role
from procurement.lifecycle.engine import database_now, perform, refusals
from procurement.rules import RuleViolation
from procurement.sealing import vault
from projects.models import Bid, BidRoom, Opening, Procedure, SealedDraft, SealedReceipt, SealedSubmission
from projects.selectors.sealing import public_keys
from projects.services import lot_keys, opening, sealing
from tests.factories import make_actor, make_social_organization
from tests.factories.procedures import make_procedure
from tests.factories.sealing import (
    PDF,
    close,
    let_deadline_pass,
    open_bids,
    opened_keys,
    prepare_bid,
    seal_bids,
    shares_of,
    witness,
)

pytestmark = pytest.mark.django_db
CANARIES = 50
FOR_ONE = {"kind": "directed_commission", "method_reason": "只有一家能够承接。"}


def canary(number: int) -> str:
    return f"金丝雀{number:03d}报价七十三万"


# --- G1: the loot of everything ---------------------------------------------------------------------------------


def bids_with_canaries(procedure: Procedure, many: int) -> None:
    """Sealed in the room of one bidder each: a file and an offer that carry a text found nowhere else."""
    seal_bids(procedure, 0)
    for number in range(many):
        marked = canary(number)
        files = {kind: PDF + f"%{marked}\n".encode() for kind in ("qualification", "technical")}
        lot = procedure.lots.get()
        room, head = prepare_bid(lot, make_social_organization(), price=f"{700_000 + number}.00", files=files)
        sealing.seal_offer(actor=head, room=room, values={"price": "730000.00", "promise": marked})
        sealing.submit(actor=head, room=room, idem=uuid4())


def loot() -> bytes:
    """Every table, every stored file, every key file and the environment, in one heap."""
    heap = [repr(dict(os.environ)).encode()]
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            heap.extend(row[0].encode() for row in cursor.fetchall())
    for root in (Path(settings.MEDIA_ROOT), Path(settings.PORTAL["KEY_DIR"])):
        heap.extend(path.read_bytes() for path in root.rglob("*") if path.is_file())
    return b"\n".join(heap)


def readable(heap: bytes) -> int:
    """How many canaries a thief finds, in the clear or as UTF-16, base64 or hexadecimal."""
    return sum(any(form in heap for form in _forms(canary(number))) for number in range(CANARIES))


def _forms(text: str) -> Iterator[bytes]:
    raw = text.encode()
    yield raw
    yield text.encode("utf-16-le")
    yield base64.b64encode(raw)[:-4]
    yield raw.hex().encode()
    yield text.encode("unicode_escape")
    yield raw.hex().upper().encode()


def test_loot_of_everything_with_one_share_reads_nothing_and_two_shares_read_all() -> None:
    procedure = make_procedure("bidding")
    bids_with_canaries(procedure, CANARIES)
    assert readable(loot()) == 0
    shares = [lot_keys.read_share(procedure, *shares_of(procedure)[number]) for number in (1, 3)]
    keys = public_keys(procedure)
    with pytest.raises(crypto.WrongShares):
        opening.keys_from_shares(keys, {shares[0].number: shares[0].lots})
    forged = {str(keys[0].lot_id): b"\x00" * 16}
    with pytest.raises(crypto.WrongShares):
        opening.keys_from_shares(keys, {1: shares[0].lots, 2: forged})
    both = opening.keys_from_shares(keys, {share.number: share.lots for share in shares})
    found = [opening.read_bid(row, both[str(row.room.lot_id)]) for row in SealedSubmission.objects.of(procedure)]
    texts = {content.offer["promise"] for content in found}
    assert texts == {canary(number) for number in range(CANARIES)}
    assert all(len(content.files) == 2 for content in found)


def test_control_without_the_seal_the_thief_reads_all(monkeypatch: pytest.MonkeyPatch) -> None:
    def in_the_clear(content: bytes, **_kwargs: Any) -> list[bytes]:
        return [content]

    monkeypatch.setattr(sealing.sealing, "sealed_chunks", in_the_clear)
    procedure = make_procedure("bidding")
    bids_with_canaries(procedure, CANARIES)
    assert readable(loot()) == CANARIES


# --- G4: too early ----------------------------------------------------------------------------------------------


def test_opening_before_the_drain_is_refused_with_everything_else_in_place() -> None:
    procedure = make_procedure("bidding", **FOR_ONE)
    seal_bids(procedure, 1)
    let_deadline_pass(procedure, timedelta(seconds=60))
    close(procedure)
    witness(procedure)
    buyer = make_actor(Role.PU_BUY, procedure.purchaser)
    with pytest.raises(RuleViolation, match="R-117 投标截止两分钟后方可开启"):
        perform(procedure, "procedure.open", actor=buyer, **opened_keys(procedure))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE projects_procedure SET opened_at = deadline_at WHERE id = %s",
        "UPDATE projects_procedure SET opened_at = now() WHERE id = %s",
    ],
)
def test_opening_early_by_sql_is_refused(statement: str, app_role: None) -> None:
    connection.cursor().execute("RESET ROLE")
    procedure = make_procedure("closed", deadline_at=database_now() - timedelta(seconds=30))
    connection.cursor().execute("SET ROLE portal_app")
    with pytest.raises(IntegrityError, match="not opened before"), transaction.atomic():
        connection.cursor().execute(statement, [procedure.pk])
    with pytest.raises(IntegrityError, match="no bid is open"), transaction.atomic():
        Bid.objects.create(
            procedure=procedure,
            lot=procedure.lots.get(),
            bidder=procedure.purchaser,
            position=1,
            submission_id=uuid4(),
            opened_at=database_now(),
        )


def test_control_without_the_trigger_sql_opens_early() -> None:
    procedure = make_procedure("closed", deadline_at=database_now() - timedelta(seconds=30))
    with pgtrigger.ignore("projects.Procedure:opened_after_the_drain"):
        Procedure.objects.filter(pk=procedure.pk).update(opened_at=database_now())
    procedure.refresh_from_db()
    assert procedure.opened_at is not None


def test_one_person_alone_opens_nothing() -> None:
    procedure = make_procedure("bidding", **FOR_ONE)
    seal_bids(procedure, 1)
    let_deadline_pass(procedure)
    close(procedure)
    buyer = make_actor(Role.PU_BUY, procedure.purchaser)
    opening.attend(actor=buyer, procedure=procedure)
    with pytest.raises(RuleViolation, match="两人在场"):
        perform(procedure, "procedure.open", actor=buyer, **opened_keys(procedure))
    witness(procedure)
    with pytest.raises(RuleViolation, match="两人出示密钥份额"):
        perform(procedure, "procedure.open", actor=buyer)


# --- G5: swapped, deleted, added --------------------------------------------------------------------------------


def closed_with(n: int) -> tuple[Procedure, list[BidRoom]]:
    """A directed commission, which one bidder suffices for."""
    procedure = make_procedure("bidding", **FOR_ONE)
    rooms = seal_bids(procedure, n)
    let_deadline_pass(procedure)
    close(procedure)
    return procedure, rooms


def delete_a_receipt(procedure: Procedure) -> None:
    SealedReceipt.objects.filter(submission__room__lot__procedure=procedure)[:1].get().delete()


def delete_a_bid(procedure: Procedure) -> None:
    receipt = SealedReceipt.objects.filter(submission__room__lot__procedure=procedure)[:1].get()
    submission = receipt.submission
    receipt.delete()
    submission.delete()


def add_a_bid(procedure: Procedure) -> None:
    room = BidRoom.objects.filter(lot__procedure=procedure)[:1].get()
    extra = SealedSubmission.objects.create(
        room=room,
        version=2,
        action="submit",
        idem=uuid4(),
        manifest=[],
        submitted_by=room.opened_by,
        received_at=database_now(),
    )
    SealedReceipt.objects.create(submission=extra, statement={"submission": str(extra.pk)}, signature="ed25519:x:y")


def rewrite_a_receipt(procedure: Procedure) -> None:
    receipt = SealedReceipt.objects.filter(submission__room__lot__procedure=procedure)[:1].get()
    receipt.statement = {**receipt.statement, "version": 9}
    receipt.save()


@pytest.mark.parametrize("tamper", [delete_a_receipt, delete_a_bid, add_a_bid, rewrite_a_receipt])
def test_a_set_that_changed_after_the_deadline_is_not_opened(tamper: Callable[[Procedure], None]) -> None:
    procedure, _rooms = closed_with(2)
    with pgtrigger.ignore():
        tamper(procedure)
    witness(procedure)
    with pytest.raises(RuleViolation, match="密封集合与截止时公布的根不一致"):
        perform(
            procedure,
            "procedure.open",
            actor=make_actor(Role.PU_BUY, procedure.purchaser),
            **opened_keys(procedure),
        )


def test_control_without_the_published_root_a_deleted_bid_goes_unnoticed(monkeypatch: pytest.MonkeyPatch) -> None:
    procedure, _rooms = closed_with(2)
    with pgtrigger.ignore():
        delete_a_bid(procedure)
    monkeypatch.setattr("projects.guards.sealing.set_is_as_published", lambda procedure: True)
    assert len(open_bids(procedure)) == 1


def swap_files(first: SealedDraft, second: SealedDraft) -> None:
    one, two = vault._path(first.stored_path), vault._path(second.stored_path)
    held = one.read_bytes()
    _write(one, two.read_bytes())
    _write(two, held)


def _write(path: Path, content: bytes) -> None:
    path.chmod(0o600)
    path.write_bytes(content)


def test_a_swapped_damaged_or_missing_file_stops_its_own_bid_only() -> None:
    procedure, rooms = closed_with(4)
    drafts = [room.drafts.get(kind="technical") for room in rooms]
    swap_files(drafts[0], drafts[1])
    vault._path(drafts[2].stored_path).unlink()
    bids = {bid.bidder_id: bid for bid in open_bids(procedure)}
    bad = [bids[room.organization_id] for room in rooms[:3]]
    assert [bid.status for bid in bad] == ["unreadable"] * 3
    assert all("平台原因" in bid.outcome_reason for bid in bad)
    good = bids[rooms[3].organization_id]
    assert (good.status, f"{good.price}") == ("opened", "503000.00")
    assert procedure.status == "opened"


def test_files_swapped_together_with_their_hashes_still_do_not_open_elsewhere() -> None:
    """A superuser rewrites the rows as well: the box is bound to its bidder, the receipt to its hashes."""
    procedure, rooms = closed_with(2)
    first, second = (room.drafts.get(kind="technical") for room in rooms)
    with pgtrigger.ignore():
        for draft, other in ((first, second), (second, first)):
            SealedDraft.objects.filter(pk=draft.pk).update(
                stored_path=other.stored_path, cipher_sha256=other.cipher_sha256
            )
    assert {bid.status for bid in open_bids(procedure)} == {"unreadable"}


def test_a_box_opens_in_its_own_place_only() -> None:
    procedure, rooms = closed_with(1)
    draft = rooms[0].drafts.get(kind="technical")
    key = opened_keys(procedure)["keys"][str(draft.room.lot_id)]
    box = vault.get(draft.stored_path)
    crypto.open_sealed(box, context=draft.context, key=key)
    with pytest.raises(crypto.SealBroken, match="context"):
        crypto.open_sealed(box, context={**draft.context, "organization": str(uuid4())}, key=key)


# --- G6: a crash in the middle ----------------------------------------------------------------------------------


def test_a_crash_in_the_middle_leaves_nothing_and_the_opening_is_done_again(monkeypatch: pytest.MonkeyPatch) -> None:
    procedure, _rooms = closed_with(3)
    whole, calls = opening._keep, []

    def power_cut(*args: Any) -> Bid:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return whole(*args)

    witness(procedure)
    buyer = make_actor(Role.PU_BUY, procedure.purchaser)
    with monkeypatch.context() as patch:
        patch.setattr(opening, "_keep", power_cut)
        with pytest.raises(KeyboardInterrupt):
            perform(procedure, "procedure.open", actor=buyer, **opened_keys(procedure))
    assert not Bid.objects.filter(procedure=procedure).exists()
    assert len(open_bids(procedure)) == 3


@pytest.mark.parametrize("numbers", [(1, 2), (1, 3), (2, 3)])
def test_any_two_custodians_suffice(numbers: tuple[int, int]) -> None:
    procedure, _rooms = closed_with(1)
    witness(procedure)
    buyer = make_actor(Role.PU_BUY, procedure.purchaser)
    perform(procedure, "procedure.open", actor=buyer, **opened_keys(procedure, numbers))
    assert Opening.objects.get(procedure=procedure).shares_used == list(numbers)


# --- G7, G8: the last second and the twentieth click ------------------------------------------------------------


@contextmanager
def own_connection() -> Iterator[None]:
    try:
        yield
    finally:
        connection.close()


def at_once(acts: list[Callable[[], Any]], workers: int) -> list[Any]:
    """Every act in a thread of its own connection, started together; what each returned or raised."""

    def one(act: Callable[[], Any]) -> Any:
        with own_connection():
            try:
                return act()
            except RuleViolation as violation:
                return violation

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(one, acts))


@pytest.mark.django_db(transaction=True)
def test_twenty_of_the_same_submission_are_one_bid_with_one_receipt() -> None:
    procedure = make_procedure("bidding", seal_mode="platform")
    room, head = prepare_bid(procedure.lots.get(), make_social_organization())
    idem = uuid4()
    same = at_once([lambda: sealing.submit(actor=head, room=room, idem=idem)] * 20, 10)
    assert {each.pk for each in same} == {SealedReceipt.objects.get().pk}
    without_key = at_once([lambda: sealing.submit(actor=head, room=room, idem=uuid4())] * 5, 5)
    assert {each.pk for each in without_key} == {SealedReceipt.objects.get().pk}


@pytest.mark.django_db(transaction=True)
def test_control_without_the_key_twenty_submissions_are_twenty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "_already", lambda *_args: None)
    procedure = make_procedure("bidding", seal_mode="platform")
    room, head = prepare_bid(procedure.lots.get(), make_social_organization())
    at_once([lambda: sealing.submit(actor=head, room=room, idem=uuid4())] * 20, 10)
    assert SealedReceipt.objects.count() == 20


def race(bidders: int) -> tuple[Procedure, list[tuple[BidRoom, Any]], list[Any]]:
    """Two hundred heads press the button from a second before the deadline to a second after it."""
    procedure = make_procedure("bidding", seal_mode="platform")
    lot = procedure.lots.get()
    lot.procedure = procedure
    room, head = prepare_bid(lot, make_social_organization())
    rooms = [(room, head), *(_like(room, head) for _ in range(bidders - 1))]
    deadline = database_now() + timedelta(seconds=2)
    with pgtrigger.ignore():
        Procedure.objects.filter(pk=procedure.pk).update(deadline_at=deadline)
    answers = at_once([_at(number, bidders, room, head, deadline) for number, (room, head) in enumerate(rooms)], 12)
    procedure.refresh_from_db()
    return procedure, rooms, answers


def _like(room: BidRoom, head: Any) -> tuple[BidRoom, Any]:
    """Another bidder with the same sealed parts: what is raced is the handing in, not the sealing."""
    bidder = make_social_organization()
    actor = make_actor(Role.ORG_H, bidder)
    twin = BidRoom.objects.create(lot=room.lot, organization=bidder, opened_by=actor.person)
    for draft in room.drafts.current():
        draft.pk, draft.room, draft._state.adding = uuid4(), twin, True
        draft.save(force_insert=True)
    return twin, actor


def _at(number: int, bidders: int, room: BidRoom, head: Any, deadline: Any) -> Callable[[], Any]:
    planned = deadline + timedelta(seconds=2 * number / bidders - 1)

    def act() -> Any:
        wait = (planned - database_now()).total_seconds()
        if wait > 0:
            threading.Event().wait(wait)
        try:
            return sealing.submit(actor=head, room=room, idem=uuid4())
        except RuleViolation as late:
            late.add_note(database_now().isoformat())
            raise

    return act


@pytest.mark.django_db(transaction=True)
def test_two_hundred_around_the_deadline_second_are_judged_by_one_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "_while_bidding", lambda *_args: None)
    procedure, rooms, answers = race(200)
    received = {row.room_id: row.received_at for row in SealedSubmission.objects.all()}
    assert all(at < procedure.deadline_at for at in received.values())
    accepted = {answer.submission.room_id for answer in answers if isinstance(answer, SealedReceipt)}
    assert accepted == set(received)
    late = [answer for answer in answers if isinstance(answer, RuleViolation)]
    assert len(accepted) + len(late) == len(rooms)
    assert len(accepted) > 10
    assert len(late) > 10
    assert all("不予接收" in str(answer) for answer in late)
    assert all(datetime.fromisoformat(answer.__notes__[0]) >= procedure.deadline_at for answer in late)
    assert SealedReceipt.objects.count() == len(received)


@pytest.mark.django_db(transaction=True)
def test_control_without_the_trigger_late_ones_come_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "_while_bidding", lambda *_args: None)
    monkeypatch.setattr(sealing, "_new_version", _past_the_trigger)
    procedure, _rooms, _answers = race(40)
    assert SealedSubmission.objects.filter(received_at__gte=procedure.deadline_at).exists()


_whole = sealing._new_version


def _past_the_trigger(*args: Any) -> SealedSubmission:
    with pgtrigger.ignore("projects.SealedSubmission:received_by_clock"):
        return _whole(*args)


def test_withdrawn_is_not_opened_and_handed_in_again_counts() -> None:
    procedure = make_procedure("bidding", **FOR_ONE)
    rooms = seal_bids(procedure, 2)
    for room in rooms:
        head = make_actor(Role.ORG_H, room.organization)
        sealing.withdraw(actor=head, room=room, idem=UUID(int=1))
    head = make_actor(Role.ORG_H, rooms[1].organization)
    sealing.submit(actor=head, room=rooms[1], idem=uuid4())
    bids = open_bids(procedure)
    assert [bid.bidder_id for bid in bids] == [rooms[1].organization_id]
    outcomes = sorted(leaf["outcome"] for leaf in Opening.objects.get(procedure=procedure).leaves)
    assert outcomes == ["", "", "", "已开启", "已撤回"]


def test_before_the_deadline_the_set_is_not_opened_by_anybody_who_asks() -> None:
    procedure = make_procedure("bidding")
    buyer = make_actor(Role.PU_BUY, procedure.purchaser)
    assert [each.rule_id for each in refusals(procedure, "procedure.open", buyer)] == ["S-01"]


def test_a_tender_with_two_stays_sealed() -> None:
    procedure = make_procedure("bidding")
    seal_bids(procedure, 2)
    with pytest.raises(RuleViolation, match="R-118 投标人不足 3 家，不得开启"):
        open_bids(procedure)
    assert not Bid.objects.filter(procedure=procedure).exists()


def test_a_bid_from_before_an_addendum_counts_once_it_is_confirmed() -> None:
    procedure = make_procedure("bidding", **FOR_ONE)
    rooms = seal_bids(procedure, 2)
    Procedure.objects.filter(pk=procedure.pk).update(reconfirm_after=database_now())
    head = make_actor(Role.ORG_H, rooms[0].organization)
    first = rooms[0].submissions.get()
    confirmed = sealing.submit(actor=head, room=rooms[0], idem=uuid4())
    assert confirmed.submission.version == first.version + 1
    bids = open_bids(procedure)
    assert [bid.bidder_id for bid in bids] == [rooms[0].organization_id]
    outcomes = {leaf["outcome"] for leaf in Opening.objects.get(procedure=procedure).leaves}
    assert "更正后未重新确认，视为撤回" in outcomes
