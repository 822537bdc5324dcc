"""Unit prices of an application's budget, measured against the price library of its place."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from catalogs.selectors.prices import Asked, PriceHint, price_hints
from projects.models import Application, BudgetVersion
from projects.sections import answer


def hints_about(application: Application, on: date) -> list[PriceHint]:
    """What the library says about the lines as they are saved."""
    lines = application.budget_lines.filter(version=BudgetVersion.REQUESTED)
    asked = [Asked(line.item, line.description, line.unit, line.unit_price) for line in lines]
    return price_hints(asked, region_id=application.guide.jurisdiction_id, year=on.year)


def hints_about_rows(application: Application, rows: Iterable[dict[str, Any]], on: date) -> list[PriceHint]:
    """The same for rows still being typed."""
    asked = [Asked(row["item"], row["description"], row["unit"], Decimal(row["unit_price"])) for row in rows]
    return price_hints(asked, region_id=application.guide.jurisdiction_id, year=on.year)


def unexplained(application: Application, on: date) -> list[PriceHint]:
    """Prices outside the usual for which no reason is written."""
    if answer(application, "budget", "price_reason"):
        return []
    return [hint for hint in hints_about(application, on) if hint.needs_reason]
