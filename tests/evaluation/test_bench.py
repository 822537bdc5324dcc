"""The bench away from the keyboard: two windows, a workbook on the train, members at one table, a quote too low."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from evaluation.models import DiscussionNote, Rubric, ScoreSheet
from evaluation.selectors.bench import state_of
from evaluation.selectors.discussion import chair_of, low_quotes, table
from evaluation.selectors.rubrics import scored
from evaluation.selectors.scoring import queue_of
from evaluation.services.discussion import ask_to_explain, vote_for_chair, write_note
from evaluation.services.quotes import answer_inquiry, judge_answer, raise_inquiry
from evaluation.services.score_book_files import workbook_of
from evaluation.services.score_books import take_in
from evaluation.services.scoring import Entry, explain, save_sheet
from evaluation.services.syncing import Typed, sync_sheet
from procurement.access import Role, actor_for
from procurement.demo.steps import reviewing
from procurement.documents.models import Document, Job
from procurement.documents.services import run_job, store
from procurement.lifecycle.engine import perform, refusals
from procurement.rules import RuleViolation
from tests.documents.samples import pdf
from tests.documents.samples import upload as a_file
from tests.evaluation.sitting import sitting_panel
from tests.factories.people import make_actor
from tests.factories.procedures import make_procedure
from tests.registers.sheets import read, upload, workbook

CANARY = "判官独有的评语"


@pytest.fixture
def in_session(published, applications):
    applications(2)
    for step in (reviewing.plan, reviewing.draw, reviewing.confirm, reviewing.convene):
        step(published)
    return published


def member(seat):
    return actor_for(seat.person)


def seats(stage):
    return list(stage.panel.seats.confirmed().select_related("person").order_by("kind", "rank"))


def fresh(sheet):
    return ScoreSheet.objects.select_related("seat__person", "panel__rubric").get(pk=sheet.pk)


def first_sheet(stage):
    return fresh(queue_of(seats(stage)[0]).first())


def typed(factor, value, *, seen, comment="", pins=None):
    return Typed(entries={factor.pk: Entry(Decimal(value), comment, pins)}, seen=seen)


# --- two windows --------------------------------------------------------------------------------------------------


def test_what_was_changed_elsewhere_is_shown_and_not_written_over(in_session):
    sheet = first_sheet(in_session)
    first, second = scored(sheet.panel.rubric)[:2]
    actor = member(sheet.seat)
    at_home = state_of(sheet)
    sync_sheet(actor=actor, sheet=sheet, typed=typed(first, "15", seen=at_home))
    both = Typed(entries={first.pk: Entry(Decimal(12)), second.pk: Entry(Decimal(20))}, seen=at_home)
    synced = sync_sheet(actor=actor, sheet=fresh(sheet), typed=both)
    assert [(clash.unit, clash.yours, clash.theirs) for clash in synced.clashes] == [(str(first.pk), "12", "15")]
    assert {s.factor_id: s.value for s in sheet.scores.all()} == {first.pk: Decimal(15), second.pk: Decimal(20)}
    chosen = sync_sheet(actor=actor, sheet=fresh(sheet), typed=typed(first, "12", seen=synced.state))
    assert chosen.clashes == []
    assert sheet.scores.get(factor=first).value == Decimal(12)


def test_the_control_without_what_the_page_knew_writes_over(in_session):
    """The control of the test above: without ``seen`` the later window wins, unseen."""
    sheet = first_sheet(in_session)
    factor = scored(sheet.panel.rubric)[0]
    for value in ("15", "12"):
        sync_sheet(actor=member(sheet.seat), sheet=fresh(sheet), typed=typed(factor, value, seen=None))
    assert sheet.scores.get().value == Decimal(12)


def test_a_request_repeated_after_handing_in_is_acknowledged_and_a_new_value_is_not(client, in_session):
    """The answer was lost on the way: what the server holds already needs no writing."""
    reviewing.score(in_session)
    sheet = first_sheet(in_session)
    perform(sheet, "sheet.lock", actor=member(sheet.seat))
    factor = scored(sheet.panel.rubric)[0]
    held = fresh(sheet).scores.get(factor=factor)
    client.force_login(sheet.seat.person)
    fields = {f"value-{factor.pk}": held.value, f"note-{factor.pk}": held.comment}
    assert client.post(reverse("sheet-save", args=[sheet.pk]), fields).status_code == 200
    late = client.post(reverse("sheet-save", args=[sheet.pk]), {**fields, f"value-{factor.pk}": "1"})
    assert (late.status_code, "R-139" in late.json()["message"]) == (409, True)


# --- pages as evidence --------------------------------------------------------------------------------------------


def test_a_page_of_the_documents_is_pinned_to_a_factor_and_another_is_refused(client, in_session):
    sheet = first_sheet(in_session)
    application = sheet.entry.application
    owner = make_actor(Role.ORG, application.applicant)
    paper = store(
        actor=owner, upload=a_file("方案.pdf", pdf(pages=3)), subject=application.subject, kind="scheme", title="方案书"
    )
    factor = scored(sheet.panel.rubric)[0]
    client.force_login(sheet.seat.person)
    fields = {f"value-{factor.pk}": "15", f"note-{factor.pk}": ""}
    save = reverse("sheet-save", args=[sheet.pk])
    assert client.post(save, {**fields, f"pins-{factor.pk}": f"{paper.pk}/2"}).status_code == 200
    page = client.get(sheet.get_absolute_url()).content.decode()
    assert f'href="#page-{paper.pk}-2"' in page
    assert f'id="page-{paper.pk}-2"' in page
    for pin in (f"{paper.pk}/4", f"{sheet.pk}/1", "x"):
        assert client.post(save, {**fields, f"pins-{factor.pk}": pin}).status_code == 422
    assert client.post(save, {**fields, f"value-{factor.pk}": "16"}).status_code == 200
    assert sheet.scores.get().pins == [[str(paper.pk), 2]]


# --- the workbook -------------------------------------------------------------------------------------------------


def filled_in(seat, **cells):
    """The downloaded rows with 10 points everywhere and the given cells of the first line changed."""
    head, *rows = read(workbook_of(actor=member(seat), seat=seat))
    for row in rows:
        for place, heading in enumerate(head):
            if "（0–" in heading:
                row[place] = 10
            elif heading.startswith("建议资金"):
                row[place] = 120000
    for heading, value in cells.items():
        rows[0][next(place for place, text in enumerate(head) if text.startswith(heading))] = value
    return [head, *rows]


def test_a_workbook_filled_in_without_a_network_comes_back_whole(in_session):
    seat = seats(in_session)[0]
    rows = filled_in(seat, 总体意见="=1+1 方案可行")
    outcome = take_in(actor=member(seat), seat=seat, upload=upload(workbook(rows)))
    assert (outcome.reasons, outcome.written) == ([], 2)
    assert set(queue_of(seat).values_list("scored", "suggested_amount")) == {(5, Decimal(120000))}
    assert queue_of(seat).first().comment == "=1+1 方案可行"
    assert take_in(actor=member(seat), seat=seat, upload=upload(workbook(rows))).unchanged == 2


def test_one_wrong_cell_writes_nothing_and_is_named(in_session):
    seat = seats(in_session)[0]
    rows = filled_in(seat, A=21)
    outcome = take_in(actor=member(seat), seat=seat, upload=upload(workbook(rows)))
    assert outcome.reasons == ["第 2 行“A 需求与必要性（0–20）”：应在 0 至 20 分之间"]
    rows[1][1] = "SB-STRANGE"
    assert "不在您的评分表中" in take_in(actor=member(seat), seat=seat, upload=upload(workbook(rows))).reasons[0]
    assert not any(sheet.scores.exists() for sheet in seat.sheets.all())


def test_a_sheet_changed_or_handed_in_since_the_download_refuses_the_whole_file(in_session):
    seat = seats(in_session)[0]
    rows = filled_in(seat)
    sheet = fresh(queue_of(seat).first())
    save_sheet(actor=member(seat), sheet=sheet, entries={scored(sheet.panel.rubric)[0].pk: Entry(Decimal(19))})
    outcome = take_in(actor=member(seat), seat=seat, upload=upload(workbook(rows)))
    assert outcome.reasons == ["第 2 行“版本（勿改）”：下载之后平台上已有更改，请重新下载后再填写"]
    rows = filled_in(seat)
    take_in(actor=member(seat), seat=seat, upload=upload(workbook(rows)))
    perform(fresh(sheet), "sheet.lock", actor=member(seat))
    rows[1][4] = 9
    assert "评分表已提交" in take_in(actor=member(seat), seat=seat, upload=upload(workbook(rows))).reasons[0]
    assert sheet.scores.order_by("factor__position").first().value == Decimal(10)


def test_the_workbook_is_for_its_member_alone(client, in_session):
    seat, other = seats(in_session)[:2]
    with pytest.raises(RuleViolation, match="R-139"):
        workbook_of(actor=member(other), seat=seat)
    for person in (other.person, in_session.actor("office").user, in_session.actor("auditor").user):
        client.force_login(person)
        for name in ("score-book", "score-book-file"):
            assert client.get(reverse(name, args=[seat.pk])).status_code == 404


# --- at one table -------------------------------------------------------------------------------------------------


def elect(stage, chosen):
    for seat in seats(stage):
        if chair_of(stage.panel) is None:
            vote_for_chair(actor=member(seat), panel=stage.panel, candidate=chosen)


def test_the_chair_has_the_votes_of_more_than_half_of_all_seats(in_session):
    first, second, *rest = seats(in_session)
    panel = in_session.panel
    vote_for_chair(actor=member(first), panel=panel, candidate=second)
    vote_for_chair(actor=member(first), panel=panel, candidate=first)
    assert chair_of(panel) is None
    for seat in rest[: panel.size // 2]:
        vote_for_chair(actor=member(seat), panel=panel, candidate=first)
    assert chair_of(panel) == first
    with pytest.raises(RuleViolation, match="组长已经选出"):
        vote_for_chair(actor=member(second), panel=panel, candidate=second)
    with pytest.raises(RuleViolation, match="R-154"):
        vote_for_chair(actor=in_session.actor("office"), panel=panel, candidate=first)


def test_nobody_discusses_before_all_have_handed_in_not_even_past_the_portal(in_session):
    seat = seats(in_session)[0]
    with pytest.raises(RuleViolation, match="R-139 全体成员提交评分之后"):
        write_note(actor=member(seat), panel=in_session.panel, text="我给了九十分")
    assert table(in_session.panel) == []


def test_the_control_without_the_trigger_takes_the_early_word(in_session):
    seat = seats(in_session)[0]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE evaluation_discussionnote DISABLE TRIGGER USER")
        write_note(actor=member(seat), panel=in_session.panel, text="我给了九十分")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE evaluation_discussionnote ENABLE TRIGGER USER")
    assert DiscussionNote.objects.count() == 1


def test_the_chair_asks_the_report_waits_and_prints_what_was_said(in_session):
    reviewing.score(in_session)
    elect(in_session, seats(in_session)[0])
    chair, other = seats(in_session)[:2]
    with pytest.raises(RuleViolation, match="全体提交评分后"):
        ask_to_explain(actor=member(chair), sheet=fresh(other.sheets.first()), question="请说明预算一项")
    reviewing.hand_in(in_session)
    sheet = fresh(other.sheets.first())
    with pytest.raises(RuleViolation, match="只有评审组组长"):
        ask_to_explain(actor=member(other), sheet=sheet, question="请说明预算一项")
    finding = ask_to_explain(actor=member(chair), sheet=sheet, question="请说明预算一项")
    write_note(actor=member(other), panel=in_session.panel, entry=sheet.entry, text="预算偏高但依据充分。")
    with pytest.raises(RuleViolation, match="等待专家说明"):
        reviewing.report(in_session)
    explain(actor=member(other), finding=finding, explanation="预算与活动场次逐项对应，依据充分。")
    reviewing.report(in_session)
    body = in_session.panel.reports.get().body
    assert body["chair"]
    assert body["discussion"][0][2] == "预算偏高但依据充分。"
    assert ["请说明预算一项", "预算与活动场次逐项对应，依据充分。"] in [row[2:] for row in body["findings"]]
    with pytest.raises(RuleViolation, match="R-139"):
        write_note(actor=member(other), panel=in_session.panel, text="报告之后的话")


# --- leaks --------------------------------------------------------------------------------------------------------


def places(stage, seat):
    """Every address at which a member, or an official, could hope to find another member's judgement."""
    panel = stage.panel
    own = [sheet.get_absolute_url() for sheet in seat.sheets.all()]
    return [
        "/", "/work/", "/review/", "/panels/", "/documents/", "/jobs/", "/search/?q=" + CANARY, "/notices/", *own,
        panel.get_absolute_url(), stage.guide.get_absolute_url(), stage.application.get_absolute_url(),
        reverse("panel-table", args=[panel.pk]), reverse("panel-results", args=[panel.pk]),
        reverse("panel-report", args=[panel.pk]), reverse("panel-draw", args=[panel.pk]),
        reverse("panel-draw-record", args=[panel.pk]),
        *(reverse(name, args=[seat.pk]) for name in ("score-book", "score-book-file", "seat-sheets", "seat")),
    ]  # fmt: skip


