"""One module per aggregate."""

from projects.models.acceptance import Acceptance, AcceptanceResult, AcceptanceStandard, Recipient
from projects.models.application import (
    PUBLIC_APPLICATION_STATES,
    Application,
    ApplicationReader,
    BeneficiaryGroup,
    BudgetItem,
    BudgetLine,
    BudgetVersion,
    CoFunding,
    Indicator,
    IndicatorKind,
    PrecheckItem,
    Receipt,
)
from projects.models.audit import AuditLine, AuditOpinion, FinancialAudit
from projects.models.closeout import ArchiveItem, Closeout, IndicatorResult, Refund
from projects.models.contract import ANNOUNCED_STATES, Contract, ContractSignature, ContractYear
from projects.models.draft import EditingSession, SectionDraft
from projects.models.guide import PUBLIC_GUIDE_STATES, Guide, GuideAddendum, GuideArea, GuideCategory
from projects.models.numbering import NumberSeries
from projects.models.payment import Payment, PaymentCondition
from projects.models.publicity import Objection, Publicity, PublicityItem

__all__ = [
    "ANNOUNCED_STATES",
    "PUBLIC_APPLICATION_STATES",
    "PUBLIC_GUIDE_STATES",
    "Acceptance",
    "AcceptanceResult",
    "AcceptanceStandard",
    "Application",
    "ApplicationReader",
    "ArchiveItem",
    "AuditLine",
    "AuditOpinion",
    "BeneficiaryGroup",
    "BudgetItem",
    "BudgetLine",
    "BudgetVersion",
    "Closeout",
    "CoFunding",
    "Contract",
    "ContractSignature",
    "ContractYear",
    "EditingSession",
    "FinancialAudit",
    "Guide",
    "GuideAddendum",
    "GuideArea",
    "GuideCategory",
    "Indicator",
    "IndicatorKind",
    "IndicatorResult",
    "NumberSeries",
    "Objection",
    "Payment",
    "PaymentCondition",
    "PrecheckItem",
    "Publicity",
    "PublicityItem",
    "Receipt",
    "Recipient",
    "Refund",
    "SectionDraft",
]
