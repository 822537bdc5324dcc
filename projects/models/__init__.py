"""One module per aggregate."""

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
from projects.models.draft import EditingSession, SectionDraft
from projects.models.guide import PUBLIC_GUIDE_STATES, Guide, GuideAddendum, GuideArea, GuideCategory
from projects.models.numbering import NumberSeries
from projects.models.publicity import Objection, Publicity, PublicityItem

__all__ = [
    "PUBLIC_APPLICATION_STATES",
    "PUBLIC_GUIDE_STATES",
    "Application",
    "ApplicationReader",
    "BeneficiaryGroup",
    "BudgetItem",
    "BudgetLine",
    "BudgetVersion",
    "CoFunding",
    "EditingSession",
    "Guide",
    "GuideAddendum",
    "GuideArea",
    "GuideCategory",
    "Indicator",
    "IndicatorKind",
    "NumberSeries",
    "Objection",
    "PrecheckItem",
    "Publicity",
    "PublicityItem",
    "Receipt",
    "SectionDraft",
]
