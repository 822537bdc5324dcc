"""Step 9: the budget follows the grant, the text is frozen, both heads sign, three years are the end."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from procurement.calendars import add_months
from procurement.demo.stage import Stage
from procurement.demo.steps import contracting
from procurement.lifecycle.engine import perform, refusals
from procurement.rules import RuleViolation
from projects.models import BudgetVersion, Contract
from projects.services.contracts import draft_contract, revise_contract
from tests.projects.decided import to_approved, to_contract, to_performing

pytestmark = pytest.mark.django_db


def sentences(obj: object, row: str, actor: object, **data: object) -> list[str]:
    return [str(r) for r in refusals(obj, row, actor, **data)]


@pytest.mark.stands(after=to_approved)
def test_budget_must_equal_the_grant_before_signing(stage: Stage) -> None:
    contracting.begin_revision(actor=stage.actor("org"), application=stage.application)
    with pytest.raises(RuleViolation, match="R-179"):
        perform(stage.application, "application.revise", actor=stage.actor("org-head"), at=stage.now)
    contracting.revise(stage)
    lines = stage.application.budget_lines.filter(version=BudgetVersion.GRANTED)
    assert sum(line.amount for line in lines) == stage.application.granted_amount
    assert stage.application.status == "ready_to_sign"


@pytest.mark.stands(after=to_approved)
def test_revision_page_shows_the_difference_and_keeps_wrong_input(stage: Stage, client: Client) -> None:
    client.force_login(stage.actor("org").user)
    url = reverse("application-revision", args=[stage.application.pk])
    assert "合计比批复资金多" in client.get(url).content.decode()
    bad = client.post(
        url,
        {
            "form-TOTAL_FORMS": 1,
            "form-INITIAL_FORMS": 1,
            "form-0-item": "activity",
            "form-0-description": "电影讲述",
            "form-0-unit": "场",
            "form-0-quantity": "多",
            "form-0-unit_price": "100",
            "scheme": "说明",
        },
    )
    assert bad.status_code == 422
    assert "电影讲述" in bad.content.decode()


@pytest.mark.stands(after=to_contract)
def test_draft_follows_the_approval_and_payments_add_up(stage: Stage) -> None:
    contract = stage.contract
    assert contract.amount == stage.application.granted_amount
    assert sum(p.amount for p in contract.payments.all()) == contract.amount
    assert [p.conditions[-1] for p in contract.payments.order_by("tranche")] == ["ledger", "midterm", "audited"]


@pytest.mark.stands(after=to_contract)
def test_second_contract_for_one_project_is_refused(stage: Stage) -> None:
    with pytest.raises(RuleViolation, match="R-178"):
        draft_contract(actor=stage.actor("district"), application=stage.application, at=stage.now)


@pytest.mark.stands(after=to_approved)
def test_contract_above_the_grant_is_refused_at_the_check(stage: Stage) -> None:
    contracting.revise(stage)
    contract = draft_contract(actor=stage.actor("district"), application=stage.application, at=stage.now)
    revise_contract(actor=stage.actor("district"), contract=contract, amount=contract.amount + 1, scope="")
    found = sentences(Contract.objects.get(), "contract.check", stage.actor("checker"))
    assert any(s.startswith("R-018") for s in found)
    assert any("服务范围" in s for s in found)


@pytest.mark.stands(after=to_contract)
def test_three_years_and_a_day_is_refused_by_the_database(stage: Stage) -> None:
    contract = stage.contract
    too_far = add_months(contract.starts_on, 36)
    contract.ends_on = too_far - timedelta(days=1)
    Contract.objects.filter(pk=contract.pk, content_sha256="").update(ends_on=contract.ends_on)
    with pytest.raises(DatabaseError), transaction.atomic():
        Contract.objects.filter(pk=contract.pk).update(ends_on=too_far)


@pytest.mark.stands(after=to_approved)
def test_more_than_one_year_needs_its_reason(stage: Stage) -> None:
    contracting.revise(stage)
    contract = draft_contract(actor=stage.actor("district"), application=stage.application, at=stage.now)
    revise_contract(
        actor=stage.actor("district"), contract=contract, ends_on=add_months(contract.starts_on, 24) - timedelta(days=1)
    )
    contract.refresh_from_db()
    assert contract.years.count() == 2
    assert any(s.startswith("R-204") for s in sentences(contract, "contract.check", stage.actor("checker")))


@pytest.mark.stands(after=to_approved)
def test_drafter_may_not_check_the_own_contract(stage: Stage) -> None:
    contracting.revise(stage)
    contract = draft_contract(actor=stage.actor("district"), application=stage.application, at=stage.now)
    with pytest.raises(RuleViolation, match="S-02"):
        perform(contract, "contract.check", actor=stage.actor("district"), at=stage.now)


@pytest.mark.stands(after=to_contract)
def test_signing_needs_the_password_and_the_text_that_was_seen(stage: Stage, client: Client) -> None:
    contract = stage.contract
    with pytest.raises(RuleViolation, match="R-201"):
        perform(
            contract,
            "contract.sign_contractor",
            actor=stage.actor("org-head"),
            at=stage.now,
            seen_sha256="0" * 64,
            confirmed=True,
        )
    client.force_login(stage.actor("org-head").user)
    url = reverse("transition", args=["contract", contract.pk, "contract.sign_contractor"])
    wrong = client.post(url, {"seen_sha256": contract.content_sha256, "password": "wrong"})
    assert wrong.status_code == 422
    assert client.post(url, {"seen_sha256": contract.content_sha256, "password": "demo-2026"}).status_code == 302
    assert stage.contract.status == "contractor_signed"


@pytest.mark.stands(after=to_contract)
def test_only_the_head_signs(stage: Stage) -> None:
    for who in ("org", "org2-head", "signer"):
        with pytest.raises(RuleViolation, match="S-02"):
            perform(stage.contract, "contract.sign_contractor", actor=stage.actor(who), at=stage.now)


@pytest.mark.stands(after=to_performing)
def test_both_signatures_start_the_project_and_freeze_the_terms(stage: Stage) -> None:
    contract = stage.contract
    assert (contract.status, stage.application.status) == ("performing", "in_progress")
    assert {s.content_sha256 for s in contract.signatures.all()} == {contract.content_sha256}
    with pytest.raises(DatabaseError), transaction.atomic():
        Contract.objects.filter(pk=contract.pk).update(amount=Decimal("1.00"))


@pytest.mark.stands(after=to_approved)
def test_contract_draft_is_hidden_from_the_contractor(stage: Stage, client: Client) -> None:
    contracting.revise(stage)
    contract = draft_contract(actor=stage.actor("district"), application=stage.application, at=stage.now)
    client.force_login(stage.actor("org").user)
    assert client.get(contract.get_absolute_url()).status_code == 404
    client.force_login(stage.actor("org2").user)
    assert client.get(contract.get_absolute_url()).status_code == 404


@pytest.mark.stands(after=to_performing)
def test_announcement_carries_no_account_number(stage: Stage, client: Client) -> None:
    page = client.get(reverse("contract-announcement", args=[stage.contract.pk]))
    assert page.status_code == 200
    assert stage.contract.account_number not in page.content.decode()
