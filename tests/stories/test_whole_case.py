"""Given a guide, when everybody does their part, then one project goes from application to archive (18 steps)."""

from __future__ import annotations

from decimal import Decimal
from time import perf_counter

import pytest

from procurement import audit
from procurement.demo.stage import Stage
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
from procurement.lifecycle.models import StepState, TransitionRecord
from procurement.notices.models import Outbox
from projects.models import ArchiveItem

pytestmark = pytest.mark.django_db

STEPS = (
    "publish_guide", "apply_online", "responsible_unit_endorse", "precheck", "expert_review", "leading_group_decide",
    "publicise_list", "approve_project", "sign_contract", "release_first_tranche", "launch", "quarterly_report",
    "midterm_evaluation", "submit_closeout", "responsible_unit_acceptance", "financial_audit", "final_evaluation",
    "close_and_archive",
)  # fmt: skip


def open_steps(stage: Stage) -> set[str]:
    return {row.step.code for row in stage.application.case.steps.filter(state=StepState.OPEN).select_related("step")}


def test_whole_case_from_guide_to_archive(stage: Stage) -> None:
    began = perf_counter()
    stage.script |= {"starts_on": "2026-05-06", "ends_on": "2026-09-30", "decline": True}

    guiding.publish_guide(stage, open_days=20)
    applying.apply_online(stage)
    assert open_steps(stage) == {"responsible_unit_endorse"}
    applying.endorse(stage)
    applying.return_and_resubmit(stage)
    applying.precheck(stage)
    assert open_steps(stage) == {"expert_review"}
    reviewing.review(stage)
    assert (stage.application.status, stage.application.review_rank) == ("scored", 1)
    deciding.decide(stage)
    deciding.confirm_funds(stage)
    assert stage.application.granted_amount < stage.application.requested_amount
    deciding.publicise(stage)
    deciding.object_and_recheck(stage)
    deciding.expire(stage)
    deciding.approve(stage)
    assert open_steps(stage) == {"sign_contract"}
    contracting.revise(stage)
    contracting.contract(stage)
    contracting.first_tranche(stage)
    assert open_steps(stage) == {"launch"}
    delivering.launch(stage)
    delivering.activities(stage)
    delivering.quarterly_report(stage)
    assert "midterm_evaluation" in open_steps(stage)
    evaluating.midterm(stage)
    contracting.tranche(stage, 2)
    closing.submit_closeout(stage)
    assert open_steps(stage) == {"responsible_unit_acceptance"}
    closing.accept(stage)
    assert open_steps(stage) == {"financial_audit"}
    closing.audit(stage)
    assert open_steps(stage) == {"final_evaluation"}
    evaluating.final(stage)
    assert open_steps(stage) == {"close_and_archive"}
    contracting.tranche(stage, 3)
    closing.close_and_archive(stage)

    then_everything_is_on_record(stage)
    assert perf_counter() - began < 120


def then_everything_is_on_record(stage: Stage) -> None:
    application, case = stage.application, stage.application.case
    assert application.status == "archived"
    steps = {row.step.code: row for row in case.steps.select_related("step")}
    assert tuple(steps) == STEPS
    assert {row.state for row in steps.values()} == {StepState.DONE}
    assert all(row.done_by_id for row in steps.values())
    assert stage.contract.paid_total == stage.contract.amount
    assert stage.contract.status == "completed"
    assert application.refund.amount == Decimal("320.00")
    assert ArchiveItem.objects.filter(application=application).exclude(reference="").count() > 12
    assert audit.verify().whole
    records = TransitionRecord.objects.filter(case=case)
    assert records.count() > 60
    assert not records.filter(actor__isnull=True).exists()
    assert Outbox.objects.filter(case_id=case.pk).count() > 60
