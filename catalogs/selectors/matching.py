"""Who could answer a demand, what an organisation could answer, and where nobody does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q

from catalogs.matching import LEAST, Match, match
from catalogs.models import DemandItem, Need, ServiceField, SupplyItem
from catalogs.models.supply import divisions_above
from catalogs.records import NOTHING, track_records
from orgs.models import Organization, Region

MOST_CANDIDATES = 200
MOST_MATCHES = 10


def suppliers_for(demand: DemandItem) -> list[Match]:
    """Published offers that fit the demand, best first. Four queries, however many offers there are."""
    candidates = (
        SupplyItem.objects.published()
        .filter(Q(field=demand.field) | Q(groups__overlap=demand.groups))
        .select_related("organization")
        .prefetch_related("areas")
        .order_by("-created_at", "id")[:MOST_CANDIDATES]
    )
    return _ranked((demand, supply) for supply in candidates)


def demands_for(organization: Organization) -> list[Match]:
    """Catalogued demands the organisation's published offers fit; of several offers the best counts."""
    offers = list(
        SupplyItem.objects.published()
        .filter(organization=organization)
        .select_related("organization")
        .prefetch_related("areas")
    )
    fields = {offer.field for offer in offers}
    demands = list(
        DemandItem.objects.catalogued()
        .filter(field__in=fields)
        .select_related("street", "office")
        .order_by("-listed_at", "id")[:MOST_CANDIDATES]
    )
    best: dict[object, Match] = {}
    for found in _ranked(((demand, offer) for demand in demands for offer in offers), most=None):
        best.setdefault(found.demand.pk, found)
    return list(best.values())[:MOST_MATCHES]


def _ranked(pairs: Iterable[tuple[DemandItem, SupplyItem]], *, most: int | None = MOST_MATCHES) -> list[Match]:
    """Deterministic: points, then the older offer, then its key."""
    pairs = list(pairs)
    records = track_records({supply.organization_id for _demand, supply in pairs})
    found = [
        match(
            demand,
            supply,
            areas={area.pk for area in supply.areas.all()},
            record=records.get(supply.organization_id, NOTHING),
        )
        for demand, supply in pairs
    ]
    fitting = [one for one in found if one.points >= LEAST]
    fitting.sort(key=lambda one: (-one.points, one.supply.created_at, str(one.supply.pk), str(one.demand.pk)))
    return fitting[:most]


@dataclass(frozen=True)
class Cell:
    """Demand and supply of one field in one street. ``heat`` 0–4 is what colours it; the numbers say it too."""

    street: Region
    field: ServiceField
    needs: int
    demands: int
    supplies: int

    @property
    def wanted(self) -> int:
        return self.needs + self.demands

    @property
    def is_gap(self) -> bool:
        return self.wanted > 0 and self.supplies == 0

    @property
    def heat(self) -> int:
        """How much more is wanted than offered: 0 nothing wanted, 1 well covered … 4 nobody offers it."""
        if not self.wanted:
            return 0
        if not self.supplies:
            return 4
        ratio = self.wanted / self.supplies
        return 1 if ratio <= 1 else 2 if ratio <= 2 else 3


@dataclass(frozen=True)
class HeatMap:
    fields: tuple[ServiceField, ...]
    rows: tuple[tuple[Region, tuple[Cell, ...]], ...]

    @property
    def gaps(self) -> list[Cell]:
        """Where something is wanted and nobody offers it, the most wanted first."""
        found = [cell for _street, cells in self.rows for cell in cells if cell.is_gap]
        return sorted(found, key=lambda cell: (-cell.wanted, cell.street.pk, cell.field.value))


def heat_map(county: str) -> HeatMap:
    """Demand × supply per street and field of one district, in four queries. Streets where nothing stands are left out."""
    streets = list(Region.objects.streets_of(county).filter(valid_to__isnull=True).order_by("code"))
    needs = _counted(Need.objects.public().filter(status="accepted", street__in=streets, demand_item__isnull=True))
    demands = _counted(DemandItem.objects.catalogued().filter(street__in=streets))
    supplies: dict[tuple[str, str], int] = defaultdict(int)
    offered = (
        SupplyItem.objects.published()
        .filter(areas__code__startswith=county[:2])
        .values_list("areas__code", "field")
        .annotate(n=Count("pk"))
        .order_by()
    )
    for code, field, n in offered:
        supplies[code, field] += n
    rows = []
    for street in streets:
        cells = tuple(
            Cell(
                street=street,
                field=field,
                needs=needs[street.pk, field.value],
                demands=demands[street.pk, field.value],
                supplies=sum(supplies[code, field.value] for code in divisions_above(street)),
            )
            for field in ServiceField
        )
        if any(cell.wanted for cell in cells):
            rows.append((street, cells))
    wanted = tuple(
        field for n, field in enumerate(ServiceField) if any(row[n].wanted or row[n].supplies for _s, row in rows)
    )
    keep = [n for n, field in enumerate(ServiceField) if field in wanted]
    return HeatMap(wanted, tuple((street, tuple(cells[n] for n in keep)) for street, cells in rows))


def _counted(queryset: object) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = defaultdict(int)
    rows = queryset.values_list("street_id", "field").annotate(n=Count("pk")).order_by()  # type: ignore[attr-defined]
    for street, field, n in rows:
        found[street, field] += n
    return found
