"""What may be bought, and the money it may be bought with."""

from catalogs.models.budget import BudgetLine, PurchaseItemTable, ServiceClass
from catalogs.models.envelope import BudgetAdjustment, EntryKind, EnvelopeEntry, FundEnvelope, FundSource
from catalogs.models.guidance import (
    CatalogueItem,
    GuidanceCatalogue,
    ItemCode,
    ItemRequirement,
    Standing,
)
from catalogs.models.plan import MethodGround, ProcurementMethod, PurchasePlan
from catalogs.models.preset import GuideCategoryPreset
from catalogs.models.price import PriceKind, PriceStandard, PriceSummary
from catalogs.models.procurement_code import CodeCheck, ProcurementCode
from catalogs.models.proposal import CatalogueProposal, ProposalKind
from catalogs.models.purchase_check import CheckOutcome, PurchaseCheck

__all__ = [
    "BudgetAdjustment",
    "BudgetLine",
    "CatalogueItem",
    "CatalogueProposal",
    "CheckOutcome",
    "CodeCheck",
    "EntryKind",
    "EnvelopeEntry",
    "FundEnvelope",
    "FundSource",
    "GuidanceCatalogue",
    "GuideCategoryPreset",
    "ItemCode",
    "ItemRequirement",
    "MethodGround",
    "PriceKind",
    "PriceStandard",
    "PriceSummary",
    "ProcurementCode",
    "ProcurementMethod",
    "ProposalKind",
    "PurchaseCheck",
    "PurchaseItemTable",
    "PurchasePlan",
    "ServiceClass",
    "Standing",
]
