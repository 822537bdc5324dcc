"""What may be bought, and the money it may be bought with."""

from catalogs.models.budget import BudgetLine, PurchaseItemTable, ServiceClass
from catalogs.models.demand import (
    ConsultationChannel,
    DemandFeedback,
    DemandItem,
    FeedbackGiver,
    FeedbackUse,
)
from catalogs.models.envelope import BudgetAdjustment, EntryKind, EnvelopeEntry, FundEnvelope, FundSource
from catalogs.models.guidance import (
    CatalogueItem,
    GuidanceCatalogue,
    ItemCode,
    ItemRequirement,
    Standing,
)
from catalogs.models.meeting import Fair, FairBooth, Intent
from catalogs.models.need import Need, NeedContact, NeedSource, NeedSupport, NeedUrgency
from catalogs.models.plan import MethodGround, ProcurementMethod, PurchasePlan
from catalogs.models.policy import PolicyDocument, PolicyKind, Validity
from catalogs.models.preset import GuideCategoryPreset
from catalogs.models.price import PriceKind, PriceStandard, PriceSummary
from catalogs.models.procurement_code import CodeCheck, ProcurementCode
from catalogs.models.proposal import CatalogueProposal, ProposalKind
from catalogs.models.purchase_check import CheckOutcome, PurchaseCheck
from catalogs.models.supply import SupplyItem
from catalogs.models.taxonomy import BeneficiaryGroup, Priority, ServiceField

__all__ = [
    "BeneficiaryGroup",
    "BudgetAdjustment",
    "BudgetLine",
    "CatalogueItem",
    "CatalogueProposal",
    "CheckOutcome",
    "CodeCheck",
    "ConsultationChannel",
    "DemandFeedback",
    "DemandItem",
    "EntryKind",
    "EnvelopeEntry",
    "Fair",
    "FairBooth",
    "FeedbackGiver",
    "FeedbackUse",
    "FundEnvelope",
    "FundSource",
    "GuidanceCatalogue",
    "GuideCategoryPreset",
    "Intent",
    "ItemCode",
    "ItemRequirement",
    "MethodGround",
    "Need",
    "NeedContact",
    "NeedSource",
    "NeedSupport",
    "NeedUrgency",
    "PolicyDocument",
    "PolicyKind",
    "PriceKind",
    "PriceStandard",
    "PriceSummary",
    "Priority",
    "ProcurementCode",
    "ProcurementMethod",
    "ProposalKind",
    "PurchaseCheck",
    "PurchaseItemTable",
    "PurchasePlan",
    "ServiceClass",
    "ServiceField",
    "Standing",
    "SupplyItem",
    "Validity",
]
