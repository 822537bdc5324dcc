"""A superuser changes the journal in every way there is; verification with the last anchor finds each."""

import json
import shutil
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from procurement.audit import JournalBroken, make_checkpoint, status, verify
from procurement.audit.canonical import GENESIS
from procurement.audit.models import AuditChain, AuditEvent, Checkpoint
from procurement.audit.services import signing
from tests.audit.conftest import guards_off, rewrite_chain, sql, write

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("guarded")]

LINK = "insert into audit_chain(seq, event_id, prev, hash, suite)"


def event_at(seq):
    return AuditChain.objects.get(seq=seq).event_id


def change(column, value):
    return lambda: sql(f"update audit_event set {column} = %s where id = %s", [value, event_at(4)])


def delete_entry():
    sql("delete from audit_event where id = %s", [event_at(4)])


def delete_link():
    sql("delete from audit_chain where seq = 4")


def delete_both():
    event = event_at(4)
    sql("delete from audit_chain where seq = 4")
    sql("delete from audit_event where id = %s", [event])


def close_gap():
    delete_both()
    for seq in range(5, 11):
        sql("update audit_chain set seq = %s where seq = %s", [seq - 1, seq])


def insert_unsealed():
    copied = "actor_label, action, subject, ok, body, suite, content_hash"
    sql(
        f"insert into audit_event(id, at, {copied}) select %s, at, {copied} from audit_event where id = %s",
        [uuid4(), event_at(4)],
    )


def insert_link():
    insert_unsealed()
    event = AuditEvent.objects.get(chain__isnull=True).pk
    sql(f"{LINK} select 11, %s, hash, sha256(hash), suite from audit_chain where seq = 10", [event])


def swap_entries():
    a, b = event_at(4), event_at(5)
    sql("update audit_chain set event_id = %s where seq = 4", [uuid4()])
    sql("update audit_chain set event_id = %s where seq = 5", [a])
    sql("update audit_chain set event_id = %s where seq = 4", [b])


def swap_cases():
    a, b = (AuditEvent.objects.get(pk=event_at(seq)).subject for seq in (4, 5))
    sql("update audit_event set subject = %s where id = %s", [b, event_at(4)])
    sql("update audit_event set subject = %s where id = %s", [a, event_at(5)])


def relink():
    sql("update audit_chain set prev = sha256(prev) where seq = 4")


SINGLE = {
    "actor": change("actor_id", uuid4()),
    "label": change("actor_label", "别人"),
    "action": change("action", "application.withdraw"),
    "subject": change("subject", "projects.application:9"),
    "case": change("case_id", uuid4()),
    "outcome": change("ok", False),
    "instant": lambda: sql("update audit_event set at = at - interval '1 microsecond' where id = %s", [event_at(4)]),
    "body": change("body", b"{}"),
    "suite": change("suite", "SM"),
    "entry deleted": delete_entry,
    "link deleted": delete_link,
    "entry and link deleted": delete_both,
    "entries swapped": swap_entries,
    "subjects swapped": swap_cases,
    "link changed": relink,
    "gap closed": close_gap,
}


@pytest.mark.parametrize("tamper", SINGLE.values(), ids=SINGLE)
def test_change_in_the_middle_is_found_at_its_place(ten, tamper):
    assert verify().whole
    with guards_off():
        tamper()
    report = verify()
    assert report.first_bad_seq == 4
    assert "自第 4 条起不可信" in str(report)


@pytest.mark.parametrize("tamper", [insert_unsealed, insert_link])
def test_added_entry_is_found(ten, tamper):
    with guards_off():
        tamper()
    assert verify().first_bad_seq == 11


def cut_tail():
    events = list(AuditChain.objects.filter(seq__gt=7).values_list("event_id", flat=True))
    sql("delete from audit_chain where seq > 7")
    sql("delete from audit_event where id = any(%s)", [events])


def empty_all():
    sql("delete from audit_chain")
    sql("delete from audit_event")


def rewrite_one():
    change("action", "application.withdraw")()
    rewrite_chain()


def rewrite_without_one():
    close_gap()
    rewrite_chain()


def rewrite_swapped():
    swap_entries()
    rewrite_chain()


def forge_other_history():
    empty_all()
    head = GENESIS
    for _number in range(12):
        event = uuid4()
        sql(
            "insert into audit_event(id, at, actor_label, action, subject, ok, body, suite, content_hash)"
            " values (%s, now(), '', 'a', 's', true, '{}', 'INTL', '')",
            [event],
        )
        seq = AuditChain.objects.count() + 1
        sql(f"{LINK} values (%s, %s, %s, sha256(%s), 'INTL')", [seq, event, head, head])
        head = bytes(AuditChain.objects.get(seq=seq).hash)
    rewrite_chain()


WHOLESALE = {
    "tail cut": (cut_tail, 1),
    "everything emptied": (empty_all, 1),
    "one changed, chain rewritten": (rewrite_one, 1),
    "one left out, chain rewritten": (rewrite_without_one, 1),
    "two swapped, chain rewritten": (rewrite_swapped, 1),
    "another history of greater length": (forge_other_history, 1),
}


