"""The year's money: approved by two, locked, adjusted by decision, never exceeded."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from catalogs.models import FundEnvelope
from catalogs.services import envelopes
from orgs.models import OrganizationKind
from procurement.access import ANONYMOUS, Role
from procurement.lifecycle.engine import available, perform
from procurement.rules import RuleViolation, refusal_for_constraint
from tests.factories import make_actor, make_envelope, make_organization, make_seat, make_user

pytestmark = pytest.mark.django_db


def judge_now() -> None:
    """What would be judged at commit is judged here."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def set_amount(envelope: FundEnvelope, amount: int) -> None:
    FundEnvelope.objects.filter(pk=envelope.pk).update(amount=amount)
    judge_now()


def adjusted(envelope: FundEnvelope, delta: str) -> FundEnvelope:
    office, finance = make_actor(Role.LGO, envelope.office), make_actor(Role.FIN, envelope.finance)
    adjustment = envelopes.propose_adjustment(actor=office, envelope=envelope, delta=Decimal(delta), grounds="年中追加")
    perform(adjustment, "adjustment.submit", actor=office)
    perform(adjustment, "adjustment.approve", actor=finance, approval_number="朝财预〔2026〕44号")
    judge_now()
    envelope.refresh_from_db()
    return envelope


def test_envelope_is_approved_by_finance_with_its_document() -> None:
    envelope = make_envelope("12000000", status="submitted")
    finance = make_actor(Role.FIN, envelope.finance)
    with pytest.raises(RuleViolation, match="R-013 须填写财政部门的批准文号"):
        perform(envelope, "envelope.approve", actor=finance, approval_number=" ")
    perform(envelope, "envelope.approve", actor=finance, approval_number="朝财预〔2026〕18号")
    assert (envelope.status, envelope.approved_amount) == ("approved", Decimal("12000000.00"))


def test_envelope_without_basis_is_not_submitted() -> None:
    envelope = make_envelope(status="draft")
    FundEnvelope.objects.filter(pk=envelope.pk).update(basis="")
    with pytest.raises(RuleViolation, match="R-015 尚未填写测算依据"):
        perform(envelope, "envelope.submit", actor=make_actor(Role.LGO, envelope.office))


def test_returned_envelope_goes_back_to_draft_with_the_reason() -> None:
    envelope = make_envelope(status="submitted")
    finance = make_actor(Role.FIN, envelope.finance)
    with pytest.raises(RuleViolation, match="S-03"):
        perform(envelope, "envelope.return", actor=finance)
    perform(envelope, "envelope.return", actor=finance, reason="请补充询价记录")
    assert envelope.status == "draft"


def test_who_prepared_the_budget_does_not_approve_it() -> None:
    envelope = make_envelope(status="draft")
    person = make_user()
    make_seat(Role.PU_FIN, envelope.office, user=person)
    both = make_actor(Role.FIN, envelope.finance, user=person)
    perform(envelope, "envelope.submit", actor=both)
    with pytest.raises(RuleViolation, match="R-254 您在本项目中已承担“预算编制”，不得同时承担“预算审批”"):
        perform(envelope, "envelope.approve", actor=both, approval_number="朝财预〔2026〕18号")


@pytest.mark.parametrize("role", [Role.LGO, Role.PU_FIN, Role.FIN_SUP, Role.TREAS, Role.SYS, Role.AUD, Role.LG])
def test_nobody_but_finance_approves(role: Role) -> None:
    envelope = make_envelope(status="submitted")
    with pytest.raises(RuleViolation, match="S-02"):
        perform(envelope, "envelope.approve", actor=make_actor(role, envelope.finance), approval_number="1")


def test_finance_of_another_place_does_not_approve() -> None:
    envelope = make_envelope(status="submitted")
    stranger = make_actor(Role.FIN, make_organization(OrganizationKind.AUTHORITY))
    assert available(envelope, stranger) == []
    with pytest.raises(RuleViolation, match="S-02"):
        perform(envelope, "envelope.approve", actor=stranger, approval_number="1")


@pytest.mark.parametrize("field", ["fiscal_year", "source", "approval_number"])
def test_approved_envelope_is_locked_in_the_database(field: str) -> None:
    envelope = make_envelope()
    changed = {"fiscal_year": 2030, "source": "donation", "approval_number": "别的文号"}[field]
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        FundEnvelope.objects.filter(pk=envelope.pk).update(**{field: changed})
    assert str(refusal_for_constraint(error.value)).startswith("R-017 额度批准后已锁定")


def test_amount_moves_only_with_an_approved_adjustment() -> None:
    envelope = make_envelope("1000")
    with pytest.raises(IntegrityError, match="is not the approved amount"), transaction.atomic():
        set_amount(envelope, 2000)
    assert adjusted(envelope, "500").amount == Decimal(1500)
    assert adjusted(envelope, "-200.50").amount == Decimal("1299.50")
    assert envelope.approved_amount == Decimal(1000)


def test_adjustment_may_not_take_back_what_is_promised() -> None:
    envelope = make_envelope("1000")
    office = make_actor(Role.LGO, envelope.office)
    envelopes.commit(envelope, Decimal(800), actor=office)
    cut = envelopes.propose_adjustment(actor=office, envelope=envelope, delta=Decimal(-300), grounds="压减")
    with pytest.raises(RuleViolation, match=r"R-018 调减后额度为700.00 元，低于已安排的800.00 元"):
        perform(cut, "adjustment.submit", actor=office)


