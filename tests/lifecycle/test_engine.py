"""One door for a change of state: what it checks, what it writes, whom it tells."""

from __future__ import annotations

import re
from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from catalogs.models import FundEnvelope
from procurement.access import ANONYMOUS, Duty, Role, record_duty
from procurement.access.models import DutyRecord
from procurement.audit.models import AuditEvent
from procurement.lifecycle.engine import available, database_now, perform, refusals, system_actor
from procurement.lifecycle.models import TransitionRecord
from procurement.notices.models import Message, Outbox
from procurement.notices.services.dispatch import dispatch_batch
from procurement.rules import Guard, RuleViolation
from tests.factories import make_actor, make_seat, make_user
from tests.lifecycle.conftest import Desk, make_desk

pytestmark = pytest.mark.django_db
NUMBER = "朝财预〔2026〕18号"


def approve(desk: Desk, **kwargs):
    return perform(
        desk.envelope, "envelope.approve", actor=kwargs.pop("actor", desk.approver), approval_number=NUMBER, **kwargs
    )


def refused(act) -> list[str]:
    with pytest.raises(RuleViolation) as caught:
        act()
    return [str(refusal) for refusal in caught.value.refusals]


# --- what it writes -----------------------------------------------------------------------------------------------


def test_act_writes_state_record_journal_and_duty_together(desk: Desk):
    record = approve(desk)
    assert desk.envelope.status == "approved"
    assert (record.from_state, record.to_state) == ("submitted", "approved")
    assert (record.actor, record.role) == (desk.approver.user, Role.FIN)
    assert record.organization_id == desk.envelope.finance_id
    assert record.data["approval_number"] == NUMBER
    entry = AuditEvent.objects.filter(action="envelope.approve").get()
    assert entry.subject == desk.envelope.subject
    assert str(record.pk) in str(entry.content)
    assert DutyRecord.objects.filter(person=desk.approver.user, duty=Duty.BUDGET_APPROVER).exists()


def test_failing_effect_leaves_nothing_behind(desk: Desk, table, monkeypatch):
    def explode(attempt) -> None:
        attempt.obj.approval_number = "written before the fall"
        attempt.obj.save()
        raise ZeroDivisionError

    monkeypatch.setattr("catalogs.services.envelopes.on_approve", explode)
    table("envelope.approve")
    before = (TransitionRecord.objects.count(), AuditEvent.objects.count(), Outbox.objects.count())
    with pytest.raises(ZeroDivisionError):
        approve(desk)
    desk.envelope.refresh_from_db()
    assert (desk.envelope.status, desk.envelope.approval_number) == ("submitted", "")
    assert before == (TransitionRecord.objects.count(), AuditEvent.objects.count(), Outbox.objects.count())


def test_instant_is_the_databases_clock_not_the_transactions(desk: Desk):
    with transaction.atomic():
        before = database_now()
        record = approve(desk)
        assert before < record.at < database_now()


def test_given_instant_is_kept(desk: Desk):
    at = timezone.now() - timedelta(days=3)
    assert approve(desk, at=at).at == at


