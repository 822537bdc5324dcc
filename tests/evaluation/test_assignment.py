"""Dealing a batch over many panels: drawn before a witness, spread without ties, then reviewed like any other."""

from datetime import date

import pytest
from django.db import InternalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from playwright.sync_api import Page, expect

from evaluation import verify_draw
from evaluation.models import AssignmentPlace, ReviewPanel
from evaluation.selectors.assignment import forbidden_pairs, outcome_of
from evaluation.services import assignment_work
from evaluation.services.assignment import plan_run
from evaluation.services.panels import usual_quota
from orgs.models import EmploymentHistory, Expert, ExpertKind, KinDeclaration
from orgs.selectors.recusal import recusal_grounds, tied_pairs
from procurement.access import Role, actor_for
from procurement.documents.services.running import run_job
from procurement.lifecycle.engine import perform, refusals
from procurement.rules import RuleViolation
from projects.models import Application
from tests.browser.looking import look, sign_in
from tests.evaluation.factories import prechecked
from tests.factories import make_actor, make_organization, make_seat, make_user

SPECIALTIES = (["社会工作"], ["为老服务"], ["文化"], ["财务管理"])
REVIEW_ON, DUE_ON = date(2026, 1, 19), date(2026, 1, 21)


@pytest.fixture
def pool(published):
    """Thirty-two further experts, eight of each kind, no two from one employer."""
    made, home = [], make_organization()
    for number in range(32):
        person = make_user(f"pool-{number}")
        make_seat(Role.EXP, home, user=person)
        kind = ExpertKind.values[number % 4]
        made.append(
            Expert.objects.create(
                person=person,
                kind=kind,
                specialties=SPECIALTIES[number % 4],
                employer_text=f"某研究所{number}",
                joined_on=date(2025, 1, 1),
            )
        )
    return made


@pytest.fixture
def planned(published, applications, pool):
    applications(24)
    return plan_run(
        actor=published.actor("office"),
        guide=published.guide,
        size=5,
        quota=usual_quota(5),
        cap=6,
        review_on=REVIEW_ON,
        scores_due_on=DUE_ON,
        at=published.now,
    )


@pytest.fixture
def drawn(published, planned):
    perform(planned, "assignment.lock", actor=published.actor("office"), at=published.later(hours=1))
    checker = published.actor("checker")
    perform(planned, "assignment.draw", actor=checker, at=published.later(hours=1), words="三月二日下雨了")
    return planned


@pytest.fixture
def proposed(drawn):
    run_job(job_id=drawn.job_id)
    drawn.refresh_from_db()
    return drawn


def test_a_batch_becomes_panels_that_review_it(published, proposed):
    assert proposed.status == "proposed"
    assert proposed.proven
    outcome = outcome_of(proposed)
    assert (outcome.placed, len(outcome.left_out), len(outcome.rows)) == (24, 0, 4)
    assert outcome.heaviest <= proposed.cap
    office = published.actor("office")
    perform(proposed, "assignment.confirm", actor=office, at=published.later(hours=1))
    panels = list(ReviewPanel.objects.filter(group__run=proposed))
    assert len(panels) == 4
    for panel in panels:
        assert panel.status == "drawn"
        assert sorted(panel.seats.values_list("kind", flat=True)) == [
            "business", "business", "finance", "management", "practice",
        ]  # fmt: skip
        assert verify_draw.problems(panel.draw.record) == []
    panel = panels[0]
    for seat in panel.seats.all():
        perform(seat, "seat.confirm", actor=actor_for(seat.person), at=published.later(minutes=5), declared=True)
    panel.refresh_from_db()
    assert panel.status == "confirmed"
    while published.now.date() < REVIEW_ON:
        published.later(working_days=1)
    perform(panel, "panel.convene", actor=office, at=published.later(hours=1))
    assert panel.sheets.count() == 5 * outcome.rows[0].load
    assert Application.objects.filter(status="under_review").count() == outcome.rows[0].load


def test_nobody_judges_an_organisation_they_are_tied_to(published, drawn, pool):
    """Control: without the ties the same draw puts some application before a tied expert."""
    applications = list(Application.objects.filter(status="prechecked").select_related("applicant"))
    for number, application in enumerate(applications):
        EmploymentHistory.objects.create(
            expert=pool[number % 32], organization=application.applicant, started_on=date(2024, 5, 1)
        )
    run_job(job_id=drawn.job_id)
    tied = forbidden_pairs(pool, applications, drawn)
    assert len(tied) == 24
    met = {
        (expert.pk, place.application_id)
        for place in AssignmentPlace.objects.filter(run=drawn, group__isnull=False)
        for expert in place.group.experts.all()
    }
    assert not met & tied


def test_ties_in_bulk_are_the_ties_one_by_one(published, applications, pool):
    bodies = [application.applicant for application in applications(6)]
    first, second, third, fourth = pool[:4]
    EmploymentHistory.objects.create(expert=first, organization=bodies[0], started_on=date(2020, 1, 1))
    EmploymentHistory.objects.create(
        expert=second, organization=bodies[1], started_on=date(2018, 1, 1), ended_on=date(2019, 1, 1)
    )
    KinDeclaration.objects.create(expert=third, organization=bodies[2], relation="spouse", declared_on=date(2026, 1, 1))
    Expert.objects.filter(pk=fourth.pk).update(employer_text=bodies[3].name)
    fourth.refresh_from_db()
    make_actor(Role.ORG, bodies[4], user=pool[5].person)
    one_by_one = {(e.pk, b.pk) for e in pool for b in bodies if recusal_grounds(e, b, REVIEW_ON)}
    with CaptureQueriesContext(
        connection,
    ) as queries:
        in_bulk = tied_pairs(pool, {body.pk: body.name for body in bodies}, REVIEW_ON)
    assert in_bulk == one_by_one
    assert len(in_bulk) == 4
    assert len(queries) <= 4


