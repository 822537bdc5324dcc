"""The clock: every period once, late ones caught up, however many schedulers there are."""

import threading
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.template import TemplateDoesNotExist
from django.utils import timezone

from procurement.access import register_holders
from procurement.access.roles import Role
from procurement.notices import cancel, holders, schedule
from procurement.notices import person as this_person
from procurement.notices.models import Message, Outbox, Reminder, SweepRun
from procurement.notices.registry import Sweep, register_sweep, sweeps, unregister_sweep
from procurement.notices.selectors import sweep_age_seconds
from procurement.notices.services.dispatch import dispatch_batch
from procurement.notices.services.reminders import remind_due
from procurement.notices.services.sweep import sweep_due

pytestmark = pytest.mark.django_db
BEIJING = ZoneInfo("Asia/Shanghai")
NOON = datetime(2016, 3, 1, 12, 0, 30, tzinfo=BEIJING)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def job():
    """Registers a job that notes when it ran; forgotten after the test."""
    names = []

    def register(name="probe", **options):
        ran = []
        handler = options.pop("handler", ran.append)
        register_sweep(name, handler, **options)
        names.append(name)
        return ran

    yield register
    for name in names:
        unregister_sweep(name)


@pytest.fixture
def reminder(words, person):
    def make(**fields):
        fields = {
            "kind": "report.due",
            "subject": "projects.report:1",
            "due_at": NOON,
            "template": "hello",
            "recipients": [this_person(fields.pop("user", None) or person(email="").pk)],
            "context": {"name": "季报"},
            **fields,
        }
        return schedule(**fields)

    return make


# --- periods ----------------------------------------------------------------------------------------------------


def test_period_runs_once_however_often_it_is_swept(job):
    ran = job()
    sweep_due(NOON)
    sweep_due(NOON + timedelta(seconds=20))
    assert ran == [NOON]
    sweep_due(NOON + MINUTE)
    assert ran == [NOON, NOON + MINUTE]


def test_late_sweep_catches_up_in_one_run(job):
    ran = job()
    sweep_due(NOON)
    sweep_due(NOON + 6 * HOUR)
    assert ran == [NOON, NOON + 6 * HOUR]


def test_job_that_needs_every_period_gets_the_missed_ones_in_order(job):
    ran = job(every=HOUR, each_period=True)
    sweep_due(NOON)
    sweep_due(NOON + 6 * HOUR)
    assert [at.astimezone(BEIJING).hour for at in ran] == [12, 13, 14, 15, 16, 17, 18]


def test_daily_period_changes_at_midnight_in_beijing(job):
    ran = job(every=DAY, each_period=True)
    late = datetime(2016, 2, 29, 23, 59, 59, tzinfo=BEIJING)
    sweep_due(late)
    sweep_due(late + timedelta(seconds=2))
    assert [at.astimezone(BEIJING).date().isoformat() for at in ran] == ["2016-02-29", "2016-03-01"]


def test_clock_set_back_runs_nothing_again(job):
    ran = job()
    sweep_due(NOON)
    sweep_due(NOON - HOUR)
    assert ran == [NOON]


def test_failed_job_is_undone_and_tried_again_and_stops_no_other(job, words, person, caplog):
    reader = person()
    attempts = []

    def fails_once(now):
        attempts.append(now)
        SweepRun.objects.create(job="trace", period=now, ran_at=now)
        if len(attempts) == 1:
            raise RuntimeError("out of order")

    job("broken", handler=fails_once)
    others = job("sound")
    sweep_due(NOON)
    assert others == [NOON]
    assert not SweepRun.objects.filter(job__in=["broken", "trace"]).exists()
    assert "sweep broken failed" in caplog.text
    assert "broken" in sweep_due(NOON)
    assert len(attempts) == 2
    assert reader.is_active


