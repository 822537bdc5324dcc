"""Finding: the index proposes, LIKE makes it exact, ``visible_to`` decides."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.db.models.lookups import Lookup
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from procurement.access import Actor
from procurement.search.kinds import kinds
from procurement.search.models import SearchEntry
from procurement.search.words import lexemes_of, like, terms_of

#: Facets are counted over so many of the newest hits; a count beyond 99 reads 99+.
FACET_ROWS = 1_000
COUNT_SHOWN = 99
VALUES_SHOWN = 8
#: Name of a band, its label, from (inclusive) and below, in yuan.
BANDS: tuple[tuple[str, str | Promise, int, int | None], ...] = (
    ("5", _("5万元以下"), 0, 50_000),
    ("10", _("5万至10万元"), 50_000, 100_000),
    ("50", _("10万至50万元"), 100_000, 500_000),
    ("100", _("50万至100万元"), 500_000, 1_000_000),
    ("more", _("100万元以上"), 1_000_000, None),
)
FACETS = ("kind", "district", "street", "field", "year", "fund", "stage", "amount")


@dataclass(frozen=True)
class FacetValue:
    value: str
    label: str | Promise
    count: int

    @property
    def shown(self) -> str:
        return f"{COUNT_SHOWN}+" if self.count > COUNT_SHOWN else str(self.count)


class Contains(Lookup):  # type: ignore[type-arg]
    """LIKE with the wildcards of the term meaning themselves, on a column that is lower case already."""

    lookup_name = "contains_exactly"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} LIKE %s", (*params, like(str(self.rhs)))


class Matches(Lookup):  # type: ignore[type-arg]
    """The index's own operator; the query is a list of lexemes that hold nothing but letters and digits."""

    lookup_name = "matches_lexemes"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} @@ %s::tsquery", (*params, " & ".join(self.rhs))


def matching(query: str) -> QuerySet[SearchEntry]:
    """Entries that contain every term, whoever may see them. Exact: the same rows LIKE alone would give."""
    rows = SearchEntry.objects.all()
    for term in terms_of(query):
        if lexemes := lexemes_of(term):
            rows = rows.filter(Matches(F("words"), lexemes))
        rows = rows.filter(Contains(F("folded"), term))
    return rows


def in_scope(rows: QuerySet[SearchEntry], actor: Actor) -> QuerySet[SearchEntry]:
    """What the person may find: the public, and of each other kind what its own policy says."""
    allowed = Q(is_public=True)
    if actor.user is not None:
        for kind in kinds().values():
            if kind.has_private:
                allowed |= Q(kind=kind.name, is_public=False, object_id__in=kind.visible(actor).order_by().values("pk"))
    return rows.filter(allowed, kind__in=list(kinds()))


def narrowed(rows: QuerySet[SearchEntry], chosen: dict[str, str]) -> QuerySet[SearchEntry]:
    for name, value in chosen.items():
        if name == "amount":
            low, high = next((low, high) for band, _label, low, high in BANDS if band == value)
            rows = rows.filter(amount__gte=low, **({"amount__lt": high} if high is not None else {}))
        else:
            rows = rows.filter(**{name: value})
    return rows


def confirmed(entries: Iterable[SearchEntry], actor: Actor) -> set[tuple[str, UUID]]:
    """Of these entries the ones their kind lets the person see now: one query per kind."""
    wanted: defaultdict[str, set[UUID]] = defaultdict(set)
    for entry in entries:
        wanted[entry.kind].add(entry.object_id)
    known = kinds()
    return {
        (name, pk)
        for name, keys in wanted.items()
        if name in known
        for pk in known[name].visible(actor).order_by().filter(pk__in=keys).values_list("pk", flat=True)
    }


def newest(rows: QuerySet[SearchEntry]) -> list[SearchEntry]:
    """The rows facets are counted over; only what is counted is read."""
    return list(rows.order_by("-on", "-id").only("kind", "object_id", *FACETS)[:FACET_ROWS])


def facets(entries: Sequence[SearchEntry]) -> dict[str, list[FacetValue]]:
    """Values by how often they stand among these entries."""
    known = kinds()
    counted: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    for entry in entries:
        for name in FACETS:
            value = band_of(entry.amount) if name == "amount" else getattr(entry, name)
            if value not in ("", None):
                counted[name][str(value)] += 1
    labels: dict[str, dict[str, Any]] = {
        "kind": {name: kind.label for name, kind in known.items()},
        "amount": {band: label for band, label, _low, _high in BANDS},
    }
    return {
        name: [
            FacetValue(value, labels.get(name, {}).get(value, value), count)
            for value, count in counts.most_common(VALUES_SHOWN)
        ]
        for name, counts in counted.items()
    }


def band_of(amount: Decimal | None) -> str:
    if amount is None:
        return ""
    return next((band for band, _label, low, high in BANDS if low <= amount and (high is None or amount < high)), "")
