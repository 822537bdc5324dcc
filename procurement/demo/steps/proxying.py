"""A group that is not registered: filed with its union, applying through it by letter, its money kept in custody."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from orgs.models import AuthorizationLetter, CommunityFiling, Organization
from orgs.services.filings import apply_for_filing, draft_letter
from procurement.demo.stage import Stage
from procurement.lifecycle.engine import perform
from projects.models import CustodyLedger, CustodyVoucher, VoucherKind
from projects.services.custody import prepare_voucher
from projects.services.proxies import start_for_group

GROUP = "建外街道永安里社区银龄互助队"
UNION = "北京市朝阳区社会组织联合会"
TITLE = "永安里“银龄互助”居家陪伴"


def file_group(stage: Stage) -> CommunityFiling:
    """The union takes the group's request and files it."""
    filing = apply_for_filing(
        actor=stage.actor("union"),
        keeper=Organization.objects.get(name=UNION),
        group=Organization.objects.get(name=GROUP),
        activity="组织低龄老人结对陪伴高龄独居老人，每周入户探访，每月开展一次社区活动。",
        member_count=26,
    )
    stage.put("filing", filing)
    perform(filing, "filing.file", actor=stage.actor("union"), at=stage.later(hours=3))
    return filing


def give_letter(
    stage: Stage, *, amount: str = "400000.00", ends_on: str = "2027-12-31", fee: str = "0.03"
) -> AuthorizationLetter:
    """The union writes the letter, the group's head signs it."""
    filing = stage.filing
    letter = draft_letter(
        actor=stage.actor("union"),
        letter=AuthorizationLetter(
            union=filing.keeper,
            executor=filing.organization,
            project_title=TITLE,
            scope="代为申报、签订合同，接收、保管和支付项目资金。",
            amount=Decimal(amount),
            starts_on=timezone.localtime(stage.now).date(),
            ends_on=ends_on,
            fee_share=Decimal(fee),
        ),
    )
    stage.put("letter", letter)
    perform(letter, "authorization.propose", actor=stage.actor("union"), at=stage.later(hours=1))
    perform(letter, "authorization.confirm", actor=stage.actor("resident"), at=stage.later(hours=2))
    return letter


def begin(stage: Stage) -> None:
    """The union opens a draft for the group once the guide accepts applications."""
    guide = stage.guide
    stage.now = max(stage.now, guide.opens_at + timedelta(days=3, hours=2))
    application = start_for_group(actor=stage.actor("org"), guide=guide, letter=stage.letter, at=stage.later(minutes=5))
    stage.put("application", application)


def ask_for(stage: Stage, amount: str, purpose: str, *, kind: str = VoucherKind.EXPENSE) -> CustodyVoucher:
    """A voucher on the group's ledger, prepared by the union's operator."""
    return prepare_voucher(
        actor=stage.actor("union"),
        ledger=CustodyLedger.objects.get(application=stage.application),
        kind=kind,
        payee="朝阳区建外街道某印务部" if kind == VoucherKind.EXPENSE else UNION,
        purpose=purpose,
        amount=Decimal(amount),
        evidence="发票 00123456",
        at=stage.later(hours=1),
    )


def approve_and_pay(stage: Stage, voucher: CustodyVoucher) -> None:
    """The union's head approves, the operator registers the bank's receipt."""
    perform(voucher, "custody_voucher.approve", actor=stage.actor("union-head"), at=stage.later(hours=2))
    perform(
        voucher,
        "custody_voucher.pay",
        actor=stage.actor("union"),
        at=stage.later(hours=2),
        paid_on=timezone.localtime(stage.now).date(),
        reference=f"LS{voucher.pk.hex[:10].upper()}",
    )
