"""The ranked list of a guide for the cut line, and saved scenarios beside each other."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from orgs.models import Region
from projects.cutting import Candidate, Outcome, cut
from projects.models import Application, BeneficiaryGroup, CutScenario, Guide
from projects.selectors.guides import decision_rows


def rows_of(guide: Guide) -> list[Application]:
    """What waits for the leading group's decision, best first."""
    return list(decision_rows(guide).filter(status="scored").select_related("applicant__street"))


def candidates_of(guide: Guide, rows: list[Application]) -> list[Candidate]:
    streets = list(Region.objects.streets_of(guide.office.region_id).values_list("name", flat=True))
    return [
        Candidate(
            key=str(row.pk),
            requested=row.requested_amount,
            suggested=min(row.review_suggested_amount or row.requested_amount, row.requested_amount),
            people=row.beneficiary_count or 0,
            street=street_of(row, streets),
            groups=tuple(str(BeneficiaryGroup(code).label) for code in row.beneficiary_groups) or (_("未注明"),),
        )
        for row in rows
    ]


def street_of(row: Application, streets: list[str]) -> str:
    """Where it happens: the street its place names; else where the applicant is registered; else unknown."""
    named = next((name for name in streets if name in row.place), "")
    if named:
        return named
    return row.applicant.street.name if row.applicant.street else _("未注明")


def available_for(guide: Guide) -> Decimal:
    return guide.envelope.available if guide.envelope is not None else Decimal(0)


@dataclass(frozen=True)
class Compared:
    """A saved scenario with what it would come to today."""

    scenario: CutScenario
    outcome: Outcome

    @property
    def streets(self) -> int:
        return sum(row.projects > 0 for row in self.outcome.streets)

    @property
    def groups(self) -> int:
        return sum(row.projects > 0 for row in self.outcome.groups)


def compared(guide: Guide, scenarios: Any, candidates: list[Candidate]) -> list[Compared]:
    """Every scenario laid over the list as it stands now; what was decided meanwhile has left the list."""
    money = available_for(guide)
    return [
        Compared(scenario, cut(candidates, available=money, count=0, amounts=scenario.granted))
        for scenario in scenarios
    ]
