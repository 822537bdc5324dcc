"""The score against an independent reference, the bands and their edges (R-268, domain §7.4–7.5)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.grading import Line, compute, grade_of, half_up
from evaluation.models import Dimension, Grade

BANDS = {"grade_excellent": 90, "grade_good": 80, "grade_fair": 60}.__getitem__
WEIGHTS = {"budget": Decimal(10), "output": Decimal(50), "benefit": Decimal(30), "satisfaction": Decimal(10)}

amounts = st.decimals(min_value="0", max_value="1000000", places=2)
targets = st.decimals(min_value="0.01", max_value="1000000", places=2)
measures = st.lists(st.tuples(targets, amounts, st.integers(1, 9)), min_size=1, max_size=6)


def reference(parts: dict[str, list[tuple[Decimal, Decimal, int]]], weights: dict[str, Decimal]) -> Decimal:
    """The same formula written down again, in wide decimals instead of fractions."""
    cent = Decimal("0.01")
    with localcontext() as wide:
        wide.prec = 400
        points, measured = Decimal(0), Decimal(0)
        for code, rows in parts.items():
            if not rows or not weights[code]:
                continue
            done = sum(min(Decimal(1), actual / target) * share for target, actual, share in rows)
            points += (weights[code] * done / sum(share for *_rest, share in rows)).quantize(cent, ROUND_HALF_UP)
            measured += weights[code]
        return (points * 100 / measured).quantize(cent, ROUND_HALF_UP)


@given(measures, measures, measures, st.lists(st.tuples(targets, amounts, st.just(1)), max_size=1))
def test_score_equals_the_reference_for_any_figures(budget, output, benefit, satisfaction):  # type: ignore[no-untyped-def]
    parts = {"budget": budget, "output": output, "benefit": benefit, "satisfaction": satisfaction}
    lines = {
        code: [Line("项", "次", target, target, actual, share) for target, actual, share in rows]
        for code, rows in parts.items()
    }
    computed = compute(WEIGHTS, lines)
    assert computed.score == reference(parts, WEIGHTS)
    assert Decimal(0) <= computed.score <= Decimal(100)


@given(measures)
def test_more_done_never_scores_less(rows):  # type: ignore[no-untyped-def]
    def score(extra: Decimal) -> Decimal:
        lines = [Line("项", "次", target, target, actual + extra, share) for target, actual, share in rows]
        return compute(WEIGHTS, {"output": lines}).score

    assert score(Decimal(1)) >= score(Decimal(0))


def test_computation_follows_by_hand() -> None:
    """10×0.9=9; 50×(10/14+0.5)/2; 30×1 capped; 10×0.866."""
    computed = compute(
        WEIGHTS,
        {
            "budget": [Line("支出", "元", Decimal(140000), Decimal(140000), Decimal(126000))],
            "output": [
                Line("场次", "场", Decimal(14), Decimal(14), Decimal(10)),
                Line("人次", "人次", Decimal(600), Decimal(600), Decimal(300)),
            ],
            "benefit": [Line("习惯", "人", Decimal(90), Decimal(90), Decimal(180))],
            "satisfaction": [Line("满意度指数", "分", Decimal(100), Decimal(100), Decimal("86.60"))],
        },
    )
    assert [part.points for part in computed.parts] == [
        Decimal("9.00"), Decimal("30.36"), Decimal("30.00"), Decimal("8.66"),
    ]  # fmt: skip
    assert computed.score == Decimal("78.02")
    assert computed.as_json()["parts"][1]["lines"][0]["percent"] == "71.43"


def test_part_not_measured_leaves_its_weight_to_the_others() -> None:
    computed = compute(WEIGHTS, {"output": [Line("场次", "场", Decimal(10), Decimal(10), Decimal(9))]})
    assert (computed.is_scaled, computed.measured_weight, computed.score) == (True, Decimal(50), Decimal("90.00"))


@pytest.mark.parametrize(
    ("score", "grade"),
    [
        ("100.00", Grade.EXCELLENT), ("90.00", Grade.EXCELLENT), ("89.99", Grade.GOOD), ("80.00", Grade.GOOD),
        ("79.99", Grade.FAIR), ("60.00", Grade.FAIR), ("59.99", Grade.POOR), ("0.00", Grade.POOR),
    ],
)  # fmt: skip
def test_band_includes_its_lower_edge(score: str, grade: Grade) -> None:
    assert grade_of(Decimal(score), BANDS) == grade


def test_half_goes_up() -> None:
    from fractions import Fraction

    assert half_up(Fraction(5, 1000)) == Decimal("0.01")
    assert half_up(Fraction(49, 10000)) == Decimal("0.00")


def test_every_dimension_is_a_part() -> None:
    assert {part.dimension for part in compute(WEIGHTS, {}).parts} == set(Dimension.values)
