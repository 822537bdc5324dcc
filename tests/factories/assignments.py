"""A dealing of applications over panels, as the office asks for it."""

from __future__ import annotations

from datetime import date

from evaluation.services.assignment import plan_run
from evaluation.services.panels import usual_quota
from procurement.demo.stage import Stage
from procurement.lifecycle.models import LifecycleModel


def assignment_specimen(stage: Stage) -> dict[str, LifecycleModel]:
    run = plan_run(
        actor=stage.actor("office"),
        guide=stage.guide,
        size=5,
        quota=usual_quota(5),
        cap=36,
        review_on=date(2026, 3, 2),
        scores_due_on=date(2026, 3, 6),
    )
    return {"assignment": run}
