"""The satisfaction survey: one answer per ticket, no account, small numbers hidden (R-266, R-293)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from evaluation.models import Channel, Level, SurveyAnswer, SurveyTicket
from evaluation.models.survey import CODE_LENGTH
from evaluation.selectors.surveys import comments_of, figures_of, mean_of, public_figures
from evaluation.services.surveys import answer, close_due, find_ticket, normalise, ticket_of
from procurement.access import Role
from procurement.audit.models import AuditEvent
from procurement.calendars import end_of_day
from procurement.demo import budget, people
from procurement.demo.stage import Stage, local
from procurement.demo.steps.guiding import publish_guide
from procurement.lifecycle.engine import perform
from procurement.rules import RuleViolation, refusal_for_constraint
from tests.evaluation import assessing
from tests.factories import make_actor, make_organization

pytestmark = pytest.mark.django_db
BEST = {"attitude": 100, "effect": 100, "overall": 100}


def ask(stage: Stage) -> Stage:
    assessing.running(stage, status="closing")
    assessing.collecting(stage, "final")
    assessing.survey_open(stage)
    return stage


@pytest.fixture
def asked(published: Stage) -> Stage:
    return ask(published)


@pytest.fixture
def committed(transactional_db: None) -> Stage:
    """The same, seen by other connections."""
    stage = Stage(now=local(2026, 1, 12))
    with transaction.atomic():
        people.seed(stage.now)
        budget.seed(stage.now)
        publish_guide(stage, year=2026)
        ask(stage)
    return stage


def client_of(stage: Stage, username: str) -> Client:
    client = Client()
    client.force_login(stage.actor(username).user)
    return client


def answered(stage: Stage, count: int, **levels: int) -> None:
    for ticket in list(stage.survey.tickets.filter(answers__isnull=True)[:count]):
        answer(code=ticket.code, levels={**BEST, **levels}, at=stage.now)


# --- tickets ------------------------------------------------------------------------------------------------------


def test_tickets_are_numbered_and_hard_to_guess(asked: Stage) -> None:
    codes = list(asked.survey.tickets.values_list("code", flat=True))
    assert len(set(codes)) == 12
    assert all(len(code) == CODE_LENGTH and not set(code) & set("01OILUV") for code in codes)
    perform(asked.survey, "survey.add_tickets", actor=asked.actor("evaluator"), at=asked.later(hours=1), tickets=3)
    assert list(asked.survey.tickets.values_list("number", flat=True)) == list(range(1, 16))


def test_code_is_read_as_people_type_it() -> None:
    assert normalise(" abcd-2345 ") == "ABCD2345"
    assert find_ticket("") is None


def test_ticket_counts_once(asked: Stage) -> None:
    ticket = asked.survey.tickets.first()
    answer(code=ticket.code, levels=BEST, at=asked.now)
    with pytest.raises(RuleViolation, match="已经填写过"):
        answer(code=ticket.code, levels=BEST, at=asked.now)
    assert asked.survey.answers.count() == 1


def test_unknown_code_is_refused(asked: Stage) -> None:
    with pytest.raises(RuleViolation, match="没有这个编码"):
        answer(code="ZZZZ9999", levels=BEST)


def test_level_outside_the_five_is_refused_by_the_database(asked: Stage) -> None:
    ticket = asked.survey.tickets.first()
    with pytest.raises(IntegrityError, match="survey_answer_levels"), transaction.atomic():
        SurveyAnswer.objects.create(
            survey=asked.survey, ticket=ticket, attitude=99, effect=100, overall=100, answered_at=asked.now
        )


def test_answer_cannot_be_changed_or_taken_back(asked: Stage) -> None:
    answered(asked, 1)
    for sql in ("UPDATE evaluation_surveyanswer SET overall = 0", "DELETE FROM evaluation_surveyanswer"):
        with (
            pytest.raises(InternalError, match="survey_answer_is_kept"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)


def test_closed_survey_takes_no_answer_by_service_or_database(asked: Stage) -> None:
    ticket = asked.survey.tickets.first()
    perform(asked.survey, "survey.close", actor=asked.actor("evaluator"), at=asked.later(hours=1))
    with pytest.raises(RuleViolation, match="已经结束"):
        answer(code=ticket.code, levels=BEST, at=asked.now)
    with pytest.raises(IntegrityError) as struck, transaction.atomic():
        SurveyAnswer.objects.create(survey=asked.survey, ticket=ticket, **BEST, answered_at=asked.now)
    assert "R-266" in str(refusal_for_constraint(struck.value))


def test_survey_closes_by_the_clock_on_its_last_day(asked: Stage) -> None:
    last = asked.survey.closes_on
    assert close_due(end_of_day(last) - timedelta(minutes=1)) == 0
    assert close_due(end_of_day(last) + timedelta(minutes=1)) == 1
    assert close_due(end_of_day(last) + timedelta(minutes=2)) == 0
    assert asked.survey.status == "closed"


def test_answer_after_the_last_day_is_refused_before_the_sweep(asked: Stage) -> None:
    ticket = asked.survey.tickets.first()
    with pytest.raises(RuleViolation, match="已经结束"):
        answer(code=ticket.code, levels=BEST, at=end_of_day(asked.survey.closes_on))


def test_survey_opens_only_with_a_day_ahead_and_by_the_evaluator(published: Stage) -> None:
    assessing.running(published, status="closing")
    assessing.collecting(published, "final")
    with pytest.raises(RuleViolation, match="R-266"):
        assessing.survey_open(published, closes_on=date(2026, 1, 1))
    survey = published.assessment.survey
    with pytest.raises(RuleViolation, match="S-02"):
        perform(survey, "survey.open", actor=published.actor("office"), tickets=1, closes_on=date(2026, 12, 1))


# --- the race -----------------------------------------------------------------------------------------------------


def at_once(act: Any, people: int = 2) -> list[bool]:
    barrier = Barrier(people, timeout=20)

    def run() -> bool:
        try:
            return bool(act(barrier))
        finally:
            connection.close()

    with ThreadPoolExecutor(people) as pool:
        return [future.result() for future in [pool.submit(run) for _each in range(people)]]


@pytest.mark.django_db(transaction=True)
def test_ticket_used_twice_at_the_same_moment_counts_once(committed: Stage) -> None:
    code, now = committed.survey.tickets.first().code, committed.now

    def send(barrier: Barrier) -> bool:
        barrier.wait()
        try:
            answer(code=code, levels=BEST, at=now)
        except RuleViolation:
            return False
        return True

    assert sorted(at_once(send)) == [False, True]
    assert committed.survey.answers.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_past_the_check_are_stopped_by_the_database_and_without_it_would_both_count(committed: Stage) -> None:
    """Both have seen an unused ticket; the constraint keeps one. The control has the same rows and no constraint."""
    ticket = committed.survey.tickets.first()
    refusals: list[str] = []
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE unguarded AS SELECT ticket_id, overall FROM evaluation_surveyanswer")

    def insert(barrier: Barrier) -> bool:
        seen = ticket.answers.exists()
        barrier.wait()
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO unguarded VALUES (%s, 100)", [ticket.pk])
        try:
            SurveyAnswer.objects.create(survey_id=ticket.survey_id, ticket=ticket, **BEST, answered_at=committed.now)
        except IntegrityError as error:
            refusals.append(str(refusal_for_constraint(error)))
            return False
        return not seen

    try:
        assert sorted(at_once(insert)) == [False, True]
        assert ["已经填写过" in sentence for sentence in refusals] == [True]
        assert committed.survey.answers.count() == 1
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM unguarded")
            assert cursor.fetchone()[0] == 2
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE unguarded")


# --- figures ------------------------------------------------------------------------------------------------------


def test_figures_follow_by_hand(asked: Stage) -> None:
    """(100+100+100 + 80+60+60 + 30+0+30) ÷ 9 = 62.22; one of three satisfied; three of twelve answered."""
    for number, levels in enumerate(((100, 100, 100), (80, 60, 60), (30, 0, 30))):
        ticket = asked.survey.tickets.all()[number]
        answer(code=ticket.code, levels=dict(zip(BEST, levels, strict=True)), at=asked.now)
    figures = figures_of(asked.survey)
    assert (figures.valid, figures.tickets, figures.mean) == (3, 12, Decimal("62.22"))
    assert (figures.satisfied_percent, figures.response_percent) == (Decimal("33.33"), Decimal("25.00"))
    assert [count for _label, count in figures.questions[1].spread] == [1, 0, 1, 0, 1]


@given(st.lists(st.sampled_from(Level.values), min_size=1, max_size=60))
def test_mean_lies_between_the_worst_and_the_best(levels: list[int]) -> None:
    mean = mean_of(sum(levels), len(levels))
    assert min(levels) <= mean <= max(levels)


@pytest.mark.parametrize(("count", "shown"), [(4, False), (5, True)])
def test_fewer_than_five_are_hidden(asked: Stage, count: int, shown: bool) -> None:
    answered(asked, count)
    figures = figures_of(asked.survey)
    assert figures.is_public is shown
    assert (public_figures(figures.as_json()) is not None) is shown


def test_free_words_show_only_among_five(asked: Stage) -> None:
    tickets = list(asked.survey.tickets.all())
    answer(code=tickets[0].code, levels=BEST, comment="接送很贴心", at=asked.now)
    assert not comments_of(asked.survey).exists()
    answered(asked, 4)
    assert [row.comment for row in comments_of(asked.survey)] == ["接送很贴心"]


def test_figures_ask_the_same_number_of_queries_for_any_length(
    asked: Stage, django_assert_max_num_queries: Any
) -> None:
    """The rule set's values are read once a process, so the ceiling is what a cold process needs."""
    survey = asked.survey
    for more in (2, 10):
        answered(asked, more)
        with django_assert_max_num_queries(5):
            figures_of(survey)


