import os
import re
import select
import threading
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from procurement.access import Actor, Role, Seat
from procurement.celery import app
from procurement.documents import kinds, pdf_from_html, register_job, start_job, store_generated
from procurement.documents.models import Document, Job, JobState
from procurement.documents.services import (
    RenderFailed,
    cancel_job,
    job_finished,
    requeue_lost_jobs,
    run_job,
    sweep_orphans,
)
from procurement.documents.services.running import ATTEMPTS_MAX, LEASE
from tests.documents import samples

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_kinds(monkeypatch):
    monkeypatch.setattr(kinds, "_kinds", {})


@pytest.fixture
def paper(folder):
    """A kind of work that makes a small document in two steps."""

    def make(job, progress):
        progress(10, "汇总材料")
        content = samples.pdf(pages=job.params.get("pages", 1))
        progress(80, "保存")
        return store_generated(
            actor=Actor(user=job.requested_by),
            content=content,
            filename="卷宗.pdf",
            subject=folder,
            kind="dossier",
            title="审计卷宗",
        )

    register_job("dossier", make, label="审计卷宗")


def finished_states(job):
    job.refresh_from_db()
    return job.state, job.percent, job.attempts


def test_job_runs_to_done_with_its_document(actor, paper):
    job = start_job(kind="dossier", actor=actor, case_id=uuid.uuid4(), params={"pages": 2})
    assert (job.state, job.percent) == (JobState.QUEUED, 0)
    run_job(job_id=job.pk)
    assert finished_states(job) == (JobState.DONE, 100, 1)
    assert job.result.page_count == 2


def test_job_of_unknown_kind_is_an_error(actor):
    with pytest.raises(KeyError):
        start_job(kind="nonsense", actor=actor)


def test_asking_twice_gives_one_job_and_after_it_is_done_a_new_one(actor, paper):
    first = start_job(kind="dossier", actor=actor)
    assert start_job(kind="dossier", actor=actor) == first
    assert start_job(kind="dossier", actor=actor, params={"pages": 2}) != first
    run_job(job_id=first.pk)
    assert start_job(kind="dossier", actor=actor) != first


def test_message_delivered_twice_does_the_work_once(actor, paper):
    job = start_job(kind="dossier", actor=actor)
    run_job(job_id=job.pk)
    run_job(job_id=job.pk)
    assert finished_states(job) == (JobState.DONE, 100, 1)
    assert Document.objects.count() == 1


def test_progress_is_in_the_row_while_the_work_goes_on(actor, folder):
    seen = []

    def make(job, progress):
        progress(40, "正在排版第 3 页")
        seen.append(Job.objects.values_list("state", "percent", "step").get(pk=job.pk))
        progress(250, "保存")
        seen.append(Job.objects.values_list("state", "percent", "step").get(pk=job.pk))

    register_job("dossier", make)
    job = start_job(kind="dossier", actor=actor)
    run_job(job_id=job.pk)
    assert seen == [("running", 40, "正在排版第 3 页"), ("running", 99, "保存")]
    assert finished_states(job)[0] == JobState.DONE


@pytest.mark.parametrize(
    ("error", "sentence"),
    [(RenderFailed("timeout"), "未能排版完成"), (ZeroDivisionError("secret detail"), "处理时发生错误，已记录")],
)
def test_failed_work_says_why_in_chinese_and_keeps_nothing(error, sentence, actor, kept_files):
    def make(job, progress):
        raise error

    register_job("dossier", make)
    job = start_job(kind="dossier", actor=actor)
    run_job(job_id=job.pk)
    assert finished_states(job) == (JobState.FAILED, 0, 1)
    assert sentence in job.error
    assert "secret" not in job.error
    assert kept_files() == []


def test_cancelled_job_stops_at_its_next_step_and_keeps_nothing(actor, kept_files):
    def make(job, progress):
        progress(10, "第一步")
        assert cancel_job(actor=actor, job=job)
        progress(20, "第二步")
        raise AssertionError("went on after it was cancelled")

    register_job("dossier", make)
    job = start_job(kind="dossier", actor=actor)
    run_job(job_id=job.pk)
    assert finished_states(job)[0] == JobState.CANCELLED
    assert kept_files() == []
    assert not cancel_job(actor=actor, job=job)


def test_finishing_is_told_to_listeners_in_the_same_transaction(actor, paper):
    heard = []
    job_finished.connect(heard_by := lambda job, **_: heard.append((job.pk, job.state, connection.in_atomic_block)))
    try:
        job = start_job(kind="dossier", actor=actor)
        run_job(job_id=job.pk)
    finally:
        job_finished.disconnect(heard_by)
    assert heard == [(job.pk, JobState.DONE, True)]


# --- lost messages and lost workers ------------------------------------------------------------------