@pytest.mark.django_db(transaction=True)
def test_three_schedulers_at_once_run_a_period_once(job):
    ran = job()
    start = threading.Barrier(3)

    def beat():
        start.wait()
        sweep_due(NOON)
        connection.close()

    threads = [threading.Thread(target=beat) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ran == [NOON]
    assert SweepRun.objects.filter(job="probe").count() == 1


@pytest.mark.django_db(transaction=True)
def test_scheduler_does_not_wait_for_one_that_is_at_work(job):
    ran = []
    inside, release = threading.Event(), threading.Event()

    def slow(now):
        ran.append(now)
        inside.set()
        release.wait(10)

    job(handler=slow)

    def beat():
        sweep_due(NOON)
        connection.close()

    first = threading.Thread(target=beat)
    first.start()
    assert inside.wait(10)
    assert "probe" not in sweep_due(NOON)
    release.set()
    first.join()
    assert ran == [NOON]


def test_control_without_the_unique_period_the_database_lets_it_run_twice(job):
    SweepRun.objects.create(job="probe", period=NOON, ran_at=NOON)
    with pytest.raises(IntegrityError, match="sweep_once_per_period"), transaction.atomic():
        SweepRun.objects.create(job="probe", period=NOON, ran_at=NOON)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE notices_sweeprun DROP CONSTRAINT sweep_once_per_period")
    SweepRun.objects.create(job="probe", period=NOON, ran_at=NOON)
    assert SweepRun.objects.filter(job="probe").count() == 2


def test_old_runs_are_forgotten(job):
    job()
    SweepRun.objects.create(job="probe", period=NOON - 30 * DAY, ran_at=NOON)
    sweep_due(NOON)
    assert SweepRun.objects.filter(job="probe").count() == 1


def test_age_of_the_last_sweep_is_known(job):
    assert sweep_age_seconds(NOON) is None
    job()
    sweep_due(NOON)
    assert sweep_age_seconds(NOON + MINUTE) == 60


def test_registering_a_name_twice_or_an_odd_period_is_refused(job):
    job()
    with pytest.raises(ValueError, match="twice"):
        register_sweep("probe", print)
    with pytest.raises(ValueError, match="divide"):
        register_sweep("odd", print, every=timedelta(minutes=7))
    assert "odd" not in [sweep.job for sweep in sweeps()]


def test_period_starts_at_the_whole_minute():
    period = Sweep("x", print).period_at(NOON)
    assert period == datetime(2016, 3, 1, 12, 0, tzinfo=BEIJING)


# --- reminders --------------------------------------------------------------------------------------------------


def test_reminder_is_told_when_due_and_once(reminder):
    reminder()
    assert remind_due(NOON - MINUTE) == 0
    assert remind_due(NOON) == 1
    assert remind_due(NOON + DAY) == 0
    dispatch_batch()
    assert [message.title for message in Message.objects.all()] == ["您好 季报"]
    assert Reminder.objects.get().state == "done"


def test_sweep_tells_due_reminders(reminder):
    reminder()
    assert "reminders" in sweep_due(NOON + 6 * HOUR)
    assert Outbox.objects.count() == 1


def test_scheduling_again_moves_the_reminder(reminder, person):
    user = person(email="").pk
    reminder(user=user)
    reminder(user=user, due_at=NOON + DAY)
    assert Reminder.objects.count() == 1
    assert remind_due(NOON) == 0
    assert remind_due(NOON + DAY) == 1


def test_cancelled_reminder_stays_silent(reminder):
    reminder()
    assert cancel(subject="projects.report:1", kind="other") == 0
    assert cancel(subject="projects.report:1") == 1
    assert remind_due(NOON + DAY) == 0
    assert Reminder.objects.get().settled_at is not None


def test_second_waiting_reminder_is_refused_by_the_database(reminder):
    first = reminder()
    with pytest.raises(IntegrityError, match="reminder_one_waiting_per_subject"), transaction.atomic():
        Reminder.objects.create(
            kind=first.kind, subject=first.subject, due_at=NOON, template="hello", recipients=first.recipients
        )


def test_rule_by_role_reaches_who_holds_it_on_the_day(reminder, person, monkeypatch):
    monkeypatch.setattr("procurement.access.actor._read_holders", None)
    former, present = person("former", email=""), person("present", email="")
    seat = {Role.LGO: [former]}
    register_holders(lambda role, organization_id: seat.get(role, []))
    reminder(recipients=[holders(Role.LGO), this_person(former.pk)])
    seat[Role.LGO] = [present]
    remind_due(NOON)
    dispatch_batch()
    assert set(Message.objects.values_list("recipient__username", flat=True)) == {"present", "former"}


def test_reminder_with_a_missing_text_is_refused_when_scheduled(reminder):
    with pytest.raises(TemplateDoesNotExist):
        reminder(template="nobody_wrote_this")


def test_shipped_reminder_text_names_the_due_time_in_beijing(reminder):
    reminder(template="deadline_reminder", context={"title": "2016年第一季度报告", "todo": "提交季度报告"})
    remind_due(timezone.now())
    dispatch_batch()
    message = Message.objects.get()
    assert message.title == "【到期提醒】2016年第一季度报告"
    assert "2016-03-01 12:00" in message.body
    assert "提交季度报告" in message.body
