"""One whole case, played once and looked at by many tests: nothing a test does to it stays."""

from __future__ import annotations

from collections.abc import Iterator
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


@pytest.fixture(scope="module")
def files(tmp_path_factory: Any) -> Iterator[Path]:
    """Files, keys and anchors of this module's case."""
    root = tmp_path_factory.mktemp("dossier")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "MEDIA_ROOT", root / "media")
        patch.setitem(settings.PORTAL, "KEY_DIR", root / "keys")
        patch.setitem(settings.PORTAL, "CHECKPOINT_DIR", root / "checkpoints")
        (root / "media").mkdir()
        yield root


@pytest.fixture(scope="module")
def archived(django_db_setup: None, django_db_blocker: Any, files: Path) -> Iterator[Stage]:
    """Played in a transaction that is undone when the module is through; each test works inside it."""
    with django_db_blocker.unblock(), transaction.atomic():
        opened = local(2026, 1, 12)
        people.seed(opened)
        budget.seed(opened)
        stage = Stage(now=opened, script={"starts_on": "2026-05-06", "ends_on": "2026-07-20", "decline": True})
        play(stage)
        audit.seal_pending()
        yield stage
        transaction.set_rollback(True)


@pytest.fixture
def whole(archived: Stage, db: None) -> Stage:
    return archived
