"""Points: alone, in range, unseen by others, unchanged once handed in; sums exact; the result lawful."""

import json
import threading
from decimal import Decimal
from fractions import Fraction

import pytest
from django.core.management import call_command
from django.db import IntegrityError, InternalError, connection, connections, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from evaluation.models import FactorScore, Finding, ReviewReport, ScoreSheet
from evaluation.selectors.rubrics import leaves
from evaluation.selectors.scoring import mean, median, panel_score, queue_of, results, rounded
from evaluation.services.rubrics import attach_from_library
from evaluation.services.scoring import Entry, explain, save_sheet, seal_of
from procurement.access import Role, actor_for
from procurement.audit.models import AuditEvent
from procurement.demo.stage import Stage
from procurement.demo.steps import guiding, reviewing
from procurement.documents.models import Document, Job
from procurement.documents.services import run_job
from procurement.lifecycle.engine import perform, refusals
from procurement.lifecycle.models import TransitionRecord
from procurement.rules import RuleViolation
from tests.evaluation.factories import prechecked
from tests.factories import make_actor

POINTS = st.lists(st.decimals(0, 100, places=2), min_size=1, max_size=11)


@pytest.fixture
def in_session(published, applications):
    applications(2)
    for step in (reviewing.plan, reviewing.draw, reviewing.confirm, reviewing.convene):
        step(published)
    return published


@pytest.fixture
def filled(in_session):
    reviewing.score(in_session)
    return in_session


def member(seat):
    return actor_for(seat.person)


def first_sheet(stage):
    return ScoreSheet.objects.filter(panel=stage.panel).order_by("seat__kind", "seat__rank", "position").first()


def put(sheet, points, **more):
    """The member gives each factor so many points, in the scheme's order."""
    entries = {
        factor.pk: Entry(Decimal(str(value))) for factor, value in zip(leaves(sheet.panel.rubric), points, strict=True)
    }
    return save_sheet(actor=member(sheet.seat), sheet=sheet, entries=entries, **more)


def draft_of_another_guide(stage):
    guide = guiding.draft_guide(Stage(now=stage.now), year=2026, title="另一份指南")
    return guide.rubrics.get()


def hand_in(sheet):
    return perform(sheet, "sheet.lock", actor=member(sheet.seat))


# --- one's own sheet ----------------------------------------------------------------------------------------------


def test_points_out_of_range_are_refused_by_the_database(in_session):
    sheet = first_sheet(in_session)
    factor = leaves(sheet.panel.rubric)[0]
    for value in ("-0.01", "20.01", "99"):
        with pytest.raises(RuleViolation, match="R-132 得分须在0分与该项满分之间"):
            save_sheet(actor=member(sheet.seat), sheet=sheet, entries={factor.pk: Entry(Decimal(value))})


