"""Who gets a dossier, how it is asked for, and that a lost worker loses nothing."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from procurement.access.models import User
from procurement.demo.stage import Stage
from procurement.demo.steps import applying, guiding
from procurement.documents.models import Document, Job, JobState
from procurement.documents.selectors import document_visible_to
from procurement.documents.services.running import LEASE, claim, requeue_lost_jobs, run_job
from procurement.dossier import permission
from procurement.dossier.making import KIND, ask, keep, latest
from projects.services.receipts import proofs_for
from tests.dossier.conftest import Made

pytestmark = pytest.mark.django_db

READERS = ("auditor", "discipline", "supervisor", "office", "leader", "district", "checker", "signer", "finance")
OTHERS = ("org1", "org1-head", "org2", "hub", "expert1", "evaluator", "cpa", "civil", "resident", "sysadmin", "union")


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=username))
    return client


def dossier_url(stage: Stage) -> str:
    return reverse("case-dossier", args=[stage.application.case_id])


@pytest.mark.parametrize("username", READERS)
def test_dossier_is_for_overseers_and_those_who_answer_for_the_case(whole: Stage, username: str) -> None:
    assert permission.may_read(whole.actor(username), whole.application.case)


@pytest.mark.parametrize("username", OTHERS)
def test_dossier_is_not_there_for_others(whole: Stage, username: str) -> None:
    assert not permission.may_read(whole.actor(username), whole.application.case)
    assert signed_in(username).post(dossier_url(whole)).status_code == 404
    assert Job.objects.filter(kind=KIND).count() == 0


def test_dossier_of_no_case_and_of_a_guide_is_not_there(whole: Stage) -> None:
    auditor = signed_in("auditor")
    assert auditor.post(reverse("case-dossier", args=[uuid4()])).status_code == 404
    assert auditor.post(reverse("case-dossier", args=[whole.guide.case_id])).status_code == 404


def test_visitor_is_asked_to_sign_in(whole: Stage) -> None:
    response = Client().post(dossier_url(whole))
    assert response.status_code == 302
    assert "/accounts/login/" in response["Location"]


def test_dossier_is_asked_for_by_a_button_not_by_a_link(whole: Stage) -> None:
    assert signed_in("auditor").get(dossier_url(whole)).status_code == 405


def test_case_page_offers_the_dossier_to_the_auditor_alone(whole: Stage) -> None:
    page = reverse("case", args=[whole.application.case_id])
    assert "生成审计卷宗" in signed_in("auditor").get(page).content.decode()
    assert "审计卷宗" not in signed_in("org1-head").get(page).content.decode()


def test_button_leads_to_the_progress_and_back(whole: Stage) -> None:
    auditor = signed_in("auditor")

    asked = auditor.post(dossier_url(whole))

    job = Job.objects.get(kind=KIND)
    assert asked["Location"] == job.get_absolute_url()
    assert "审计卷宗" in auditor.get(asked["Location"]).content.decode()
    page = auditor.get(reverse("case", args=[whole.application.case_id])).content.decode()
    assert job.get_absolute_url() in page
    assert auditor.post(dossier_url(whole))["Location"] == asked["Location"]


def test_lost_worker_is_replaced_and_the_same_paper_comes_out(whole: Stage, made: Made) -> None:
    job = ask(actor=whole.actor("auditor"), case=whole.application.case)
    lost = claim(job.pk)
    assert lost is not None
    lost.progress(40, "正在排版第 12 页")
    Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - LEASE - timedelta(seconds=5))

    assert requeue_lost_jobs() >= 1
    run_job(job_id=job.pk)

    job.refresh_from_db()
    assert (job.state, job.percent, job.attempts) == (JobState.DONE, 100, 2)
    assert job.result is not None
    assert job.result.sha256 == hashlib.sha256(made.paper).hexdigest()


def test_finished_dossier_is_kept_once_and_can_be_verified(whole: Stage, made: Made) -> None:
    case, auditor = whole.application.case, whole.actor("auditor")

    first = keep(actor=auditor, case=case, dossier=made.dossier, paper=made.paper)
    second = keep(actor=whole.actor("office"), case=case, dossier=made.dossier, paper=made.paper)

    assert first == second
    assert [one.kind for one in latest(case)] == ["dossier", "dossier_data"]
    assert [proof.content_sha256 for proof in proofs_for(made.dossier.content_hash)] == [made.dossier.content_hash]
    assert not Document.objects.for_case(case.pk).filter(kind__startswith="dossier").exists()


def test_dossier_file_is_visible_to_those_who_may_make_it(whole: Stage, made: Made) -> None:
    document = keep(actor=whole.actor("auditor"), case=whole.application.case, dossier=made.dossier, paper=made.paper)
    assert document_visible_to(document, whole.actor("discipline"))
    assert not document_visible_to(document, whole.actor("org1-head"))
    assert signed_in("org1").get(document.get_absolute_url()).status_code == 404


def test_job_of_somebody_who_lost_the_seat_comes_to_nothing(whole: Stage) -> None:
    job = ask(actor=whole.actor("org1-head"), case=whole.application.case)

    run_job(job_id=job.pk)

    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert not latest(whole.application.case)


def test_command_writes_a_dossier_and_checks_it_against_the_case(stage: Stage, tmp_path: Path, capsys: Any) -> None:
    guiding.publish_guide(stage)
    applying.apply_online(stage)
    output = tmp_path / "卷宗.pdf"

    call_command("dossier", stage.application.number, output=output)
    call_command("dossier", str(stage.application.case_id), check=output)
    assert "与案卷当前内容一致" in capsys.readouterr().out

    applying.endorse(stage)
    with pytest.raises(CommandError, match="其后有变化"):
        call_command("dossier", stage.application.number, check=output)


def test_command_names_a_case_it_cannot_find(db: None) -> None:
    with pytest.raises(CommandError, match="没有案卷"):
        call_command("dossier", "SB-1999-0001", output=Path("nowhere.pdf"))


def test_command_refuses_a_file_that_is_no_dossier(whole: Stage, tmp_path: Path) -> None:
    other = tmp_path / "other.pdf"
    other.write_bytes(b"%PDF-1.7 nothing")
    with pytest.raises(CommandError, match="不是本平台的审计卷宗"):
        call_command("dossier", whole.application.number, check=other)
