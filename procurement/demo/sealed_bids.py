"""Sealed bids in the procedure that takes bids now: one handed in, one being prepared; custodians of the next keys named.

Nobody but the two bidders' own people sees them, as in life; that is what the demo shows.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from procurement.demo.budget import demo_actor, demo_organization
from projects.models import BidRoom, CustodianBody, DraftKind, Procedure, SealMode
from projects.selectors.procedures import may_take_part
from projects.selectors.sealing import keys_ready
from projects.services import lot_keys, sealing

FILES = Path(__file__).parent / "files"
_PARTS = {DraftKind.QUALIFICATION: "申报承诺书.pdf", DraftKind.TECHNICAL: "项目实施方案.pdf"}
#: Who keeps the shares of the consultation that is being checked.
_CUSTODIANS = {
    CustodianBody.PURCHASER: ("signer", "office"),
    CustodianBody.SUPERVISION: ("supervisor", "finance"),
    CustodianBody.THIRD: ("auditor", "audit"),
}


def seed(now: datetime) -> None:
    """Safe to repeat."""
    if BidRoom.objects.exists():
        return
    for procedure in Procedure.objects.filter(status="bidding", deadline_at__gt=now):
        if keys_ready(procedure):
            _handed_in(procedure, "org1", "248000.00")
            _being_prepared(procedure, "org5", "239500.00")
    waiting = Procedure.objects.filter(status="checking", seal_mode=SealMode.QUORUM, custodians=None)
    for procedure in waiting:
        lot_keys.name_custodians(
            actor=demo_actor("district"),
            procedure=procedure,
            people={
                body.value: (demo_actor(name).person, demo_organization(key))
                for body, (name, key) in _CUSTODIANS.items()
            },
        )


def _being_prepared(procedure: Procedure, key: str, price: str) -> BidRoom | None:
    """Everything sealed, nothing handed in: 尚未提交 stands on every page of it."""
    organization, officer = demo_organization(key), demo_actor(key)
    if not may_take_part(procedure, organization.pk):
        return None
    room = sealing.open_room(actor=officer, lot=procedure.lots.order_by("number")[0], organization=organization)
    for kind, name in _PARTS.items():
        upload = SimpleUploadedFile(name, (FILES / name).read_bytes(), content_type="application/pdf")
        sealing.seal_file(actor=officer, room=room, kind=kind, upload=upload)
    sealing.seal_offer(
        actor=officer,
        room=room,
        values={"price": price, "period": "合同签订之日起一年", "promise": "每日配送，两小时内送达；投诉当日回复。"},
    )
    return room


def _handed_in(procedure: Procedure, key: str, price: str) -> None:
    room = _being_prepared(procedure, key, price)
    if room is not None:
        sealing.submit(actor=demo_actor(f"{key}-head"), room=room, idem=uuid4())
