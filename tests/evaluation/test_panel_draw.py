"""The draw: reproducible by outsiders, steerable by nobody, once only."""

import json
import random
import threading
from collections import Counter
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, InternalError, connection, connections, transaction
from django.urls import reverse

from evaluation import drawing
from evaluation.drawing import Candidate, Exclusion, below, draw_record, numbers, order_of
from evaluation.models import DrawCommitment, PanelDraw, PanelSeat, ReviewPanel
from evaluation.selectors.panels import field_for
from evaluation.verify_draw import problems
from orgs.models import Expert
from procurement.access import Role
from procurement.access.models import DutyRecord
from procurement.demo.stage import local
from procurement.demo.steps import reviewing
from procurement.lifecycle.engine import perform, refusals
from procurement.rules import RuleViolation
from tests.evaluation.factories import prechecked
from tests.factories import make_actor, make_expert, make_seat

KINDS = ("business", "management", "finance", "practice")


def some_record(dice, *, size=40):
    pool = [
        Candidate(f"{dice.getrandbits(128):032x}", dice.choice(KINDS), f"E{dice.randrange(30):03d}")
        for _n in range(size)
    ]
    out = [Exclusion(f"{dice.getrandbits(128):032x}", "business", ("R-154 现就职于某中心",)) for _n in range(3)]
    return draw_record(
        panel="PS-2026-0001",
        pool=pool,
        exclusions=out,
        quota=[("business", 2), ("management", 1), ("finance", 1), ("practice", 1)],
        nonce=f"{dice.getrandbits(256):064x}",
        words=f"掷骰 {dice.random()}",
        committed_at="2026-01-16T11:00:00+08:00",
        drawn_at="2026-01-16T12:00:00+08:00",
    )


def test_the_stand_alone_verifier_agrees_in_random_cases():
    dice = random.Random(20260116)  # noqa: S311  cases, not secrets
    for _case in range(300):
        record = json.loads(json.dumps(some_record(dice, size=dice.randrange(12, 60))))
        assert problems(record) == []


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (
            lambda r: r.update(nonce=r["nonce"][:-1] + "0" if r["nonce"][-1] != "0" else r["nonce"][:-1] + "1"),
            "commitment",
        ),
        (lambda r: r.update(words=r["words"] + " "), "seed"),
        (lambda r: r["pool"].pop(), "pool_root"),
        (lambda r: r["pool"][0].update(employer="E999"), "pool_root"),
        (lambda r: r["exclusions"][0]["reasons"].append("另加"), "exclusions_root"),
        (lambda r: r["quota"][0].__setitem__(1, 3), "seed"),
        (lambda r: r["selected"].reverse(), "selected"),
        (lambda r: r["orders"]["business"].reverse(), "orders"),
        (lambda r: r.update(seed="00" * 32), "seed"),
    ],
)
def test_one_change_anywhere_is_found(spoil, named):
    record = json.loads(json.dumps(some_record(random.Random(7))))  # noqa: S311
    spoil(record)
    assert named in problems(record)


def test_every_place_is_equally_likely():
    """χ² over who comes first of ten: 27.9 would be exceeded once in a thousand runs; the seeds are fixed."""
    ids = [f"{n:02d}" for n in range(10)]
    first = Counter(order_of(drawing.digest(str(turn)), "business", ids)[0] for turn in range(20_000))
    chi = sum((first[key] - 2000) ** 2 / 2000 for key in ids)
    assert chi < 27.9


def test_numbers_that_would_favour_the_low_are_thrown_away():
    assert below(iter([drawing.WORD - 1, 5]), 3) == 2
    assert next(numbers("00" * 32, "a")) != next(numbers("00" * 32, "b"))


def test_two_from_one_employer_are_not_drawn_together():
    pool = [Candidate("a", "business", "E1"), Candidate("b", "business", "E1"), Candidate("c", "business", "")]
    taken, passed = drawing.select({"business": ["a", "b", "c"]}, pool, [("business", 2)])
    assert [pick.id for pick in taken] == ["a", "c"]
    assert [pick.id for pick in passed] == ["b"]


@pytest.fixture
def locked(published, applications):
    """A panel for two applications whose pool is locked."""
    applications(2)
    reviewing.plan(published)
    perform(published.panel, "panel.lock_pool", actor=published.actor("office"), at=published.later(hours=1))
    return published


