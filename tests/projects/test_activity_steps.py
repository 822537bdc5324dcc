"""Steps 11–12 played by their real roles, and what the ledger adds up to."""

from __future__ import annotations

from decimal import Decimal

import pytest

from procurement.demo.stage import Stage
from procurement.demo.steps import contracting, delivering
from projects.selectors.delivery import indicator_progress, spending, totals_of
from tests.projects.decided import to_performing


@pytest.mark.django_db
@pytest.mark.stands(after=to_performing)
def test_project_is_launched_reported_and_accepted(stage: Stage) -> None:
    contracting.first_tranche(stage)
    delivering.launch(stage)
    steps = {row.step.code: row.state for row in stage.application.case.steps.select_related("step")}
    assert (steps["launch"], steps["quarterly_report"]) == ("done", "open")
    delivering.activities(stage)
    totals = totals_of(stage.application)
    assert (totals.activities, totals.person_times) == (5, 321)
    actual = {indicator.unit: value for indicator, value in indicator_progress(stage.application)}
    assert (actual["场"], actual["人次"]) == (Decimal(10), Decimal(321))
    assert sum(row.spent for row in spending(stage.application)) > 0
    delivering.quarterly_report(stage)
    report = stage.report
    assert report.status == "accepted"
    assert [v.number for v in report.versions.all()] == [1, 2]
    assert report.figures["period"]["person_times"] == 321
    steps = {row.step.code: row for row in stage.application.case.steps.select_related("step")}
    assert (steps["quarterly_report"].state, steps["midterm_evaluation"].state) == ("done", "open")
