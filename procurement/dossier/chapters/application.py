"""Step 2: what was handed in, section by section, and the receipts that prove it. Telephone numbers stay out (R-292)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from procurement.dossier.blocks import (
    Block,
    Section,
    facts,
    money,
    note,
    percent,
    plain,
    prose,
    section,
    table,
)
from procurement.dossier.file import CaseFile
from projects.models import Application, BeneficiaryGroup, BudgetLine, BudgetVersion
from projects.selectors.applications import files_of
from projects.selectors.sheets import WORK_TYPES
from projects.services.receipts import is_genuine

_CONDITIONS = (
    ("has_office", "有固定办公场所"),
    ("lawful_income", "有合法稳定的收入来源"),
    ("nonprofit_accounting", "执行民间非营利组织会计制度"),
    ("own_account", "有独立银行账户"),
)
_PARTY_COVERAGE = {
    "branch": "单独建立党组织",
    "joint": "联合建立党组织",
    "liaison": "派驻党建工作指导员",
    "none": "尚未覆盖",
}
_IN_OFFICE = {"no": "无", "yes": "有"}


def told(file: CaseFile) -> list[Section]:
    application = file.application
    lines = list(application.budget_lines.all())
    return [
        _basic(application),
        _scheme(application),
        _budget(application, [line for line in lines if line.version == BudgetVersion.REQUESTED]),
        _co_funding(application),
        indicators(application),
        _profile(application),
        _declaration(application),
        _files(application),
        _receipts(application),
    ]


def _basic(application: Application) -> Section:
    a = application
    return section(
        "基本信息",
        facts(
            ("申报编号", a.number),
            ("项目名称", a.title),
            ("申报类别", f"{a.category.area} / {a.category}" if a.category else ""),
            ("实施地点", a.place),
            ("实施期间", f"{a.starts_on} 至 {a.ends_on}" if a.starts_on and a.ends_on else ""),
            ("服务人群", [str(BeneficiaryGroup(code).label) for code in a.beneficiary_groups]),
            ("预计服务人数", f"{a.beneficiary_count:,}" if a.beneficiary_count else ""),
            ("项目负责人", a.leader_name),
            ("申请资金", money(a.requested_amount)),
            ("配套资金", money(a.co_funding_amount)),
            ("配套比例", percent(a.co_funding_amount, a.requested_amount)),
            ("提交时间", a.submitted_at),
        ),
        prose("项目简介", a.summary),
    )


def _scheme(application: Application) -> Section:
    answers = application.answers.get("scheme", {})
    parts = (("need", "需求分析"), ("goals", "项目目标"), ("scheme", "实施方案"), ("schedule", "进度安排"))
    return section("需求与方案", *(prose(label, answers.get(name)) for name, label in parts))


def _budget(application: Application, lines: list[BudgetLine]) -> Section:
    answers = application.answers.get("budget", {})
    return section(
        "申报预算",
        facts(("项目类型", str(WORK_TYPES.get(answers.get("work_type", ""), "")))),
        budget_table(lines),
        prose("测算依据", answers.get("basis")),
    )


def budget_table(lines: list[BudgetLine]) -> Block:
    total = sum((line.amount for line in lines), Decimal("0.00"))
    return table(
        ("科目", "用途", "数量", "单价", "金额"),
        [
            (
                line.get_item_display(),
                line.description,
                f"{plain(line.quantity)} {line.unit}",
                money(line.unit_price),
                money(line.amount),
            )
            for line in lines
        ],
        numbers=(2, 3, 4),
        form="budget",
        caption="预算明细",
        total=("合计", "", "", "", money(total)),
    )


def _co_funding(application: Application) -> Section:
    rows = application.co_fundings.all()
    return section(
        "配套资金",
        table(
            ("来源", "性质", "是否落实", "金额"),
            [
                (row.source, row.get_kind_display(), "已落实" if row.secured else "未落实", money(row.amount))
                for row in rows
            ],
            numbers=(3,),
            empty="没有配套资金。",
        ),
    )


def indicators(application: Application) -> Section:
    return section(
        "绩效指标",
        table(
            ("类型", "指标", "目标值", "如何衡量"),
            [
                (row.get_kind_display(), row.name, f"{plain(row.target)} {row.unit}", row.how_known)
                for row in application.indicators.all()
            ],
            numbers=(2,),
            form="indicators",
        ),
    )


def _profile(application: Application) -> Section:
    applicant, answers = application.applicant, application.answers.get("profile", {})
    held = application.qualifications.order_by("kind", "number")
    return section(
        "申报单位",
        facts(
            ("单位名称", applicant.name),
            ("统一社会信用代码", _code(applicant)),
            ("单位类型", str(applicant.kind_label)),
            ("专职工作人员数", answers.get("staff_count")),
            ("具备条件", [label for name, label in _CONDITIONS if answers.get(name)]),
            ("党的组织和工作覆盖", _PARTY_COVERAGE.get(answers.get("party_coverage", ""), "")),
            ("负责人在购买主体任职", _IN_OFFICE.get(answers.get("leaders_in_office", ""), "")),
        ),
        table(
            ("资质", "证书编号", "有效期至"),
            [(one.get_kind_display(), one.number, one.expires_on) for one in held],
            caption="选用的资质证书",
        ),
    )


def _code(applicant: Any) -> str:
    return f"{applicant.uscc or ''}{'（示例代码）' if applicant.is_synthetic_code else ''}"


def _declaration(application: Application) -> Section:
    answers = application.answers.get("declaration", {})
    made = (("truthful", "材料真实完整"), ("law_abiding", "无违法违纪行为"), ("not_duplicated", "未重复申报"))
    return section(
        "声明",
        facts(
            ("声明事项", [label for name, label in made if answers.get(name)]), ("声明人", answers.get("declared_by"))
        ),
    )


def _files(application: Application) -> Section:
    return section(
        "申报材料",
        table(
            ("名称", "版本", "页数", "SHA-256"),
            [(one.title, str(one.version), one.page_count, one.sha256) for one in files_of(application)],
            numbers=(1, 2),
            form="hashes",
        ),
    )


def _receipts(application: Application) -> Section:
    """Each receipt checked anew: the content against its hash, number, time and every hash against the seal."""
    receipts = list(application.receipts.all())
    if not receipts:
        return section("提交回执", note("没有回执。"))
    blocks: list[Block] = []
    for receipt in receipts:
        blocks += [
            facts(
                ("回执编号", receipt.number),
                ("出具时间", receipt.issued_at),
                ("申报内容 SHA-256", receipt.content_sha256),
                ("平台签名", receipt.signature),
                ("签名核验", "有效" if is_genuine(receipt) else "无效"),
            ),
            table(
                ("文件", "版本", "字节", "SHA-256"),
                [(one["title"], str(one["version"]), f"{one['size']:,}", one["sha256"]) for one in receipt.files],
                numbers=(1, 2),
                form="hashes",
                caption="回执所载文件",
            ),
        ]
    return section("提交回执", *blocks)
