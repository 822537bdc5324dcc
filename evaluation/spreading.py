"""Who reviews what: the cheapest and most even spread of applications over reviewers, and the proof that it is.

A minimum-cost flow: every row (application) sends ``need`` units to different columns (a reviewing group, or a single
expert), every column takes at most its cap, and a pair that may not meet has no arc. Costs are whole numbers:
what a pair costs, plus for every further row in one column a little more than for the one before, so that of two
spreads that suit equally the more even one is cheaper. What finds no place goes to nobody, at a price no other
arrangement reaches: a row is left out only when that cannot be helped.

The solver is Google's OR-tools; ``proves_optimal`` does not trust it and looks for a cheaper arrangement itself.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: What it costs more to give a column its n-th row than its (n-1)-th.
EVENNESS = 20
#: Dearer than any chain of exchanges can save.
NOBODY = 10_000_000
#: A pair's own cost stays below this.
DEAREST = 10_000


@dataclass(frozen=True)
class Spread:
    """``taken[row, column]`` is true where they meet; ``missing[row]`` counts the places not filled."""

    taken: NDArray[np.bool_]
    missing: NDArray[np.int64]
    cost: int

    @property
    def loads(self) -> list[int]:
        return [int(load) for load in self.taken.sum(axis=0)]

    def columns_of(self, row: int) -> list[int]:
        return [int(column) for column in self.taken[row].nonzero()[0]]


def spread(
    cost: NDArray[np.int64], allowed: NDArray[np.bool_], *, need: int, caps: Sequence[int], evenness: int = EVENNESS
) -> Spread:
    """The optimal spread of rows over columns.

    ``cost`` and ``allowed`` are rows × columns, ``caps`` one number per column. Raises ValueError when a cost is
    negative or reaches DEAREST.
    """
    import numpy as np
    from ortools.graph.python import min_cost_flow

    rows, columns = cost.shape
    if cost.size and (cost.min() < 0 or cost.max() >= DEAREST):
        raise ValueError("cost out of range")
    if not rows:
        return Spread(np.zeros((0, columns), dtype=bool), np.zeros(0, dtype=np.int64), 0)
    sink = rows + columns
    row_of, column_of = np.nonzero(allowed)
    nth = [np.arange(cap, dtype=np.int64) for cap in caps]
    exits = np.repeat(np.arange(columns), np.array(caps, dtype=np.int64))
    step = np.concatenate(nth) * evenness if columns else np.zeros(0, dtype=np.int64)
    tails = np.concatenate([row_of, rows + exits, np.arange(rows)])
    heads = np.concatenate([rows + column_of, np.full(len(exits), sink), np.full(rows, sink)])
    capacity = np.concatenate([np.ones(len(row_of) + len(exits), dtype=np.int64), np.full(rows, need)])
    price = np.concatenate([cost[row_of, column_of], step, np.full(rows, NOBODY)])

    flow = min_cost_flow.SimpleMinCostFlow()
    arcs = flow.add_arcs_with_capacity_and_unit_cost(tails, heads, capacity, price)
    flow.set_nodes_supplies(
        np.arange(sink + 1), np.concatenate([np.full(rows, need), np.zeros(columns), [-need * rows]])
    )
    if flow.solve() != flow.OPTIMAL:
        raise RuntimeError("the flow has no solution although nobody is always free")
    flows = flow.flows(arcs)
    taken = np.zeros((rows, columns), dtype=bool)
    used = flows[: len(row_of)] > 0
    taken[row_of[used], column_of[used]] = True
    return Spread(taken, need - taken.sum(axis=1), int(flow.optimal_cost()))


def cost_of(found: Spread, cost: NDArray[np.int64], *, evenness: int = EVENNESS) -> int:
    """What an arrangement costs, added up again from the pairs."""
    loads = found.taken.sum(axis=0).astype(object)
    steps = sum(int(load) * (int(load) - 1) // 2 for load in loads) * evenness
    return int(cost[found.taken].sum()) + steps + NOBODY * int(found.missing.sum())


def proves_optimal(
    found: Spread, cost: NDArray[np.int64], allowed: NDArray[np.bool_], *, caps: Sequence[int], evenness: int = EVENNESS
) -> bool:
    """Whether nothing cheaper exists: prices for rows and columns under which no exchange gains (LP duality).

    Bellman–Ford over the residual network, all pairs at once. Prices that settle are the certificate; if an exchange
    that gains existed they would fall for ever, so the number of rounds is limited by the number of nodes.
    """
    import numpy as np

    rows, columns = cost.shape
    if not rows or not columns:
        return True
    far = np.int64(1) << np.int64(60)
    forward = np.where(allowed & ~found.taken, cost, far)
    back = np.where(found.taken, cost, -far)
    loads = found.taken.sum(axis=0)
    full = loads >= np.array(caps)
    u, v, sink = np.zeros(rows, dtype=np.int64), np.zeros(columns, dtype=np.int64), np.int64(0)
    for _round in range(rows + columns + 1):
        v_next = np.minimum(v, (u[:, None] + forward).min(axis=0))
        v_next = np.where(loads > 0, np.minimum(v_next, sink - evenness * (loads - 1)), v_next)
        u_next = np.minimum(u, (v_next[None, :] - back).min(axis=1))
        u_next = np.where(found.missing > 0, np.minimum(u_next, sink - NOBODY), u_next)
        sink_next = min(
            sink,
            np.where(full, far, v_next + evenness * loads).min(),
            np.where(found.taken.any(axis=1), u_next + NOBODY, far).min(),
        )
        if sink_next == sink and (u_next == u).all() and (v_next == v).all():
            return True
        u, v, sink = u_next, v_next, sink_next
    return False


def digest_of(parts: Any) -> str:
    """SHA-256 over canonical JSON: two runs over the same inputs must give the same."""
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