def test_record_cannot_be_altered_or_deleted(desk: Desk):
    record = approve(desk)
    for act in (
        lambda: TransitionRecord.objects.filter(pk=record.pk).update(reason="另有理由"),
        lambda: TransitionRecord.objects.filter(pk=record.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    record.refresh_from_db()
    assert record.reason == ""


# --- one door -----------------------------------------------------------------------------------------------------


def test_status_written_past_the_engine_is_refused_by_the_database(desk: Desk):
    with pytest.raises(DatabaseError, match="lifecycle engine"), transaction.atomic():
        FundEnvelope.objects.filter(pk=desk.envelope.pk).update(status="approved")
    desk.envelope.status = "approved"
    with pytest.raises(DatabaseError, match="lifecycle engine"), transaction.atomic():
        desk.envelope.save()
    desk.envelope.refresh_from_db()
    assert desk.envelope.status == "submitted"


def test_other_columns_stay_free_and_the_guard_is_what_refuses(desk: Desk):
    """Control: without the engine's word the status is refused, with it the same statement passes."""
    FundEnvelope.objects.filter(pk=desk.envelope.pk).update(basis="按三家询价的中间价重新测算")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL portal.engine = 'on'")
    assert FundEnvelope.objects.filter(pk=desk.envelope.pk).update(status="draft") == 1


def test_door_is_closed_again_after_an_act(desk: Desk):
    perform(desk.envelope, "envelope.return", actor=desk.approver, reason="测算依据不足")
    with pytest.raises(DatabaseError, match="lifecycle engine"), transaction.atomic():
        FundEnvelope.objects.filter(pk=desk.envelope.pk).update(status="submitted")


# --- refusals -----------------------------------------------------------------------------------------------------


def test_wrong_state_names_who_acted_last_and_when(desk: Desk):
    first = approve(desk)
    when = timezone.localtime(first.at).strftime("%Y-%m-%d %H:%M")
    assert refused(lambda: approve(desk)) == [
        f"S-01 当前状态为“已批准”，不能办理“批准额度”；最近一次由{desk.approver.user}于{when}办理“批准额度”"
        " · 依据：平台约定（办事手册·流程）"
    ]


def test_stale_object_in_hand_is_judged_by_the_row_in_the_table(desk: Desk):
    stale = FundEnvelope.objects.get(pk=desk.envelope.pk)
    approve(desk)
    assert stale.status == "submitted"
    with pytest.raises(RuleViolation):
        perform(stale, "envelope.return", actor=desk.approver, reason="测算依据不足")


@pytest.mark.parametrize(("role", "where"), [(Role.LGO, "office"), (Role.FIN, None), (Role.SYS, "finance")])
def test_wrong_person_is_told_whose_act_it_is(desk: Desk, role, where):
    actor = make_actor(role, getattr(desk.envelope, where) if where else None)
    assert refused(lambda: approve(desk, actor=actor)) == [
        "S-02 “批准额度”只能由财政部门办理 · 依据：平台约定（办事手册·岗位权限）"
    ]


def test_nobody_signed_in_may_act(desk: Desk):
    assert refused(lambda: approve(desk, actor=ANONYMOUS))[0].startswith("S-02")


def test_seat_that_ended_no_longer_entitles(desk: Desk):
    today = timezone.localdate()
    seat = make_seat(
        Role.FIN, desk.envelope.finance, valid_from=today - timedelta(days=9), valid_to=today - timedelta(days=1)
    )
    from procurement.access import actor_for

    assert refused(lambda: approve(desk, actor=actor_for(seat.person)))[0].startswith("S-02")


def test_reason_is_required_where_the_row_asks_for_it(desk: Desk):
    for reason in ("", "  \n"):
        assert refused(
            lambda reason=reason: perform(desk.envelope, "envelope.return", actor=desk.approver, reason=reason)
        ) == ["S-03 办理“退回修改”须写明理由 · 依据：平台约定（办事手册·流程）"]
    record = perform(desk.envelope, "envelope.return", actor=desk.approver, reason=" 测算依据不足 ")
    assert record.reason == "测算依据不足"


def test_excluded_duty_is_refused_at_the_act(desk: Desk):
    record_duty(person_id=desk.approver.id, case_id=desk.envelope.pk, duty=Duty.BUDGET_PREPARER, at=timezone.now())
    said = refused(lambda: approve(desk))
    assert said[0].startswith("R-254 您在本项目中已承担“预算编制”，不得同时承担“预算审批”")
    offer = next(o for o in available(desk.envelope, desk.approver) if o.transition.name == "envelope.approve")
    assert [str(r) for r in offer.refusals] == said


def test_constraint_behind_the_guards_speaks_like_a_rule(desk: Desk, table):
    """Should a guard be missing, the database's refusal still arrives as a sentence."""
    other = make_desk("approved")
    FundEnvelope.objects.filter(pk=other.envelope.pk).update(committed_total=other.envelope.amount)
    from procurement.rules import refusal_for_constraint

    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        FundEnvelope.objects.filter(pk=other.envelope.pk).update(committed_total=other.envelope.amount + 1)
    refusal = refusal_for_constraint(caught.value)
    assert refusal is not None
    assert refusal.rule_id == "R-018"


# --- warnings -----------------------------------------------------------------------------------------------------


#: Made without ``@guard``, which would tell the handbook about them.
QUOTE_IS_OLD = Guard(lambda attempt: "测算所用询价已满一年", ("R-022",), warning=True)
QUOTE_IS_MISSING = Guard(lambda attempt: "没有询价记录", ("R-022",), warning=False)


def test_warning_needs_a_justification_and_is_kept(desk: Desk, table):
    table("envelope.approve", guards=(QUOTE_IS_OLD,))
    offer = next(o for o in available(desk.envelope, desk.approver) if o.transition.name == "envelope.approve")
    assert offer.allowed
    assert [w.rule_id for w in offer.warnings] == ["R-022"]
    assert refused(lambda: approve(desk))[0].startswith("R-022 测算所用询价已满一年")
    assert refused(lambda: approve(desk, justification="  "))
    record = approve(desk, justification="已电话核实，价格未变")
    assert record.justification == "已电话核实，价格未变"
    assert record.warnings == [str(offer.warnings[0])]


def test_justification_without_a_warning_is_not_kept(desk: Desk):
    assert approve(desk, justification="多余的话").justification == ""


def test_blocking_refusal_is_not_bought_off_by_a_justification(desk: Desk, table):
    table("envelope.approve", guards=(QUOTE_IS_OLD, QUOTE_IS_MISSING))
    said = refused(lambda: approve(desk, justification="领导同意"))
    assert [line[:5] for line in said] == ["R-022"]
    assert "没有询价记录" in said[0]


# --- double click -------------------------------------------------------------------------------------------------


def test_click_sent_twice_acts_once(desk: Desk):
    click = uuid4()
    assert approve(desk, request_id=click) == approve(desk, request_id=click)
    assert TransitionRecord.objects.filter(object_id=desk.envelope.pk, transition="envelope.approve").count() == 1


def test_id_of_another_click_shows_nothing_and_acts_for_itself(desk: Desk):
    click = uuid4()
    approve(desk, request_id=click)
    other = make_desk()
    record = approve(other, request_id=click)
    assert record.object_id == other.envelope.pk
    stranger = make_actor(Role.FIN, desk.envelope.finance)
    assert refused(lambda: approve(desk, actor=stranger, request_id=click))[0].startswith("S-01")


# --- whom it tells ------------------------------------------------------------------------------------------------


def told() -> set[str]:
    return set(Outbox.objects.values_list("recipient__username", flat=True))


def test_people_named_by_the_row_are_told_and_never_the_actor(desk: Desk):
    colleague = make_actor(Role.LGO, desk.envelope.office)
    make_actor(Role.LGO)  # the same role elsewhere
    both = make_user("both")
    make_seat(Role.FIN, desk.envelope.finance, user=both)
    make_seat(Role.LGO, desk.envelope.office, user=both)
    from procurement.access import actor_for

    Outbox.objects.all().delete()
    perform(desk.envelope, "envelope.return", actor=actor_for(both), reason="测算依据不足")
    office = set(
        FundEnvelope.objects.filter(pk=desk.envelope.pk)
        .filter(office__memberships__role=Role.LGO)
        .values_list("office__memberships__person__username", flat=True)
    )
    assert colleague.user.username in office
    assert told() == office - {"both"}


def test_notice_says_what_was_done_why_and_by_whom(desk: Desk):
    Outbox.objects.all().delete()
    perform(desk.envelope, "envelope.return", actor=desk.approver, reason="测算依据不足，请补充询价")
    dispatch_batch()
    title, body = Message.objects.values_list("title", "body").first()
    assert title == f"退回修改：{desk.envelope}"
    assert "测算依据不足，请补充询价" in body
    assert str(desk.envelope.finance) in body
    assert "当前状态：草稿" in body


# --- what is offered ----------------------------------------------------------------------------------------------


def test_offers_are_the_rows_of_this_state_and_person(desk: Desk):
    assert [o.transition.name for o in available(desk.envelope, desk.approver)] == [
        "envelope.approve",
        "envelope.return",
    ]
    assert available(desk.envelope, desk.preparer) == []
    perform(desk.envelope, "envelope.return", actor=desk.approver, reason="补充测算依据")
    assert [o.transition.name for o in available(desk.envelope, desk.preparer)] == ["envelope.submit"]


def test_automatic_row_is_never_offered(desk: Desk, table):
    table("envelope.approve", automatic=True)
    assert [o.transition.name for o in available(desk.envelope, desk.approver)] == ["envelope.return"]


def test_what_is_asked_beforehand_equals_what_is_refused(desk: Desk):
    outsider = make_actor(Role.FIN)
    asked = [str(r) for r in refusals(desk.envelope, "envelope.approve", outsider)]
    assert asked == refused(lambda: approve(desk, actor=outsider))
    assert refusals(desk.envelope, "envelope.approve", desk.approver) == []


def test_clock_row_is_not_for_a_human_administrator(desk: Desk, table):
    from procurement.lifecycle.definition import by

    table("envelope.return", by=(by(Role.SYS),), reason_required=False)
    human = make_actor(Role.SYS)
    assert refusals(desk.envelope, "envelope.return", human)[0].rule_id == "S-02"
    assert perform(desk.envelope, "envelope.return", actor=system_actor()).actor.is_system


def test_sentences_speak_chinese_and_name_their_source(desk: Desk):
    for refusal in refusals(desk.envelope, "envelope.approve", make_actor(Role.LG)):
        assert re.search(r"[一-鿿]{4,}", refusal.message)
        assert refusal.authority.startswith("依据：")


def test_dotted_path_through_an_empty_link_matches_nobody(desk: Desk):
    from procurement.lifecycle.definition import by
    from procurement.lifecycle.engine import seat_for

    row = SimpleNamespace(by=(by(Role.FIN, of="case.nobody.there"), by(Role.FIN, person="case.nobody")))
    assert seat_for(row, desk.envelope, desk.approver) is None
