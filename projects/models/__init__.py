"""One module per aggregate."""

from projects.models.acceptance import (
    OPEN_ACCEPTANCE_STATES,
    Acceptance,
    AcceptanceResult,
    AcceptanceStandard,
    NotifiedBy,
    OpinionChannel,
    Recipient,
    Satisfaction,
)
from projects.models.activity import (
    Activity,
    ActivityPlan,
    Contribution,
    DeliveryTotal,
    EntryDraft,
    IndicatorTotal,
    PlannedActivity,
)
from projects.models.addendum import Addendum
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
from projects.models.award import (
    PUBLIC_AWARD_STATES,
    STANDING_AWARD_STATES,
    Award,
    FrameworkAgreement,
    FrameworkSupplier,
)
from projects.models.bid import COMPETING_STATES, Bid, BidReader
from projects.models.challenge import (
    Challenge,
    ChallengeMatter,
    ChallengeStep,
    Finding,
    Remedy,
    ReplyCopy,
)
from projects.models.change import ChangeItem, ChangeKind, ChangeRequest
from projects.models.closeout import ArchiveItem, Closeout, IndicatorResult, Refund
from projects.models.collusion import CollusionNote, CollusionVerdict, SubmissionTrace
from projects.models.complaint import (
    ClockStop,
    Complaint,
    ComplaintMatter,
    Outcome,
    Respondent,
    StopGround,
)
from projects.models.contract import ANNOUNCED_STATES, Contract, ContractSignature, ContractYear
from projects.models.custody import CustodyEntry, CustodyEntryKind, CustodyLedger, CustodyVoucher, VoucherKind
from projects.models.cut_scenario import CutScenario
from projects.models.document_question import BIDDER_ROLES, DocumentQuestion
from projects.models.draft import EditingSession, SectionDraft
from projects.models.duplicate import DifferenceDeclaration, SecondFunding
from projects.models.guide import PUBLIC_GUIDE_STATES, Guide, GuideAddendum, GuideArea, GuideCategory
from projects.models.hotline import CallChannel, CallRating, CallTopic, HotlineCall
from projects.models.interest import DocumentHolder, InvitedSupplier, SupplierDraw
from projects.models.ledger import Expense, LineTotal, Reallocation
from projects.models.monitoring import MonitoringVisit, VisitKind
from projects.models.official_notice import PUBLIC_NOTICE_STATES, OfficialNotice
from projects.models.payment import Payment, PaymentCondition
from projects.models.procedure import DRAIN_SECONDS, PUBLIC_PROCEDURE_STATES, FailureCause, Lot, Procedure, SealMode
from projects.models.procedure_review import ProcedureReview
from projects.models.procurement_document import BondForm, ProcurementDocument, ScoringMethod
from projects.models.proxy import ProxyApplication
from projects.models.publicity import Objection, Publicity, PublicityItem
from projects.models.qualification_check import QualificationCheck
from projects.models.quote_round import Quote, QuoteRound
from projects.models.rectification import Rectification, RectificationOrigin
from projects.models.remedy_request import RemedyRequest
from projects.models.report import OWED_STATES, Report, ReportKind, ReportVersion, ReturnReason
from projects.models.result_letter import LetterKind, ResultLetter
from projects.models.sealed_bids import (
    FILES_MAX,
    BidRoom,
    DraftKind,
    SealedAction,
    SealedDraft,
    SealedReceipt,
    SealedSubmission,
)
from projects.models.sealing import Attendance, CustodianBody, KeyCustodian, LotKey, Opening
from projects.models.source_argument import SourceArgument, SourceObjection
from projects.models.warning import EarlyWarning, WarningLevel, WarningTier

__all__ = [
    "ANNOUNCED_STATES",
    "BIDDER_ROLES",
    "COMPETING_STATES",
    "DRAIN_SECONDS",
    "FILES_MAX",
    "OPEN_ACCEPTANCE_STATES",
    "OWED_STATES",
    "PUBLIC_APPLICATION_STATES",
    "PUBLIC_AWARD_STATES",
    "PUBLIC_GUIDE_STATES",
    "PUBLIC_NOTICE_STATES",
    "PUBLIC_PROCEDURE_STATES",
    "STANDING_AWARD_STATES",
    "Acceptance",
    "AcceptanceResult",
    "AcceptanceStandard",
    "Activity",
    "ActivityPlan",
    "Addendum",
    "Application",
    "ApplicationReader",
    "ArchiveItem",
    "Attendance",
    "AuditLine",
    "AuditOpinion",
    "Award",
    "BeneficiaryGroup",
    "Bid",
    "BidReader",
    "BidRoom",
    "BondForm",
    "BudgetItem",
    "BudgetLine",
    "BudgetVersion",
    "CallChannel",
    "CallRating",
    "CallTopic",
    "Challenge",
    "ChallengeMatter",
    "ChallengeStep",
    "ChangeItem",
    "ChangeKind",
    "ChangeRequest",
    "ClockStop",
    "Closeout",
    "CoFunding",
    "CollusionNote",
    "CollusionVerdict",
    "Complaint",
    "ComplaintMatter",
    "Contract",
    "ContractSignature",
    "ContractYear",
    "Contribution",
    "CustodianBody",
    "CustodyEntry",
    "CustodyEntryKind",
    "CustodyLedger",
    "CustodyVoucher",
    "CutScenario",
    "DeliveryTotal",
    "DifferenceDeclaration",
    "DocumentHolder",
    "DocumentQuestion",
    "DraftKind",
    "EarlyWarning",
    "EditingSession",
    "EntryDraft",
    "Expense",
    "FailureCause",
    "FinancialAudit",
    "Finding",
    "FrameworkAgreement",
    "FrameworkSupplier",
    "Guide",
    "GuideAddendum",
    "GuideArea",
    "GuideCategory",
    "HotlineCall",
    "Indicator",
    "IndicatorKind",
    "IndicatorResult",
    "IndicatorTotal",
    "InvitedSupplier",
    "KeyCustodian",
    "LetterKind",
    "LineTotal",
    "Lot",
    "LotKey",
    "MonitoringVisit",
    "NotifiedBy",
    "Objection",
    "OfficialNotice",
    "Opening",
    "OpinionChannel",
    "Outcome",
    "Payment",
    "PaymentCondition",
    "PlannedActivity",
    "PrecheckItem",
    "Procedure",
    "ProcedureReview",
    "ProcurementDocument",
    "ProxyApplication",
    "Publicity",
    "PublicityItem",
    "QualificationCheck",
    "Quote",
    "QuoteRound",
    "Reallocation",
    "Receipt",
    "Recipient",
    "Rectification",
    "RectificationOrigin",
    "Refund",
    "Remedy",
    "RemedyRequest",
    "ReplyCopy",
    "Report",
    "ReportKind",
    "ReportVersion",
    "Respondent",
    "ResultLetter",
    "ReturnReason",
    "Satisfaction",
    "ScoringMethod",
    "SealMode",
    "SealedAction",
    "SealedDraft",
    "SealedReceipt",
    "SealedSubmission",
    "SecondFunding",
    "SectionDraft",
    "SourceArgument",
    "SourceObjection",
    "StopGround",
    "SubmissionTrace",
    "SupplierDraw",
    "VisitKind",
    "VoucherKind",
    "WarningLevel",
    "WarningTier",
]
