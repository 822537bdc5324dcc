"""Segregation of duties: which duties may not meet in one person on the same case (domain §5.3).

Checked twice: when a duty is assigned and again when it is exercised.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _


class Duty(models.TextChoices):
    DEMAND_AUTHOR = "demand_author", _("需求编制")
    DEMAND_REVIEWER = "demand_reviewer", _("需求内部审核")
    DOCUMENT_AUTHOR = "document_author", _("文件编制")
    DOCUMENT_CHECKER = "document_checker", _("文件复核")
    BUDGET_PREPARER = "budget_preparer", _("预算编制")
    BUDGET_APPROVER = "budget_approver", _("预算审批")
    APPLICANT = "applicant", _("项目申报")
    ENDORSER = "endorser", _("主责单位推荐")
    PRECHECKER = "prechecker", _("初审")
    PANEL_ORGANIZER = "panel_organizer", _("评审组织")
    PANEL_MEMBER = "panel_member", _("专家评审")
    AWARD_DECIDER = "award_decider", _("审定立项")
    OBJECTION_HANDLER = "objection_handler", _("异议复核")
    CHALLENGE_REPLIER = "challenge_replier", _("质疑答复")
    COMPLAINT_DECIDER = "complaint_decider", _("投诉处理")
    CONTRACT_DRAFTER = "contract_drafter", _("合同拟定")
    CONTRACT_SIGNER = "contract_signer", _("合同签署")
    PAYMENT_REQUESTER = "payment_requester", _("付款申请")
    PAYMENT_APPROVER = "payment_approver", _("付款审批")
    PAYER = "payer", _("支付")
    REPORT_REVIEWER = "report_reviewer", _("报告审核")
    ACCEPTOR = "acceptor", _("验收")
    FINANCIAL_AUDITOR = "financial_auditor", _("财务审计")
    EVALUATOR = "evaluator", _("第三方评估")
    CLOSER = "closer", _("结项审定")


@dataclass(frozen=True)
class Conflict:
    first: Duty
    second: Duty
    rule_id: str


def _pairs(rule_id: str, *groups: tuple[Iterable[Duty], Iterable[Duty]]) -> list[Conflict]:
    return [Conflict(a, b, rule_id) for left, right in groups for a in left for b in right]


_D = Duty
_OFFICIAL = (
    _D.DEMAND_AUTHOR,
    _D.DOCUMENT_AUTHOR,
    _D.DOCUMENT_CHECKER,
    _D.PRECHECKER,
    _D.ENDORSER,
    _D.AWARD_DECIDER,
    _D.CONTRACT_SIGNER,
    _D.PAYMENT_REQUESTER,
    _D.PAYMENT_APPROVER,
    _D.PAYER,
    _D.ACCEPTOR,
)

#: Chengdu art. 17 and GPL art. 61 first, then the pairs the platform adds.
CONFLICTS: tuple[Conflict, ...] = tuple(
    _pairs("R-040", ((_D.DEMAND_AUTHOR,), (_D.DEMAND_REVIEWER,)), ((_D.DOCUMENT_AUTHOR,), (_D.DOCUMENT_CHECKER,)))
    + _pairs(
        "R-247",
        ((_D.CONTRACT_SIGNER,), (_D.ACCEPTOR,)),
        ((_D.DEMAND_AUTHOR, _D.DOCUMENT_AUTHOR), (_D.ACCEPTOR,)),
        ((_D.CONTRACT_DRAFTER,), (_D.ACCEPTOR,)),
    )
    + _pairs(
        "R-254",
        ((_D.PAYMENT_REQUESTER,), (_D.PAYMENT_APPROVER, _D.PAYER)),
        ((_D.PAYMENT_APPROVER,), (_D.PAYER,)),
        ((_D.BUDGET_PREPARER,), (_D.BUDGET_APPROVER,)),
    )
    + _pairs("R-156", ((_D.PANEL_MEMBER,), _OFFICIAL))
    + _pairs("R-084", ((_D.ENDORSER, _D.REPORT_REVIEWER, _D.ACCEPTOR), (_D.APPLICANT,)))
    + _pairs(
        "R-265",
        ((_D.EVALUATOR, _D.FINANCIAL_AUDITOR), (*_OFFICIAL, _D.APPLICANT)),
    )
    + _pairs("R-154", ((_D.PANEL_MEMBER,), (_D.APPLICANT,)))
    + _pairs("R-185", ((_D.COMPLAINT_DECIDER,), (_D.CHALLENGE_REPLIER, *_OFFICIAL, _D.PANEL_MEMBER, _D.APPLICANT)))
)


def conflicts_of(duty: Duty) -> list[tuple[Duty, str]]:
    """Duties that exclude ``duty``, each with the rule that says so."""
    return [(c.second, c.rule_id) for c in CONFLICTS if c.first == duty] + [
        (c.first, c.rule_id) for c in CONFLICTS if c.second == duty
    ]


def conflict_for(*, person_id: UUID, case_id: UUID, duty: Duty) -> tuple[Duty, str] | None:
    """The duty already held in this case that forbids ``duty`` to this person, with its rule; else None."""
    from procurement.access.models import DutyException, DutyRecord

    rules = dict(conflicts_of(duty))
    held = (
        DutyRecord.objects.filter(case_id=case_id, person_id=person_id, duty__in=list(rules))
        .values_list("duty", flat=True)
        .first()
    )
    if held is None or DutyException.objects.filter(case_id=case_id, person_id=person_id, duty=duty).exists():
        return None
    return Duty(held), rules[Duty(held)]


def record_duty(*, person_id: UUID, case_id: UUID, duty: Duty, at: datetime, by_assignment: bool = False) -> None:
    """Remember that the person took on ``duty`` in the case. Safe to repeat."""
    from procurement.access.models import DutyRecord

    DutyRecord.objects.get_or_create(
        case_id=case_id, person_id=person_id, duty=duty, defaults={"at": at, "by_assignment": by_assignment}
    )