def test_the_maximum_cannot_be_smuggled_in(in_session):
    sheet, factor = first_sheet(in_session), None
    factor = leaves(sheet.panel.rubric)[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        FactorScore.objects.create(sheet=sheet, factor=factor, value=90, maximum=100, saved_at=in_session.now)


def test_a_factor_of_another_scheme_is_refused(in_session):
    sheet = first_sheet(in_session)
    other = draft_of_another_guide(in_session)
    with pytest.raises(RuleViolation, match="R-131 只能按已公布的评分因素评分"):
        save_sheet(actor=member(sheet.seat), sheet=sheet, entries={leaves(other)[0].pk: Entry(Decimal(1))})


def test_nobody_else_writes_a_sheet(in_session):
    sheet = first_sheet(in_session)
    other = in_session.panel.seats.confirmed().exclude(pk=sheet.seat_id).first()
    for actor in (member(other), in_session.actor("office"), in_session.actor("discipline")):
        with pytest.raises(RuleViolation, match="R-139 评分表只能由评审成员本人填写"):
            save_sheet(actor=actor, sheet=sheet, entries={})


def test_a_sheet_is_handed_in_only_when_complete(in_session):
    sheet = first_sheet(in_session)
    found = [str(r) for r in refusals(sheet, "sheet.lock", member(sheet.seat))]
    assert any("R-132 尚未评分：A 需求与必要性" in text for text in found)
    assert any("请填写建议资金" in text for text in found)
    put(sheet, [18, 22, 18, 16, 12], suggested_amount=Decimal("150000"), keep_amount=False)
    hand_in(sheet)
    assert (sheet.status, sheet.total) == ("locked", Decimal("86.00"))


def test_more_money_than_asked_for_is_not_suggested(in_session):
    sheet = first_sheet(in_session)
    with pytest.raises(RuleViolation, match="S-04 建议资金须在"):
        put(sheet, [1, 1, 1, 1, 1], suggested_amount=Decimal("156000.01"), keep_amount=False)


def test_one_factor_can_be_saved_alone(in_session):
    sheet = first_sheet(in_session)
    put(sheet, [18, 22, 18, 16, 12], comment="意见", suggested_amount=Decimal("150000"), keep_amount=False)
    factor = leaves(sheet.panel.rubric)[0]
    save_sheet(actor=member(sheet.seat), sheet=sheet, entries={factor.pk: Entry(Decimal("9.5"), "偏弱")})
    sheet.refresh_from_db()
    assert (sheet.comment, sheet.suggested_amount, sheet.scores.count()) == ("意见", Decimal("150000.00"), 5)
    assert sheet.scores.get(factor=factor).value == Decimal("9.50")


def test_many_saves_make_one_line_in_the_journal_and_no_points(in_session):
    sheet = first_sheet(in_session)
    for value in range(10):
        put(sheet, [value] * 5)
    lines = AuditEvent.objects.filter(action="sheet.save", subject=sheet.subject)
    assert lines.count() == 1
    assert json.loads(bytes(lines.get().body)) == {"position": sheet.position}


# --- after handing in ----------------------------------------------------------------------------------------------


def test_a_sheet_handed_in_takes_no_more_points(filled):
    sheet = first_sheet(filled)
    hand_in(sheet)
    with pytest.raises(RuleViolation, match="R-139"):
        put(sheet, [1, 1, 1, 1, 1])


AGAINST_HANDED_IN = (
    "UPDATE evaluation_factorscore SET value = 1 WHERE sheet_id = %s",
    "DELETE FROM evaluation_factorscore WHERE sheet_id = %s",
    "UPDATE evaluation_scoresheet SET total = 99 WHERE id = %s",
    "UPDATE evaluation_scoresheet SET comment = 'x' WHERE id = %s",
    "UPDATE evaluation_scoresheet SET suggested_amount = 1 WHERE id = %s",
    "UPDATE evaluation_scoresheet SET seal = 'x' WHERE id = %s",
    "UPDATE evaluation_scoresheet SET status = 'draft' WHERE id = %s",
    "DELETE FROM evaluation_scoresheet WHERE id = %s",
)


def test_a_sheet_handed_in_is_kept_even_against_raw_sql(filled, app_role):
    sheet = first_sheet(filled)
    hand_in(sheet)
    for statement in AGAINST_HANDED_IN:
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [sheet.pk])


def test_a_member_who_left_scores_no_more_even_by_raw_sql(filled):
    sheet = first_sheet(filled)
    score = sheet.scores.first()
    perform(sheet.seat, "seat.recuse", actor=member(sheet.seat), reason="发现利害关系", entry=sheet.entry)
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE evaluation_factorscore SET value = 1 WHERE id = %s", [score.pk])


