"""What may be bought, and the money it may be bought with."""

from catalogs.models.envelope import BudgetAdjustment, EntryKind, EnvelopeEntry, FundEnvelope, FundSource
from catalogs.models.preset import GuideCategoryPreset

__all__ = [
    "BudgetAdjustment",
    "EntryKind",
    "EnvelopeEntry",
    "FundEnvelope",
    "FundSource",
    "GuideCategoryPreset",
]