def text_of(answer):
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if content[:2] == b"PK":
        return str(read(content))
    return content.decode("utf-8", "replace")


def judged_alone(stage):
    """One member has handed in everything, with a word and points nobody else could have."""
    judge = seats(stage)[0]
    for sheet in queue_of(judge):
        save_sheet(
            actor=member(judge), sheet=fresh(sheet), comment=CANARY, suggested_amount=Decimal("98765.43"), keep_amount=False,
            entries={factor.pk: Entry(Decimal("7.77"), CANARY) for factor in scored(stage.panel.rubric)},
        )  # fmt: skip
        perform(fresh(sheet), "sheet.lock", actor=member(judge))
    return judge


def leaks(client, stage, judge):
    found = []
    marks = (CANARY, "7.77", "38.85", "98765.43", "98,765.43")
    others = [seat for seat in seats(stage) if seat.pk != judge.pk]
    people = [
        others[0].person,
        *(stage.actor(name).user for name in ("office", "checker", "leader", "auditor", "org1")),
    ]
    for person in people:
        client.force_login(person)
        for seat in (others[0], judge):
            for address in places(stage, seat):
                text = text_of(client.get(address))
                found += [(person.username, address, mark) for mark in marks if mark in text]
        for sheet in judge.sheets.all():
            assert client.get(sheet.get_absolute_url()).status_code == 404
    return [leak for leak in found if "/search/" not in leak[1] or leak[2] != CANARY]


