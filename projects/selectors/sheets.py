"""An application laid out for reading: the same sheets on the check page, the record and beside a score."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procurement.money import format_yuan
from procurement.privacy.masking import masked
from projects.models import Application, BeneficiaryGroup, BudgetVersion
from projects.selectors.applications import files_of

Text = str | Promise

WORK_TYPES = {"social_work": gettext_lazy("社会工作类"), "activity": gettext_lazy("活动类")}


@dataclass(frozen=True)
class Fact:
    """``long`` text keeps its line breaks and takes the full width."""

    label: Text
    value: Text
    long: bool = False
    #: Name of the whole number behind a masked one, for whom it is needed (procurement.accounts.revealing).
    reveal: str = ""


@dataclass(frozen=True)
class Cell:
    text: Text
    number: bool = False


@dataclass(frozen=True)
class SheetTable:
    caption: Text
    heads: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    foot: tuple[Cell, ...] = ()

    @property
    def labelled_rows(self) -> list[list[tuple[Cell, Cell]]]:
        """(head, cell) pairs, so that a phone can show each row as a card."""
        return [list(zip(self.heads, row, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class Sheet:
    code: str
    title: Text
    facts: tuple[Fact, ...] = ()
    table: SheetTable | None = None
    files: tuple[Any, ...] = field(default=())


def application_sheets(application: Application) -> list[Sheet]:
    """Every section as it stands; a constant number of queries."""
    return [
        _basic(application),
        _scheme(application),
        _budget(application),
        _co_funding(application),
        _indicators(application),
        _profile(application),
        _hub(application),
        Sheet("files", _("附件"), files=tuple(files_of(application))),
        _declaration(application),
    ]


def budget_table(application: Application, version: str = BudgetVersion.REQUESTED) -> SheetTable:
    lines = list(application.budget_lines.filter(version=version))
    total = sum((line.amount for line in lines), Decimal("0.00"))
    return SheetTable(
        caption=_("预算明细"),
        heads=(
            Cell(_("科目")),
            Cell(_("用途")),
            Cell(_("数量"), number=True),
            Cell(_("单价"), number=True),
            Cell(_("金额"), number=True),
        ),
        rows=tuple(
            (
                Cell(line.get_item_display()),
                Cell(line.description),
                Cell(f"{number(line.quantity)} {line.unit}", number=True),
                Cell(format_yuan(line.unit_price), number=True),
                Cell(format_yuan(line.amount), number=True),
            )
            for line in lines
        ),
        foot=(Cell(_("合计")), Cell(""), Cell(""), Cell(""), Cell(format_yuan(total), number=True)),
    )


def number(value: Decimal) -> str:
    """12 for 12.00, 1,200.5 for 1200.50."""
    text = f"{value:,.2f}"
    return text.rstrip("0").rstrip(".")


def _basic(application: Application) -> Sheet:
    a = application
    period = f"{a.starts_on.isoformat()} — {a.ends_on.isoformat()}" if a.starts_on and a.ends_on else ""
    groups = "、".join(str(BeneficiaryGroup(code).label) for code in a.beneficiary_groups)
    return Sheet(
        "basic",
        _("基本信息"),
        (
            Fact(_("申报类别"), str(a.category or "")),
            Fact(_("项目名称"), a.title),
            Fact(_("项目简介"), a.summary, long=True),
            Fact(_("实施地点"), a.place),
            Fact(_("实施期间"), period),
            Fact(_("服务人群"), groups),
            Fact(_("预计服务人数"), f"{a.beneficiary_count:,}" if a.beneficiary_count else ""),
            Fact(_("项目负责人"), a.leader_name),
            Fact(_("负责人电话"), masked(a.leader_phone), reveal="leader-phone"),
        ),
    )


def _scheme(application: Application) -> Sheet:
    answers = application.answers.get("scheme", {})
    labels = (("need", _("需求分析")), ("goals", _("项目目标")), ("scheme", _("实施方案")), ("schedule", _("进度安排")))
    return Sheet(
        "scheme", _("需求与方案"), tuple(Fact(label, answers.get(name, ""), long=True) for name, label in labels)
    )


def _budget(application: Application) -> Sheet:
    answers = application.answers.get("budget", {})
    return Sheet(
        "budget",
        _("预算"),
        (
            Fact(_("申请资金"), format_yuan(application.requested_amount)),
            Fact(_("项目类型"), WORK_TYPES.get(answers.get("work_type", ""), "")),
            Fact(_("测算依据"), answers.get("basis", ""), long=True),
            Fact(_("单价偏离参考价的理由"), answers.get("price_reason", ""), long=True),
        ),
        budget_table(application),
    )


def _co_funding(application: Application) -> Sheet:
    rows = list(application.co_fundings.all())
    planned = application.answers.get("co_funding", {}).get("planned")
    facts = (Fact(_("配套资金"), format_yuan(application.co_funding_amount) if rows else _no_or_blank(planned)),)
    if not rows:
        return Sheet("co_funding", _("配套资金"), facts)
    table = SheetTable(
        caption=_("配套资金明细"),
        heads=(Cell(_("来源")), Cell(_("性质")), Cell(_("是否落实")), Cell(_("金额"), number=True)),
        rows=tuple(
            (
                Cell(row.source),
                Cell(row.get_kind_display()),
                Cell(_("已落实") if row.secured else _("未落实")),
                Cell(format_yuan(row.amount), number=True),
            )
            for row in rows
        ),
    )
    return Sheet("co_funding", _("配套资金"), facts, table)


def _no_or_blank(planned: Any) -> str:
    return _("没有") if planned == "no" else ""


def _indicators(application: Application) -> Sheet:
    rows = application.indicators.all()
    table = SheetTable(
        caption=_("绩效指标"),
        heads=(Cell(_("类型")), Cell(_("指标")), Cell(_("目标值"), number=True), Cell(_("如何衡量"))),
        rows=tuple(
            (
                Cell(row.get_kind_display()),
                Cell(row.name),
                Cell(f"{number(row.target)} {row.unit}", number=True),
                Cell(row.how_known),
            )
            for row in rows
        ),
    )
    return Sheet("indicators", _("绩效指标"), table=table)


def _profile(application: Application) -> Sheet:
    applicant, answers = application.applicant, application.answers.get("profile", {})
    coverage = {
        "branch": _("单独建立党组织"),
        "joint": _("联合建立党组织"),
        "liaison": _("派驻党建工作指导员"),
        "none": _("尚未覆盖"),
    }
    conditions = (
        ("has_office", _("有固定办公场所")),
        ("lawful_income", _("有合法稳定的收入来源")),
        ("nonprofit_accounting", _("执行民间非营利组织会计制度")),
        ("own_account", _("有独立银行账户")),
    )
    leaders = answers.get("leaders_in_office")
    disclosed = {"no": _("无"), "yes": _("有：%(note)s") % {"note": answers.get("leaders_note", "")}}
    staff = answers.get("staff_count")
    return Sheet(
        "profile",
        _("申报单位资质"),
        (
            Fact(_("单位名称"), applicant.name),
            Fact(_("统一社会信用代码"), applicant.uscc or ""),
            Fact(_("单位类型"), applicant.kind_label),
            Fact(_("登记状态"), applicant.get_registration_status_display()),
            Fact(_("专职工作人员数"), "" if staff is None else str(staff)),
            Fact(_("具备条件"), "、".join(label for name, label in conditions if answers.get(name))),
            Fact(_("党的组织和工作覆盖情况"), coverage.get(answers.get("party_coverage", ""), "")),
            Fact(_("负责人在购买主体任职"), disclosed.get(leaders or "", "")),
            Fact(_("选用资质证书"), "；".join(_certificates(application.qualifications.all()))),
        ),
    )


def _certificates(held: Iterable[Any]) -> Iterable[str]:
    for one in held:
        term = _("，有效期至 %(day)s") % {"day": one.expires_on.isoformat()} if one.expires_on else ""
        yield f"{one.get_kind_display()} {one.number}{term}"


def _hub(application: Application) -> Sheet:
    return Sheet("hub", _("主责单位"), (Fact(_("主责单位"), application.hub.name if application.hub else ""),))


def _declaration(application: Application) -> Sheet:
    answers = application.answers.get("declaration", {})
    made = all(answers.get(name) for name in ("truthful", "law_abiding", "not_duplicated"))
    return Sheet(
        "declaration",
        _("声明"),
        (
            Fact(_("声明事项"), _("真实完整、无违法违纪、未重复申报") if made else ""),
            Fact(_("声明人"), answers.get("declared_by", "")),
        ),
    )
