"""A worker may die between any two statements; two may run at once; the broker may be gone.

The child is a real process on the real database. It leaves by ``os._exit`` at the n-th statement,
for every n, before and after it: no rollback, no cleanup, as by ``kill -9``.
"""

import email
import os
import threading
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from celery.signals import task_success
from django.core.mail.backends.filebased import EmailBackend
from django.db import connection, transaction
from django.utils import timezone

from procurement.notices.models import Message, Outbox
from procurement.notices.services.dispatch import dispatch_batch
from procurement.notices.services.outbox import DISPATCH_TASK
from tests.conftest import wait_for_others

pytestmark = pytest.mark.django_db(transaction=True)
CRASHED, FINISHED = 9, 0


class DyingStatements:
    """Dies at the given statement: ``before`` it is sent, or after the server has answered."""

    def __init__(self, index: int, *, before: bool) -> None:
        self.left, self.before = index, before

    def __call__(self, execute, sql, params, many, context):
        self.left -= 1
        if self.left < 0 and self.before:
            os._exit(CRASHED)
        result = execute(sql, params, many, context)
        if self.left < 0:
            os._exit(CRASHED)
        return result


class DiesBeforeSending(EmailBackend):
    def send_messages(self, messages):
        os._exit(CRASHED)


class DiesAfterSending(EmailBackend):
    def send_messages(self, messages):
        super().send_messages(messages)
        os._exit(CRASHED)


def in_child(work) -> int:
    """Run ``work`` in a forked process with a connection of its own; its exit code."""
    connection.close()
    pid = os.fork()
    if pid == 0:
        try:
            work()
            os._exit(FINISHED)
        finally:
            os._exit(77)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    wait_for_others()  # PostgreSQL notices a killed client a moment later
    return code


def dispatch_dying_at(index: int, *, before: bool) -> int:
    def work() -> None:
        with connection.execute_wrapper(DyingStatements(index, before=before)):
            dispatch_batch()

    return in_child(work)


def recover() -> None:
    """What the next sweep does, once leases and pauses have passed."""
    for hours in range(3):
        dispatch_batch(now=timezone.now() + timedelta(hours=2 * hours))


def mails(folder: Path) -> Counter:
    """How often each event was mailed, by Message-ID."""
    found: Counter = Counter()
    for path in folder.glob("*.log"):
        for part in path.read_text().split("-" * 79 + "\n"):
            message_id = email.message_from_string(part)["Message-ID"]
            if message_id:
                found[message_id] += 1
    return found


@pytest.fixture
def mailbox(tmp_path, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    return tmp_path / "mail"


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.usefixtures("broker_down")
def test_worker_killed_between_any_two_statements_delivers_each_notice(person, tell, mailbox, before):
    reader = person()
    crashes, index = 0, 0
    while True:
        tell(reader, key=f"event-{index}")
        code = dispatch_dying_at(index, before=before)
        assert code in (CRASHED, FINISHED)
        recover()
        assert Outbox.objects.pending().count() == 0
        if code == FINISHED:
            break
        crashes, index = crashes + 1, index + 1
    assert crashes >= 10
    told = Counter(Message.objects.values_list("outbox__key", flat=True))
    assert told == {f"event-{number}": 1 for number in range(crashes + 1)}
    sent = mails(mailbox)
    assert len(sent) == crashes + 1
    assert max(sent.values()) <= 2


@pytest.mark.parametrize(("backend", "copies"), [(DiesBeforeSending, 1), (DiesAfterSending, 2)])
@pytest.mark.usefixtures("broker_down")
def test_worker_killed_while_mailing_sends_again_under_the_same_id(person, tell, mailbox, settings, backend, copies):
    tell(person())
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{__name__}.{backend.__name__}"
    assert in_child(dispatch_batch) == CRASHED
    settings.EMAIL_BACKEND = working
    dispatch_batch()
    assert Outbox.objects.pending().count() == 1, "the row is leased until the dead worker could no longer be sending"
    recover()
    assert list(mails(mailbox).values()) == [copies]
    assert Message.objects.count() == 1


@pytest.mark.usefixtures("broker_down")
def test_mail_that_kills_every_worker_runs_out_of_attempts(person, tell, mailbox, settings):
    tell(person())
    settings.EMAIL_BACKEND = f"{__name__}.DiesBeforeSending"
    codes = []
    for _ in range(12):
        Outbox.objects.pending().update(available_at=timezone.now())
        codes.append(in_child(dispatch_batch))
    assert codes.count(CRASHED) == 8
    assert codes[-1] == FINISHED
    assert Outbox.objects.failed().count() == 1


@pytest.mark.usefixtures("broker_down")
def test_two_dispatchers_at_once_deliver_each_notice_once(person, tell, mailbox):
    readers = [person(f"reader{number}") for number in range(15)]
    tell(*readers)
    start = threading.Barrier(3)
    handled: list[int] = []

    def work() -> None:
        start.wait()
        handled.append(dispatch_batch())
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(handled) == 30
    assert Counter(Message.objects.values_list("recipient__username", flat=True)) == {
        reader.username: 1 for reader in readers
    }
    assert set(mails(mailbox).values()) == {1}
    assert len(mails(mailbox)) == 15


@pytest.mark.usefixtures("broker_down")
def test_row_held_by_another_dispatcher_is_passed_over(person, tell):
    tell(person(email=""))
    held, release = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Outbox.objects.due(timezone.now()).claimed().first()
            held.set()
            release.wait(10)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert held.wait(10)
    assert dispatch_batch() == 0
    release.set()
    thread.join()
    assert dispatch_batch() == 1


@pytest.fixture
def broker_down():
    """The application with tasks really published, and nobody listening where they go."""
    from procurement.celery import app

    before = app.conf.task_always_eager, app.conf.broker_url
    app.conf.task_always_eager, app.conf.broker_url = False, "redis://127.0.0.1:1/1"
    app._after_fork()  # forgets the connections to the real broker
    yield app
    app.conf.task_always_eager, app.conf.broker_url = before
    app._after_fork()


def test_broker_down_at_commit_loses_nothing_and_breaks_nothing(person, tell, broker_down, caplog):
    assert "127.0.0.1:1/" in broker_down.connection_for_write().as_uri()
    tell(person(email=""))
    assert "dispatcher not woken" in caplog.text
    assert Outbox.objects.pending().count() == 1
    dispatch_batch()
    assert Message.objects.count() == 1


def test_commit_wakes_the_dispatcher(person, tell):
    """Tasks run on the spot in tests: the message is there without anyone calling the dispatcher."""
    tell(person(email=""))
    assert Message.objects.count() == 1


def test_real_worker_on_the_real_broker_delivers_after_the_commit(person, tell, celery_worker):
    done = threading.Event()

    def settle(sender, **kwargs):
        if sender.name == DISPATCH_TASK:
            done.set()

    task_success.connect(settle)
    try:
        tell(person())
        assert done.wait(20)
    finally:
        task_success.disconnect(settle)
    assert Message.objects.count() == 1
    assert Outbox.objects.pending().count() == 0
