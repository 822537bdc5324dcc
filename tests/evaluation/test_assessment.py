"""From the choice of an evaluator to the published grade: every ground that refuses, and who may read what."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from django.test import Client
from django.urls import reverse

from evaluation.models import AdvisoryTie, Assessment, AssessmentKind, Content, Grade, Party
from evaluation.selectors import assessments as selectors
from evaluation.services.assessment_bench import StaleEdition, record_site_visit, save_bench
from evaluation.services.assessments import plan_assessment
from orgs.models import ControlNature, ControlRelation, CreditRecord, Membership, OrganizationKind
from procurement.access import Duty, Role, record_duty
from procurement.audit.models import AuditEvent
from procurement.calendars import end_of_day
from procurement.demo.stage import Stage
from procurement.lifecycle.engine import perform
from procurement.lifecycle.models import CaseParty, StepState
from procurement.rules import RuleViolation
from projects.models import Application, MonitoringVisit, Rectification
from tests.evaluation import assessing
from tests.factories import make_actor, make_organization

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(published: Stage) -> Stage:
    assessing.running(published)
    return published


@pytest.fixture
def closing(published: Stage) -> Stage:
    assessing.running(published, status="closing")
    return published


def refused(rule: str, words: str = "") -> Any:
    return pytest.raises(RuleViolation, match=rf"(?s){rule}.*{words}")


def client_of(stage: Stage, username: str) -> Client:
    client = Client()
    client.force_login(stage.actor(username).user)
    return client


# --- planning -----------------------------------------------------------------------------------------------------


def test_plan_at_the_wrong_stage_is_refused(project: Stage) -> None:
    with refused("R-260", "不能安排结项评估"):
        assessing.planned(project, AssessmentKind.FINAL)


def test_plan_by_somebody_else_is_refused(project: Stage) -> None:
    with refused("S-02", "主办单位"):
        plan_assessment(actor=project.actor("org-head"), application=project.application, kind="midterm")


def test_second_plan_while_one_is_under_way_is_refused(project: Stage) -> None:
    assessing.planned(project)
    with refused("R-260", "已有进行中"):
        assessing.planned(project)


def test_midterm_is_measured_against_half_of_the_term(project: Stage) -> None:
    assessment = assessing.planned(project)
    assert assessment.progress_share == Decimal("50.00")
    assert assessment.due_on is not None


# --- independence (R-265) -----------------------------------------------------------------------------------------


def test_evaluator_that_is_the_contractor_is_refused(project: Stage) -> None:
    assessing.planned(project)
    with refused("R-265", "是本项目的承接主体"):
        assessing.select(project, project.application.applicant)


def test_evaluator_under_the_same_controller_is_refused(project: Stage) -> None:
    evaluator = assessing.body_of(project, "evaluator")
    ControlRelation.objects.create(
        controller=evaluator,
        controlled=project.application.applicant,
        nature=ControlNature.HOLDING,
        valid_from=date(2025, 1, 1),
    )
    assessing.planned(project)
    with refused("R-265", "控股、管理关系"):
        assessing.select(project)


def test_evaluator_with_the_same_head_is_refused(project: Stage) -> None:
    evaluator = assessing.body_of(project, "evaluator")
    evaluator.legal_representative = project.application.applicant.legal_representative
    evaluator.save()
    assessing.planned(project)
    with refused("R-265", "负责人相同"):
        assessing.select(project)


def test_evaluator_that_is_the_purchaser_is_refused(project: Stage) -> None:
    assessing.planned(project)
    with refused("R-265", "是本项目的购买主体"):
        assessing.select(project, project.application.guide.purchaser)


def test_evaluator_that_is_the_hub_is_refused(project: Stage) -> None:
    assessing.planned(project)
    with refused("R-265", "是本项目的主责单位"):
        assessing.select(project, project.application.hub)


def test_evaluator_that_supervised_the_project_is_refused(project: Stage) -> None:
    MonitoringVisit.objects.create(
        application=project.application,
        kind="site",
        visited_on=date(2026, 8, 1),
        people="督导",
        findings="走访",
        organization=assessing.body_of(project, "evaluator"),
        recorded_by=project.actor("support").user,
        recorded_at=assessing.NOW,
    )
    assessing.planned(project)
    with refused("R-265", "日常督导支持"):
        assessing.select(project)


def test_evaluator_that_advised_the_project_is_refused(project: Stage) -> None:
    AdvisoryTie.objects.create(
        application=project.application,
        organization=assessing.body_of(project, "evaluator"),
        nature="writing",
        recorded_by=project.actor("office").user,
        recorded_at=assessing.NOW,
    )
    assessing.planned(project)
    with refused("R-265", "代写申报材料"):
        assessing.select(project)


def test_evaluator_whose_staff_work_for_the_contractor_is_refused(project: Stage) -> None:
    evaluator = assessing.body_of(project, "evaluator")
    Membership.objects.create(
        person=project.actor("evaluator").user,
        organization=project.application.applicant,
        role=Role.ORG,
        valid_from=date(2025, 1, 1),
        appointed_by=project.actor("sysadmin").user,
    )
    assessing.planned(project)
    with refused("R-265", "同时在.*任职"):
        assessing.select(project, evaluator)


def test_evaluator_whose_people_hold_another_duty_in_the_case_is_refused(project: Stage) -> None:
    record_duty(
        person_id=project.actor("evaluator").user.pk,
        case_id=project.application.case_id,
        duty=Duty.PRECHECKER,
        at=assessing.NOW,
    )
    assessing.planned(project)
    with refused("R-265", "初审"):
        assessing.select(project)


def test_body_that_is_no_evaluator_is_refused(project: Stage) -> None:
    assessing.planned(project)
    with refused("R-265", "不是第三方评估机构"):
        assessing.select(project, assessing.body_of(project, "cpa"))


def test_evaluator_without_people_is_refused(project: Stage) -> None:
    assessing.planned(project)
    with refused("R-265", "尚无评估人员"):
        assessing.select(project, make_organization(OrganizationKind.EVALUATOR))


def test_fee_from_the_contractor_is_refused_by_form_and_database(project: Stage) -> None:
    assessing.planned(project)
    with refused("R-265", "不得由承接主体支付"):
        assessing.select(project, fee_paid_by="contractor")
    assessing.select(project)
    with pytest.raises(IntegrityError, match="assessment_fee_not_from_contractor"), transaction.atomic():
        Assessment.objects.filter(pk=project.assessment.pk).update(fee_paid_by="contractor")


def test_independent_evaluator_becomes_party_and_reads_the_case(project: Stage) -> None:
    evaluator = project.actor("evaluator")
    assessing.planned(project)
    assert not Application.objects.visible_to(evaluator).filter(pk=project.application.pk).exists()
    assessing.select(project)
    assert Application.objects.visible_to(evaluator).filter(pk=project.application.pk).exists()
    assert CaseParty.objects.filter(case=project.application.case, part="evaluator").exists()


def test_evaluator_that_steps_aside_loses_the_case(project: Stage) -> None:
    assessing.planned(project)
    assessing.select(project)
    assessing.act(project, "step_aside", reason="评估组成员与项目负责人有亲属关系")
    assert project.assessment.status == "planned"
    assert not Application.objects.visible_to(project.actor("evaluator")).filter(pk=project.application.pk).exists()


def test_tie_found_after_the_choice_stops_the_scheme(project: Stage) -> None:
    assessing.planned(project)
    assessing.select(project)
    AdvisoryTie.objects.create(
        application=project.application,
        organization=assessing.body_of(project, "evaluator"),
        nature="consulting",
        recorded_by=project.actor("office").user,
        recorded_at=assessing.NOW,
    )
    with refused("R-265", "咨询策划"):
        assessing.scheme(project)


def test_declaration_not_confirmed_is_refused(project: Stage) -> None:
    assessing.planned(project)
    assessing.select(project)
    with refused("R-265", "独立性声明"):
        assessing.scheme(project, declared=False)
    assert not project.assessment.declarations.exists()


def test_declaration_is_kept_word_for_word(project: Stage) -> None:
    assessing.planned(project)
    assessing.select(project)
    assessing.scheme(project)
    declaration = project.assessment.declarations.get()
    assert len(declaration.statements) == 5
    declaration.team = "别人"
    with pytest.raises(InternalError, match="declaration_is_kept"), transaction.atomic():
        declaration.save()


def test_weights_that_do_not_sum_to_hundred_are_refused_by_the_database(project: Stage) -> None:
    assessing.planned(project)
    with pytest.raises(IntegrityError, match="assessment_weights_sum_to_hundred"), transaction.atomic():
        Assessment.objects.filter(pk=project.assessment.pk).update(weight_output=Decimal(51))


# --- collecting and drafting --------------------------------------------------------------------------------------


def test_bench_is_laid_out_from_indicators_and_ledger(project: Stage) -> None:
    assessment = assessing.collecting(project)
    assert [row.dimension for row in assessment.measures.all()] == ["output", "output", "benefit"]
    assert all(row.reported == 0 for row in assessment.measures.all())
    assert assessment.contents.count() == len(Content) == 8
    assert assessment.survey.status == "draft"


def test_draft_with_a_content_missing_is_refused(project: Stage) -> None:
    assessing.collecting(project)
    assessing.visited(project)
    assessing.filled(project)
    project.assessment.contents.filter(code=Content.MONEY).update(finding="")
    with refused("R-262", "资金到位和使用情况"):
        assessing.act(project, "draft")


def test_draft_without_both_sides_is_refused(project: Stage) -> None:
    assessing.collecting(project)
    assessing.visited(project)
    assessing.filled(project, purchaser_performance="")
    with refused("R-263", "购买主体的资金使用绩效"):
        assessing.act(project, "draft")


def test_draft_with_an_unexplained_figure_is_refused(project: Stage) -> None:
    assessing.collecting(project)
    assessing.visited(project)
    assessing.filled(project)
    project.assessment.measures.filter(name="放映场次").update(note="")
    with refused("R-262", "须说明理由：放映场次"):
        assessing.act(project, "draft")


def test_draft_without_a_visit_is_refused(project: Stage) -> None:
    assessing.collecting(project)
    assessing.filled(project)
    with refused("R-265", "走访"):
        assessing.act(project, "draft")


def test_draft_with_a_paper_not_gone_through_is_refused(project: Stage) -> None:
    assessing.collecting(project)
    assessing.visited(project)
    assessing.filled(project)
    project.assessment.checklist.filter(position=0).update(seen=None)
    with refused("R-265", "材料清单"):
        assessing.act(project, "draft")


def test_visit_without_photograph_is_refused(project: Stage) -> None:
    assessment = assessing.collecting(project)
    with refused("R-265", "照片"):
        record_site_visit(
            actor=project.actor("evaluator"),
            assessment=assessment,
            visited_on=date(2026, 9, 2),
            place="朝外",
            people="沈洁",
            findings="走访",
            photos=[],
        )


def test_final_draft_without_a_survey_is_refused(closing: Stage) -> None:
    assessing.collecting(closing, AssessmentKind.FINAL)
    assessing.visited(closing)
    assessing.filled(closing)
    with refused("R-266", "满意度测评"):
        assessing.act(closing, "draft")


def test_bench_saved_over_somebody_else_is_refused(project: Stage) -> None:
    assessment = assessing.collecting(project)
    assessing.filled(project)
    with pytest.raises(StaleEdition):
        save_bench(actor=project.actor("evaluator"), assessment=assessment, entered={"summary": "旧"}, edition=0)
    assert project.assessment.summary != "旧"


def test_bench_is_the_evaluators_alone(project: Stage) -> None:
    assessment = assessing.collecting(project)
    for username in ("office", "org-head", "hub", "cpa"):
        with refused("S-02"):
            save_bench(actor=project.actor(username), assessment=assessment, entered={}, edition=assessment.edition)


def test_evaluator_cannot_write_the_purchasers_opinion(project: Stage) -> None:
    assessing.collecting(project)
    assessing.filled(project, opinions={"purchaser": "很好"})
    assert not project.assessment.opinions.filter(party=Party.PURCHASER).exists()


# --- feedback and the three parties -------------------------------------------------------------------------------


def test_contractor_cannot_see_the_draft_before_feedback(project: Stage) -> None:
    assessing.collecting(project)
    assessing.visited(project)
    assessing.filled(project)
    head = client_of(project, "org-head")
    page = head.get(project.assessment.get_absolute_url()).content.decode()
    assert "报告草稿在征求意见时" in page
    assert "同意给予评定等级" not in page
    assert "得分计算" not in page
    assert head.get(reverse("assessment-bench", args=[project.assessment.pk])).status_code == 404
    assessing.act(project, "draft")
    assert "同意给予评定等级" not in head.get(project.assessment.get_absolute_url()).content.decode()
    assessing.act(project, "send_for_feedback")
    opened = head.get(project.assessment.get_absolute_url()).content.decode()
    assert "同意给予评定等级" in opened
    assert "得分计算" in opened


def test_visit_photos_stay_closed_to_the_contractor_before_feedback(project: Stage) -> None:
    from procurement.documents.models import Document

    assessing.collecting(project)
    assessing.visited(project)
    photo = Document.objects.get(subject_type="evaluation.sitevisit")
    assert client_of(project, "org-head").get(photo.get_absolute_url()).status_code == 404
    assert client_of(project, "evaluator").get(photo.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("party", ["purchaser", "recipients", "third_party"])
def test_final_without_one_of_three_parties_is_refused(project: Stage, party: str) -> None:
    assessing.collecting(project)
    assessing.visited(project)
    opinions = {"recipients": "满意", "third_party": "合格"}
    opinions.pop(party, None)
    assessing.filled(project, opinions=opinions)
    assessing.act(project, "draft")
    assessing.act(project, "send_for_feedback")
    assessing.act(project, "comment_contractor", "org-head", text="无异议。")
    if party != "purchaser":
        assessing.act(project, "comment_purchaser", "district", text="同意。")
    with refused("R-261", str(Party(party).label)):
        assessing.act(project, "finalise")


def test_final_with_an_open_objection_is_refused(project: Stage) -> None:
    assessing.in_feedback(project)
    assessing.act(project, "comment_contractor", "org-head", text="人次有误。", objects_to_draft=True)
    assessing.act(project, "comment_purchaser", "district", text="同意。")
    with refused("R-260", "异议尚未答复"):
        assessing.act(project, "finalise")
    opinion = selectors.opinion_of(project.assessment, Party.CONTRACTOR)
    assessing.act(project, "answer", opinion=opinion, answer="已核对。", adopted=False)
    assessing.act(project, "finalise")
    assert project.assessment.status == "final"


def test_final_before_the_feedback_term_is_refused_unless_the_contractor_spoke(project: Stage) -> None:
    assessing.in_feedback(project)
    assessing.act(project, "comment_purchaser", "district", text="同意。")
    with refused("R-260", "反馈期限"):
        assessing.act(project, "finalise")
    project.now = end_of_day(project.assessment.feedback_due_on) + timedelta(minutes=1)
    assessing.act(project, "finalise")
    assert project.assessment.grade


def test_contractor_who_comes_late_is_refused(project: Stage) -> None:
    assessing.in_feedback(project)
    project.now = end_of_day(project.assessment.feedback_due_on) + timedelta(minutes=1)
    with refused("R-260", "已经届满"):
        assessing.act(project, "comment_contractor", "org-head", text="太晚了")


def test_feedback_day_that_no_calendar_knows_cannot_begin(project: Stage) -> None:
    from procurement.demo.stage import local

    assessing.collecting(project)
    assessing.visited(project)
    assessing.filled(project)
    assessing.act(project, "draft")
    with refused("R-305", "2027"):
        assessing.act(project, "send_for_feedback", at=local(2026, 12, 30))


# --- result -------------------------------------------------------------------------------------------------------


def test_result_is_fixed_with_its_computation(project: Stage) -> None:
    assessment = assessing.final(project)
    assert assessment.score == Decimal(assessment.computation["score"])
    assert assessment.computation["scaled"] is True
    assert assessment.grade == Grade.EXCELLENT
    assert len(assessment.content_sha256) == 64


@pytest.mark.parametrize("change", ["score = 99", "summary = '改'", "grade = 'good'", "finalised_at = NULL"])
def test_result_cannot_be_changed_by_raw_sql(project: Stage, change: str) -> None:
    assessment = assessing.final(project)
    with (
        pytest.raises(IntegrityError, match="a final evaluation stands"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE evaluation_assessment SET {change} WHERE id = %s", [assessment.pk])


def test_published_midterm_ends_the_step_and_is_told_to_the_project(project: Stage) -> None:
    assessing.final(project)
    assessing.act(project, "publish", "office")
    assert project.application.midterm_grade == Grade.EXCELLENT
    steps = {row.step.code: row.state for row in project.application.case.steps.select_related("step")}
    assert steps["midterm_evaluation"] == StepState.DONE
    assert steps["submit_closeout"] == StepState.OPEN


def test_failed_midterm_criticises_orders_correction_and_allows_another_round(project: Stage) -> None:
    assessing.final(project, reached="0.40")
    assessing.act(project, "publish", "office")
    application = project.application
    assert (application.midterm_grade, application.status) == (Grade.POOR, "rectifying")
    order = Rectification.objects.get(application=application)
    assert (order.origin, order.status, order.issuer_id) == ("midterm", "issued", application.guide.purchaser_id)
    steps = {row.step.code: row.state for row in application.case.steps.select_related("step")}
    assert steps["midterm_evaluation"] == StepState.OPEN
    perform(
        order,
        "rectification.respond",
        actor=project.actor("org-head"),
        at=project.later(days=5),
        response="台账已全部补登，增加周末场次两场。",
    )
    perform(
        order,
        "rectification.verify",
        actor=project.actor("signer"),
        at=project.later(days=1),
        reason="已复查台账和现场，整改到位。",
    )
    again = assessing.planned(project)
    assert (again.round, again.status) == (2, "planned")


def test_passed_midterm_is_not_repeated(project: Stage) -> None:
    assessing.final(project)
    assessing.act(project, "publish", "office")
    with refused("R-260", "已经公布"):
        assessing.planned(project)


def surveyed(stage: Stage, count: int, level: int = 100) -> None:
    from evaluation.services.surveys import answer

    assessing.collecting(stage, AssessmentKind.FINAL)
    survey = assessing.survey_open(stage)
    for ticket in survey.tickets.all()[:count]:
        answer(code=ticket.code, levels=dict.fromkeys(("attitude", "effect", "overall"), level), at=stage.now)
    perform(survey, "survey.close", actor=stage.actor("evaluator"), at=stage.later(hours=1))


def test_published_final_reaches_project_and_ends_the_step(closing: Stage) -> None:
    surveyed(closing, 6)
    assessing.final(closing)
    assessing.act(closing, "publish", "office")
    application = closing.application
    assert application.final_score == closing.assessment.score
    assert (application.final_grade, application.satisfaction) == (Grade.EXCELLENT, Decimal("100.00"))
    steps = {row.step.code: row.state for row in application.case.steps.select_related("step")}
    assert (steps["final_evaluation"], steps["close_and_archive"]) == (StepState.DONE, StepState.OPEN)
    assert not CreditRecord.objects.filter(organization=application.applicant).exists()


def test_poor_final_enters_the_credit_record(closing: Stage) -> None:
    surveyed(closing, 6, level=30)
    assessing.final(closing, reached="0.30")
    assessing.act(closing, "publish", "office")
    record = CreditRecord.objects.get(organization=closing.application.applicant)
    assert (record.credit_list, record.document_number) == ("evaluation", closing.assessment.number)


def test_small_survey_is_told_to_nobody_outside(closing: Stage) -> None:
    surveyed(closing, 4)
    assessing.final(closing)
    assessing.act(closing, "publish", "office")
    assert closing.application.satisfaction is None
    page = Client().get(reverse("evaluation-result", args=[closing.assessment.pk])).content.decode()
    assert "不足 5 份" in page
    assert "满意度指数" not in page
    assert "不公开" in page


def test_public_result_shows_score_grade_and_satisfaction(closing: Stage) -> None:
    surveyed(closing, 5)
    assessing.final(closing)
    assert Client().get(reverse("evaluation-result", args=[closing.assessment.pk])).status_code == 404
    assessing.act(closing, "publish", "office")
    page = Client().get(reverse("evaluation-result", args=[closing.assessment.pk])).content.decode()
    assert str(closing.assessment.score) in page
    assert "满意度指数" in page
    assert "沈洁" not in page.partition("<main")[2]
    assert closing.application.title in Client().get(reverse("evaluation-results")).content.decode()


def test_finance_may_have_a_result_judged_again(closing: Stage) -> None:
    surveyed(closing, 6)
    assessing.final(closing)
    assessing.act(closing, "publish", "office")
    first = closing.assessment
    assessing.act(closing, "order_reevaluation", "finance", reason="重点项目抽查")
    second = Assessment.objects.get(reevaluates=first)
    closing.put("assessment", second)
    with refused("R-260", "不能由主办单位取消"):
        assessing.act(closing, "cancel", "office", reason="不做了")
    assert Client().get(reverse("evaluation-result", args=[first.pk])).status_code == 200


def test_reevaluation_takes_the_place_of_the_first_result(project: Stage) -> None:
    assessing.final(project)
    assessing.act(project, "publish", "office")
    first = project.assessment
    assessing.act(project, "order_reevaluation", "finance", reason="重点项目抽查")
    project.put("assessment", Assessment.objects.get(reevaluates=first))
    assessing.select(project)
    assessing.scheme(project)
    assessing.act(project, "approve_scheme", "office")
    assessing.act(project, "collect")
    assessing.final(project, reached="0.85")
    assessing.act(project, "publish", "office")
    first.refresh_from_db()
    assert first.status == "superseded"
    assert project.application.midterm_grade == Grade.GOOD


# --- wrong person, wrong state, foreign pages ---------------------------------------------------------------------

ACTORS = {
    "select": ("planned", "office"),
    "submit_scheme": ("evaluator_selected", "evaluator"),
    "send_for_feedback": ("draft_report", "evaluator"),
    "publish": ("final", "office"),
    "order_reevaluation": ("published", "finance"),
}


@pytest.mark.parametrize("row", ACTORS)
def test_row_in_the_wrong_state_is_refused(project: Stage, row: str) -> None:
    assessing.planned(project)
    if row == "select":
        assessing.select(project)
    with refused("S-01"):
        assessing.act(project, row, ACTORS[row][1], reason="x")


def test_rows_by_the_wrong_person_are_refused(project: Stage) -> None:
    assessing.planned(project)
    with refused("S-02"):
        perform(project.assessment, "assessment.select", actor=project.actor("evaluator"))
    assessing.select(project)
    with refused("S-02"):
        perform(project.assessment, "assessment.submit_scheme", actor=project.actor("cpa"))
    assessing.scheme(project)
    with refused("S-02"):
        perform(project.assessment, "assessment.approve_scheme", actor=project.actor("evaluator"))


def test_foreign_pages_and_posts_are_not_found(project: Stage) -> None:
    assessing.collecting(project)
    stranger = Client()
    stranger.force_login(make_actor(Role.ORG_H, make_organization()).user)
    pk = project.assessment.pk
    for name in ("assessment", "assessment-bench", "assessment-visit"):
        assert stranger.get(reverse(name, args=[pk])).status_code == 404
        assert stranger.post(reverse(name, args=[pk]), {}).status_code == 404
    assert stranger.get(project.assessment.survey.get_absolute_url()).status_code == 404
    url = reverse("transition", args=["assessment", pk, "assessment.draft"])
    assert stranger.post(url, {}).status_code == 404
    plan = reverse("assessment-plan", args=[project.application.pk, "midterm"])
    assert stranger.post(plan).status_code == 404


def test_pages_open_for_those_concerned(project: Stage) -> None:
    assessing.collecting(project)
    pk = project.assessment.pk
    for username in ("office", "evaluator", "org-head", "hub", "district", "auditor", "finance"):
        assert client_of(project, username).get(reverse("assessment", args=[pk])).status_code == 200
    evaluator = client_of(project, "evaluator")
    assert evaluator.get(reverse("assessment-bench", args=[pk])).status_code == 200
    assert evaluator.get(reverse("assessment-visit", args=[pk])).status_code == 200
    assert evaluator.get(project.application.get_absolute_url()).status_code == 200
    assert evaluator.get(reverse("assessments")).status_code == 200


def test_bench_saves_what_was_typed(project: Stage) -> None:
    assessment = assessing.collecting(project)
    client = client_of(project, "evaluator")
    measure = assessment.measures.first()
    data = bench_data(client, assessment)
    data |= {f"m-{measure.pk}-actual": "6.5", f"m-{measure.pk}-note": "核对签到表", "spent_verified": "60,000.00 元"}
    data |= {"c-money-finding": "资金到位", "recipients": "满意"}
    assert client.post(reverse("assessment-bench", args=[assessment.pk]), data).status_code == 302
    measure.refresh_from_db()
    assert (measure.actual, measure.note) == (Decimal("6.50"), "核对签到表")
    assert project.assessment.spent_verified == Decimal("60000.00")
    assert assessment.opinions.get(party=Party.RECIPIENTS).text == "满意"


def bench_data(client: Client, assessment: Assessment) -> dict[str, Any]:
    form = client.get(reverse("assessment-bench", args=[assessment.pk])).context["form"]
    return {name: form[name].value() if form[name].value() is not None else "" for name in form.fields}


def test_bench_saves_itself_and_notes_one_sitting(project: Stage) -> None:
    assessment, client = assessing.collecting(project), client_of(project, "evaluator")
    url = reverse("assessment-bench-autosave", args=[assessment.pk])
    data = bench_data(client, assessment)
    first = client.post(url, {**data, "summary": "初稿"}).json()
    assert first["version"] == "1"
    assert client.post(url, {**data, "summary": "旧页"}).status_code == 422
    assert client.post(url, {**data, "version": "1", "summary": "二稿"}).json()["version"] == "2"
    assert project.assessment.summary == "二稿"
    assert AuditEvent.objects.about(assessment.subject).of_action("assessment.save").count() == 1
    assert client_of(project, "org-head").post(url, data).status_code == 404


def test_figures_are_confirmed_by_an_act_not_by_opening_the_page(project: Stage) -> None:
    assessment, client = assessing.collecting(project), client_of(project, "evaluator")
    data = bench_data(client, assessment)
    assert client.post(reverse("assessment-bench", args=[assessment.pk]), data).status_code == 302
    assert not assessment.measures.filter(actual__isnull=False).exists()
    data = bench_data(client, assessment)
    assert client.post(reverse("assessment-bench", args=[assessment.pk]), {**data, "adopt": "1"}).status_code == 302
    assert not assessment.measures.filter(actual__isnull=True).exists()
    assert project.assessment.spent_verified == Decimal("63000.00")


def test_office_plans_by_button_and_selects_by_form(project: Stage) -> None:
    office = client_of(project, "office")
    page = office.get(project.application.get_absolute_url()).content.decode()
    assert "安排中期评估" in page
    answer = office.post(reverse("assessment-plan", args=[project.application.pk, "midterm"]), follow=True)
    assessment = Assessment.objects.get(application=project.application)
    assert answer.redirect_chain[-1][0] == assessment.get_absolute_url()
    url = reverse("transition", args=["assessment", assessment.pk, "assessment.select"])
    data = {
        "evaluator": str(assessing.body_of(project, "evaluator").pk),
        "selection_reason": "名录抽取",
        "fee": "5000",
        "fee_paid_by": "office",
    }
    assert office.post(url, data).status_code == 302
    assessment.refresh_from_db()
    assert assessment.status == "evaluator_selected"


def test_worklists_name_the_next_person(project: Stage) -> None:
    from procurement.ui.worklists import worklist_for

    def steps(username: str) -> list[str]:
        return [str(item.step) for group in worklist_for(project.actor(username)) for item in group.items]

    assert any("安排中期评估" in step for step in steps("office"))
    assessing.planned(project)
    assert any("待选定机构" in step for step in steps("office"))
    assessing.select(project)
    assert any("待提交方案" in step for step in steps("evaluator"))
    assessing.scheme(project)
    assessing.act(project, "approve_scheme", "office")
    assessing.act(project, "collect")
    assessing.in_feedback(project)
    assert any("征求意见" in step for step in steps("org-head"))
    assert any("征求意见" in step for step in steps("district"))
    assessing.act(project, "comment_contractor", "org-head", text="无异议。")
    assert not any("征求意见" in step for step in steps("org-head"))


def many(stage: Stage, count: int) -> None:
    evaluator = assessing.body_of(stage, "evaluator")
    for number in range(2, 2 + count):
        application = assessing.running(stage, number=number)
        Assessment.objects.create(
            number=f"PG-T-{number:04d}",
            application=application,
            case=application.case,
            kind="midterm",
            status="published",
            evaluator=evaluator,
            fee_paid_by="office",
            score=Decimal("88.00"),
            grade="good",
            content_sha256="0" * 64,
            published_at=assessing.NOW + timedelta(minutes=number),
        )


@pytest.mark.parametrize(("name", "username"), [("evaluation-results", ""), ("assessments", "evaluator")])
def test_list_asks_the_same_number_of_queries_for_any_length(published: Stage, name: str, username: str) -> None:
    from django.test.utils import CaptureQueriesContext

    client = client_of(published, username) if username else Client()

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse(name)).status_code == 200
        return len(captured)

    many(published, 3)
    queries()
    few = queries()
    for number in range(100, 112):
        application = assessing.running(published, number=number)
        Assessment.objects.create(
            number=f"PG-T-{number:04d}", application=application, kind="midterm", status="published",
            evaluator=assessing.body_of(published, "evaluator"), fee_paid_by="office", score=Decimal("88.00"),
            grade="good", content_sha256="0" * 64, published_at=assessing.NOW + timedelta(minutes=number),
        )  # fmt: skip
    assert queries() == few


def test_report_is_drawn_up_with_its_hash(project: Stage) -> None:
    from evaluation.services.assessment_results import report_of
    from procurement.documents.models import Job
    from procurement.documents.services.running import run_job

    assessing.in_feedback(project)
    assessing.act(project, "comment_contractor", "org-head", text="无异议。")
    assessing.act(project, "comment_purchaser", "district", text="同意。")
    assessing.act(project, "finalise")
    run_job(job_id=Job.objects.get(kind="assessment_report").pk)
    report = report_of(project.assessment)
    assert report is not None
    assert (report.media_type, len(report.sha256)) == ("application/pdf", 64)
    assert report.path.read_bytes().startswith(b"%PDF")