@pytest.mark.usefixtures("no_demo_bar")
def test_no_page_export_or_search_shows_a_judgement_before_its_time_and_the_control_finds_it_afterwards(
    client, in_session
):
    judge = judged_alone(in_session)
    assert leaks(client, in_session, judge) == []
    for seat in seats(in_session)[1:]:
        reviewing_fill(seat, in_session)
    assert in_session.panel.status == "scored"
    client.force_login(seats(in_session)[1].person)
    page = text_of(client.get(reverse("panel-table", args=[in_session.panel.pk])))
    assert "38.85" in page


def reviewing_fill(seat, stage):
    for sheet in queue_of(seat):
        reviewing.fill(fresh(sheet), actor=member(seat), turn=1, stage=stage)
        perform(fresh(sheet), "sheet.lock", actor=member(seat))


# --- paper --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_members_sheets_become_a_paper_that_the_office_reads_only_when_scores_are_open(client, in_session):
    judge = judged_alone(in_session)
    address = reverse("seat-sheets", args=[judge.pk])
    client.force_login(judge.person)
    assert client.post(address).status_code == 302
    run_job(job_id=Job.objects.get(kind="score_sheets").pk)
    paper = Document.objects.get(kind="score_sheets")
    assert client.get(paper.url).status_code == 200
    office = in_session.actor("office").user
    client.force_login(office)
    assert client.get(paper.url).status_code == 404
    for seat in seats(in_session)[1:]:
        reviewing_fill(seat, in_session)
    assert client.get(paper.url).status_code == 200
    assert CANARY in client.get(address).content.decode()


