"""The expert pool: who is in it, what each declared, and what evaluation knows of their reviews."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from orgs.models import Expert, ExpertBar
from procurement.access import Actor, Role


@dataclass(frozen=True)
class ReviewRecord:
    """An expert's reviews as the app that runs them counts: how many, how many noted less than good, the last day."""

    reviews: int = 0
    reproved: int = 0
    last_on: date | None = None


_read_records: Callable[[Iterable[UUID]], Mapping[UUID, ReviewRecord]] | None = None


def register_review_records(reader: Callable[[Iterable[UUID]], Mapping[UUID, ReviewRecord]]) -> None:
    """Called once by the app that runs reviews; one query for a whole page of experts."""
    global _read_records
    _read_records = reader


def review_records(experts: Iterable[Expert]) -> Mapping[UUID, ReviewRecord]:
    return _read_records([expert.pk for expert in experts]) if _read_records else {}


def may_read_pool(actor: Actor) -> bool:
    """Who runs draws, and oversight; the names stay secret to everybody else until the result (R-157)."""
    return actor.sees_everything or bool(actor.roles & {Role.LGO, Role.PU_BUY})


def pool_rows(actor: Actor, *, kind: str = "", specialty: str = "", name: str = "") -> QuerySet[Expert]:
    rows = Expert.objects.visible_to(actor).select_related("person", "employer")
    if kind:
        rows = rows.filter(kind=kind)
    if specialty:
        rows = rows.filter(specialties__contains=[specialty])
    return rows.filter(person__name__contains=name) if name else rows


def expert_of(person_id: UUID | None) -> Expert | None:
    return Expert.objects.filter(person=person_id).first() if person_id else None


def bar_in_force(person_id: UUID, on: date) -> ExpertBar | None:
    """The decision that keeps the person from reviewing on the day (R-162)."""
    return (
        ExpertBar.objects.filter(Q(ends_on=None) | Q(ends_on__gte=on), expert__person=person_id, starts_on__lte=on)
        .order_by("starts_on")
        .first()
    )