def draw(stage, username="checker", words="掷骰 461352", **more):
    return perform(stage.panel, "panel.draw", actor=stage.actor(username), at=stage.later(hours=1), words=words, **more)


def test_ties_of_every_kind_exclude(published, applications):
    one, two = applications(2)
    experts = {e.person.username: e for e in Expert.objects.select_related("person")}
    on = local(2026, 1, 20).date()
    experts["expert1"].employer = one.applicant
    experts["expert1"].save()
    experts["expert2"].employments.create(
        organization=two.applicant, started_on=on.replace(year=2020), ended_on=on.replace(year=2025)
    )
    experts["expert3"].kin_declarations.create(organization=one.applicant, relation="spouse", declared_on=on)
    make_seat(Role.FIN_SUP, user=experts["expert4"].person)
    make_seat(Role.LG, published.guide.office, user=experts["expert6"].person)
    DutyRecord.objects.create(
        case_id=two.case_id, person=experts["expert8"].person, duty="prechecker", at=published.now
    )
    panel = reviewing.plan(published)
    out = {row.id: " ".join(row.reasons) for row in field_for(panel).exclusions}
    reasons = {name: out.get(str(expert.pk), "") for name, expert in experts.items()}
    assert "R-154 现就职于" in reasons["expert1"]
    assert "R-154 近三年内" in reasons["expert2"]
    assert "配偶" in reasons["expert3"]
    assert "R-156 系财政监管人员" in reasons["expert4"]
    assert "R-156 系主办单位" in reasons["expert6"]
    assert "R-156 在本批项目中已承担“初审”" in reasons["expert8"]
    assert reasons["expert5"] == reasons["expert7"] == reasons["expert9"] == ""


def test_a_pool_too_small_is_refused_before_anything_is_locked(published, applications):
    applications(1)
    panel = reviewing.plan(published)
    Expert.objects.filter(kind="finance").update(is_active=False)
    found = refusals(panel, "panel.lock_pool", published.actor("office"))
    assert [str(r).split(" · ")[0] for r in found] == ["R-153 财务专家需 1 人，排除回避情形后只有 0 人可供抽取"]


def test_a_third_review_in_one_week_is_left_to_others(published):
    for number in (1, 2):
        prechecked(published.guide, number=number)
        reviewing.plan(published)
        ReviewPanel.objects.update(review_on=local(2026, 1, 20).date(), scores_due_on=local(2026, 1, 23).date())
        perform(published.panel, "panel.lock_pool", actor=published.actor("office"), at=published.later(hours=1))
        draw(published)
    often = [seat.expert_id for seat in PanelSeat.objects.all()]
    twice = {str(expert) for expert, times in Counter(often).items() if times == 2}
    prechecked(published.guide, number=3)
    third = ReviewPanel(
        guide=published.guide, office=published.guide.office, case=published.guide.case, size=5, review_on=local(2026, 1, 23).date(),
        number="PS-3", rubric=published.panel.rubric, scores_due_on=local(2026, 1, 26).date(),
    )  # fmt: skip
    third.save()
    left_out = {row.id for row in field_for(third).exclusions if "R-159 本周已参加2次评审" in row.reasons[0]}
    assert left_out == twice
    assert twice


def test_the_promise_is_kept_and_the_record_can_be_checked(locked, tmp_path):
    promise = DrawCommitment.objects.get()
    draw(locked)
    record = locked.panel.draw.record
    assert record["commitment"] == promise.commitment == drawing.digest(record["nonce"])
    assert problems(record) == []
    file = tmp_path / "draw.json"
    file.write_text(json.dumps(record), encoding="utf-8")
    said = StringIO()
    call_command("verify_draw", str(file), stdout=said)
    assert "5 drawn from 9" in said.getvalue()
    record["words"] += "!"
    file.write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(CommandError, match="seed"):
        call_command("verify_draw", str(file))


def test_the_witness_is_never_the_one_who_locked_the_pool(locked):
    make_seat(Role.PU_CHK, locked.guide.office, user=locked.actor("office").user)
    with pytest.raises(RuleViolation, match="R-153 抽取须由锁定专家库以外的人员见证"):
        draw(locked, "office")


def test_only_a_witness_draws(locked):
    for username in ("org1-head", "leader", "expert1", "sysadmin", "finance"):
        with pytest.raises(RuleViolation, match="S-02"):
            draw(locked, username)


