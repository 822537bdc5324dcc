"""How an evaluation's score is made: exact fractions, one rounding per part, every step kept in words (domain §7.4, §7.5).

completion of a measure  = min(verified ÷ (target × progress due), 1)
completion of a part     = Σ share × completion ÷ Σ share
points of a part         = weight × completion, half up to 0.01
score                    = Σ points; with a part not measured, Σ points × 100 ÷ Σ weights measured, half up to 0.01
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from evaluation.models import Dimension, Grade
from procurement.rules import implements

HUNDRED = Decimal(100)


def half_up(value: Fraction, places: int = 2) -> Decimal:
    """A non-negative exact value as a decimal; a half goes up."""
    scale = 10**places
    return Decimal((value * scale * 2 + 1).__floor__() // 2).scaleb(-places)


@dataclass(frozen=True)
class Line:
    """One measure: what was due, what was found."""

    name: str
    unit: str
    target: Decimal
    expected: Decimal
    actual: Decimal
    share: int = 1
    note: str = ""

    @property
    def completion(self) -> Fraction:
        """Capped at one: more of one thing does not make up for less of another."""
        return min(Fraction(self.actual) / Fraction(self.expected), Fraction(1))

    @property
    def percent(self) -> Decimal:
        return half_up(self.completion * 100)


@dataclass(frozen=True)
class PartScore:
    """One of the four parts with its lines; without lines it was not measured."""

    dimension: str
    weight: Decimal
    lines: tuple[Line, ...]

    @property
    def label(self) -> str:
        return str(Dimension(self.dimension).label)

    @property
    def is_measured(self) -> bool:
        return bool(self.lines)

    @property
    def completion(self) -> Fraction:
        shares = sum(line.share for line in self.lines)
        return sum((line.share * line.completion for line in self.lines), Fraction(0)) / shares

    @property
    def percent(self) -> Decimal:
        return half_up(self.completion * 100)

    @property
    def points(self) -> Decimal:
        return half_up(Fraction(self.weight) * self.completion)


@dataclass(frozen=True)
class Computation:
    parts: tuple[PartScore, ...]

    @property
    def measured(self) -> tuple[PartScore, ...]:
        return tuple(part for part in self.parts if part.is_measured and part.weight)

    @property
    def measured_weight(self) -> Decimal:
        return sum((part.weight for part in self.measured), Decimal(0))

    @property
    def points(self) -> Decimal:
        return sum((part.points for part in self.measured), Decimal(0))

    @property
    def is_scaled(self) -> bool:
        """A part was not measured, so that the others carry the whole."""
        return self.measured_weight != HUNDRED

    @property
    def score(self) -> Decimal:
        """Between 0 and 100. Nothing measured is no score: ZeroDivisionError is a bug of the caller's guards."""
        return half_up(Fraction(self.points) * 100 / Fraction(self.measured_weight))

    def as_json(self) -> dict[str, Any]:
        """The whole computation as text, to be kept and shown as it was."""
        return {
            "parts": [
                {
                    "dimension": part.dimension,
                    "label": part.label,
                    "weight": str(part.weight),
                    "measured": part.is_measured,
                    "percent": str(part.percent) if part.is_measured else "",
                    "points": str(part.points) if part.is_measured else "",
                    "lines": [
                        {
                            "name": line.name,
                            "unit": line.unit,
                            "target": plain(line.target),
                            "expected": plain(line.expected),
                            "actual": plain(line.actual),
                            "share": line.share,
                            "percent": str(line.percent),
                            "note": line.note,
                        }
                        for line in part.lines
                    ],
                }
                for part in self.parts
            ],
            "measured_weight": plain(self.measured_weight),
            "points": str(self.points),
            "scaled": self.is_scaled,
            "score": str(self.score),
        }


def plain(value: Decimal) -> str:
    """14, 0.5, 156000.25: without trailing zeros or exponents."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def compute(weights: Mapping[str, Decimal], lines: Mapping[str, Iterable[Line]]) -> Computation:
    return Computation(
        tuple(PartScore(code, Decimal(weights[code]), tuple(lines.get(code, ()))) for code in Dimension.values)
    )


@implements("R-268", "R-306")
def grade_of(score: Decimal, value: Callable[[str], Any]) -> Grade:
    """The band a score falls in; a boundary belongs to the better grade (以上 includes the number)."""
    for code, grade in (
        ("grade_excellent", Grade.EXCELLENT),
        ("grade_good", Grade.GOOD),
        ("grade_fair", Grade.FAIR),
    ):
        if score >= Decimal(value(code)):
            return grade
    return Grade.POOR