# --- a quote too low ----------------------------------------------------------------------------------------------


@pytest.fixture
def low(db):
    """A panel over three bids, of which one is far below the others; its chair is elected."""
    panel = sitting_panel()
    chair, *others = panel.seats.order_by("rank")
    for seat in (chair, *others[:1]):
        vote_for_chair(actor=member(seat), panel=panel, candidate=chair)
    return panel


def asked(panel, at=None):
    entry = panel.entries.get(bid__price="210000.00")
    chair = member(chair_of(panel))
    moment = at or timezone.now()
    return raise_inquiry(
        actor=chair, entry=entry, ground="报价不足其他供应商平均的一半，难以覆盖人员成本。",
        answer_by=moment + timedelta(hours=1), at=moment,
    )  # fmt: skip


def test_a_low_quote_is_pointed_out_and_nothing_more(low):
    entries = list(low.entries.live().with_subjects())
    assert {entry.amount: below.quantize(Decimal("0.01")) for entry in entries for pk, below in low_quotes(entries, Decimal("0.3")).items() if pk == entry.pk} == {
        Decimal("210000.00"): Decimal("0.59")
    }  # fmt: skip


def test_a_quote_that_cannot_be_justified_makes_the_bid_invalid_by_majority(client, low):
    inquiry = asked(low)
    bid = inquiry.entry.bid
    bidder = make_actor(Role.ORG_H, bid.bidder)
    first, second, third = low.seats.order_by("rank")
    with pytest.raises(RuleViolation, match="R-142 供应商说明之前"):
        judge_answer(actor=member(first), inquiry=inquiry, accepts=False, reason="报价过低")
    with pytest.raises(RuleViolation, match="由该供应商作出说明"):
        answer_inquiry(actor=make_actor(Role.ORG_H), inquiry=inquiry, answer="由他人代为说明报价构成和履约保障的情况。")
    client.force_login(bidder.user)
    answer = {"answer": "本机构以志愿者承担讲解，人员费按实际支出测算，履约由理事会保证。"}
    assert client.post(reverse("quote-answer", args=[inquiry.pk]), answer).status_code == 302
    for seat in (first, second):
        assert bid.__class__.objects.get(pk=bid.pk).status == "qualified"
        judge_answer(actor=member(seat), inquiry=inquiry, accepts=False, reason="志愿者不能替代专业人员")
    bid.refresh_from_db()
    assert (bid.status, "R-142" in bid.outcome_reason) == ("invalid", True)
    with pytest.raises(RuleViolation, match="已经认定"):
        judge_answer(actor=member(third), inquiry=inquiry, accepts=True, reason="说明可以成立")


