"""Clauses every contract begins with, and the years of its term."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from procurement.calendars import add_months
from procurement.rules import implements
from projects.models import Contract, ContractYear


def common_terms() -> dict[str, Any]:
    """Rights, breach and disputes: the same after an award as after an approval."""
    return {
        "rights_and_duties": _(
            "购买主体按约付款、监督指导；承接主体按约定实施项目，专款专用、单独核算，建立服务台账，接受监督检查和审计。"
            "承接主体不得将服务项目转包或者委托给第三人。"
        ),
        "breach_terms": _(
            "承接主体弄虚作假、挪用资金或者擅自变更的，购买主体有权终止合同、追回资金；购买主体逾期付款的，依法承担责任。"
        ),
        "dispute_terms": _("协商不成的，向购买主体所在地人民法院提起诉讼。"),
    }


@implements("R-205")
def plan_years(contract: Contract) -> None:
    """The years of the term, each to be assessed before the next may be signed."""
    start: date = contract.starts_on
    for number in (1, 2, 3):
        if start > contract.ends_on:
            return
        following = add_months(contract.starts_on, 12 * number)
        end = min(contract.ends_on, following - timedelta(days=1))
        ContractYear.objects.create(contract=contract, number=number, starts_on=start, ends_on=end)
        start = following