def test_an_application_tied_to_every_group_is_left_out_with_the_reason(published, drawn, pool):
    application = Application.objects.filter(status="prechecked").first()
    for expert in [*pool, *Expert.objects.filter(person__username__startswith="expert")]:
        KinDeclaration.objects.create(
            expert=expert, organization=application.applicant, relation="in_law", declared_on=date(2026, 1, 1)
        )
    run_job(job_id=drawn.job_id)
    place = drawn.places.get(application=application)
    assert place.group is None
    assert place.reason == "各组均有专家与申报单位存在应当回避的关系"


def test_a_lost_worker_changes_nothing(published, drawn):
    """The list and the seed are fixed: computed again, the outcome has the same digest."""
    with transaction.atomic():
        assignment_work.carry_out(drawn.job, lambda percent, step: None)
        drawn.refresh_from_db()
        first = (drawn.inputs_digest, drawn.result_digest)
        transaction.set_rollback(True)
    run_job(job_id=drawn.job_id)
    drawn.refresh_from_db()
    assert (drawn.inputs_digest, drawn.result_digest) == first
    assert all(first)


def test_too_few_experts_end_it_and_say_so(published, drawn, pool):
    Expert.objects.filter(pk__in=[e.pk for e in pool]).update(employer_text="同一家研究所")
    rows = [{**row, "employer": "E001"} if row["employer"] else row for row in drawn.pool]
    type(drawn).objects.filter(pk=drawn.pk).update(pool=rows)
    run_job(job_id=drawn.job_id)
    drawn.refresh_from_db()
    assert drawn.status == "failed"
    assert "不足 5 人" in drawn.history.last().reason


def test_the_pool_must_fill_every_group(published, planned):
    type(planned).objects.filter(pk=planned.pk).update(cap=1)
    planned.refresh_from_db()
    said = [str(r) for r in refusals(planned, "assignment.lock", published.actor("office"))]
    assert any("请提高每组上限" in sentence for sentence in said)


def test_who_locks_does_not_draw_and_nobody_draws_twice(published, drawn):
    assert refusals(drawn, "assignment.draw", published.actor("checker"), words="再来一次试试")
    with pytest.raises(RuleViolation):
        perform(drawn, "assignment.discard", actor=published.actor("office"), reason="想换一批专家")


def test_one_dealing_at_a_time_and_places_are_kept(published, proposed):
    with pytest.raises(RuleViolation, match="已有进行中的集中分组"):
        plan_run(
            actor=published.actor("office"), guide=published.guide, size=5, quota=usual_quota(5), cap=6,
            review_on=REVIEW_ON, scores_due_on=DUE_ON, at=published.now,
        )  # fmt: skip
    place = proposed.places.first()
    with pytest.raises(InternalError, match="Cannot update or delete"), transaction.atomic():
        proposed.places.filter(pk=place.pk).update(fitting=5)


def test_the_page_shows_progress_then_loads_and_names_to_whom_they_belong(client, published, drawn, no_demo_bar):
    office, checker = published.actor("office").user, published.actor("checker").user
    client.force_login(office)
    page = client.get(drawn.get_absolute_url()).content.decode()
    assert 'hx-trigger="every 1s"' in page
    run_job(job_id=drawn.job_id)
    page = client.get(drawn.get_absolute_url()).content.decode()
    assert "已证明最优" in page
    name = str(drawn.groups.first().experts.first())
    assert name in page
    client.force_login(checker)
    assert name not in client.get(drawn.get_absolute_url()).content.decode()
    client.force_login(make_user("anybody"))
    assert client.get(drawn.get_absolute_url()).status_code == 404


def test_the_office_asks_for_it_on_the_guides_page(client, published, applications):
    applications(2)
    client.force_login(published.actor("office").user)
    address = reverse("assignment-new", args=[published.guide.pk])
    assert address in client.get(published.guide.get_absolute_url()).content.decode()
    asked = {
        "size": "5", "cap": "36", "review_on": "2026-03-02", "scores_due_on": "2026-03-06",
        "quota_business": "2", "quota_management": "1", "quota_finance": "1", "quota_practice": "1",
    }  # fmt: skip
    assert client.post(address, {**asked, "quota_practice": "3"}).status_code == 422
    answer = client.post(address, asked)
    assert answer.status_code == 302
    assert "待锁定名单" in client.get(answer.url).content.decode()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_its_pages_hold_on_desk_and_phone(live_portal, page: Page, published, proposed):
    sign_in(page, live_portal, "office")
    look(page, live_portal, proposed.get_absolute_url())
    expect(page.get_by_text("已证明最优")).to_be_visible()
    prechecked(published.guide, number=30)
    look(page, live_portal, reverse("assignment-new", args=[published.guide.pk]))
