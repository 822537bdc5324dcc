"""One whole case, played once and looked at by many tests: nothing a test does to it stays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from procurement import audit
from procurement.demo import budget, people
from procurement.demo.stage import Stage, local
from procurement.demo.steps import (
    applying,
    closing,
    contracting,
    deciding,
    delivering,
    evaluating,
    guiding,
    reviewing,
)
from procurement.dossier.content import Dossier
from procurement.dossier.making import draw_up


def play(stage: Stage) -> None:
    """From guide to archive, with a correction, a replaced expert, an objection and a report sent back."""
    guiding.publish_guide(stage)
    applying.apply_online(stage)
    applying.endorse(stage)
    applying.return_and_resubmit(stage)
    applying.precheck(stage)
    reviewing.review(stage)
    deciding.decide(stage)
    deciding.confirm_funds(stage)
    deciding.publicise(stage)
    deciding.object_and_recheck(stage)
    deciding.expire(stage)
    deciding.approve(stage)
    contracting.revise(stage)
    contracting.contract(stage)
    contracting.first_tranche(stage)
    delivering.launch(stage)
    delivering.activities(stage)
    delivering.quarterly_report(stage)
    evaluating.midterm(stage)
    contracting.tranche(stage, 2)
    closing.submit_closeout(stage)
    closing.accept(stage)
    closing.audit(stage)
    evaluating.final(stage)
    contracting.tranche(stage, 3)
    closing.close_and_archive(stage)


@pytest.fixture(scope="package")
def kept(tmp_path_factory: Any) -> Iterator[Path]:
    """Files, keys and anchors of this package's cases."""
    root = tmp_path_factory.mktemp("dossier")
    (root / "media").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "MEDIA_ROOT", root / "media")
        patch.setitem(settings.PORTAL, "KEY_DIR", root / "keys")
        patch.setitem(settings.PORTAL, "CHECKPOINT_DIR", root / "checkpoints")
        yield root


@pytest.fixture(scope="package")
def archived(django_db_setup: None, django_db_blocker: Any, kept: Path) -> Iterator[Stage]:
    """Played in a transaction that is undone after the last test here; each test works inside it."""
    with django_db_blocker.unblock(), transaction.atomic():
        stage = new_stage()
        stage.script |= {"starts_on": "2026-05-06", "ends_on": "2026-07-20", "decline": True}
        play(stage)
        audit.seal_pending()
        yield stage
        transaction.set_rollback(True)


@dataclass(frozen=True)
class Made:
    """The dossier of the archived case, laid out once, and what its maker was told on the way."""

    dossier: Dossier
    paper: bytes
    told: list[tuple[int, str]]


@pytest.fixture(scope="package")
def made(archived: Stage, django_db_blocker: Any) -> Made:
    told: list[tuple[int, str]] = []
    with django_db_blocker.unblock():
        dossier, paper = draw_up(
            archived.application.case, progress=lambda percent, words: told.append((percent, words))
        )
    return Made(dossier, paper, told)


@pytest.fixture
def whole(archived: Stage, db: None) -> Stage:
    return archived


@pytest.fixture
def stage(db: None, kept: Path) -> Stage:
    """A fresh case of another organisation, beside the archived one where that was played."""
    return new_stage(applicant="org4", project="rescue")


def new_stage(*, applicant: str = "org1", project: str = "cinema") -> Stage:
    opened = local(2026, 1, 12)
    people.seed(opened)
    budget.seed(opened)
    return Stage(now=opened, applicant=applicant, script={"project": project})