def test_points_before_the_session_are_refused_by_the_database(published, applications):
    applications(1)
    for step in (reviewing.plan, reviewing.draw, reviewing.confirm):
        step(published)
    seat = published.panel.seats.first()
    sheet = ScoreSheet.objects.create(
        panel=published.panel, seat=seat, entry=published.panel.entries.get(), position=1, salt="0"
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        FactorScore.objects.create(
            sheet=sheet, factor=leaves(published.panel.rubric)[0], value=1, maximum=20, saved_at=published.now
        )


def test_the_seal_proves_the_points(filled):
    sheet = first_sheet(filled)
    record = hand_in(sheet)
    assert record.data["seal"] == sheet.seal == seal_of(sheet)
    assert not {str(score.value) for score in sheet.scores.all()} & set(map(str, record.data.values()))


# --- what others see ------------------------------------------------------------------------------------------------


def test_nobody_sees_anothers_points_before_all_have_handed_in(client, filled):
    sheet = first_sheet(filled)
    hand_in(sheet)
    others = [member(seat) for seat in filled.panel.seats.confirmed().exclude(pk=sheet.seat_id)]
    officials = [
        filled.actor(name) for name in ("office", "leader", "checker", "discipline", "auditor", "supervisor", "org1")
    ]
    for actor in (*others, *officials):
        assert not ScoreSheet.objects.visible_to(actor).filter(pk=sheet.pk).exists()
        client.force_login(actor.user)
        assert client.get(sheet.get_absolute_url()).status_code == 404
        assert client.post(reverse("sheet-save", args=[sheet.pk]), {}).status_code == 404
        assert client.get(reverse("panel-results", args=[filled.panel.pk])).status_code == 404
        assert client.get(reverse("panel-report", args=[filled.panel.pk])).status_code == 404


def test_no_page_of_the_office_shows_a_total_before_all_have_handed_in(client, filled):
    for sheet in ScoreSheet.objects.filter(panel=filled.panel).exclude(seat=first_sheet(filled).seat):
        hand_in(sheet)
    totals = [str(t) for t in ScoreSheet.objects.filter(total__isnull=False).values_list("total", flat=True)]
    for actor in (filled.actor("office"), filled.actor("auditor")):
        client.force_login(actor.user)
        for address in (filled.panel.get_absolute_url(), filled.application.get_absolute_url(), "/panels/", "/audit/"):
            text = client.get(address).content.decode()
            assert not [total for total in totals if total in text], address
    told = TransitionRecord.objects.filter(lifecycle="sheet").values_list("data", flat=True)
    assert not [total for total in totals if total in str(list(told))]


def test_all_is_open_to_the_panel_once_the_last_sheet_is_in(client, filled):
    reviewing.hand_in(filled)
    assert filled.panel.status == "scored"
    sheet = first_sheet(filled)
    for actor in (member(filled.panel.seats.confirmed().last()), filled.actor("office"), filled.actor("auditor")):
        client.force_login(actor.user)
        assert client.get(sheet.get_absolute_url()).status_code == 200
        assert client.get(reverse("panel-results", args=[filled.panel.pk])).status_code == 200
    for name in ("org1", "leader", "checker"):
        client.force_login(filled.actor(name).user)
        assert client.get(reverse("panel-results", args=[filled.panel.pk])).status_code == 404


def test_each_member_has_an_order_of_their_own(published, applications):
    applications(8)
    for step in (reviewing.plan, reviewing.draw, reviewing.confirm, reviewing.convene):
        step(published)
    orders = {tuple(queue_of(seat).values_list("entry_id", flat=True)) for seat in published.panel.seats.confirmed()}
    assert len(orders) > 1


def test_the_queue_asks_a_constant_number_of_questions(client, published, applications, django_assert_max_num_queries):
    applications(12)
    for step in (reviewing.plan, reviewing.draw, reviewing.confirm, reviewing.convene):
        step(published)
    client.force_login(published.panel.seats.confirmed().first().person)
    with django_assert_max_num_queries(22):
        assert client.get("/review/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_two_last_sheets_at_once_close_the_scoring_once(filled):
    """Whoever comes second sees the first one's sheet handed in."""
    open_sheets = list(ScoreSheet.objects.filter(panel=filled.panel).order_by("seat", "position"))
    for sheet in open_sheets[1:-1]:
        hand_in(sheet)
    start = threading.Barrier(2)
    faults = []

    def last(pk):
        try:
            sheet = ScoreSheet.objects.select_related("seat__person").get(pk=pk)
            start.wait()
            hand_in(sheet)
        except Exception as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=last, args=[sheet.pk]) for sheet in (open_sheets[0], open_sheets[-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert filled.panel.status == "scored"
    assert TransitionRecord.objects.filter(transition="panel.close_scoring").count() == 1


# --- saving over the page --------------------------------------------------------------------------------------------


def test_the_script_saves_and_hears_time_and_total(client, in_session):
    sheet = first_sheet(in_session)
    client.force_login(sheet.seat.person)
    factor = leaves(sheet.panel.rubric)[0]
    answer = client.post(
        reverse("sheet-save", args=[sheet.pk]), {f"value-{factor.pk}": "17.5", f"note-{factor.pk}": "好"}
    )
    assert answer.json()["total"] == "17.50"
    assert answer.json()["missing"] == 4
    refused = client.post(reverse("sheet-save", args=[sheet.pk]), {f"value-{factor.pk}": "21"})
    assert (refused.status_code, refused.json()["field"]) == (422, f"value-{factor.pk}")
    client.logout()
    assert client.post(reverse("sheet-save", args=[sheet.pk]), {}).status_code == 401


def test_the_bench_works_without_scripts(client, in_session):
    sheet = first_sheet(in_session)
    client.force_login(sheet.seat.person)
    values = {f"value-{factor.pk}": "10" for factor in leaves(sheet.panel.rubric)}
    data = {**values, "comment": "总体可行", "suggested_amount": "120000"}
    assert client.post(sheet.get_absolute_url(), {**data, "suggested_amount": "999999999"}).status_code == 422
    answer = client.post(sheet.get_absolute_url(), {**data, "do": "next"})
    following = ScoreSheet.objects.get(seat=sheet.seat, position=sheet.position + 1)
    assert answer.headers["Location"] == following.get_absolute_url()
    answer = client.post(sheet.get_absolute_url(), {**data, "do": "lock"})
    assert answer.headers["Location"] == f"/act/sheet/{sheet.pk}/sheet.lock/"
    assert client.post(answer.headers["Location"], {}).status_code == 302
    sheet.refresh_from_db()
    assert (sheet.status, sheet.total) == ("locked", Decimal("50.00"))


def test_handing_in_all_says_what_is_missing(client, filled):
    seat = filled.panel.seats.confirmed().first()
    unfinished = seat.sheets.first()
    unfinished.scores.first().delete()
    client.force_login(seat.person)
    page = client.post(reverse("review-lock", args=[filled.panel.pk]), follow=True).content.decode()
    assert "已提交 1 份评分表" in page
    assert "尚未评分" in page
    assert set(seat.sheets.values_list("status", flat=True)) == {"locked", "draft"}


# --- arithmetic -----------------------------------------------------------------------------------------------------


@given(POINTS)
def test_the_mean_is_exact_and_rounded_half_up(totals):
    exact = sum(map(Fraction, totals)) / len(totals)
    cents = int(exact * 100 + Fraction(1, 2))
    assert rounded(mean(totals)) == Decimal(cents) / 100


@given(POINTS, st.randoms())
def test_the_order_of_members_changes_nothing(totals, dice):
    shuffled = list(totals)
    dice.shuffle(shuffled)
    for trimming in (False, True):
        assert panel_score(totals, trimming=trimming)[0] == panel_score(shuffled, trimming=trimming)[0]
    assert median(totals) == median(shuffled)


def test_half_a_cent_goes_up():
    assert panel_score([Decimal("80.00"), Decimal("80.01")], trimming=False)[0] == Decimal("80.01")


def test_trimming_leaves_out_one_of_each_and_only_with_five():
    totals = [Decimal(t) for t in (60, 80, 82, 84, 100)]
    assert panel_score(totals, trimming=True) == (Decimal("82.00"), {0, 4})
    assert panel_score(totals[:4], trimming=True) == (Decimal("76.50"), set())
    assert panel_score([Decimal(5)] * 5, trimming=True) == (Decimal("5.00"), {0, 1})


def even_scores(stage, points=(16, 20, 16, 16, 12)):
    for sheet in ScoreSheet.objects.filter(panel=stage.panel):
        put(sheet, points, suggested_amount=Decimal("100000"), keep_amount=False)
        hand_in(sheet)


def test_equal_scores_are_ordered_by_co_funding_then_time(in_session):
    """Both score 80; the second application brings more co-funding."""
    even_scores(in_session)
    first, second = results(in_session.panel)
    assert first.score == second.score == Decimal("80.00")
    assert first.entry.application.co_funding_amount > second.entry.application.co_funding_amount
    assert "配套资金比例较高" in second.tie_note
    assert (first.tie_note, first.suggested_amount) == ("", Decimal("100000.00"))


def test_satisfaction_with_earlier_projects_decides_before_co_funding(in_session):
    even_scores(in_session)
    weaker = results(in_session.panel)[1].entry.application
    type(weaker).objects.create(
        number="SB-OLD", guide=weaker.guide, applicant=weaker.applicant, status="archived", satisfaction=Decimal("96.5")
    )
    first, second = results(in_session.panel)
    assert first.entry.application == weaker
    assert "满意度较高" in second.tie_note


# --- consistency ------------------------------------------------------------------------------------------------------


def lonely(stage, points):
    """One member far from the others on one application; everything else even."""
    odd = first_sheet(stage)
    for sheet in ScoreSheet.objects.filter(panel=stage.panel):
        put(
            sheet,
            points if sheet.pk == odd.pk else (16, 20, 16, 16, 12),
            suggested_amount=Decimal("100000"),
            keep_amount=False,
        )
        hand_in(sheet)
    return odd


def test_a_member_far_from_the_others_is_asked_not_removed(in_session):
    odd = lonely(in_session, (8, 10, 8, 8, 6))
    finding = Finding.objects.get()
    assert (finding.sheet, finding.kind) == (odd, "outlier")
    assert "总分 40.00，其他成员平均 80.00，相差 50%" in finding.detail
    with pytest.raises(RuleViolation, match="R-141"):
        reviewing.report(in_session)
    with pytest.raises(RuleViolation, match="本人"):
        explain(actor=in_session.actor("office"), finding=finding, explanation="代为说明，代为说明")
    explain(actor=member(odd.seat), finding=finding, explanation="预算依据不足，人员安排无法支撑。")
    reviewing.report(in_session)
    low = next(line for line in results(in_session.panel) if line.entry == odd.entry)
    assert low.score == Decimal("72.00")


def test_thirty_percent_exactly_is_no_outlier(in_session):
    lonely(in_session, (11, 14, 11, 11, 9))
    assert not Finding.objects.exists()


def test_unequal_objective_points_go_back_to_the_members(district):
    guiding.draft_guide(district, year=2026, title="评分办法另选")
    attach_from_library(actor=district.actor("office"), occasion=district.guide, code="changning_score_sheet")
    for step in (guiding.send_up, guiding.approve, guiding.publish):
        step(district)
    district.put("application", prechecked(district.guide))
    for step in (reviewing.plan, reviewing.draw, reviewing.confirm, reviewing.convene):
        step(district)
    sheets = list(ScoreSheet.objects.filter(panel=district.panel))
    for place, sheet in enumerate(sheets):
        put(sheet, [16, 16, 16, 9 if place else 8, 12, 12], suggested_amount=Decimal("100000"), keep_amount=False)
        hand_in(sheet)
    assert set(Finding.objects.values_list("kind", flat=True)) == {"objective"}
    with pytest.raises(RuleViolation, match="R-140"):
        reviewing.report(district)
    perform(
        district.panel, "panel.reopen", actor=district.actor("office"), reason="配套资金证明为50%",
        ground="objective_differs", sheets=[sheets[0]],
    )  # fmt: skip
    sheets[0].refresh_from_db()
    assert (district.panel.status, sheets[0].status) == ("in_session", "draft")
    put(sheets[0], [16, 16, 16, 9, 12, 12])
    hand_in(sheets[0])
    reviewing.report(district)
    reopened = TransitionRecord.objects.get(transition="sheet.reopen")
    assert reopened.data["earlier"]["total"] == "80.00"
    assert "客观评审因素评分不一致" in reopened.reason


def test_a_result_changes_only_on_a_legal_ground(filled):
    reviewing.hand_in(filled)
    with pytest.raises(RuleViolation, match="R-141 只有四种法定情形"):
        perform(filled.panel, "panel.reopen", actor=filled.actor("office"), reason="领导不满意", ground="", sheets=[])
    reviewing.report(filled)
    reviewing.sign(filled)
    with pytest.raises(RuleViolation, match="S-01"):
        perform(
            filled.panel, "panel.reopen", actor=filled.actor("office"), reason="x", ground="sum_error",
            sheets=[first_sheet(filled)],
        )  # fmt: skip


# --- report and signatures ---------------------------------------------------------------------------------------------


@pytest.fixture
def reported(filled):
    reviewing.hand_in(filled)
    reviewing.report(filled)
    return filled


def test_a_dissent_stands_with_its_reason_and_does_not_stop_the_report(reported):
    seats = list(reported.panel.seats.confirmed())
    with pytest.raises(RuleViolation, match="R-158 有不同意见的须写明理由"):
        perform(seats[0], "seat.sign", actor=member(seats[0]), stance="dissents", opinion="")
    perform(seats[0], "seat.sign", actor=member(seats[0]), stance="dissents", opinion="第二名的预算应再核减。")
    with pytest.raises(RuleViolation, match="R-158 该成员已签署"):
        perform(seats[0], "seat.sign", actor=member(seats[0]), stance="agrees")
    for seat in seats[1:]:
        assert reported.panel.status == "reported"
        perform(seat, "seat.sign", actor=member(seat), stance="agrees")
    assert reported.panel.status == "signed"
    assert reported.application.status == "scored"


def test_silence_counts_as_agreement_only_after_three_working_days(reported):
    seats = list(reported.panel.seats.confirmed())
    for seat in seats[1:]:
        perform(seat, "seat.sign", actor=member(seat), stance="agrees")
    with pytest.raises(RuleViolation, match="R-158 报告送签后满 3 个工作日"):
        perform(seats[0], "seat.deem_agreed", actor=reported.actor("office"), at=reported.now, reason="未签署")
    perform(
        seats[0],
        "seat.deem_agreed",
        actor=reported.actor("office"),
        at=reported.later(working_days=4),
        reason="逾期未签署",
    )
    assert reported.panel.status == "signed"
    assert set(reported.panel.reports.get().signatures.values_list("stance", flat=True)) == {"agrees", "deemed"}


def test_a_reopened_report_gets_a_new_version_that_all_sign_again(reported):
    early = reported.panel.seats.confirmed().first()
    perform(early, "seat.sign", actor=member(early), stance="agrees")
    sheet = first_sheet(reported)
    perform(
        reported.panel, "panel.reopen", actor=reported.actor("office"), reason="B 项加总有误", ground="sum_error",
        sheets=[sheet],
    )  # fmt: skip
    sheet.refresh_from_db()
    hand_in(sheet)
    reviewing.report(reported)
    assert ReviewReport.objects.count() == 2
    reviewing.sign(reported)
    assert reported.application.review_report_id == ReviewReport.objects.get(version=2).pk


def test_the_report_cannot_be_altered_even_by_raw_sql(reported):
    reviewing.sign(reported)
    changes = {"reviewreport": "digest = 'x'", "reportline": "score = 1", "reportsignature": "reason = 'x'"}
    for table, change in changes.items():
        for statement in (f"UPDATE evaluation_{table} SET {change}", f"DELETE FROM evaluation_{table}"):
            with pytest.raises((IntegrityError, InternalError)), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)


def test_members_read_the_applications_no_more_after_the_report(reported):
    actor = member(reported.panel.seats.confirmed().first())
    reviewing.sign(reported)
    assert not type(reported.application).objects.visible_to(actor).filter(pk=reported.application.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_the_signed_report_becomes_a_paper_for_those_who_may_read_it(client, reported):
    reviewing.sign(reported)
    run_job(job_id=Job.objects.get(kind="review_report").pk)
    paper = Document.objects.get(kind="review_report")
    assert paper.page_count >= 1
    client.force_login(reported.actor("leader").user)
    assert client.get(paper.url).status_code == 200
    for stranger in (make_actor(Role.ORG), reported.actor("org1"), reported.actor("checker")):
        client.force_login(stranger.user)
        assert client.get(paper.url).status_code == 404


def test_the_record_of_a_whole_review_leaves_the_journal_sound(reported):
    reviewing.sign(reported)
    call_command("audit_verify")
    assert AuditEvent.objects.filter(action="panel.draw").exists()
