"""Members are asked, answer, step aside; the review begins when it lawfully may; names stay where they belong."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evaluation.models import ReviewPanel
from evaluation.services.panels import note_conduct, plan_panel, usual_quota
from evaluation.services.recusals import decide_recusal, file_recusal_request
from orgs.models import Expert
from procurement.access import Duty, Role, actor_for
from procurement.access.models import DutyRecord
from procurement.demo.stage import local
from procurement.demo.steps import reviewing
from procurement.lifecycle.engine import perform, refusals
from procurement.lifecycle.models import TransitionRecord
from procurement.notices.models import Outbox
from procurement.rules import RuleViolation
from projects.models import Application
from tests.evaluation.factories import prechecked
from tests.factories import make_actor


@pytest.fixture
def drawn(published, applications):
    applications(2)
    reviewing.plan(published)
    reviewing.draw(published)
    return published


@pytest.fixture
def confirmed(drawn):
    reviewing.confirm(drawn)
    return drawn


@pytest.fixture
def in_session(confirmed):
    reviewing.convene(confirmed)
    return confirmed


def member(seat):
    return actor_for(seat.person)


def test_a_review_from_plan_to_ranking(published, applications):
    first, second = applications(2)
    published.script["decline"] = True
    reviewing.review(published)
    for application in (first, second):
        application.refresh_from_db()
        assert application.status == "scored"
        assert application.review_report_id == published.panel.reports.get().pk
        assert application.review_suggested_amount <= application.requested_amount
    assert {first.review_rank, second.review_rank} == {1, 2}
    better, worse = sorted((first, second), key=lambda a: a.review_rank)
    assert better.review_score >= worse.review_score
    step = first.case.steps.get(step__code="expert_review")
    assert step.state == "done"


def test_quota_is_dealt_to_every_kind():
    assert usual_quota(5) == {"business": 2, "management": 1, "finance": 1, "practice": 1}
    assert sum(usual_quota(7).values()) == 7


def test_an_application_is_never_before_two_panels(published, applications):
    applications(1)
    panel = reviewing.plan(published)
    with pytest.raises(RuleViolation, match="R-153"):
        reviewing.plan(published)
    other = ReviewPanel.objects.create(
        number="PS-X",
        guide=panel.guide,
        office=panel.office,
        rubric=panel.rubric,
        size=5,
        review_on=panel.review_on,
        scores_due_on=panel.scores_due_on,
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        other.entries.create(application=published.application)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"size": 3, "quota": {"business": 1, "finance": 1, "practice": 1}}, "R-151 评审组 3 人，不得少于 5 人"),
        ({"size": 5, "quota": {"business": 2}}, "各类专家人数之和须等于评审组人数"),
        ({"size": 5, "quota": {"business": 3, "management": 1, "finance": 1}}, "R-160 评审组缺少实务专家"),
    ],
)
def test_composition_is_judged_before_the_pool_is_locked(published, applications, fields, sentence):
    applications(1)
    panel = plan_panel(
        actor=published.actor("office"), guide=published.guide, review_on=local(2026, 3, 2).date(),
        scores_due_on=local(2026, 3, 4).date(), at=published.now, **fields,
    )  # fmt: skip
    found = [str(r) for r in refusals(panel, "panel.lock_pool", published.actor("office"))]
    assert any(sentence in text for text in found)


def test_a_large_project_needs_seven(published, applications):
    applications(1, requested_amount="12000000.00")
    panel = reviewing.plan(published)
    assert "不得少于 7 人" in str(refusals(panel, "panel.lock_pool", published.actor("office"))[0])


def test_an_even_panel_is_refused_by_the_database(published, applications):
    applications(1)
    panel = reviewing.plan(published)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReviewPanel.objects.filter(pk=panel.pk).update(size=6)


def test_members_are_invited_in_their_inbox(drawn):
    seats = drawn.panel.seats.all()
    told = Outbox.objects.filter(template="panel_invitation")
    assert set(told.values_list("recipient_id", flat=True)) == {seat.person_id for seat in seats}


def test_confirming_asks_for_the_declaration(drawn):
    seat = drawn.panel.seats.first()
    with pytest.raises(RuleViolation, match="R-154 请先声明"):
        perform(seat, "seat.confirm", actor=member(seat), declared=False)


def test_a_tie_that_appears_after_the_draw_stops_the_member(drawn):
    seat = drawn.panel.seats.first()
    Expert.objects.filter(pk=seat.expert_id).update(employer=drawn.application.applicant)
    with pytest.raises(RuleViolation, match="R-154 现就职于"):
        perform(seat, "seat.confirm", actor=member(seat), declared=True)


def test_nobody_answers_for_another(drawn):
    one, two = drawn.panel.seats.all()[:2]
    with pytest.raises(RuleViolation, match="S-02"):
        perform(one, "seat.confirm", actor=member(two), declared=True)
    with pytest.raises(RuleViolation, match="S-02"):
        perform(one, "seat.confirm", actor=drawn.actor("office"), declared=True)


def test_the_last_confirmation_completes_the_panel_and_binds_the_members(confirmed):
    assert confirmed.panel.status == "confirmed"
    seat = confirmed.panel.seats.first()
    duties = DutyRecord.objects.filter(person=seat.person, duty=Duty.PANEL_MEMBER)
    cases = set(Application.objects.filter(guide=confirmed.guide).values_list("case_id", flat=True))
    assert cases <= set(duties.values_list("case_id", flat=True))


def test_a_recusal_brings_the_next_and_stands_in_the_record(confirmed):
    seat = confirmed.panel.seats.filter(kind="business").first()
    perform(
        seat, "seat.recuse", actor=member(seat), reason="配偶为该单位理事", entry=confirmed.panel.entries.get(application=confirmed.application),
    )  # fmt: skip
    assert (seat.status, confirmed.panel.status) == ("recused", "drawn")
    assert seat.replaced_by.status == "invited"
    assert seat.recusal_requests.get().entry.application == confirmed.application
    perform(seat.replaced_by, "seat.confirm", actor=member(seat.replaced_by), declared=True)
    assert confirmed.panel.status == "confirmed"


def test_the_review_cannot_begin_while_a_recusal_request_is_open(confirmed):
    office = confirmed.actor("office")
    seat = confirmed.panel.seats.first()
    request = file_recusal_request(actor=office, seat=seat, raised_by="某社会组织", ground="曾有合作纠纷")
    with pytest.raises(RuleViolation, match="R-155 有 1 件回避申请尚未决定"):
        reviewing.convene(confirmed)
    decide_recusal(actor=office, request=request, upheld=False, statement="无利害关系", decision="不属于回避情形")
    reviewing.convene(confirmed)
    assert confirmed.panel.status == "in_session"


def test_an_upheld_request_replaces_the_member(confirmed):
    office = confirmed.actor("office")
    seat = confirmed.panel.seats.first()
    request = file_recusal_request(actor=office, seat=seat, raised_by="某社会组织", ground="系该单位法律顾问")
    decide_recusal(actor=office, request=request, upheld=True, statement="属实", decision="影响公正")
    seat.refresh_from_db()
    assert seat.status == "recused"
    assert confirmed.panel.seats.filter(status="invited").count() == 1


def test_the_office_may_not_set_a_member_aside_at_will(drawn):
    seat = drawn.panel.seats.first()
    with pytest.raises(RuleViolation, match="R-153 邀请发出不足一个工作日"):
        perform(seat, "seat.replace", actor=drawn.actor("office"), at=drawn.now, reason="换一位")
    perform(seat, "seat.confirm", actor=member(seat), at=drawn.now, declared=True)
    with pytest.raises(RuleViolation, match="评审日之前不得以缺席为由替换"):
        perform(seat, "seat.replace", actor=drawn.actor("office"), at=drawn.now, reason="换一位")


def test_silence_for_a_working_day_lets_the_next_be_asked(drawn):
    seat = drawn.panel.seats.first()
    perform(seat, "seat.replace", actor=drawn.actor("office"), at=drawn.later(working_days=2), reason="逾期未答复")
    assert seat.replaced_by.status == "invited"


def test_a_draw_long_before_the_review_needs_a_justification(published, applications):
    applications(1)
    reviewing.plan(published)
    ReviewPanel.objects.update(review_on=local(2026, 3, 20).date(), scores_due_on=local(2026, 3, 25).date())
    perform(published.panel, "panel.lock_pool", actor=published.actor("office"), at=published.later(hours=1))
    perform(
        published.panel,
        "panel.draw",
        actor=published.actor("checker"),
        at=published.later(hours=1),
        words="掷骰 461352",
    )
    reviewing.confirm(published)
    found = refusals(published.panel, "panel.convene", published.actor("office"))
    assert [(r.rule_id, r.warning) for r in found] == [("R-153", True)]
    perform(published.panel, "panel.convene", actor=published.actor("office"), justification="春节假期相隔")
    assert published.panel.status == "in_session"


def test_convening_moves_applications_and_opens_them_to_members_only(in_session):
    application = in_session.application
    assert application.status == "under_review"
    assert application.panel_id == in_session.panel.pk
    inside = member(in_session.panel.seats.confirmed().first())
    outside = Expert.objects.exclude(seats__panel=in_session.panel).first().person
    assert Application.objects.visible_to(inside).filter(pk=application.pk).exists()
    assert not Application.objects.visible_to(actor_for(outside)).filter(pk=application.pk).exists()


def test_stepping_aside_in_session_closes_the_file_and_voids_the_sheets_at_once(in_session):
    reviewing.score(in_session)
    seat = in_session.panel.seats.confirmed().first()
    actor = member(seat)
    perform(
        seat,
        "seat.recuse",
        actor=actor,
        reason="评审中发现曾参与该项目策划",
        entry=in_session.panel.entries.get(application=in_session.application),
    )
    assert set(seat.sheets.values_list("status", flat=True)) == {"void"}
    assert not Application.objects.visible_to(actor).filter(pk=in_session.application.pk).exists()
    follower = seat.replaced_by
    perform(follower, "seat.confirm", actor=member(follower), declared=True)
    assert follower.sheets.filter(status="draft").count() == 2
    assert Application.objects.visible_to(member(follower)).filter(pk=in_session.application.pk).exists()


def test_a_withdrawn_application_leaves_the_review(published, applications):
    first, second = applications(2)
    for step in (reviewing.plan, reviewing.draw, reviewing.confirm):
        step(published)
    head = make_actor(Role.ORG_H, second.applicant)
    perform(second, "application.withdraw", actor=head, reason="单位人员变动")
    for step in (reviewing.convene, reviewing.score, reviewing.hand_in, reviewing.report, reviewing.sign):
        step(published)
    first.refresh_from_db()
    assert first.review_rank == 1
    assert published.panel.reports.get().lines.count() == 1


def test_conduct_is_noted_once_after_the_review(published, applications):
    applications(1)
    reviewing.review(published)
    seat = published.panel.seats.confirmed().first()
    assert seat.conduct.grade == "good"
    with pytest.raises(RuleViolation, match="R-161"):
        note_conduct(actor=published.actor("office"), seat=seat, grade="poor", note="重复")


# --- names and strangers ------------------------------------------------------------------------------------------


def names_of(stage):
    return [seat.person.name for seat in stage.panel.seats.select_related("person")]


def test_the_panel_is_absent_for_those_it_does_not_concern(client, in_session):
    panel, seat = in_session.panel, in_session.panel.seats.first()
    pages = {
        "panel": panel.pk, "panel-draw": panel.pk, "panel-draw-record": panel.pk, "panel-results": panel.pk,
        "panel-report": panel.pk, "seat": seat.pk, "seat-recusal": seat.pk, "seat-conduct": seat.pk,
        "sheet": seat.sheets.first().pk,
    }  # fmt: skip
    for username in ("org1", "org1-head", "hub", "leader", "finance", "treasury", "resident", "sysadmin"):
        client.force_login(in_session.actor(username).user)
        for name, pk in pages.items():
            assert client.get(reverse(name, args=[pk])).status_code == 404, (username, name)
        posts = {
            reverse("seat-recusal", args=[seat.pk]): {"raised_by": "x", "ground": "y"},
            reverse("review-lock", args=[panel.pk]): {},
            f"/act/seat/{seat.pk}/seat.decline/": {"reason": "x"},
            f"/act/panel/{panel.pk}/panel.convene/": {},
        }
        for address, data in posts.items():
            assert client.post(address, data).status_code == 404, (username, address)


def test_the_witness_sees_the_panel_without_names(client, in_session, no_demo_bar):
    client.force_login(in_session.actor("checker").user)
    for address in ("panel", "panel-draw"):
        page = client.get(reverse(address, args=[in_session.panel.pk])).content.decode()
        assert not [name for name in names_of(in_session) if name in page]


def test_no_member_is_named_in_the_case_the_applicant_reads(client, published, applications, no_demo_bar):
    application = applications(1)[0]
    applicant = make_actor(Role.ORG, application.applicant)
    reviewing.review(published)
    application.refresh_from_db()
    client.force_login(applicant.user)
    text = client.get(application.get_absolute_url()).content.decode()
    text += client.get(reverse("case", args=[application.case_id])).content.decode()
    assert str(application.review_score) not in text
    assert not [name for name in names_of(published) if name in text]
    records = TransitionRecord.objects.filter(case__in=[application.case_id, published.guide.case_id])
    people = {seat.person_id for seat in published.panel.seats.all()}
    assert not people & set(records.values_list("actor_id", flat=True))


def test_leaders_read_the_report_only_when_it_is_signed(client, published, applications):
    applications(1)
    for step in (reviewing.plan, reviewing.draw, reviewing.confirm, reviewing.convene, reviewing.score,
                 reviewing.hand_in, reviewing.report):  # fmt: skip
        step(published)
    client.force_login(published.actor("leader").user)
    address = reverse("panel-report", args=[published.panel.pk])
    assert client.get(address).status_code == 404
    reviewing.sign(published)
    assert client.get(address).status_code == 200


def test_the_list_of_panels_asks_a_constant_number_of_questions(client, published, django_assert_max_num_queries):
    def plan(first, last):
        for number in range(first, last):
            prechecked(published.guide, number=number)
            reviewing.plan(published)

    client.force_login(published.actor("office").user)
    plan(1, 3)
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("panels"))
    plan(3, 15)
    with django_assert_max_num_queries(len(few)):
        assert client.get(reverse("panels")).status_code == 200


def test_office_plans_a_panel_on_the_page(client, published, applications):
    made = applications(2)
    client.force_login(published.actor("office").user)
    address = reverse("panel-new", args=[published.guide.pk])
    data = {"review_on": "2026-03-10", "scores_due_on": "2026-03-12", "size": "5", "quota_business": "2",
            "quota_management": "1", "quota_finance": "1", "quota_practice": "1",
            "applications": [str(application.pk) for application in made]}  # fmt: skip
    assert client.post(address, {**data, "quota_finance": "2"}).status_code == 422
    answer = client.post(address, data)
    panel = ReviewPanel.objects.get()
    assert answer.headers["Location"] == panel.get_absolute_url()
    assert panel.entries.count() == 2
    assert client.get(address).context["waiting"] is False
