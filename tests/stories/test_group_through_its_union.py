"""A group that is not registered is funded through its union: filing, letter, application, custody, registration."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from orgs.models import OrganizationKind
from procurement.access import Role
from procurement.access.models import User
from procurement.demo.codes import synthetic_code
from procurement.demo.stage import Stage
from procurement.demo.steps import applying, contracting, deciding, guiding, proxying
from procurement.lifecycle.engine import perform, refusals
from procurement.rules import RuleViolation
from projects.models import CustodyEntry, CustodyLedger, VoucherKind
from projects.selectors.custody import statement
from projects.services.contracts import signed_content
from projects.services.proxies import start_for_group
from tests.factories import make_actor
from tests.projects.decided import as_scored
from tests.stage import stage

__all__ = ["stage"]
pytestmark = pytest.mark.django_db


def until_the_money_is_there(stage: Stage) -> CustodyLedger:
    stage.applicant = "union"
    guiding.publish_guide(stage)
    proxying.file_group(stage)
    proxying.give_letter(stage)
    proxying.begin(stage)
    applying.fill_in(stage)
    applying.submit(stage)
    applying.endorse(stage)
    applying.precheck(stage)
    as_scored(stage, stage.application, score="86.40", rank=1)
    deciding.decide_and_publicise(stage)
    deciding.expire(stage)
    deciding.approve(stage)
    contracting.revise(stage)
    contracting.contract(stage)
    contracting.first_tranche(stage)
    return CustodyLedger.objects.get(application=stage.application)


def test_a_group_is_funded_through_its_union_and_keeps_its_history(stage: Stage, client: Client):
    # Given a filed group whose union applied, signed and received the first tranche under its letter
    ledger = until_the_money_is_there(stage)
    contract, received = stage.contract, stage.payment_1.amount
    group = ledger.executor

    # Then the contract's party is the union, its executor the group, and both are in what was signed and shown
    assert (contract.contractor, ledger.executor.kind) == (ledger.union, OrganizationKind.COMMUNITY)
    assert str(group.pk).encode() in signed_content(contract)
    client.force_login(User.objects.get(username="signer"))
    page = client.get(contract.get_absolute_url()).content.decode()
    assert group.name in page
    assert stage.letter.number in page
    assert ledger.balance == received

    # When an expense goes out by two people
    voucher = proxying.ask_for(stage, "8000.00", "宣传册印制")
    with pytest.raises(RuleViolation, match="R-254 凭单由您编制"):
        perform(voucher, "custody_voucher.approve", actor=stage.actor("union"), at=stage.now)
    proxying.approve_and_pay(stage, voucher)
    ledger.refresh_from_db()
    assert ledger.balance == received - Decimal("8000.00")

    # And the fee stays within the share the letter disclosed
    fee = proxying.ask_for(stage, str(received), "服务费", kind=VoucherKind.FEE)
    assert any(r.rule_id == "R-074" for r in refusals(fee, "custody_voucher.approve", stage.actor("union-head")))

    # Then the month adds up, for the group and for the purchaser, and for nobody else
    entry = ledger.entries.get(voucher=voucher)
    month = statement(ledger, entry.on)
    assert month.closing == ledger.balance
    address = reverse("custody-statement", args=[ledger.pk, entry.on.year, entry.on.month])
    for username, status in (
        ("resident", 200),
        ("district", 200),
        ("union", 200),
        ("auditor", 200),
        ("org1-head", 404),
    ):
        client.force_login(User.objects.get(username=username))
        assert client.get(address).status_code == status, username

    # When the group is registered at last
    code = synthetic_code("52", "110105", 77)
    perform(
        stage.filing,
        "filing.upgrade",
        actor=stage.actor("union"),
        at=stage.later(days=1),
        kind=OrganizationKind.SOCIAL_SERVICE_AGENCY,
        uscc=code,
        registered_on=date(2026, 5, 6),
    )

    # Then it is the same organisation with its project and its ledger, and no new letter of its is accepted
    group.refresh_from_db()
    assert (group.uscc, group.is_social) == (code, True)
    assert group.executed_projects.get().application == stage.application
    assert group.custody_ledgers.get() == ledger
    with pytest.raises(RuleViolation, match="R-071"):
        start_for_group(actor=stage.actor("org"), guide=stage.guide, letter=stage.letter, at=stage.now)


def test_a_letter_too_small_or_too_short_stops_the_application(stage: Stage):
    stage.applicant = "union"
    guiding.publish_guide(stage)
    proxying.file_group(stage)
    proxying.give_letter(stage, amount="1000.00", ends_on="2026-12-31")
    proxying.begin(stage)
    applying.fill_in(stage)
    found = [str(r) for r in refusals(stage.application, "application.submit", stage.actor("org-head"), at=stage.now)]
    assert any("R-072 金额" in sentence and "超过授权委托书的上限" in sentence for sentence in found)
    assert any("R-072 项目至" in sentence and "超出委托期限" in sentence for sentence in found)


def test_without_filing_there_is_no_letter_and_a_delisted_group_loses_it(stage: Stage):
    proxying.file_group(stage)
    letter = proxying.give_letter(stage)
    perform(stage.filing, "filing.delist", actor=stage.actor("union"), reason="停止活动", at=stage.later(days=1))
    letter.refresh_from_db()
    assert letter.status == "revoked"
    with pytest.raises(RuleViolation, match="R-071"):
        proxying.give_letter(stage)


def test_a_fee_above_the_cap_needs_the_unions_reason(stage: Stage):
    proxying.file_group(stage)
    with pytest.raises(RuleViolation, match="R-074 服务费比例 8% 超过 5% 的上限"):
        proxying.give_letter(stage, fee="0.08")


def test_a_signed_letter_and_the_balance_cannot_be_rewritten(stage: Stage):
    ledger = until_the_money_is_there(stage)
    letter = stage.letter
    letter.amount += 1
    with pytest.raises(IntegrityError, match="a signed letter is frozen"), transaction.atomic():
        letter.save()
    with pytest.raises(IntegrityError, match="written by its entries"), transaction.atomic():
        CustodyLedger.objects.filter(pk=ledger.pk).update(balance=ledger.balance + 1)
    voucher = proxying.ask_for(stage, str(ledger.balance + 1), "超额支出")
    with pytest.raises(IntegrityError, match="custody_never_overdrawn"), transaction.atomic():
        CustodyEntry.objects.create(
            ledger=ledger, kind="outflow", amount=-voucher.amount, voucher=voucher,
            actor=stage.actor("union").person, on=date(2026, 5, 1),
        )  # fmt: skip


def test_pages_of_filing_letter_and_custody_by_clicks(stage: Stage, client: Client):
    ledger = until_the_money_is_there(stage)
    client.force_login(User.objects.get(username="union"))
    for address in (
        reverse("filings"),
        reverse("filing-new"),
        stage.filing.get_absolute_url(),
        stage.letter.get_absolute_url(),
        reverse("authorization-new"),
        reverse("custody-ledgers"),
        ledger.get_absolute_url(),
        stage.application.get_absolute_url(),
        reverse("application-start-proxy", args=[stage.guide.pk]),
    ):
        assert client.get(address).status_code == 200, address
    new = reverse("custody-voucher-new", args=[ledger.pk])
    data = {"kind": "expense", "payee": "某印务部", "purpose": "打印", "amount": "0", "evidence": ""}
    assert client.post(new, data).status_code == 422
    assert client.post(new, {**data, "amount": "120.50"}).status_code == 302
    client.force_login(make_actor(Role.UNI).person)
    assert client.get(ledger.get_absolute_url()).status_code == 404
    assert client.get(stage.letter.get_absolute_url()).status_code == 404