def test_job_whose_message_was_lost_is_sent_again(actor, paper, django_capture_on_commit_callbacks):
    job = start_job(kind="dossier", actor=actor)
    assert requeue_lost_jobs(at=job.queued_at + timedelta(seconds=5)) == 0
    with django_capture_on_commit_callbacks() as callbacks:
        assert requeue_lost_jobs(at=job.queued_at + timedelta(minutes=1)) == 1
    assert len(callbacks) == 1


def test_job_with_a_living_worker_is_left_alone(actor, paper):
    job = running(start_job(kind="dossier", actor=actor), attempts=1)
    assert requeue_lost_jobs(at=timezone.now()) == 0
    run_job(job_id=job.pk)
    assert finished_states(job) == (JobState.RUNNING, 0, 1)


def running(job, *, attempts, silent_for=timedelta()):
    Job.objects.filter(pk=job.pk).update(
        state=JobState.RUNNING, attempts=attempts, heartbeat_at=timezone.now() - silent_for
    )
    return job


def test_job_of_a_silent_worker_is_taken_back_and_ends_done(actor, paper):
    job = running(start_job(kind="dossier", actor=actor), attempts=1, silent_for=LEASE * 2)
    requeue_lost_jobs()
    assert finished_states(job)[0] == JobState.QUEUED
    run_job(job_id=job.pk)
    assert finished_states(job) == (JobState.DONE, 100, 2)


def test_job_that_lost_every_worker_fails_with_a_sentence(actor, paper):
    job = running(start_job(kind="dossier", actor=actor), attempts=ATTEMPTS_MAX, silent_for=LEASE * 2)
    run_job(job_id=job.pk)
    requeue_lost_jobs()
    assert finished_states(job)[0] == JobState.FAILED
    assert "连续 3 次中断" in job.error


def test_worker_that_comes_back_after_it_was_given_up_writes_nothing(actor, folder):
    def make(job, progress):
        Job.objects.filter(pk=job.pk).update(attempts=2)  # another worker took over
        progress(50, "太晚了")

    register_job("dossier", make)
    job = start_job(kind="dossier", actor=actor)
    run_job(job_id=job.pk)
    assert finished_states(job) == (JobState.RUNNING, 0, 2)
    assert job.step == ""


@pytest.fixture
def no_worker():
    """Messages go to the broker and nobody listens."""
    app.conf.task_always_eager = False
    yield
    app.conf.task_always_eager = True


LONG_PAPER = "<link rel=stylesheet href=asset:print.css>" + "".join(
    f"<h2>第{n}项</h2><p>政府购买社会组织服务项目过程材料。</p>" * 10 for n in range(400)
)


@pytest.mark.django_db(transaction=True)
def test_worker_killed_in_mid_render_leaves_no_half_file_and_the_job_ends_done(actor, folder, kept_files, no_worker):
    told, tell = os.pipe()
    source = {"html": LONG_PAPER}

    def make(job, progress):
        def step(percent, text):
            progress(percent, text)
            if percent > 25:
                os.write(tell, b"x")

        content = pdf_from_html(source["html"], progress=step)
        return store_generated(
            actor=Actor(user=job.requested_by),
            content=content,
            filename="卷宗.pdf",
            subject=folder,
            kind="dossier",
            title="审计卷宗",
        )

    register_job("dossier", make)
    job = start_job(kind="dossier", actor=actor)
    worker = os.fork()
    if worker == 0:
        connection.connection = None  # the socket belongs to the parent
        run_job(job_id=job.pk)
        os._exit(0)
    assert select.select([told], [], [], 60)[0], "the worker never reached a page"
    child = os.pidfd_open(child_of(worker))
    os.kill(worker, 9)
    os.waitpid(worker, 0)
    assert select.select([child], [], [], 10)[0], "the renderer outlived its worker"

    state, percent, attempts = finished_states(job)
    assert (state, attempts) == (JobState.RUNNING, 1)
    assert 0 < percent < 100
    assert not Document.objects.exists()
    assert not [name for name in kept_files() if name.startswith("documents/")]

    source["html"] = "<p>短</p>"
    requeue_lost_jobs(at=timezone.now() + LEASE * 2)
    run_job(job_id=job.pk)
    assert finished_states(job) == (JobState.DONE, 100, 2)
    assert job.result.page_count == 1
    sweep_orphans(at=timezone.now() + timedelta(hours=2))
    assert kept_files() == [job.result.stored_path]


def child_of(parent: int) -> int:
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[1]) == parent:
            return int(status.parent.name)
    raise AssertionError("no renderer is running")


@pytest.mark.django_db(transaction=True)
def test_worker_hears_of_a_job_once_its_row_is_there(actor, paper, celery_worker):
    job = start_job(kind="dossier", actor=actor)
    waited = range(200)
    over = threading.Event()
    while finished_states(job)[0] != JobState.DONE and not over.wait(0.1) and waited:
        waited = waited[1:]
    assert finished_states(job) == (JobState.DONE, 100, 1)


