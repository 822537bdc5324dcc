"""Whose review it is: the guide's office, or the purchaser's and the agent's officers of a procedure.

One place says so, for every queryset and page of rubrics, panels, seats, sheets and reports.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from django.db.models import Q

from procurement.access import Actor, Role

if TYPE_CHECKING:
    from projects.models import Guide, Procedure

Path = tuple[str, Role]
RUNNERS: tuple[Path, ...] = (
    ("guide__office", Role.LGO), ("procedure__purchaser", Role.PU_BUY), ("procedure__agent", Role.AGT),
)  # fmt: skip
WITNESSES: tuple[Path, ...] = (("guide__office", Role.PU_CHK), ("procedure__purchaser", Role.PU_CHK))
DECIDERS: tuple[Path, ...] = (("guide__office", Role.LG), ("procedure__purchaser", Role.PU_SIGN))


class Reviewed(Protocol):
    """What a rubric and a panel share: they belong to a guide or to a procedure."""

    guide: Guide | None
    procedure: Procedure | None


def seated(actor: Actor, paths: tuple[Path, ...], prefix: str = "") -> Q:
    """Rows whose body at one of ``paths`` is one in which the actor holds the role beside it."""
    return reduce(or_, (Q(**{f"{prefix}{path}__in": actor.organization_ids(role)}) for path, role in paths))


def holds_seat(actor: Actor, paths: tuple[Path, ...], thing: Reviewed) -> bool:
    """The same question about one row."""
    return any(
        body is not None and actor.holds(role, body)
        for body, role in ((_body(thing, path), role) for path, role in paths)
    )


def roles_of(paths: tuple[Path, ...]) -> frozenset[Role]:
    return frozenset(role for _path, role in paths)


def _body(thing: Reviewed, path: str) -> UUID | None:
    side, body = path.split("__")
    owner: Any = getattr(thing, side)
    return getattr(owner, f"{body}_id") if owner is not None else None
