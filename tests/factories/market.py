"""Specimens of needs, demands, offers and letters of intent in the demo people's hands."""

from __future__ import annotations

from catalogs.models import DemandItem, Intent, Need, SupplyItem
from procurement.demo import market
from procurement.demo.stage import local
from procurement.lifecycle.models import LifecycleModel


def specimens() -> dict[str, LifecycleModel]:
    """One public object of each table, and a letter of intent."""
    market.seed(local(2026, 4, 1))
    return {
        "need": Need.objects.get(title="暑期小学生托管"),
        "demand": DemandItem.objects.get(status="catalogued"),
        "supply": SupplyItem.objects.filter(status="published").order_by("created_at")[0],
        "intent": Intent.objects.get(),
    }