# --- pages --------------------------------------------------------------------------------------------------------


def test_recipient_answers_without_an_account(asked: Stage) -> None:
    ticket, phone = asked.survey.tickets.first(), Client()
    entry = phone.post(reverse("survey-entry"), {"code": f"{str(ticket).lower()}"})
    assert entry.url == ticket.get_absolute_url()
    assert "心目影院社区行" in phone.get(entry.url).content.decode()
    sent = phone.post(entry.url, {**BEST, "comment": "很好"}, follow=True)
    assert "谢谢您" in sent.content.decode()
    taken = SurveyAnswer.objects.get()
    assert (taken.channel, taken.entered_by, taken.comment) == (Channel.WEB, None, "很好")
    assert "已经填写过" in phone.get(entry.url).content.decode()
    assert phone.post(entry.url, BEST).status_code == 409
    assert SurveyAnswer.objects.count() == 1


def test_answer_leaves_no_trace_of_the_recipient_in_the_journal(asked: Stage) -> None:
    before = AuditEvent.objects.count()
    ticket = asked.survey.tickets.first()
    Client().post(ticket.get_absolute_url(), BEST)
    assert SurveyAnswer.objects.count() == 1
    assert AuditEvent.objects.count() == before


def test_unanswered_question_is_asked_again(asked: Stage) -> None:
    ticket = asked.survey.tickets.first()
    page = Client().post(ticket.get_absolute_url(), {"attitude": 100, "effect": 80})
    assert page.status_code == 422
    assert "请选择一项" in page.content.decode()
    assert not SurveyAnswer.objects.exists()