def test_words_of_the_witness_are_needed(locked):
    with pytest.raises(RuleViolation, match="至少 6 个字符"):
        draw(locked, words="abc")


def test_discipline_may_witness(locked):
    draw(locked, "discipline")
    assert locked.panel.draw.witness_role == Role.DIS


def test_a_second_draw_is_impossible(locked):
    draw(locked)
    with pytest.raises(RuleViolation, match="S-01"):
        draw(locked)
    first = locked.panel.draw
    with pytest.raises(IntegrityError), transaction.atomic():
        PanelDraw.objects.create(
            panel=locked.panel, record={}, digest="0" * 64, seed="0" * 64, witness=first.witness, drawn_at=locked.now
        )


def test_a_draw_cannot_be_altered_even_by_raw_sql(locked):
    draw(locked)
    for statement in (
        "UPDATE evaluation_paneldraw SET seed = 'x'",
        "DELETE FROM evaluation_paneldraw",
        "UPDATE evaluation_drawcommitment SET nonce = 'x'",
        "DELETE FROM evaluation_drawcommitment",
    ):
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_drawn_panel_cannot_be_given_up_until_it_suits(locked):
    draw(locked)
    for name, username in (("panel.cancel", "office"), ("panel.abandon", "discipline")):
        with pytest.raises(RuleViolation, match=r"S-01|R-153"):
            perform(locked.panel, name, actor=locked.actor(username), reason="结果不理想，想重新抽取")


def test_who_declines_is_followed_by_the_next_of_the_same_order(locked):
    draw(locked)
    seat = locked.panel.seats.filter(kind="business").first()
    order = locked.panel.draw.record["orders"]["business"]
    perform(seat, "seat.decline", actor=reviewing._member(seat), reason="外出")
    follower = seat.replaced_by
    assert str(follower.expert_id) == order[2]
    assert (follower.rank, follower.status) == (3, "invited")


def test_when_every_order_is_used_up_discipline_dissolves_and_another_panel_is_made(locked):
    draw(locked)
    while (seat := locked.panel.seats.filter(status="invited").first()) is not None:
        perform(seat, "seat.decline", actor=reviewing._member(seat), reason="外出")
    assert locked.panel.seats.count() == 9
    perform(locked.panel, "panel.abandon", actor=locked.actor("discipline"), reason="备选专家全部谢绝")
    assert locked.panel.status == "abandoned"
    again = reviewing.plan(locked)
    assert again.entries.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_witnesses_at_once_draw_once(locked):
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def witness(username):
        try:
            panel = type(locked.panel).objects.get(pk=locked.panel.pk)
            actor = locked.actor(username)
            start.wait()
            perform(panel, "panel.draw", actor=actor, words=f"同时抽取 {username}")
            outcomes.append("drawn")
        except RuleViolation as refused:
            outcomes.append(refused.refusals[0].rule_id)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=witness, args=[name]) for name in ("checker", "discipline")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["S-01", "drawn"]
    assert PanelDraw.objects.count() == 1
    assert PanelSeat.objects.count() == 5


def test_the_record_names_nobody_and_is_only_for_those_concerned(client, locked, no_demo_bar):
    draw(locked)
    address = reverse("panel-draw-record", args=[locked.panel.pk])
    client.force_login(locked.actor("checker").user)
    text = client.get(address).content.decode()
    assert problems(json.loads(text)) == []
    for expert in Expert.objects.select_related("person"):
        assert expert.person.name not in text
    page = client.get(reverse("panel-draw", args=[locked.panel.pk])).content.decode()
    assert not any(seat.person.name in page for seat in locked.panel.seats.all())
    for stranger in (make_actor(Role.ORG), make_actor(Role.LGO), make_actor(Role.EXP)):
        client.force_login(stranger.user)
        assert client.get(address).status_code == 404


def test_anyone_may_have_the_verifier(client):
    answer = client.get(reverse("draw-verifier"))
    assert answer.status_code == 200
    assert len(answer.content.decode().splitlines()) <= 100


def test_a_large_pool_is_searched_with_few_queries(locked, django_assert_max_num_queries):
    for number in range(60):
        make_expert(kind=KINDS[number % 4])
    with django_assert_max_num_queries(15):
        assert len(field_for(locked.panel).pool) == 69
