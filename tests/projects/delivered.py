"""Short ways to a project under way, for tests that begin there."""

from __future__ import annotations

from typing import Any

from django.test import Client

from procurement.access.models import User
from procurement.demo.stage import Stage
from procurement.demo.steps import contracting, delivering
from tests.projects.decided import to_performing


def to_launched(stage: Stage) -> None:
    to_performing(stage)
    contracting.first_tranche(stage)
    delivering.launch(stage)


def to_recorded(stage: Stage, *, count: int = 2) -> None:
    to_launched(stage)
    delivering.activities(stage, count=count)


def to_due(stage: Stage) -> Any:
    """The first quarter is over and its report is owed."""
    to_launched(stage)
    report = stage.application.reports.filter(kind="quarterly").order_by("period_end")[0]
    stage.put("report", report)
    delivering.fall_due(stage, report)
    return report


def signed_in(username: str) -> Client:
    """A browser in which this demo account is signed in."""
    client = Client()
    client.force_login(User.objects.get(username=username))
    return client
