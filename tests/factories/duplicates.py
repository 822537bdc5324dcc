"""An exception from R-042 that waits for finance."""

from __future__ import annotations

from orgs.models import Organization
from procurement.demo.budget import demo_organization
from procurement.lifecycle.models import LifecycleModel
from projects.models import SecondFunding
from projects.services.duplicates import request_exception
from tests.factories.applications import make_applying, make_guide, make_plain_application


def specimens() -> dict[str, LifecycleModel]:
    """For the exhaustive test of every table, asked by an organisation of its demo world."""
    return {"second_funding": make_second_funding(demo_organization("org1"))}


def make_second_funding(applicant: Organization | None = None) -> SecondFunding:
    """Asked for one project while another like it runs; waits for finance."""
    applying = make_applying(applicant=applicant)
    mine = applying.application
    running = make_plain_application(
        make_guide(),
        mine.applicant,
        title=mine.title,
        summary=mine.summary,
        status="in_progress",
        starts_on=mine.starts_on,
        ends_on=mine.ends_on,
    )
    return request_exception(actor=applying.operator, application=mine, other=running, grounds="服务区域不同，请予准许")
