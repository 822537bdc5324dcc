"""What a contract must say, and what must hold before the heads sign it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from procurement.calendars import add_months
from procurement.lifecycle.engine import Attempt
from procurement.money import format_yuan
from procurement.rules import Refusal, guard

#: Field → its name in the sentence (R-201: what a contract must contain).
REQUIRED_TERMS = {
    "subject_matter": _("合同标的"),
    "scope": _("服务范围和内容"),
    "quantity": _("服务数量"),
    "quality": _("服务质量标准"),
    "assessment_terms": _("考核验收与付款挂钩"),
    "rights_and_duties": _("权利和义务"),
    "breach_terms": _("违约责任"),
    "dispute_terms": _("争议解决"),
}


@guard("R-201", "R-206", "R-221", "R-034")
def terms_are_complete(attempt: Attempt) -> list[Refusal]:
    contract = attempt.obj
    missing = [
        Refusal("R-034" if name == "assessment_terms" else "R-201", _("合同缺少“%(what)s”条款") % {"what": label})
        for name, label in REQUIRED_TERMS.items()
        if not getattr(contract, name).strip()
    ]
    if not contract.no_assignment:
        missing.append(Refusal("R-206", _("合同须写明不得转包")))
    if contract.amount > 0 and not contract.account_number:
        missing.append(Refusal("R-221", _("合同须载明承接主体的项目专账账号")))
    return missing


@guard("R-018", "R-201")
def matches_the_award(attempt: Attempt) -> list[Refusal]:
    """The contract says what was approved: same bodies, same project, no more money (R-018)."""
    contract, application = attempt.obj, attempt.obj.application
    if application is None:
        return _award_differences(contract)
    found = []
    if application.granted_amount is None or contract.amount > application.granted_amount:
        found.append(
            Refusal(
                "R-018",
                _("合同金额 %(have)s 超过批复资金 %(want)s")
                % {"have": format_yuan(contract.amount), "want": format_yuan(application.granted_amount or Decimal(0))},
            )
        )
    if contract.contractor_id != application.applicant_id:
        found.append(Refusal("R-201", _("承接主体与批复不一致")))
    return found


def _award_differences(contract: Any) -> list[Refusal]:
    award, found = contract.award, []
    if contract.amount > award.amount:
        found.append(
            Refusal(
                "R-018",
                _("合同金额 %(have)s 超过中标（成交）金额 %(want)s")
                % {"have": format_yuan(contract.amount), "want": format_yuan(award.amount)},
            )
        )
    if contract.contractor_id != award.supplier_id:
        found.append(Refusal("R-201", _("承接主体与中标（成交）供应商不一致")))
    return found


@guard("R-204")
def term_is_allowed(attempt: Attempt) -> list[Refusal]:
    contract = attempt.obj
    years = attempt.value("max_contract_years")
    if contract.ends_on >= add_months(contract.starts_on, 12 * years):
        return [Refusal("R-204", _("合同期限不得超过 %(n)s 年") % {"n": years})]
    if contract.ends_on >= add_months(contract.starts_on, 12) and not contract.long_term_reason.strip():
        return [Refusal("R-204", _("合同期限超过一年，须说明内容固定、需求连续、价格稳定、预算有保障的理由"))]
    return []


@guard("R-018", "R-250")
def tranches_add_up(attempt: Attempt) -> str | None:
    contract = attempt.obj
    if contract.award_id is not None:
        return None
    planned = sum((p.amount for p in contract.payments.exclude(status="cancelled")), Decimal(0))
    if planned == contract.amount:
        return None
    return _("各期付款合计 %(sum)s，应等于合同金额 %(amount)s") % {
        "sum": format_yuan(planned),
        "amount": format_yuan(contract.amount),
    }


@guard("R-179")
def project_is_ready(attempt: Attempt) -> str | None:
    if attempt.obj.application is None:
        return None
    if attempt.obj.application.status == "ready_to_sign":
        return None
    return _("承接主体尚未按批复资金细化方案和预算，不能签约")


@guard("R-201")
def signer_confirms(attempt: Attempt) -> str | None:
    """The head has typed the password again and saw the very text that is being signed (step-up)."""
    if attempt.data.get("seen_sha256") != attempt.obj.content_sha256:
        return _("合同文本与您看到的不一致，请刷新后重新核对")
    return None if attempt.data.get("confirmed") else _("请重新输入密码确认签署")


@guard("R-253")
def everything_is_paid(attempt: Attempt) -> str | None:
    pending = attempt.obj.payments.open().count()
    return _("还有 %(n)s 期款项未支付或未确认") % {"n": pending} if pending else None
