"""The demo's script of steps two to four is played by its real roles and goes through."""

from time import monotonic

import pytest

from procurement.demo import budget, people
from procurement.demo.stage import Stage, local
from procurement.demo.steps import applying, guiding
from projects.services.receipts import is_genuine

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Stage:
    people.seed(local(2026, 1, 5))
    budget.seed(local(2026, 1, 5))
    stage = Stage(now=local(2026, 1, 12))
    guiding.publish_guide(stage)
    return stage


def test_case_is_applied_for_recommended_corrected_and_passed(stage):
    applying.apply_online(stage)
    assert stage.application.status == "submitted"
    assert stage.application.requested_amount == 156_000
    applying.endorse(stage)
    applying.return_and_resubmit(stage)
    assert stage.application.supplement_used
    applying.precheck(stage)
    application = stage.application
    assert application.status == "prechecked"
    assert [is_genuine(receipt) for receipt in application.receipts.all()] == [True, True]
    assert application.case.steps.get(step__code="precheck").done_at is not None


@pytest.mark.parametrize("project", sorted(applying.SCRIPTS))
def test_every_script_can_be_typed(stage, project):
    stage.script = {"project": project}
    applying.begin(stage)
    began = monotonic()
    applying.fill_in(stage, until="files")
    assert monotonic() - began < 5
    assert stage.application.title == {**applying.CINEMA, **applying.SCRIPTS[project]}["title"]
