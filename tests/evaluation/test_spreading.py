"""The spread of applications over reviewers: nothing cheaper exists, and the proof notices when something does."""

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.spreading import DEAREST, EVENNESS, NOBODY, Spread, cost_of, proves_optimal, spread


def cheapest_by_trying(cost, allowed, need, caps):
    """Every arrangement there is, one after the other."""
    rows, columns = cost.shape
    choices = [
        [
            set(c)
            for size in range(need + 1)
            for c in combinations(range(columns), size)
            if all(allowed[r, j] for j in c)
        ]
        for r in range(rows)
    ]
    best = None
    for arrangement in product(*choices):
        loads = [sum(j in taken for taken in arrangement) for j in range(columns)]
        if any(load > cap for load, cap in zip(loads, caps, strict=True)):
            continue
        price = sum(int(cost[r, j]) for r, taken in enumerate(arrangement) for j in taken)
        price += sum(load * (load - 1) // 2 for load in loads) * EVENNESS
        price += sum(need - len(taken) for taken in arrangement) * NOBODY
        best = price if best is None else min(best, price)
    return best


@st.composite
def problems(draw):
    rows, columns = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    cost = draw(st.lists(st.integers(0, 60), min_size=rows * columns, max_size=rows * columns))
    allowed = draw(st.lists(st.booleans(), min_size=rows * columns, max_size=rows * columns))
    shape = (rows, columns)
    caps = draw(st.lists(st.integers(0, 3), min_size=columns, max_size=columns))
    need = draw(st.integers(1, 2))
    return np.array(cost, dtype=np.int64).reshape(shape), np.array(allowed).reshape(shape), need, caps


@settings(max_examples=80, deadline=None)
@given(problems())
def test_no_arrangement_is_cheaper_than_the_spread(problem):
    cost, allowed, need, caps = problem
    found = spread(cost, allowed, need=need, caps=caps)
    assert not (found.taken & ~allowed).any()
    assert all(load <= cap for load, cap in zip(found.loads, caps, strict=True))
    assert found.cost == cost_of(found, cost) == cheapest_by_trying(cost, allowed, need, caps)
    assert proves_optimal(found, cost, allowed, caps=caps)


def district(rows=120, columns=12, seed=5):
    chance = np.random.default_rng(seed)
    return chance.integers(0, 110, (rows, columns)), chance.random((rows, columns)) > 0.06


def test_the_proof_refuses_an_arrangement_somebody_has_changed():
    cost, allowed = district()
    caps = [40] * 12
    found = spread(cost, allowed, need=3, caps=caps)
    taken = found.taken.copy()
    row = 7
    inside, outside = taken[row].nonzero()[0][0], (allowed[row] & ~taken[row]).nonzero()[0][0]
    taken[row, inside], taken[row, outside] = False, True
    changed = replace(found, taken=taken)
    assert cost_of(changed, cost) > found.cost
    assert not proves_optimal(changed, cost, allowed, caps=caps)
    left_out = Spread(np.zeros_like(found.taken), np.full(120, 3), 0)
    assert not proves_optimal(left_out, cost, allowed, caps=caps)


def test_equal_subjects_give_equal_loads():
    cost, allowed = np.zeros((100, 7), dtype=np.int64), np.ones((100, 7), dtype=bool)
    found = spread(cost, allowed, need=3, caps=[60] * 7)
    assert max(found.loads) - min(found.loads) <= 1
    assert not found.missing.any()


def test_who_is_tied_to_everybody_is_left_out_and_the_others_are_not():
    cost, allowed = district()
    allowed[3] = False
    found = spread(cost, allowed, need=1, caps=[10] * 12)
    assert found.missing.nonzero()[0].tolist() == [3]
    crowded = spread(cost, allowed, need=1, caps=[9] * 12)
    assert crowded.missing.sum() == 120 - 9 * 12


def test_the_same_question_has_the_same_answer():
    cost, allowed = district()
    first, again = (spread(cost, allowed, need=3, caps=[36] * 12) for _ in range(2))
    assert (first.taken == again.taken).all()


def test_nothing_to_spread_and_a_cost_nobody_may_ask():
    nothing = spread(np.zeros((0, 3), dtype=np.int64), np.zeros((0, 3), dtype=bool), need=1, caps=[1, 1, 1])
    assert nothing.cost == 0
    with pytest.raises(ValueError, match="out of range"):
        spread(np.full((1, 1), DEAREST), np.ones((1, 1), dtype=bool), need=1, caps=[1])
