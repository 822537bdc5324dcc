"""The cut line through a ranked list: who would get how much, what is left, whom it reaches. Pure: no database."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal

from procurement.money import yuan

ZERO = Decimal(0)


@dataclass(frozen=True)
class Candidate:
    """One ranked application: money in yuan, people as applied for, labels of its street and groups."""

    key: Hashable
    requested: Decimal
    suggested: Decimal
    people: int
    street: str
    groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """A candidate under the cut: what it gets, which part of the request that is, how many people that pays for."""

    candidate: Candidate
    granted: Decimal

    @property
    def share(self) -> Decimal:
        """0–1; a project that asked for nothing is paid in full by nothing."""
        return self.granted / self.candidate.requested if self.candidate.requested else Decimal(int(self.granted == 0))

    @property
    def people(self) -> int:
        """The scope scaled to the share of the money, rounded down (R-179: scheme and budget follow the grant)."""
        return int((self.candidate.people * self.share).to_integral_value(rounding=ROUND_DOWN)) if self.granted else 0

    @property
    def is_partial(self) -> bool:
        return ZERO < self.granted < self.candidate.requested


@dataclass
class Coverage:
    """What reaches one street or group: projects paid for, of how many asking; money; people."""

    label: str
    asked: int = 0
    projects: int = 0
    money: Decimal = ZERO
    people: int = 0


@dataclass(frozen=True)
class Outcome:
    """A cut through the list and everything that follows from it."""

    lines: list[Line]
    available: Decimal
    streets: list[Coverage] = field(default_factory=list)
    groups: list[Coverage] = field(default_factory=list)

    @property
    def spent(self) -> Decimal:
        return sum((line.granted for line in self.lines), ZERO)

    @property
    def left(self) -> Decimal:
        return self.available - self.spent

    @property
    def is_over(self) -> bool:
        return self.left < 0

    @property
    def above(self) -> list[Line]:
        return [line for line in self.lines if line.granted > 0]

    @property
    def below(self) -> int:
        return len(self.lines) - len(self.above)

    @property
    def people(self) -> int:
        return sum(line.people for line in self.lines)


def cut(
    candidates: Iterable[Candidate],
    *,
    available: Decimal,
    count: int,
    share: Decimal = Decimal(1),
    amounts: Mapping[Hashable, Decimal] | None = None,
) -> Outcome:
    """The first ``count`` get their suggested amount times ``share``, unless ``amounts`` names another.

    An amount above the request is cut to it; one of zero drops the project although it stands above the line.
    """
    named = amounts or {}
    lines = []
    for place, candidate in enumerate(candidates):
        default = yuan(candidate.suggested * share) if place < count else ZERO
        lines.append(Line(candidate, yuan(min(named.get(candidate.key, default), candidate.requested))))
    return Outcome(
        lines=lines,
        available=available,
        streets=_covered(lines, lambda candidate: (candidate.street,)),
        groups=_covered(lines, lambda candidate: candidate.groups),
    )


def _covered(lines: list[Line], labels_of: Callable[[Candidate], tuple[str, ...]]) -> list[Coverage]:
    found: dict[str, Coverage] = {}
    for line in lines:
        for label in labels_of(line.candidate):
            row = found.setdefault(label, Coverage(label))
            row.asked += 1
            if line.granted > 0:
                row.projects += 1
                row.money += line.granted
                row.people += line.people
    return sorted(found.values(), key=lambda row: (-row.money, row.label))