# --- what the database holds to -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"percent": 101}, "job_percent_at_most_100"),
        ({"state": "lost"}, "job_finished_has_time"),
        ({"state": "done", "finished_at": timezone.now()}, "job_done_is_complete"),
        ({"state": "failed", "finished_at": timezone.now()}, "job_failure_says_why"),
        ({"state": "cancelled"}, "job_finished_has_time"),
    ],
)
def test_impossible_job_is_refused_by_the_database(change, constraint, actor, paper):
    job = start_job(kind="dossier", actor=actor)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(**change)


# --- pages ----------------------------------------------------------------------------------------------


@pytest.fixture
def owner_client(owner):
    client = Client()
    client.force_login(owner)
    return client


def test_page_shows_progress_polls_and_survives_reload(actor, paper, owner_client):
    job = start_job(kind="dossier", actor=actor)
    Job.objects.filter(pk=job.pk).update(
        state=JobState.RUNNING, attempts=1, percent=42, step="正在排版第 7 页", heartbeat_at=timezone.now()
    )
    for _ in range(2):
        page = owner_client.get(reverse("job", args=[job.pk])).content.decode()
        assert "正在排版第 7 页" in page
        assert re.search(r'<progress value="42" max="100"', page)
        assert 'hx-trigger="every 2s"' in page
        assert "取消任务" in page


def test_page_of_a_finished_job_offers_the_file_and_stops_polling(actor, paper, owner_client):
    job = start_job(kind="dossier", actor=actor)
    run_job(job_id=job.pk)
    job.refresh_from_db()
    page = owner_client.get(reverse("job", args=[job.pk])).content.decode()
    assert reverse("document-download", args=[job.result_id]) in page
    assert "hx-trigger" not in page.partition('id="job-progress"')[2]
    assert job.result.sha256 in page
    assert page.count("审计卷宗</a>") == 1


def test_page_of_a_failed_job_says_why(actor, paper, owner_client):
    job = start_job(kind="dossier", actor=actor)
    Job.objects.filter(pk=job.pk).update(state=JobState.FAILED, error="文书排版未能完成。", finished_at=timezone.now())
    assert "文书排版未能完成。" in owner_client.get(reverse("job", args=[job.pk])).content.decode()


def test_job_is_seen_by_its_requester_and_by_audit_only(actor, paper, stranger):
    job = start_job(kind="dossier", actor=actor)
    client = Client()
    client.force_login(stranger)
    assert client.get(reverse("job", args=[job.pk])).status_code == 404
    assert client.post(reverse("job-cancel", args=[job.pk])).status_code == 404
    assert Client().get(reverse("job", args=[job.pk])).status_code == 302
    seat = Seat(role=Role.AUD, organization_id=uuid.uuid4())
    assert list(Job.objects.visible_to(Actor(user=stranger, seats=(seat,)))) == [job]
    assert list(Job.objects.visible_to(Actor(user=stranger))) == []
    assert list(Job.objects.visible_to(Actor(user=None))) == []


def test_cancelling_by_the_button_ends_the_job(actor, paper, owner_client):
    job = start_job(kind="dossier", actor=actor)
    response = owner_client.post(reverse("job-cancel", args=[job.pk]))
    assert response["Location"] == reverse("job", args=[job.pk])
    assert finished_states(job)[0] == JobState.CANCELLED
    assert "已取消" in owner_client.get(response["Location"]).content.decode()


def test_list_holds_what_runs_and_what_ended_within_seven_days(actor, paper, owner_client):
    names = {"运行": 1, "近日": 2, "旧的": 3}
    jobs = {name: start_job(kind="dossier", actor=actor, params={"pages": n}) for name, n in names.items()}
    for name, days in (("近日", 6), ("旧的", 8)):
        Job.objects.filter(pk=jobs[name].pk).update(
            state=JobState.CANCELLED, finished_at=timezone.now() - timedelta(days=days)
        )
    page = owner_client.get(reverse("jobs")).content.decode()
    assert reverse("job", args=[jobs["运行"].pk]) in page
    assert reverse("job", args=[jobs["近日"].pk]) in page
    assert reverse("job", args=[jobs["旧的"].pk]) not in page


def test_list_takes_the_same_number_of_queries_at_1_and_30_jobs(actor, paper, owner_client, django_assert_num_queries):
    from django.test.utils import CaptureQueriesContext

    start_job(kind="dossier", actor=actor)
    owner_client.get(reverse("jobs"))
    with CaptureQueriesContext(connection) as few:
        owner_client.get(reverse("jobs"))
    for pages in range(1, 30):
        start_job(kind="dossier", actor=actor, params={"pages": pages})
    with django_assert_num_queries(len(few)):
        owner_client.get(reverse("jobs"))