def test_wrong_code_on_the_entry_page_says_so(asked: Stage) -> None:
    page = Client().post(reverse("survey-entry"), {"code": "ABCD2345"})
    assert page.status_code == 422
    assert "没有这个编码" in page.content.decode()
    assert Client().get(reverse("survey-answer", args=["ABCD2345"])).status_code == 404


def test_resident_account_answers_once_from_a_link(asked: Stage) -> None:
    resident = client_of(asked, "resident")
    link = reverse("survey-mine", args=[asked.survey.pk])
    first = resident.get(link)
    assert resident.get(link).url == first.url
    resident.post(first.url, BEST)
    assert SurveyAnswer.objects.get().channel == Channel.ACCOUNT
    assert "已经填写过" in resident.get(first.url).content.decode()
    assert client_of(asked, "org-head").get(link).status_code == 404


def test_resident_ticket_is_one_per_account(asked: Stage) -> None:
    resident = asked.actor("resident")
    assert ticket_of(actor=resident, survey=asked.survey) == ticket_of(actor=resident, survey=asked.survey)
    with pytest.raises(IntegrityError, match="survey_ticket_once_per_person"), transaction.atomic():
        SurveyTicket.objects.create(survey=asked.survey, number=99, person=resident.user, made_at=asked.now)


def test_call_is_entered_by_the_evaluator_and_names_the_caller(asked: Stage) -> None:
    url = reverse("survey-phone", args=[asked.survey.pk])
    evaluator = client_of(asked, "evaluator")
    code = evaluator.get(url).context["form"]["code"].value()
    assert evaluator.post(url, {"code": code, **BEST, "comment": ""}).status_code == 302
    taken = SurveyAnswer.objects.get()
    assert (taken.channel, taken.entered_by) == (Channel.PHONE, asked.actor("evaluator").user)
    assert AuditEvent.objects.filter(action="survey.answer_by_phone").count() == 1
    with pytest.raises(RuleViolation, match="S-02"):
        answer(
            code=asked.survey.tickets.last().code,
            levels=BEST,
            channel=Channel.PHONE,
            actor=asked.actor("office"),
            at=asked.now,
        )


