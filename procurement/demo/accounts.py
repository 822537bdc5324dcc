"""Who is who in the demo world: every account, its person, its seats, and its place in the role switcher."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from procurement.access import Role
from procurement.ui.furniture import DemoAccount

PASSWORD = "demo-2026"  # noqa: S105  shown on the first page of every demo; production has no demo


@dataclass(frozen=True)
class Account:
    """``seats`` are (role, key of an organisation in procurement.demo.bodies)."""

    username: str
    name: str
    label: str | Promise
    group: str | Promise
    seats: tuple[tuple[Role, str], ...]


_GOVERNMENT = _("政府部门")
_PARTNERS = _("枢纽和支持机构")
_SOCIAL = _("社会组织")
_EXPERTS = _("评审、评估和监督")
_OTHERS = _("其他")

_HEADS = ("郑晓洁", "陆一鸣", "苏文娟", "高远", "田淑芬", "马致远")
_OPERATORS = ("曾琳", "何静", "白露", "任飞", "邓丽丽", "丁一")
_EXPERT_NAMES = ("方明", "郭雅琴", "罗志强", "梁思远", "宋佳", "谢国华", "韩梅", "唐建军", "于海燕")


_OPERATOR, _HEAD, _EXPERT = _("社会组织{number}经办人"), _("社会组织{number}负责人"), _("评审专家{number}")


def _numbered(label: str | Promise, number: int) -> str | Promise:
    """Stays untranslated until shown."""
    return format_lazy(label, number=number)


def _organisation_accounts() -> list[Account]:
    accounts = []
    for number, (operator, head) in enumerate(zip(_OPERATORS, _HEADS, strict=True), start=1):
        key = f"org{number}"
        accounts.append(Account(key, operator, _numbered(_OPERATOR, number), _SOCIAL, ((Role.ORG, key),)))
        accounts.append(Account(f"{key}-head", head, _numbered(_HEAD, number), _SOCIAL, ((Role.ORG_H, key),)))
    return accounts


def _expert_accounts() -> list[Account]:
    return [
        Account(f"expert{number}", name, _numbered(_EXPERT, number), _EXPERTS, ((Role.EXP, "pool"),))
        for number, name in enumerate(_EXPERT_NAMES, start=1)
    ]


ACCOUNTS: tuple[Account, ...] = (
    Account("office", "陈立新", _("领导小组办公室"), _GOVERNMENT, ((Role.LGO, "office"),)),
    Account("leader", "周国平", _("领导小组成员"), _GOVERNMENT, ((Role.LG, "office"),)),
    Account(
        "district",
        "刘畅",
        _("采购经办人"),
        _GOVERNMENT,
        ((Role.PU_BUY, "office"), (Role.PU_PAY, "office"), (Role.PU_DEM, "office")),
    ),
    Account("checker", "孙慧", _("文件复核人"), _GOVERNMENT, ((Role.PU_CHK, "office"), (Role.PU_REV, "office"))),
    Account("signer", "吴建华", _("合同签署人"), _GOVERNMENT, ((Role.PU_SIGN, "office"),)),
    Account("acceptor", "冯玉兰", _("验收人"), _GOVERNMENT, ((Role.PU_ACC, "office"),)),
    Account("finance", "赵敏", _("财政部门"), _GOVERNMENT, ((Role.FIN, "finance"), (Role.PU_FIN, "office"))),
    Account("treasury", "钱永志", _("国库支付"), _GOVERNMENT, ((Role.TREAS, "finance"),)),
    Account("supervisor", "李正", _("财政监督"), _GOVERNMENT, ((Role.FIN_SUP, "finance"),)),
    Account("civil", "王海波", _("民政部门"), _GOVERNMENT, ((Role.CIV, "civil"),)),
    Account("hub", "张素云", _("主责单位（枢纽）"), _PARTNERS, ((Role.RU, "hub"),)),
    Account("union", "许志勇", _("社会组织联合会"), _PARTNERS, ((Role.UNI, "union"), (Role.ORG, "union"))),
    Account("union-head", "蒋月华", _("社会组织联合会负责人"), _PARTNERS, ((Role.ORG_H, "union"),)),
    Account("support", "李涛", _("支持性社会组织"), _PARTNERS, ((Role.SUP, "support"),)),
    *_organisation_accounts(),
    *_expert_accounts(),
    Account("evaluator", "沈洁", _("第三方评估机构"), _EXPERTS, ((Role.TPE, "evaluator"),)),
    Account("cpa", "江德成", _("会计师事务所"), _EXPERTS, ((Role.TPE, "audit_firm"),)),
    Account("auditor", "严明", _("审计机关"), _EXPERTS, ((Role.AUD, "audit"),)),
    Account("discipline", "石磊", _("纪检监察"), _EXPERTS, ((Role.DIS, "discipline"),)),
    Account("resident", "杨桂英", _("服务对象（居民）"), _OTHERS, ((Role.REC, "residents"),)),
    Account("sysadmin", "董宇", _("系统管理员"), _OTHERS, ((Role.SYS, "platform"),)),
)


def demo_accounts() -> list[DemoAccount]:
    """What the role switcher in the page head offers."""
    return [DemoAccount(account.username, f"{account.label} · {account.name}", account.group) for account in ACCOUNTS]


def account_named(username: str) -> Account | None:
    return next((account for account in ACCOUNTS if account.username == username), None)
