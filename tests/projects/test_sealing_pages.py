"""The pages from the ceremony to the opening, each used by the person it is for."""

from __future__ import annotations

import base64
import re
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from procurement.access import Actor, Role, actor_for
from procurement.documents.models import Document, Job
from procurement.documents.services import run_job
from projects.models import BidRoom, CustodianBody, InvitedSupplier, Opening, Procedure, SealedReceipt
from projects.selectors.sealing import keys_ready
from tests.documents.samples import pdf
from tests.factories import make_actor, make_organization, make_seat, make_social_organization
from tests.factories.procedures import make_procedure
from tests.factories.sealing import announce, close, let_deadline_pass

pytestmark = pytest.mark.django_db
PASSPHRASES = {1: "山高水长，采购人自己的口令", 2: "海阔天空，监督部门的口令", 3: "风调雨顺，公证人员的口令"}


def signed_in(actor: Actor) -> Client:
    client = Client()
    client.force_login(actor.person)
    return client


def hold_ceremony(procedure: Procedure) -> dict[int, SimpleUploadedFile]:
    """By the pages; what each custodian saved."""
    notary = make_organization("authority", name="区公证处")
    seats = {
        CustodianBody.PURCHASER: make_seat(Role.PU_SIGN, procedure.purchaser),
        CustodianBody.SUPERVISION: make_seat(Role.FIN_SUP, procedure.finance),
        CustodianBody.THIRD: make_seat(Role.CIV, notary),
    }
    buyer = signed_in(make_actor(Role.PU_BUY, procedure.purchaser))
    named = buyer.post(
        reverse("key-custodians", args=[procedure.pk]), {body.value: seat.pk for body, seat in seats.items()}
    )
    assert named.status_code == 302
    checker = signed_in(make_actor(Role.PU_CHK, procedure.purchaser))
    typed = {f"{field}_{n}": words for n, words in PASSPHRASES.items() for field in ("passphrase", "again")}
    page = checker.post(reverse("key-ceremony", args=[procedure.pk]), typed)
    found = re.findall(r'href="data:application/json;base64,([^"]+)"', page.text)
    files = {n: base64.b64decode(data) for n, data in enumerate(found, start=1)}
    for (number, file), seat in zip(files.items(), seats.values(), strict=True):
        answer = signed_in(actor_for(seat.person)).post(
            reverse("key-share-check", args=[procedure.pk]),
            {"file": SimpleUploadedFile("share.json", file), "passphrase": PASSPHRASES[number]},
        )
        assert answer.status_code == 302, answer.text
    return {number: SimpleUploadedFile("share.json", file) for number, file in files.items()}


def upload(client: Client, room: BidRoom, kind: str, name: str) -> Any:
    file = SimpleUploadedFile(name, pdf(), content_type="application/pdf")
    return client.post(reverse("bid-seal-file", args=[room.pk]), {"kind": kind, "file": file})


def test_from_the_ceremony_to_the_minutes_by_the_pages() -> None:
    procedure = make_procedure("approved", kind="directed_commission", method_reason="只有一家能够承接。")
    shares = hold_ceremony(procedure)
    assert keys_ready(procedure)
    announce(procedure)

    bidder = make_social_organization(name="向阳社会工作服务中心")
    InvitedSupplier.objects.create(procedure=procedure, organization=bidder)
    officer, head = signed_in(make_actor(Role.ORG, bidder)), signed_in(make_actor(Role.ORG_H, bidder))
    begun = officer.post(
        reverse("bid-begin", args=[procedure.pk]), {"lot": procedure.lots.get().pk, "organization": bidder.pk}
    )
    room = BidRoom.objects.get(organization=bidder)
    assert begun.url == room.get_absolute_url()
    sealed = upload(officer, room, "qualification", "我们的资质.pdf")
    assert "已封存，尚未提交" in sealed.text
    assert upload(officer, room, "technical", "实施方案.pdf").status_code == 200
    offer = {"price": "498000", "period": "一年", "promise": "每周开放六天。"}
    assert officer.post(reverse("bid-offer", args=[room.pk]), offer).status_code == 302
    assert "封存不等于提交" in officer.get(room.get_absolute_url()).text
    assert "由本单位负责人提交" in officer.post(reverse("bid-submit", args=[room.pk]), {"idem": uuid4()}).text

    answer = head.post(reverse("bid-submit", args=[room.pk]), {"idem": uuid4()})
    receipt = SealedReceipt.objects.get()
    assert answer.url == receipt.get_absolute_url()
    assert "已提交" in head.get(receipt.get_absolute_url()).text
    assert receipt.signature in head.get(reverse("sealed-receipt-file", args=[receipt.pk])).text
    assert "封存不等于提交" not in head.get(room.get_absolute_url()).text

    let_deadline_pass(procedure)
    close(procedure)
    buyer = signed_in(make_actor(Role.PU_BUY, procedure.purchaser))
    opening_page = reverse("opening", args=[procedure.pk])
    assert Opening.objects.get().root in Client().get(opening_page).text
    attended = signed_in(make_actor(Role.PU_CHK, procedure.purchaser)).post(
        reverse("opening-attend", args=[procedure.pk])
    )
    assert attended.status_code == 302
    act = reverse("transition", args=["procedure", procedure.pk, "procedure.open"])
    one = buyer.post(act, {"share_1": shares[1], "passphrase_1": PASSPHRASES[1]})
    assert "须由三名保管人中的两人" in one.text
    entered = {"share_1": shares[1], "passphrase_1": PASSPHRASES[1], "share_3": shares[3]}
    shares[1].seek(0)
    opened = buyer.post(act, {**entered, "passphrase_3": PASSPHRASES[3]})
    assert opened.status_code == 302, opened.text
    run_job(job_id=Job.objects.get(kind="opening_minutes").pk)
    shown = buyer.get(opening_page).text
    assert "向阳社会工作服务中心" in shown
    assert "498,000.00" in shown
    minutes = Document.objects.for_subject(Opening.objects.get().subject).get()
    assert minutes.title in shown
    assert "向阳" not in Client().get(opening_page).text
    names = {document.original_name for document in Document.objects.for_subject(procedure.bids.get().subject)}
    assert names == {"我们的资质.pdf", "实施方案.pdf"}