def test_survey_pages_are_closed_to_contractor_and_strangers(asked: Stage) -> None:
    stranger = Client()
    stranger.force_login(make_actor(Role.ORG_H, make_organization()).user)
    for client in (stranger, client_of(asked, "org-head"), client_of(asked, "hub")):
        for name in ("survey", "survey-qr", "survey-phone"):
            assert client.get(reverse(name, args=[asked.survey.pk])).status_code == 404
        assert client.post(reverse("survey-papers", args=[asked.survey.pk])).status_code == 404
    for name in ("survey", "survey-qr"):
        assert client_of(asked, "office").get(reverse(name, args=[asked.survey.pk])).status_code == 200


def test_qr_code_is_a_picture_that_leads_to_the_entry(asked: Stage) -> None:
    picture = client_of(asked, "evaluator").get(reverse("survey-qr", args=[asked.survey.pk]))
    assert picture["Content-Type"] == "image/svg+xml"
    assert picture.content.startswith(b"<")
    assert b"<path" in picture.content or b":path" in picture.content


def test_poster_and_slips_are_drawn_up(asked: Stage) -> None:
    from procurement.documents.models import Document, Job
    from procurement.documents.services.running import run_job

    evaluator = client_of(asked, "evaluator")
    assert evaluator.post(reverse("survey-papers", args=[asked.survey.pk])).status_code == 302
    job = Job.objects.get(kind="survey_papers")
    run_job(job_id=job.pk)
    job.refresh_from_db()
    assert job.state == "done", job.error
    paper = Document.objects.get(kind="survey_papers")
    assert paper.page_count is not None
    assert paper.page_count >= 2
    assert client_of(asked, "office").get(paper.get_absolute_url()).status_code == 404
    assert evaluator.get(paper.get_absolute_url()).status_code == 200
