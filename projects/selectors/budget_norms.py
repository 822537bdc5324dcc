"""What a budget may not pay for, found by its words (domain §7.7): fixed assets, gifts of money, evaluation fees."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from projects.models import BudgetItem, BudgetLine

FIXED_ASSETS = (
    "固定资产",
    "设备购置",
    "购置设备",
    "购买电脑",
    "购置电脑",
    "购置车辆",
    "购车",
    "空调",
    "打印机购置",
    "装修",
    "基建",
)
GIFTS = ("慰问金", "慰问品", "红包", "现金发放", "礼金", "礼品卡", "购物卡")
PURCHASER_PAYS = ("评估费", "审计费", "结项审计", "第三方评估")


def forbidden_expenses(lines: Iterable[BudgetLine], *, fixed_assets_allowed: bool) -> list[str]:
    """A sentence for each line that names something the norms exclude."""
    found = []
    for line in lines:
        words = {"what": line.description}
        if not fixed_assets_allowed and _names(line, FIXED_ASSETS):
            found.append(_("“%(what)s”疑似购置固定资产，项目资金不得列支") % words)
        if _names(line, GIFTS):
            found.append(_("“%(what)s”疑似向服务对象发放现金或慰问品，项目资金不得列支") % words)
        if _names(line, PURCHASER_PAYS):
            found.append(_("“%(what)s”疑似评估审计费，应由购买主体承担") % words)
    return found


def volunteers_paid_twice(lines: Iterable[BudgetLine]) -> bool:
    """A volunteer who is paid an allowance is not refunded transport as well."""
    rows = list(lines)
    allowance = any(line.item == BudgetItem.VOLUNTEER for line in rows)
    return allowance and any(line.item == BudgetItem.TRANSPORT and "志愿者" in line.description for line in rows)


def _names(line: BudgetLine, words: Iterable[str]) -> bool:
    return any(word in line.description for word in words)