@pytest.mark.parametrize(("tamper", "first_bad"), WHOLESALE.values(), ids=WHOLESALE)
def test_wholesale_change_is_found_by_the_last_anchor_alone(ten, anchors, tamper, first_bad):
    make_checkpoint()
    with guards_off():
        tamper()
        sql("delete from audit_checkpoint")
    assert verify(anchors=anchors).first_bad_seq == first_bad
    with pytest.raises(JournalBroken):
        make_checkpoint()


@pytest.mark.parametrize(("tamper", "_first_bad"), WHOLESALE.values(), ids=WHOLESALE)
def test_control_wholesale_change_goes_unnoticed_without_anchors(ten, tamper, _first_bad):
    with guards_off():
        tamper()
    assert verify().whole


def test_earlier_anchor_narrows_down_what_was_rewritten(guarded, anchors):
    for number in range(3):
        write(number)
    make_checkpoint()
    for number in range(3):
        write(number)
    make_checkpoint()
    with guards_off():
        sql("update audit_event set action = 'x' where id = %s", [event_at(5)])
        rewrite_chain()
    report = verify()
    assert report.last_anchored == 3
    assert report.first_bad_seq == 4


def test_older_backup_put_back_is_found(ten, anchors):
    """The backup is whole in itself, checkpoints included; only the anchor outside remembers more."""
    make_checkpoint()
    write(11)
    make_checkpoint()
    with guards_off():
        newest = event_at(11)
        sql("delete from audit_checkpoint where size = 11")
        sql("delete from audit_chain where seq = 11")
        sql("delete from audit_event where id = %s", [newest])
    report = verify(anchors=anchors)
    assert report.first_bad_seq == 11
    assert "尾部被截断" in str(report.faults[0])
    shutil.rmtree(anchors)
    assert verify().whole, "control: without the anchor outside nobody can tell"


def test_checkpoint_row_changed_in_the_table_is_found(ten):
    make_checkpoint()
    with guards_off():
        sql("update audit_checkpoint set root = sha256(root)")
    assert "签名无效" in str(verify().faults[0])


def test_anchor_file_changed_is_found(ten, anchors):
    make_checkpoint()
    (path,) = anchors.glob("checkpoint-*.json")
    statement = json.loads(path.read_text())
    path.unlink()
    path.write_text(json.dumps({**statement, "size": 9}))
    assert "签名无效" in str(verify().faults[0])
    path.write_text("[]")
    assert "无法读取" in str(verify().faults[0])


def test_anchors_signed_anew_with_another_key_are_found_by_the_outside_copy(ten, anchors, own_folders):
    make_checkpoint()
    outside = own_folders / "outside"
    shutil.copytree(anchors, outside)
    with guards_off():
        rewrite_one()
        sql("delete from audit_checkpoint")
    shutil.rmtree(anchors)
    signing.key_path().unlink()
    make_checkpoint()
    assert verify().whole, "control: with every local trace replaced the portal itself cannot tell"
    assert verify(anchors=outside).first_bad_seq == 1


def test_health_status_sees_a_broken_tail_and_a_lost_anchor(ten):
    make_checkpoint()
    assert status().whole
    assert status().checkpoint_size == 10
    with guards_off():
        cut_tail()
    assert not status().whole
    assert "检查点" in status().message


def test_health_status_sees_a_changed_recent_entry(ten):
    with guards_off():
        change("action", "x")()
    assert not status().whole


def verify_command(**options):
    out = StringIO()
    call_command("audit_verify", stdout=out, **options)
    return out.getvalue()


def test_command_reports_a_whole_journal(ten, anchors):
    make_checkpoint()
    assert "审计链完整：共 10 条，与 1 个检查点一致" in verify_command(anchors=anchors)


def test_command_fails_on_a_broken_journal_and_names_the_place(ten):
    with guards_off():
        change("action", "x")()
    with pytest.raises(CommandError, match="自第 4 条起不可信") as failure:
        verify_command()
    assert failure.value.returncode == 1


def test_command_fails_when_the_anchor_folder_holds_none(ten, own_folders):
    with pytest.raises(CommandError, match="没有检查点文件") as failure:
        verify_command(anchors=own_folders / "nowhere")
    assert failure.value.returncode == 2


def test_verification_inside_a_transaction_sees_its_own_entries(ten):
    with transaction.atomic():
        write(11)
        assert verify().size == 11


def test_checkpoint_is_made_once_per_size_and_its_file_is_read_only(ten, anchors):
    first = make_checkpoint()
    assert make_checkpoint() == first
    assert Checkpoint.objects.count() == 1
    (path,) = anchors.glob("checkpoint-*.json")
    assert path.stat().st_mode & 0o222 == 0
    assert json.loads(path.read_text())["root"] == bytes(first.root).hex()


def test_empty_journal_has_no_checkpoint_and_is_whole(guarded):
    assert make_checkpoint() is None
    assert verify().whole
    assert status().whole
