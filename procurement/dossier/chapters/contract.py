"""Step 9: the revised budget, the terms both heads signed, and whether their signatures hold (R-179, R-200, R-201)."""

from __future__ import annotations

import hashlib
from datetime import UTC

from django.utils import timezone

from evaluation.models import Grade
from procurement.audit import verify_signature
from procurement.dossier.blocks import Block, Section, agreement, facts, masked, money, note, prose, section, table
from procurement.dossier.chapters.application import budget_table
from procurement.dossier.file import CaseFile
from projects.models import BudgetVersion, Contract, ContractSignature
from projects.services.contracts import signed_content

_TERMS = (
    ("scope", "服务范围和内容"),
    ("quantity", "服务数量"),
    ("quality", "服务质量标准"),
    ("assessment_terms", "考核验收与付款挂钩"),
    ("rights_and_duties", "权利和义务"),
    ("breach_terms", "违约责任"),
    ("dispute_terms", "争议解决"),
)


def told(file: CaseFile) -> list[Section]:
    granted = list(file.application.budget_lines.filter(version=BudgetVersion.GRANTED))
    revised = section("批复预算", budget_table(granted) if granted else note("预算尚未按批复资金调整。"))
    if file.contract is None:
        return [revised, section("项目合同", note("合同尚未定稿；定稿前的草稿不列入卷宗。"))]
    return [revised, _contract(file.contract), _terms(file.contract), _signatures(file.contract), _years(file.contract)]


def _contract(contract: Contract) -> Section:
    return section(
        "项目合同",
        facts(
            ("合同编号", contract.number),
            ("合同标的", contract.subject_matter),
            ("购买主体", contract.purchaser.name),
            ("承接主体", contract.contractor.name),
            ("主责单位", contract.responsible_unit.name if contract.responsible_unit else ""),
            ("支付机构", contract.treasury.name),
            ("受益方", contract.beneficiary_body),
            ("合同金额", money(contract.amount)),
            ("履行期限", f"{contract.starts_on} 至 {contract.ends_on}"),
            ("超过一年的理由", contract.long_term_reason),
            ("考核方式", contract.get_assessment_cycle_display()),
            ("不得转包", contract.no_assignment),
            ("开户银行", contract.account_bank),
            ("专账账号", masked(contract.account_number)),
            ("签署完毕", contract.signed_at),
            ("公告时间", contract.announced_at),
            ("备案时间", contract.filed_at),
            ("备案号", contract.filing_number),
            ("状态", str(contract.state.label)),
        ),
    )


def _terms(contract: Contract) -> Section:
    return section("合同条款", *(prose(label, getattr(contract, name)) for name, label in _TERMS))


def _signatures(contract: Contract) -> Section:
    computed = hashlib.sha256(signed_content(contract)).hexdigest()
    checked = facts(
        ("定稿文本 SHA-256", contract.content_sha256),
        ("文本核验", agreement(computed == contract.content_sha256) if contract.content_sha256 else ""),
    )
    blocks: list[Block] = []
    for row in contract.signatures.select_related("person").order_by("signed_at"):
        blocks.append(
            facts(
                ("签署方", row.get_side_display()),
                ("单位", row.organization_name),
                ("签署人", row.person),
                ("签署时间", row.signed_at),
                ("所签文本 SHA-256", row.content_sha256),
                ("签名", row.signature),
                ("签名核验", "有效" if _holds(row) else "无效"),
            )
        )
    return section("签署", checked, *(blocks or [note("尚未签署。")]))


def _holds(row: ContractSignature) -> bool:
    """The instant was signed as written at the time: in UTC when the database's clock gave it, else in Beijing time."""
    written = (row.signed_at.astimezone(UTC), timezone.localtime(row.signed_at))
    statements = (
        f"{row.contract_id}|{row.side}|{row.person_id}|{row.content_sha256}|{moment.isoformat()}" for moment in written
    )
    return any(verify_signature(text.encode(), row.signature, purpose="contract") for text in statements)


def _grade(code: str) -> str:
    return str(Grade(code).label) if code in Grade.values else code


def _years(contract: Contract) -> Section:
    return section(
        "合同年度",
        table(
            ("年度", "起", "止", "考核等级"),
            [(str(year), year.starts_on, year.ends_on, _grade(year.grade)) for year in contract.years.all()],
            empty="没有分年度安排。",
        ),
    )