def test_silence_until_the_time_is_over_lets_the_panel_decide(low):
    inquiry = asked(low, at=timezone.now() - timedelta(hours=2))
    bidder = make_actor(Role.ORG, inquiry.entry.bid.bidder)
    with pytest.raises(RuleViolation, match="说明期限已过"):
        answer_inquiry(actor=bidder, inquiry=inquiry, answer="迟到的说明，报价构成和履约保障如附件所述。")
    for seat in low.seats.order_by("rank")[:2]:
        judged = judge_answer(actor=member(seat), inquiry=inquiry, accepts=True, reason="成本可以核实")
    assert judged.outcome == "accepted"
    assert judged.entry.bid.status == "qualified"


def test_members_score_a_bid_without_its_price_and_the_price_is_computed(client, low):
    seat = low.seats.order_by("rank").first()
    sheet = seat.sheets.get(entry__bid__price="210000.00")
    client.force_login(seat.person)
    page = client.get(sheet.get_absolute_url()).content.decode()
    assert sheet.entry.bid.bidder.name in page
    assert "由平台在全体成员提交评分后按报价计算" in page
    assert "210,000" not in page + client.get("/review/").content.decode()
    price = low.rubric.factors.get(aspect="price")
    with pytest.raises(RuleViolation, match="R-131"):
        save_sheet(actor=member(seat), sheet=sheet, entries={price.pk: Entry(Decimal(10))})
    assert "报价" not in str(read(workbook_of(actor=member(seat), seat=seat))[0])


def test_a_purchase_drops_nobodys_score(db):
    rubric = Rubric.objects.create(procedure=make_procedure(), code="x", title="去掉最高最低", trimming=True)
    buyer = make_actor(Role.PU_BUY, rubric.procedure.purchaser)
    assert any("R-146 采购项目的评分办法不得去掉" in str(one) for one in refusals(rubric, "rubric.freeze", buyer))


def test_only_the_chair_asks_and_strangers_see_nothing_of_the_question(client, low):
    other = low.seats.order_by("rank")[1]
    with pytest.raises(RuleViolation, match="R-142 由评审组组长"):
        raise_inquiry(
            actor=member(other), entry=low.entries.first(), ground="报价明显偏低，难以覆盖成本。",
            answer_by=timezone.now() + timedelta(hours=1),
        )  # fmt: skip
    inquiry = asked(low)
    rival = make_actor(Role.ORG_H, low.entries.exclude(pk=inquiry.entry_id).first().bid.bidder)
    client.force_login(rival.user)
    assert client.get(reverse("quote-answer", args=[inquiry.pk])).status_code == 404
    assert client.get(reverse("panel-table", args=[low.pk])).status_code == 404
    with pytest.raises(IntegrityError), transaction.atomic():
        inquiry.__class__.objects.filter(pk=inquiry.pk).update(answer_by=inquiry.raised_at)
