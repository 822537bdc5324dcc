"""Who supervises, what they write down, and that nobody else does."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from orgs.models import Organization
from procurement.demo.stage import Stage, local
from procurement.demo.steps import delivering
from procurement.rules import RuleViolation
from projects.models import MonitoringVisit
from projects.services.monitoring import entrust_support, record_visit
from tests.projects.delivered import signed_in, to_launched

SUPPORT = "北京市协作者社会工作发展中心"


def visit(stage: Stage, who: str, **changed: Any) -> MonitoringVisit:
    values: dict[str, Any] = {
        "kind": "unannounced",
        "visited_on": date(2026, 7, 10),
        "people": "督导员",
        "findings": "现场秩序良好，签到表齐全。",
        "photos": [delivering.photo(2)],
        "at": local(2026, 7, 11),
    }
    return record_visit(actor=stage.actor(who), application=stage.application, **{**values, **changed})


def refused(call: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(RuleViolation) as violation:
        call(*args, **kwargs)
    return str(violation.value)


@pytest.mark.django_db
@pytest.mark.stands(after=to_launched)
def test_visit_on_site_needs_a_photo_and_a_call_does_not(stage: Stage) -> None:
    assert refused(visit, stage, "hub", photos=[]).startswith("R-223")
    assert "尚未到来" in refused(visit, stage, "hub", visited_on=date(2026, 8, 1))
    assert visit(stage, "hub", kind="phone", photos=[]).organization == stage.application.hub
    for who in ("org", "office", "support"):
        assert refused(visit, stage, who).startswith("S-02"), who


@pytest.mark.django_db
@pytest.mark.stands(after=to_launched)
def test_support_body_supervises_once_it_is_entrusted(stage: Stage) -> None:
    page = reverse("visits", args=[stage.application.pk])
    assert signed_in("support").get(page).status_code == 404
    body = Organization.objects.get(name=SUPPORT)
    assert refused(
        entrust_support, actor=stage.actor("hub"), application=stage.application, organization=body
    ).startswith("S-02")
    own = refused(
        entrust_support,
        actor=stage.actor("office"),
        application=stage.application,
        organization=stage.application.applicant,
    )
    assert own.startswith("R-224")
    url = reverse("support", args=[stage.application.pk])
    assert signed_in("org2").post(url, {"organization": body.pk}).status_code == 404
    assert signed_in("office").post(url, {"organization": body.pk}).status_code == 302
    assert signed_in("support").get(page).status_code == 200
    assert visit(stage, "support").organization == body
