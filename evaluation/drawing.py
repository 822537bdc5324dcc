"""How experts are drawn: the same inputs give the same panel on any machine (R-153).

Two parties make the seed and neither can steer it: the portal commits to a secret before the draw, and the
witness types words of their own at the draw, when the list of experts is already locked. From the seed each
kind of expert gets one order (HMAC-SHA256 counter stream, rejection sampling, Fisher–Yates). Who declines or
steps aside is followed by the next in the same order; nobody draws twice.

``evaluation/verify_draw.py`` and ``static/js/draw.js`` are independent readings of this description.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

ALGORITHM = "portal-draw-1"
WORD = 1 << 64


@dataclass(frozen=True)
class Candidate:
    """An expert as the draw knows them: an opaque id, the kind, and a label that two colleagues share."""

    id: str
    kind: str
    employer: str


@dataclass(frozen=True)
class Exclusion:
    """Who could not be drawn, and every reason."""

    id: str
    kind: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Pick:
    """One place of an order that was reached: taken, or passed over because a colleague sits already."""

    kind: str
    rank: int
    id: str


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def pool_root(pool: Iterable[Candidate]) -> str:
    return digest("".join(f"{one.id}|{one.kind}|{one.employer}\n" for one in sorted(pool, key=lambda c: c.id)))


def exclusions_root(exclusions: Iterable[Exclusion]) -> str:
    rows = sorted(exclusions, key=lambda e: e.id)
    return digest("".join(f"{one.id}|{one.kind}|{';'.join(one.reasons)}\n" for one in rows))


def seed_of(*, panel: str, nonce: str, words: str, pool: str, exclusions: str, quota: Sequence[tuple[str, int]]) -> str:
    wanted = ",".join(f"{kind}={number}" for kind, number in quota)
    return digest("\n".join((ALGORITHM, panel, nonce, words, pool, exclusions, wanted)))


def numbers(seed: str, label: str) -> Iterator[int]:
    """64-bit numbers: HMAC-SHA256(seed, "label:0"), "label:1" …, eight bytes at a time, big-endian."""
    counter = 0
    while True:
        block = hmac.new(bytes.fromhex(seed), f"{label}:{counter}".encode(), hashlib.sha256).digest()
        for start in range(0, 32, 8):
            yield int.from_bytes(block[start : start + 8], "big")
        counter += 1


def below(stream: Iterator[int], limit: int) -> int:
    """A number in 0 … limit-1, every one equally likely: what would favour the low ones is thrown away."""
    fair = WORD - WORD % limit
    return next(number for number in stream if number < fair) % limit


def order_of(seed: str, kind: str, ids: Iterable[str]) -> list[str]:
    """Fisher–Yates over the ids in ascending order."""
    order = sorted(ids)
    stream = numbers(seed, kind)
    for last in range(len(order) - 1, 0, -1):
        chosen = below(stream, last + 1)
        order[last], order[chosen] = order[chosen], order[last]
    return order


def orders_of(seed: str, pool: Sequence[Candidate], quota: Sequence[tuple[str, int]]) -> dict[str, list[str]]:
    return {kind: order_of(seed, kind, [one.id for one in pool if one.kind == kind]) for kind, _number in quota}


def select(
    orders: Mapping[str, Sequence[str]], pool: Sequence[Candidate], quota: Sequence[tuple[str, int]]
) -> tuple[list[Pick], list[Pick]]:
    """(taken, passed over): walk each order until its quota is full, one expert from one employer (R-159)."""
    employer = {one.id: one.employer for one in pool}
    taken: list[Pick] = []
    passed: list[Pick] = []
    for kind, number in quota:
        seated = 0
        for rank, one in enumerate(orders[kind], start=1):
            if seated == number:
                break
            pick = Pick(kind, rank, one)
            if employer[one] and employer[one] in {employer[sitting.id] for sitting in taken}:
                passed.append(pick)
            else:
                taken.append(pick)
                seated += 1
    return taken, passed


def draw_record(
    *,
    panel: str,
    pool: Sequence[Candidate],
    exclusions: Sequence[Exclusion],
    quota: Sequence[tuple[str, int]],
    nonce: str,
    words: str,
    committed_at: str,
    drawn_at: str,
) -> dict[str, Any]:
    """Everything needed to recompute the draw, as plain data."""
    pool = sorted(pool, key=lambda one: one.id)
    exclusions = sorted(exclusions, key=lambda one: one.id)
    roots = {"pool": pool_root(pool), "exclusions": exclusions_root(exclusions)}
    seed = seed_of(panel=panel, nonce=nonce, words=words, quota=quota, **roots)
    orders = orders_of(seed, pool, quota)
    taken, passed = select(orders, pool, quota)
    return {
        "algorithm": ALGORITHM,
        "panel": panel,
        "pool": [asdict(one) for one in pool],
        "pool_root": roots["pool"],
        "exclusions": [{**asdict(one), "reasons": list(one.reasons)} for one in exclusions],
        "exclusions_root": roots["exclusions"],
        "quota": [[kind, number] for kind, number in quota],
        "commitment": digest(nonce),
        "committed_at": committed_at,
        "nonce": nonce,
        "words": words,
        "seed": seed,
        "orders": orders,
        "selected": [asdict(pick) for pick in taken],
        "passed_over": [asdict(pick) for pick in passed],
        "drawn_at": drawn_at,
    }


def record_digest(record: Mapping[str, Any]) -> str:
    return digest(json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":")))
