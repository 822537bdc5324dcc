"""The lifecycles of this app; importing the package registers them with the engine."""

from projects.lifecycle.activity import PLAN
from projects.lifecycle.addendum import ADDENDUM
from projects.lifecycle.application import APPLICATION
from projects.lifecycle.award import AWARD
from projects.lifecycle.bid import BID
from projects.lifecycle.challenge import CHALLENGE
from projects.lifecycle.change import CHANGE
from projects.lifecycle.closeout import ACCEPTANCE, CLOSEOUT, FINANCIAL_AUDIT, REFUND
from projects.lifecycle.complaint import COMPLAINT
from projects.lifecycle.contract import CONTRACT
from projects.lifecycle.custody import CUSTODY_VOUCHER
from projects.lifecycle.document_question import DOCUMENT_QUESTION
from projects.lifecycle.duplicate import SECOND_FUNDING
from projects.lifecycle.guide import GUIDE
from projects.lifecycle.hotline import HOTLINE
from projects.lifecycle.official_notice import OFFICIAL_NOTICE
from projects.lifecycle.payment import PAYMENT
from projects.lifecycle.procedure import PROCEDURE
from projects.lifecycle.publicity import OBJECTION, PUBLICITY
from projects.lifecycle.quote_round import QUOTE_ROUND
from projects.lifecycle.rectification import RECTIFICATION
from projects.lifecycle.remedy_request import REMEDY_REQUEST
from projects.lifecycle.report import REPORT
from projects.lifecycle.warning import WARNING

__all__ = [
    "ACCEPTANCE",
    "ADDENDUM",
    "APPLICATION",
    "AWARD",
    "BID",
    "CHALLENGE",
    "CHANGE",
    "CLOSEOUT",
    "COMPLAINT",
    "CONTRACT",
    "CUSTODY_VOUCHER",
    "DOCUMENT_QUESTION",
    "FINANCIAL_AUDIT",
    "GUIDE",
    "HOTLINE",
    "OBJECTION",
    "OFFICIAL_NOTICE",
    "PAYMENT",
    "PLAN",
    "PROCEDURE",
    "PUBLICITY",
    "QUOTE_ROUND",
    "RECTIFICATION",
    "REFUND",
    "REMEDY_REQUEST",
    "REPORT",
    "SECOND_FUNDING",
    "WARNING",
]
