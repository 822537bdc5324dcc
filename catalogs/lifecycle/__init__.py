"""The lifecycles of this app; importing the package registers them with the engine."""

from catalogs.lifecycle.budget import BUDGET_LINE
from catalogs.lifecycle.envelope import ADJUSTMENT, ENVELOPE
from catalogs.lifecycle.guidance import CATALOGUE, CATALOGUE_PROPOSAL
from catalogs.lifecycle.plan import PURCHASE_PLAN

__all__ = ["ADJUSTMENT", "BUDGET_LINE", "CATALOGUE", "CATALOGUE_PROPOSAL", "ENVELOPE", "PURCHASE_PLAN"]
