"""The lifecycles of this app; importing the package registers them with the engine."""

from catalogs.lifecycle.budget import BUDGET_LINE
from catalogs.lifecycle.envelope import ADJUSTMENT, ENVELOPE
from catalogs.lifecycle.plan import PURCHASE_PLAN

__all__ = ["ADJUSTMENT", "BUDGET_LINE", "ENVELOPE", "PURCHASE_PLAN"]
