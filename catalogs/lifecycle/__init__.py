"""The lifecycles of this app; importing the package registers them with the engine."""

from catalogs.lifecycle.budget import BUDGET_LINE
from catalogs.lifecycle.demand import DEMAND
from catalogs.lifecycle.envelope import ADJUSTMENT, ENVELOPE
from catalogs.lifecycle.guidance import CATALOGUE, CATALOGUE_PROPOSAL
from catalogs.lifecycle.intent import INTENT
from catalogs.lifecycle.need import NEED
from catalogs.lifecycle.plan import PURCHASE_PLAN
from catalogs.lifecycle.supply import SUPPLY

__all__ = [
    "ADJUSTMENT",
    "BUDGET_LINE",
    "CATALOGUE",
    "CATALOGUE_PROPOSAL",
    "DEMAND",
    "ENVELOPE",
    "INTENT",
    "NEED",
    "PURCHASE_PLAN",
    "SUPPLY",
]
