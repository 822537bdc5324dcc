"""Unit prices enter the library here: an authority sets one by a document, a signed contract brings its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from catalogs.models import PriceKind, PriceStandard
from catalogs.models.price import name_key
from catalogs.selectors.prices import Asked
from procurement import audit
from procurement.access import Actor, Role
from procurement.lifecycle.engine import database_now
from procurement.rules import Refusal, RuleViolation, records

SETTERS = (Role.FIN, Role.LGO)

_SUMMARISE = """
INSERT INTO catalogs_pricesummary
    (id, region_id, year, item, name_key, name, unit, count, minimum, lower, median, upper, maximum)
SELECT gen_random_uuid(), %(region)s, %(year)s, %(item)s, %(key)s, %(name)s, %(unit)s, COUNT(*), MIN(price),
       (percentile_cont(0.25) WITHIN GROUP (ORDER BY price))::numeric(14, 2),
       (percentile_cont(0.5) WITHIN GROUP (ORDER BY price))::numeric(14, 2),
       (percentile_cont(0.75) WITHIN GROUP (ORDER BY price))::numeric(14, 2),
       MAX(price)
FROM catalogs_pricestandard
WHERE kind = 'observed' AND region_id = %(region)s AND year = %(year)s AND item = %(item)s AND unit = %(unit)s
  AND (%(key)s = '' OR name_key = %(key)s)
HAVING COUNT(*) > 0
ON CONFLICT (region_id, year, item, name_key, unit) DO UPDATE
SET count = EXCLUDED.count, minimum = EXCLUDED.minimum, lower = EXCLUDED.lower, median = EXCLUDED.median,
    upper = EXCLUDED.upper, maximum = EXCLUDED.maximum
"""


def may_set(actor: Actor) -> bool:
    return bool(actor.organization_ids(*SETTERS))


@transaction.atomic
def set_standard(*, actor: Actor, standard: PriceStandard) -> PriceStandard:
    """Enter an official unit price with its document; a later one replaces it by being newer."""
    if not may_set(actor):
        raise RuleViolation([Refusal("S-02", _("定价标准由财政部门或领导小组办公室登记"))])
    standard.kind, standard.recorded_by, standard.recorded_at = PriceKind.OFFICIAL, actor.person, database_now()
    standard.save()
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action="price.set",
        subject=f"catalogs.pricestandard:{standard.pk}",
        case_id=None,
        ok=True,
        body={
            "name": standard.name,
            "unit": standard.unit,
            "price": str(standard.price),
            "document": standard.document,
        },
    )
    return standard


@records("R-016")
@transaction.atomic
def record_observed(
    *, actor: Actor, subject: str, region_id: str, year: int, prices: Sequence[Asked], at: datetime | None = None
) -> int:
    """Keep the unit prices of a signed contract and bring the summaries they touch up to date; safe to repeat.

    Returns how many were new. A price of nothing is no price and is left out.
    """
    with connection.cursor() as cursor:  # two contracts at once must not each forget the other's prices
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"prices {region_id} {year}"])
    moment = at or database_now()
    rows = [
        PriceStandard(
            kind=PriceKind.OBSERVED,
            region_id=region_id,
            year=year,
            item=one.item,
            name=one.name,
            name_key=name_key(one.name),
            unit=one.unit.strip(),
            price=one.price,
            subject=subject,
            position=position,
            recorded_by=actor.person,
            recorded_at=moment,
        )
        for position, one in enumerate(prices)
        if one.price > 0
    ]
    known = set(PriceStandard.objects.filter(subject=subject).values_list("position", flat=True))
    new = [row for row in rows if row.position not in known]
    PriceStandard.objects.bulk_create(new)
    _summarise(new)
    return len(new)


def _summarise(rows: Sequence[PriceStandard]) -> None:
    groups = {(row.region_id, row.year, row.item, row.unit, row.name_key): row.name for row in rows}
    groups |= {(region, year, item, unit, ""): "" for region, year, item, unit, _key in groups}
    with connection.cursor() as cursor:
        for (region, year, item, unit, key), name in groups.items():
            words: dict[str, str | int] = {
                "region": region,
                "year": year,
                "item": item,
                "unit": unit,
                "key": key,
                "name": name,
            }
            cursor.execute(_SUMMARISE, words)
