"""From a budget line to a published intention, and everything that is refused on the way."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from catalogs.guards.plan import method_is_allowed
from catalogs.models import BudgetLine, FundEnvelope, PurchaseItemTable, PurchasePlan
from catalogs.selectors import budgets as reads
from catalogs.services import budgets, envelopes, purchase_checks
from procurement.access import ANONYMOUS, Role, actor_for
from procurement.lifecycle.engine import perform
from procurement.rules import RuleViolation, refusal_for_constraint
from tests.factories import a_region, make_actor, make_envelope, make_organization, make_seat
from tests.factories.budgets import clear_answers, draft_line, draft_plan, item_valid_in, make_line, submitted_plan

pytestmark = pytest.mark.django_db


def settle() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def set_amount(line: BudgetLine, amount: int) -> None:
    BudgetLine.objects.filter(pk=line.pk).update(amount=amount)
    settle()


def test_a_line_from_draft_to_locked_and_its_plan_to_a_published_intention() -> None:
    # Given a department that drafts a line without saying how it was estimated
    line = draft_line(basis_wage="")
    office, finance = make_actor(Role.LGO, line.department), make_actor(Role.FIN, line.envelope.finance)
    # When it is handed in, the portal asks for the basis and takes a written reason
    with pytest.raises(RuleViolation, match="R-016 测算依据缺少：工资标准"):
        perform(line, "budget_line.submit", actor=office)
    perform(line, "budget_line.submit", actor=office, justification="志愿服务为主，无工资支出")
    # Then finance does not review it before the year's table is filed
    with pytest.raises(RuleViolation, match=r"R-014 .*购买项目表尚未报送"):
        perform(line, "budget_line.review", actor=finance)
    table = budgets.file_item_table(actor=office, department=line.department, fiscal_year=line.fiscal_year)
    assert (table.version, table.total) == (1, line.amount)
    perform(line, "budget_line.review", actor=finance)
    perform(line, "budget_line.approve", actor=finance, approval_number="朝财预〔2026〕31号")
    settle()
    line.envelope.refresh_from_db()
    assert line.envelope.committed_total == line.amount
    # And the amount is locked, for the portal and in the database
    with pytest.raises(RuleViolation, match="R-017"):
        budgets.prepare(actor=office, line=line)
    with pytest.raises(IntegrityError, match="is not the approved amount"), transaction.atomic():
        set_amount(line, 700_000)
    # When a plan is drawn on it, it counts from the moment it is handed in
    plan = submitted_plan(line, "300000")
    line.refresh_from_db()
    assert line.planned_total == Decimal(300_000)
    buyer, head = make_actor(Role.PU_BUY, line.department), make_actor(Role.PU_SIGN, line.department)
    perform(plan, "purchase_plan.review", actor=finance)
    perform(plan, "purchase_plan.approve", actor=head)
    assert not PurchasePlan.objects.visible_to(ANONYMOUS).exists()
    perform(plan, "purchase_plan.publish", actor=buyer)
    # Then anyone reads the intention
    page = Client().get(plan.get_absolute_url()).content.decode()
    assert "每周探访一次" in page
    assert "300,000.00 元" in page
    assert "R-102" in page
    # And what comes of it may not cost more
    with pytest.raises(RuleViolation, match=r"R-018 成交金额.*超过计划金额"):
        perform(plan, "purchase_plan.use", actor=buyer, used_for="CG-1", awarded_amount=Decimal("300000.01"))
    perform(plan, "purchase_plan.use", actor=buyer, used_for="CG-1", awarded_amount=Decimal("280000"))
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        PurchasePlan.objects.filter(pk=plan.pk).update(awarded_amount=400_000)
    assert str(refusal_for_constraint(error.value)).startswith("R-018 成交金额不得超过计划金额")


def test_a_plan_over_its_line_is_refused_in_words_and_in_the_database() -> None:
    line = make_line(amount="500000")
    submitted_plan(line, "300000")
    second = draft_plan(line, "200000.01")
    with pytest.raises(RuleViolation, match=r"R-018 .*可列计划余额200,000.00 元，本计划200,000.01 元"):
        perform(second, "purchase_plan.submit", actor=make_actor(Role.PU_BUY, line.department))
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        PurchasePlan.objects.filter(status="submitted").update(amount=500_001)
    assert str(refusal_for_constraint(error.value)).startswith("R-018 购买计划合计不得超过预算项目的金额")
    PurchasePlan.objects.filter(pk=second.pk).update(amount=Decimal("200000"))
    perform(second, "purchase_plan.submit", actor=make_actor(Role.PU_BUY, line.department))
    perform(second, "purchase_plan.withdraw", actor=make_actor(Role.PU_BUY, line.department), reason="需求取消")
    line.refresh_from_db()
    assert line.planned_total == Decimal(300_000)


def test_an_approved_line_moves_only_by_an_approved_adjustment() -> None:
    line = make_line(make_envelope("1000000"), "600000")
    office, finance = make_actor(Role.LGO, line.department), make_actor(Role.FIN, line.envelope.finance)
    too_much = envelopes.propose_adjustment(
        actor=office, envelope=line.envelope, line=line, delta=Decimal(500_000), grounds="新增社区"
    )
    with pytest.raises(RuleViolation, match=r"R-018 .*不足以调增"):
        perform(too_much, "adjustment.submit", actor=office)
    fits = envelopes.propose_adjustment(
        actor=office, envelope=line.envelope, line=line, delta=Decimal(300_000), grounds="新增社区"
    )
    perform(fits, "adjustment.submit", actor=office)
    perform(fits, "adjustment.approve", actor=finance, approval_number="朝财预〔2026〕44号")
    settle()
    line.refresh_from_db()
    envelope = FundEnvelope.objects.get(pk=line.envelope_id)
    assert (line.amount, envelope.committed_total, envelope.amount) == (900_000, 900_000, 1_000_000)


def test_splitting_is_flagged_and_a_document_excuses_it() -> None:
    # Given Beijing, where from 4 million on a tender is open, and two plans of one subject and category
    line = make_line(amount="9000000")
    reasons = {"method": "competitive_consultation", "method_ground": "government_service"}
    buyer = make_actor(Role.PU_BUY, line.department)
    submitted_plan(line, "2000000", **reasons)
    exactly = draft_plan(line, "2000000", **reasons)
    perform(exactly, "purchase_plan.submit", actor=buyer)
    # When a third brings the sum over the threshold
    third = draft_plan(line, "1000000", **reasons)
    with pytest.raises(RuleViolation, match=r"R-025 .*累计5,000,000.00 元.*化整为零"):
        perform(third, "purchase_plan.submit", actor=buyer)
    # Then another category is no splitting, and an approving document lets the third pass
    elsewhere = make_line(line.envelope, "1000000", category="心理服务")
    submitted_plan(elsewhere, "1000000", **reasons)
    PurchasePlan.objects.filter(pk=third.pk).update(split_exception="朝财预〔2026〕50号预算追加")
    perform(third, "purchase_plan.submit", actor=buyer)
    assert third.status == "submitted"


def test_a_plan_rests_on_the_catalogue_and_on_the_negative_list() -> None:
    line = make_line(catalogue_item=None)
    plan, buyer = draft_plan(line), make_actor(Role.PU_BUY, line.department)
    with pytest.raises(RuleViolation, match="R-006 尚未对应购买服务目录条目"):
        perform(plan, "purchase_plan.submit", actor=buyer)
    BudgetLine.objects.filter(pk=line.pk).update(catalogue_item=item_valid_in(line.department))
    plan.refresh_from_db()
    region = line.department.region
    purchase_checks.answer(
        actor=buyer, subject=plan.subject, region=region, answers={**clear_answers(region.pk), "goods_or_works": True}
    )
    with pytest.raises(RuleViolation, match="R-004 货物和工程"):
        perform(plan, "purchase_plan.submit", actor=buyer)
    browser = Client()
    browser.force_login(buyer.person)
    assert "不得购买，原因如下" in browser.get(plan.get_absolute_url()).content.decode()
    assert browser.get(reverse("purchase-check", args=[plan.subject])).status_code == 200
    purchase_checks.answer(actor=buyer, subject=plan.subject, region=region, answers=clear_answers(region.pk))
    perform(plan, "purchase_plan.submit", actor=buyer)


def test_direct_purchase_needs_two_people() -> None:
    line = make_line()
    plan = submitted_plan(line, "50000", method="direct_purchase", method_ground="small_amount")
    finance = make_actor(Role.FIN, line.envelope.finance)
    perform(plan, "purchase_plan.review", actor=finance)
    make_seat(Role.PU_SIGN, line.department, user=finance.person)
    with pytest.raises(RuleViolation, match="R-102 小额直接委托须经两人审批"):
        perform(plan, "purchase_plan.approve", actor=actor_for(finance.person))
    perform(plan, "purchase_plan.approve", actor=make_actor(Role.PU_SIGN, line.department))


def test_statutory_plan_is_filed_before_it_is_published() -> None:
    line = make_line(amount="3000000")
    plan = submitted_plan(line, "1500000", method="competitive_consultation", method_ground="government_service")
    assert plan.regime == "statutory"
    perform(plan, "purchase_plan.review", actor=make_actor(Role.FIN, line.envelope.finance))
    perform(plan, "purchase_plan.approve", actor=make_actor(Role.PU_SIGN, line.department))
    buyer = make_actor(Role.PU_BUY, line.department)
    PurchasePlan.objects.filter(pk=plan.pk).update(service_standard="")
    plan.refresh_from_db()
    with pytest.raises(RuleViolation, match="R-019 公开前须写明服务标准"):
        perform(plan, "purchase_plan.publish", actor=buyer)
    PurchasePlan.objects.filter(pk=plan.pk).update(service_standard="按市级标准")
    with pytest.raises(RuleViolation, match="R-021"):
        perform(plan, "purchase_plan.publish", actor=buyer)
    perform(plan, "purchase_plan.publish", actor=buyer, filing_number="BA-2026-7")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"is_major": True}, "R-024 重大、民生或临时项目须一事一议"),
        ({"last_year": 2028}, "R-026 项目延续至2028年"),
    ],
)
def test_what_a_line_must_explain(fields: dict[str, object], sentence: str) -> None:
    line = draft_line(**fields)
    with pytest.raises(RuleViolation, match=sentence):
        perform(line, "budget_line.submit", actor=make_actor(Role.LGO, line.department))


def test_statutory_line_stands_in_the_procurement_budget_too() -> None:
    line = draft_line(amount="1000000", in_procurement_budget=False)
    office = make_actor(Role.LGO, line.department)
    perform(line, "budget_line.submit", actor=office)
    budgets.file_item_table(actor=office, department=line.department, fiscal_year=line.fiscal_year)
    with pytest.raises(RuleViolation, match="R-014 达到采购限额标准的项目须同时编入政府采购预算"):
        perform(line, "budget_line.review", actor=make_actor(Role.FIN, line.envelope.finance))


def test_a_guide_does_not_spend_a_department_budget() -> None:
    line = make_line()
    plan = draft_plan(line, method="guide_application")
    plan.budget_line.envelope.source = "department_budget"
    attempt = type("Attempt", (), {"obj": plan})()
    assert [r.rule_id for r in method_is_allowed(attempt)] == ["R-090"]


def test_lottery_quota_of_yiling_is_shown_with_its_use() -> None:
    yiling = make_organization(region=a_region("420506", "夷陵区"))
    envelope = make_envelope("1000000", status="draft", office=yiling)
    FundEnvelope.objects.filter(pk=envelope.pk).update(source="welfare_lottery")
    envelope.refresh_from_db()
    perform(envelope, "envelope.submit", actor=make_actor(Role.LGO, yiling))
    finance = make_actor(Role.FIN, envelope.finance)
    perform(envelope, "envelope.approve", actor=finance, approval_number="夷财〔2026〕1号")
    make_line(envelope, "60000", is_social_work=True)
    make_line(envelope, "30000", is_social_work=False)
    quota = reads.lottery_quota(yiling, 2026, date(2026, 5, 1))
    assert quota is not None
    assert (quota.reserved, quota.used, quota.percent, quota.met) == (Decimal("100000.00"), 60_000, "10%", False)
    assert reads.lottery_quota(make_organization(), 2026, date(2026, 5, 1)) is None


def test_payment_route_follows_the_source() -> None:
    line = draft_line()
    assert reads.payment_route(line) == "专项资金未列入部门预算：合同经财政部门审核后直接支付"
    line.envelope.source, line.is_major = "department_budget", True
    assert reads.payment_route(line) == "列入部门预算：由部门按预算支付；重大项目须事先报批"


def test_drafts_and_tables_of_others_are_not_there() -> None:
    line = draft_line()
    office = make_actor(Role.LGO, line.department)
    perform(line, "budget_line.submit", actor=office)
    table = budgets.file_item_table(actor=office, department=line.department, fiscal_year=line.fiscal_year)
    stranger = Client()
    stranger.force_login(make_actor(Role.LGO, make_organization()).person)
    for url in (line.get_absolute_url(), table.get_absolute_url(), reverse("budget-line-edit", args=[line.pk])):
        assert stranger.get(url).status_code == 404
    assert not BudgetLine.objects.visible_to(ANONYMOUS).exists()
    assert not PurchaseItemTable.objects.visible_to(make_actor(Role.ORG, make_organization())).exists()
    with pytest.raises(RuleViolation, match="S-02"):
        budgets.file_item_table(
            actor=make_actor(Role.FIN, line.envelope.finance), department=line.department, fiscal_year=2026
        )


def test_pages_keep_what_was_typed_and_say_what_is_wrong() -> None:
    envelope = make_envelope("5000000")
    office = Client()
    office.force_login(make_actor(Role.LGO, envelope.office).person)
    typed = {
        "department": envelope.office_id, "envelope": envelope.pk, "title": "社区心理服务", "budget_subject": "2080299",
        "category": "心理服务", "service_class": "public_service", "amount": "0",
    }  # fmt: skip
    answer = office.post(reverse("budget-line-new"), typed)
    assert answer.status_code == 422
    assert "社区心理服务" in answer.content.decode()
    office.post(reverse("budget-line-new"), {**typed, "amount": "300000"})
    line = BudgetLine.objects.get(title="社区心理服务")
    assert office.get(line.get_absolute_url()).status_code == 200
    assert office.get(reverse("budget-lines")).status_code == 200
    assert office.get(reverse("purchase-plan-new", args=[line.pk])).status_code == 404
    refused = office.post(reverse("item-tables"), {"department": envelope.office_id, "year": "2026"})
    assert refused.status_code == 409
    assert "R-014" in refused.content.decode()


def test_item_table_is_a_paper() -> None:
    line = make_line()
    table = PurchaseItemTable.objects.get(department=line.department)
    office = Client()
    office.force_login(make_actor(Role.LGO, line.department).person)
    answer = office.get(reverse("item-table-pdf", args=[table.pk]))
    assert answer.content.startswith(b"%PDF")
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        PurchaseItemTable.objects.filter(pk=table.pk).update(total=1)


def test_share_of_social_organisations_meets_its_target_from_thirty_percent_on() -> None:
    share = reads.Share(Decimal(1000), Decimal(299), Decimal("0.30"))
    assert (share.percent, share.met) == ("29.9%", False)
    assert reads.Share(Decimal(1000), Decimal(300), Decimal("0.30")).met


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded", [True, False])
def test_two_plans_at_once_never_exceed_the_line(guarded: bool) -> None:
    """The control runs the same race with the database's constraint taken away, and overspends."""
    line = make_line(amount="500000")
    both = [draft_plan(line, "300000") for _each in range(2)]
    barrier = Barrier(2, timeout=20)
    clause = BudgetLine._meta.constraints[0].create_sql(BudgetLine, connection.schema_editor())

    def submit(plan: PurchasePlan) -> str:
        try:
            barrier.wait()
            with transaction.atomic():
                # Past the sentence for people: what the database alone makes of it.
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL portal.engine = 'on'")
                PurchasePlan.objects.filter(pk=plan.pk).update(status="submitted")
            return ""
        except IntegrityError as error:
            return str(refusal_for_constraint(error))[:5]
        finally:
            connection.close()

    if not guarded:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE catalogs_budgetline DROP CONSTRAINT budget_line_planned_within_amount")
    try:
        with ThreadPoolExecutor(2) as pool:
            answers = sorted(pool.map(submit, both))
        line.refresh_from_db()
        if guarded:
            assert answers == ["", "R-018"]
            assert line.planned_total == Decimal(300_000)
        else:
            assert answers == ["", ""]
            assert line.planned_total == Decimal(600_000) > line.amount
    finally:
        if not guarded:
            with connection.cursor() as cursor:
                cursor.execute("UPDATE catalogs_budgetline SET planned_total = 0")
                cursor.execute(str(clause))
