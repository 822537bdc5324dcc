"""The audit firm's work and the money that goes back."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from orgs.models import ControlRelation
from procurement.access import Role
from procurement.calendars import add_working_days
from procurement.documents.models import Job
from procurement.lifecycle.engine import perform, refusals
from procurement.lifecycle.models import CaseStep, StepState
from procurement.rules import RuleViolation
from projects.models import AuditLine, FinancialAudit, Refund
from projects.services.closing_papers import make_audit_report
from projects.services.financial_audits import engage_firm, save_fieldwork
from projects.services.refunds import settle
from tests.factories.closing import after, make_audit, make_closing, make_firm, make_project, pay_last
from tests.factories.people import make_actor, make_organization

pytestmark = pytest.mark.django_db
WRONG = {"ineligible": Decimal("320.00"), "reason": "票据抬头不符"}


# --- engaging ---------------------------------------------------------------------------------------------------


def test_engaging_names_the_party_and_brings_one_line_per_budget_line():
    closing = make_closing()
    firm = make_firm()
    audit = engage_firm(actor=closing.actor(Role.LGO), application=closing.application, firm=firm)
    assert audit.case.parties.get(part="audit_firm").organization_id == firm.pk
    assert audit.lines.count() == 2
    assert (audit.granted_total, audit.paid_total) == (Decimal("100000.00"), Decimal("90000.00"))


def test_engaging_by_others_or_before_the_end_or_twice_is_refused():
    closing = make_closing()
    firm = make_firm()
    with pytest.raises(RuleViolation, match="S-02 审计机构由领导小组办公室委托"):
        engage_firm(actor=closing.actor(Role.RU), application=closing.application, firm=firm)
    with pytest.raises(RuleViolation, match=r"R-266 .*不是审计机构"):
        engage_firm(actor=closing.actor(Role.LGO), application=closing.application, firm=make_organization())
    engage_firm(actor=closing.actor(Role.LGO), application=closing.application, firm=firm)
    with pytest.raises(RuleViolation, match="R-266 已委托审计"):
        engage_firm(actor=closing.actor(Role.LGO), application=closing.application, firm=firm)
    running = make_project()
    with pytest.raises(RuleViolation, match="S-01 项目转入结项后才能委托审计"):
        engage_firm(actor=running.actor(Role.LGO), application=running.application, firm=firm)


def test_firm_tied_to_the_contractor_is_refused():
    closing = make_closing()
    controlled = make_firm()
    ControlRelation.objects.create(
        controller=closing.application.applicant, controlled=controlled, valid_from=timezone.localdate() - timedelta(9)
    )
    same_head = make_firm(legal_representative=closing.application.applicant.legal_representative)
    for firm in (controlled, same_head):
        with pytest.raises(RuleViolation, match="R-265 审计机构与承接主体存在控制或管理关系"):
            engage_firm(actor=closing.actor(Role.LGO), application=closing.application, firm=firm)


def test_independence_has_to_be_declared():
    closing = make_closing()
    auditing = make_audit(closing, until="engaged")
    with pytest.raises(RuleViolation, match="R-265 请作出独立性声明"):
        perform(auditing.audit, "financial_audit.begin", actor=auditing.auditor)


def test_declined_engagement_makes_room_for_another_firm():
    closing = make_closing()
    auditing = make_audit(closing, until="engaged")
    perform(auditing.audit, "financial_audit.decline", actor=auditing.auditor, reason="曾为该单位做过年审")
    engage_firm(actor=closing.actor(Role.LGO), application=closing.application, firm=make_firm())
    assert closing.application.financial_audits.count() == 2


# --- fieldwork --------------------------------------------------------------------------------------------------


def test_fieldwork_is_the_firms_and_only_while_it_works():
    closing = make_closing()
    auditing = make_audit(closing)
    with pytest.raises(RuleViolation, match="S-01"):
        save_fieldwork(actor=auditing.auditor, financial_audit=auditing.audit, scope="x", lines={})
    with pytest.raises(RuleViolation, match="S-02"):
        save_fieldwork(actor=make_actor(Role.TPE), financial_audit=auditing.audit, scope="x", lines={})


def test_ineligible_money_without_a_reason_is_refused_by_service_and_database():
    closing = make_closing()
    auditing = make_audit(closing, until="fieldwork")
    line = auditing.audit.lines.first()
    with pytest.raises(RuleViolation, match="R-255 不合规支出须写明原因"):
        save_fieldwork(
            actor=auditing.auditor,
            financial_audit=auditing.audit,
            scope="x",
            lines={line.pk: {"ineligible": Decimal(5)}},
        )
    with pytest.raises(IntegrityError, match="audit_line_is_explained"), transaction.atomic():
        AuditLine.objects.filter(pk=line.pk).update(ineligible=5)
    with pytest.raises(IntegrityError, match="audit_line_within_spent"), transaction.atomic():
        AuditLine.objects.filter(pk=line.pk).update(ineligible=line.spent + 1, reason="超支")


def test_draft_without_scope_is_refused():
    closing = make_closing()
    auditing = make_audit(closing, until="fieldwork")
    save_fieldwork(actor=auditing.auditor, financial_audit=auditing.audit, scope=" ", lines={})
    auditing.audit.refresh_from_db()
    assert "R-266 请写明审计范围" in str(refusals(auditing.audit, "financial_audit.send_draft", auditing.auditor)[0])


def test_contractor_reads_the_audit_from_the_draft_on():
    closing = make_closing()
    head = closing.actor(Role.ORG_H)
    auditing = make_audit(closing, until="fieldwork")
    assert not FinancialAudit.objects.visible_to(head).exists()
    perform(auditing.audit, "financial_audit.send_draft", actor=auditing.auditor)
    assert FinancialAudit.objects.visible_to(head).exists()
    assert auditing.audit.response_due_on == add_working_days(timezone.localdate(), 5)


# --- the report -------------------------------------------------------------------------------------------------


def test_report_waits_for_the_statement_or_its_last_day():
    closing = make_closing()
    auditing = make_audit(closing)
    given = {"actor": auditing.auditor, "opinion": "clean", "conclusion": "合规"}
    with pytest.raises(RuleViolation, match="R-245 承接主体的说明期至"):
        perform(auditing.audit, "financial_audit.finalise", **given)
    perform(auditing.audit, "financial_audit.finalise", at=after(auditing.audit.response_due_on), **given)
    assert auditing.audit.status == "final"
    assert auditing.audit.report_number.startswith("SJ")


def test_unresolved_ineligible_spending_allows_only_an_adverse_report_and_blocks_closing():
    closing = make_closing()
    auditing = make_audit(closing, until="responded", **WRONG)
    with pytest.raises(RuleViolation, match=r"R-256 不合规支出 320\.00 元 尚未整改或同意退回"):
        perform(auditing.audit, "financial_audit.finalise", actor=auditing.auditor, opinion="qualified", conclusion="x")
    perform(auditing.audit, "financial_audit.finalise", actor=auditing.auditor, opinion="adverse", conclusion="未整改")
    found = [str(r) for r in refusals(closing.application, "application.close", closing.actor(Role.LGO))]
    assert any(sentence.startswith("R-256 尚未完成：不合规支出已整改或退回") for sentence in found)


def test_clean_opinion_with_ineligible_spending_is_refused():
    closing = make_closing()
    auditing = make_audit(closing, until="responded", resolved=True, **WRONG)
    with pytest.raises(RuleViolation, match="R-266 审计记录中有不合规支出"):
        perform(auditing.audit, "financial_audit.finalise", actor=auditing.auditor, opinion="clean", conclusion="合规")


def test_final_report_ends_the_step_and_stands():
    closing = make_closing()
    auditing = make_audit(closing, until="final", resolved=True, **WRONG)
    step = CaseStep.objects.get(case=closing.application.case, step__code="financial_audit")
    assert step.state == StepState.DONE
    assert auditing.audit.eligible_total == Decimal("99680.00")
    with pytest.raises(IntegrityError, match="audit_report_stands"), transaction.atomic():
        FinancialAudit.objects.filter(pk=auditing.audit.pk).update(ineligible_total=0)
    with pytest.raises(IntegrityError, match="the audit is concluded"), transaction.atomic():
        auditing.audit.lines.update(ineligible=0)


def test_report_is_drawn_up_once_for_the_same_content():
    closing = make_closing()
    make_audit(closing, until="final", resolved=True, **WRONG)
    job = Job.objects.get(kind="audit_report_pdf")
    document = make_audit_report(job, lambda percent, step: None)
    assert document.kind == "audit_report"
    assert make_audit_report(job, lambda percent, step: None) == document


# --- money back -------------------------------------------------------------------------------------------------


def test_refund_follows_when_the_last_tranche_is_confirmed():
    closing = make_closing()
    make_audit(closing, until="final", resolved=True, **WRONG)
    assert not Refund.objects.exists()
    pay_last(closing)
    refund = Refund.objects.get()
    assert refund.amount == Decimal("320.00")
    assert settle(closing.application) is None


def test_refund_follows_from_the_audit_when_money_is_all_paid():
    closing = make_closing()
    pay_last(closing)
    make_audit(closing, until="final", spent=Decimal("58000.00"))
    assert Refund.objects.get().amount == Decimal("2000.00")


def test_no_refund_when_everything_was_rightly_spent():
    closing = make_closing()
    pay_last(closing)
    make_audit(closing, until="final")
    assert not Refund.objects.exists()


def test_refund_is_returned_by_the_contractor_and_confirmed_by_the_treasury():
    closing = make_closing()
    pay_last(closing)
    make_audit(closing, until="final", spent=Decimal("58000.00"))
    refund = Refund.objects.get()
    with pytest.raises(RuleViolation, match="S-04 请填写退款凭证号"):
        perform(refund, "refund.return", actor=closing.actor(Role.ORG))
    perform(refund, "refund.return", actor=closing.actor(Role.ORG), voucher_number="TK001")
    with pytest.raises(RuleViolation, match="S-02"):
        perform(refund, "refund.confirm", actor=closing.actor(Role.ORG))
    perform(refund, "refund.refuse", actor=closing.actor(Role.TREAS), reason="账上未见")
    assert (refund.status, refund.voucher_number, refund.returned_at) == ("due", "", None)
    perform(refund, "refund.return", actor=closing.actor(Role.ORG), voucher_number="TK002")
    perform(refund, "refund.confirm", actor=closing.actor(Role.TREAS))
    assert refund.status == "confirmed"


def test_amount_of_a_refund_stands():
    closing = make_closing()
    pay_last(closing)
    make_audit(closing, until="final", spent=Decimal("58000.00"))
    with pytest.raises(IntegrityError, match="refund_amount_stands"), transaction.atomic():
        Refund.objects.update(amount=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        Refund.objects.all().delete()


money = st.integers(min_value=0, max_value=10**10).map(lambda cents: Decimal(cents) / 100)


@settings(max_examples=60, deadline=None)
@given(paid=money, spent=money, share=st.integers(min_value=0, max_value=100))
def test_refund_due_is_what_was_paid_beyond_the_eligible_and_never_negative(paid, spent, share):
    ineligible = (spent * share / 100).quantize(Decimal("0.01"))
    audit = FinancialAudit(spent_total=spent, ineligible_total=ineligible)
    due = audit.refund_due_of(paid)
    assert due >= 0
    assert due == max(paid - spent + ineligible, Decimal(0))
