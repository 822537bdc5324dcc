"""What a unit price is measured against: the contracts of the place in the last years, and official standards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from catalogs.models import PriceKind, PriceStandard, PriceSummary, PurchasePlan
from catalogs.models.price import name_key
from procurement.money import format_yuan
from procurement.rules import implements
from procurement.rules.jurisdictions import ancestors

#: Fewer contracts than this say nothing about a service, or about a whole budget head.
ENOUGH, ENOUGH_OF_A_HEAD = 3, 8
YEARS_BACK = 3


@dataclass(frozen=True)
class Asked:
    """A unit price as somebody wrote it."""

    item: str
    name: str
    unit: str
    price: Decimal


@dataclass(frozen=True)
class PriceHint:
    """What the library says about one price; ``text`` is for whoever wrote it."""

    asked: Asked
    text: str
    #: Outside the quartiles or above the standard: a reason is asked for.
    needs_reason: bool


@implements("R-016")
def price_hints(asked: Sequence[Asked], *, region_id: str, year: int) -> list[PriceHint]:
    """One hint per price the library knows anything about; two queries whatever the number of prices."""
    if not asked:
        return []
    keys, units = {name_key(one.name) for one in asked}, {one.unit.strip() for one in asked}
    summaries = _summaries(region_id, year, keys, units)
    standards = list(
        PriceStandard.objects.filter(
            kind=PriceKind.OFFICIAL, region__in=ancestors(region_id), year__lte=year, name_key__in=keys, unit__in=units
        ).order_by("-year", "-recorded_at")[:500]
    )
    hints = (_hint(one, summaries, standards) for one in asked)
    return [hint for hint in hints if hint is not None]


def _summaries(region_id: str, year: int, keys: Iterable[str], units: Iterable[str]) -> list[PriceSummary]:
    return list(
        PriceSummary.objects.filter(
            Q(name_key__in=keys, count__gte=ENOUGH) | Q(name_key="", count__gte=ENOUGH_OF_A_HEAD),
            region=region_id,
            year__lte=year,
            year__gte=year - YEARS_BACK,
            unit__in=units,
        )
        .select_related("region")
        .order_by("-year")[:500]
    )


def _hint(asked: Asked, summaries: Sequence[PriceSummary], standards: Sequence[PriceStandard]) -> PriceHint | None:
    key, unit = name_key(asked.name), asked.unit.strip()
    standard = next((s for s in standards if (s.name_key, s.unit) == (key, unit)), None)
    known = [s for s in summaries if s.unit == unit]
    found = next((s for s in known if s.name_key == key), None)
    found = found or next((s for s in known if not s.name_key and s.item == asked.item), None)
    sentences, outside = [], False
    if standard is not None:
        sentences.append(
            _("定价标准%(price)s（%(document)s）")
            % {"price": format_yuan(standard.price), "document": standard.document}
        )
        outside = asked.price > standard.price
    if found is not None:
        sentences.append(_measured(found))
        outside = outside or not found.lower <= asked.price <= found.upper
    if not sentences:
        return None
    ending = _("您填%(price)s，请说明理由") if outside else _("您填%(price)s")
    text = _("“%(name)s”（%(unit)s）：%(known)s，") % {
        "name": asked.name, "unit": unit, "known": "；".join(sentences),
    } + ending % {"price": format_yuan(asked.price)}  # fmt: skip
    return PriceHint(asked, text, outside)


def _measured(found: PriceSummary) -> str:
    return _("%(place)s%(year)s年%(count)s笔合同，中位数 %(median)s，四分位 %(lower)s–%(upper)s") % {
        "place": found.region.name,
        "year": found.year,
        "count": found.count,
        "median": f"{found.median:,.2f}",
        "lower": f"{found.lower:,.2f}",
        "upper": f"{found.upper:,.2f}",
    }


def plan_price_hints(plan: PurchasePlan) -> list[PriceHint]:
    """What the library says about the unit price of a plan; nothing where the plan names none."""
    if plan.unit_price is None or not plan.unit.strip():
        return []
    line = plan.budget_line
    asked = Asked("service", line.category, plan.unit, plan.unit_price)
    return price_hints([asked], region_id=line.department.region_id, year=line.fiscal_year)


def summaries_for_list(*, region: str = "", year: int | None = None, words: str = "") -> QuerySet[PriceSummary]:
    """Only what enough contracts speak for; heads as a whole are left to the hints."""
    rows = PriceSummary.objects.filter(count__gte=ENOUGH).exclude(name_key="").select_related("region")
    if region:
        rows = rows.filter(region=region)
    if year:
        rows = rows.filter(year=year)
    if words:
        rows = rows.filter(name_key__contains=name_key(words))
    return rows


def standards_for_list(*, region: str = "", year: int | None = None, words: str = "") -> QuerySet[PriceStandard]:
    rows = PriceStandard.objects.filter(kind=PriceKind.OFFICIAL).select_related("region")
    if region:
        rows = rows.filter(region__in=ancestors(region))
    if year:
        rows = rows.filter(year=year)
    if words:
        rows = rows.filter(name_key__contains=name_key(words))
    return rows
