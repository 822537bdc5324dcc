"""Payment conditions, each judged from rows (R-250); a condition not met says what is missing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.utils.translation import gettext as _

from procurement.rules import implements
from projects.models import Application, Contract, PaymentCondition

PASSING_GRADES = ("excellent", "good", "fair")


@implements("R-250")
def missing_condition(code: str, contract: Contract, on: date) -> str | None:
    """The sentence that says why ``code`` does not hold on a day; None when it holds."""
    return _CHECKS[PaymentCondition(code)](contract, on)


def condition_rows(conditions: list[str], contract: Contract, on: date) -> list[dict[str, object]]:
    """Each condition with its label and what is missing, for the payment page."""
    return [
        {"label": PaymentCondition(code).label, "missing": missing_condition(code, contract, on)} for code in conditions
    ]


def _filed(contract: Contract, on: date) -> str | None:
    return None if contract.filed_at else _("合同尚未备案")


def _ledger(contract: Contract, on: date) -> str | None:
    return None if contract.account_number else _("合同未载明项目专账账号")


def _reports(contract: Contract, on: date) -> str | None:
    late = contract.origin_application.reports.filter(kind="quarterly", due_on__lt=on).exclude(status="accepted")
    names = "、".join(str(report) for report in late[:3])
    return _("季度报告未通过：%(names)s") % {"names": names} if names else None


def _midterm(contract: Contract, on: date) -> str | None:
    grade = contract.origin_application.midterm_grade
    if not grade:
        return _("中期评估尚未公布")
    return None if grade in PASSING_GRADES else _("中期评估不合格，停止拨款")


def _accepted(contract: Contract, on: date) -> str | None:
    passed = contract.origin_application.acceptances.filter(status="final", result="pass").exists()
    return None if passed else _("主责单位尚未验收通过")


def _audited(contract: Contract, on: date) -> str | None:
    return (
        None if contract.origin_application.financial_audits.filter(status="final").exists() else _("财务审计尚未完成")
    )


_CHECKS: dict[PaymentCondition, Callable[[Contract, date], str | None]] = {
    PaymentCondition.FILED: _filed,
    PaymentCondition.LEDGER: _ledger,
    PaymentCondition.REPORTS: _reports,
    PaymentCondition.MIDTERM: _midterm,
    PaymentCondition.ACCEPTED: _accepted,
    PaymentCondition.AUDITED: _audited,
}


def open_rectifications(application: Application) -> int:
    """Orders not settled; one that failed counts for as long as the project stands under correction (R-226)."""
    pending = ("issued", "responded", "failed") if application.status == "rectifying" else ("issued", "responded")
    return application.rectifications.filter(status__in=pending).count()
