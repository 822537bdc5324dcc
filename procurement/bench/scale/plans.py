"""What happens to one generated project: where it stands, when each act took place, how much it asks and gets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from procurement.bench.scale.cast import Cast, Player
from procurement.bench.scale.routes import DAYS, DECIDING, PAST, RUNNING, USUAL_DAYS, Standing
from procurement.demo.stage import local

OPEN_FOR = timedelta(days=45)


@dataclass(frozen=True)
class Round:
    """One guide's round of a year."""

    year: int
    label: str
    published_at: datetime
    standings: tuple[Standing, ...]

    @property
    def opens_at(self) -> datetime:
        return self.published_at + timedelta(days=5)

    @property
    def closes_at(self) -> datetime:
        return self.opens_at + OPEN_FOR


@dataclass(frozen=True)
class Plan:
    serial: int
    standing: Standing
    applicant: Player
    requested: Decimal
    granted: Decimal | None
    opened_at: datetime
    #: The instant of each entry of the standing, in order.
    moments: dict[str, datetime]


def round_at(index: int, now: datetime) -> Round:
    """Three rounds in five are over, one runs, one is being decided; the older ones go back year by year."""
    if index % 5 == 3:
        return Round(now.year, "春季", local(now.year, 1, 12), RUNNING)
    if index % 5 == 4:
        return Round(now.year, "秋季", local(now.year, 8, 24), DECIDING)
    year = now.year - 1 - (index // 5 * 3 + index % 5) % 8
    return Round(year, "年度", local(year, 1, 12), PAST)


def plan(serial: int, round_: Round, cast: Cast, now: datetime) -> Plan:
    """The same project for the same serial number on every machine."""
    chance = Random(serial)  # noqa: S311
    standing = chance.choices(round_.standings, weights=[each.weight for each in round_.standings])[0]
    requested = Decimal(int(min(500_000, max(40_000, chance.lognormvariate(11.9, 0.4)))) // 500 * 500)
    decided = "application.propose" in standing.entries
    granted = (requested * Decimal(chance.randint(80, 100)) / 100).quantize(Decimal("100")) if decided else None
    opened_at = round_.opens_at + timedelta(minutes=chance.randrange(60, 30 * 24 * 60))
    return Plan(
        serial=serial,
        standing=standing,
        applicant=cast.applicants[chance.randrange(len(cast.applicants))],
        requested=requested,
        granted=granted,
        opened_at=opened_at,
        moments=_moments(standing.entries, opened_at, round_, now, chance),
    )


def _moments(
    entries: tuple[str, ...], opened_at: datetime, round_: Round, now: datetime, chance: Random
) -> dict[str, datetime]:
    """Each entry some days after the one before, the panel not before the guide has closed, none after now."""
    at, moments = opened_at, {}
    for number, entry in enumerate(entries):
        at += timedelta(days=DAYS.get(entry, USUAL_DAYS) * chance.uniform(0.7, 1.2), minutes=chance.randrange(480))
        if entry == "application.submit":
            at = min(at, round_.closes_at - timedelta(minutes=1 + chance.randrange(2000)))
        if entry == "application.assign_panel":
            at = max(at, round_.closes_at + timedelta(hours=16))
        moments[entry] = at = min(at, now - timedelta(hours=len(entries) - number))
    return moments
