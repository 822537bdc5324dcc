"""The spread of applications over reviewers at the size of a city: five thousand over five hundred, three reviews each.

No floor: what it is measured against is the term people wait, two seconds for the solver.
"""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

from evaluation.spreading import proves_optimal, spread
from procurement.bench.figures import Figure

APPLICATIONS, EXPERTS, REVIEWS, CAP = 5_000, 500, 3, 36
#: Pairs that may not meet, as units, districts and declarations make them.
TIED = 0.062


def dealing_figures(*, applications: int = APPLICATIONS, experts: int = EXPERTS) -> Iterator[Figure]:
    import numpy as np

    chance = np.random.default_rng(2026)
    shape = (applications, experts)
    cost = np.where(chance.random(shape) < 0.15, 0, 100) + chance.integers(0, 10, shape)
    allowed = chance.random(shape) >= TIED
    caps = [CAP] * experts
    began = perf_counter()
    found = spread(cost, allowed, need=REVIEWS, caps=caps)
    solved = perf_counter() - began
    proven = proves_optimal(found, cost, allowed, caps=caps)
    checked = perf_counter() - began - solved
    loads = found.loads
    note = (
        f"{applications} x {experts} x {REVIEWS}, loads {min(loads)}-{max(loads)}, left out {int(found.missing.sum())}"
    )
    yield Figure("assignment.solve", round(solved, 3), "s", 1, None, note)
    yield Figure("assignment.prove", round(checked, 3), "s", 1, None, "optimal" if proven else "NOT OPTIMAL")