def test_commitments_add_up_and_stand_in_the_ledger() -> None:
    envelope = make_envelope("1000")
    actor = make_actor(Role.LG, envelope.office)
    envelopes.commit(envelope, Decimal("600.40"), actor=actor, subject="projects.application:1")
    envelopes.release(envelope, Decimal("100.40"), actor=actor)
    envelope = envelopes.commit(envelope, Decimal(500), actor=actor)
    assert (envelope.committed_total, envelope.available) == (Decimal(1000), Decimal(0))
    assert sum(entry.amount for entry in envelope.entries.all()) == envelope.committed_total


@pytest.mark.parametrize("amount", ["1000.01", "99999999"])
def test_commitment_above_what_is_left_is_refused_with_both_figures(amount: str) -> None:
    envelope = make_envelope("1000")
    with pytest.raises(RuleViolation, match=r"R-018 .*可安排余额1,000.00 元，本次需要"):
        envelopes.commit(envelope, Decimal(amount), actor=make_actor(Role.LG))
    envelope.refresh_from_db()
    assert envelope.committed_total == 0


@pytest.mark.parametrize("status", ["draft", "submitted"])
def test_money_not_approved_cannot_be_promised(status: str) -> None:
    with pytest.raises(RuleViolation, match=r"R-013 .*尚未经财政部门批准"):
        envelopes.commit(make_envelope(status=status), Decimal(1), actor=make_actor(Role.LG))


def test_no_more_is_given_back_than_was_promised() -> None:
    envelope, actor = make_envelope(), make_actor(Role.LG)
    envelopes.commit(envelope, Decimal(10), actor=actor)
    with pytest.raises(RuleViolation, match="R-018 退回"):
        envelopes.release(envelope, Decimal("10.01"), actor=actor)


@pytest.mark.parametrize("amount", ["0", "-5"])
def test_amount_must_be_positive(amount: str) -> None:
    with pytest.raises(ValueError, match="须大于零"):
        envelopes.commit(make_envelope(), Decimal(amount), actor=make_actor(Role.LG))


def test_drafts_stay_between_office_finance_and_oversight() -> None:
    draft, approved = make_envelope(status="draft"), make_envelope()
    seen = FundEnvelope.objects.visible_to
    assert list(seen(ANONYMOUS)) == [approved]
    assert list(seen(make_actor(Role.ORG_H))) == [approved]
    assert list(seen(make_actor(Role.LGO))) == [approved]
    for actor in (
        make_actor(Role.LGO, draft.office),
        make_actor(Role.FIN, draft.finance),
        make_actor(Role.LG),
        make_actor(Role.AUD),
    ):
        assert set(seen(actor)) == {draft, approved}


def test_foreign_draft_answers_like_an_absent_one(client) -> None:
    draft = make_envelope(status="draft")
    client.force_login(make_seat(Role.LGO).person)
    for name in ("envelope", "envelope-edit", "adjustment-new"):
        assert client.get(reverse(name, args=[draft.pk])).status_code == 404


def test_office_drafts_submits_and_finance_approves_in_the_browser_pages(client) -> None:
    office, finance = make_organization(), make_organization(OrganizationKind.AUTHORITY)
    client.force_login(make_seat(Role.LGO, office).person)
    entered = {
        "fiscal_year": "2027",
        "title": "2027年度社会建设专项资金",
        "source": "special_fund",
        "office": office.pk,
        "finance": finance.pk,
        "amount": "15,000,000",
        "basis": "参照上年度",
    }
    bad = client.post(reverse("envelope-new"), {**entered, "amount": "0"})
    assert (bad.status_code, "额度须大于零" in bad.content.decode()) == (422, True)
    page = client.post(reverse("envelope-new"), entered, follow=True)
    assert "尚未提交" in page.content.decode()
    envelope = FundEnvelope.objects.get(fiscal_year=2027)
    client.post(reverse("transition", args=["envelope", envelope.pk, "envelope.submit"]), {})
    client.force_login(make_seat(Role.FIN, finance).person)
    assert "批准额度" in client.get(envelope.get_absolute_url()).content.decode()
    client.post(
        reverse("transition", args=["envelope", envelope.pk, "envelope.approve"]),
        {"approval_number": "朝财预〔2027〕1号"},
    )
    envelope.refresh_from_db()
    assert (envelope.status, envelope.amount) == ("approved", Decimal("15000000.00"))


@pytest.mark.parametrize("rows", [1, 12])
def test_list_takes_the_same_queries_for_few_and_many(client, rows: int, django_assert_max_num_queries) -> None:
    for _each in range(rows):
        make_envelope()
    with django_assert_max_num_queries(2):
        assert client.get(reverse("envelope-list")).status_code == 200


def test_demo_categories_are_forty_in_five_areas(client) -> None:
    page = client.get(reverse("category-list"))
    categories = list(page.context["categories"])
    assert len(categories) == 40
    assert len({category.area_code for category in categories}) == 5
    assert all(category.is_demo for category in categories)
