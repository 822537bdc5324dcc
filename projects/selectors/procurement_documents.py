"""How far a document is written, what still speaks against it, and what it takes over from the demand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogs.models import DemandItem, ProcurementMethod, PurchasePlan
from catalogs.specification import GROUPS, label_of
from procurement.money import format_yuan
from procurement.rules import Refusal, Regime
from projects.models import Procedure, ProcurementDocument, ScoringMethod
from projects.selectors.procedures import FOR_ONE, TALKED_OVER

M = ProcurementMethod
_LOWEST_LIMIT = re.compile(r"[^，。；\n]{0,8}(?:最低限价|最低报价不得低于|报价不得低于)[^，。；\n]{0,12}")
#: A condition shorter than this says too little to be looked for among the scoring factors.
TELLING_LENGTH = 6

#: What the second person states after reading: each is a thing no machine sees (R-039, R-110, R-130).
CHECK_STATEMENTS: dict[str, str | Promise] = {
    "conditions": gettext_lazy("资格条件与项目相适应，未作为评审因素"),
    "neutral": gettext_lazy("未指向特定供应商、品牌，未以特定地区或行业的业绩、奖项作为条件或加分"),
    "quantified": gettext_lazy("评审因素与服务质量相关并已量化"),
    "contract": gettext_lazy("合同草案写明考核验收标准及与付款的衔接"),
}


@dataclass(frozen=True)
class Part:
    """One part of article 20 with the fields that hold it."""

    code: str
    title: str | Promise
    article: str | Promise
    fields: tuple[str, ...]


PARTS: tuple[Part, ...] = (
    Part(
        "qualification", gettext_lazy("资格条件"), gettext_lazy("承接主体应当具备的资格条件，一项一条。"),
        ("conditions", "allows_joint_bids"),
    ),
    Part(
        "demand", gettext_lazy("服务需求"), gettext_lazy("服务需求取自购买计划的需求书，只能补充说明。"),
        ("demand_supplement", "response_requirements"),
    ),
    Part(
        "scoring", gettext_lazy("评审方法和标准"), gettext_lazy("资格条件不得作为评审因素；评审因素须量化。"),
        ("scoring_method", "scoring_notes"),
    ),
    Part(
        "contract", gettext_lazy("合同草案"), gettext_lazy("合同主要条款；谈判、磋商的列明可能变动的内容。"),
        ("draft_contract", "changeable_parts", "co_funding_share", "co_funding_rule"),
    ),
    Part(
        "terms", gettext_lazy("保证金、救济渠道和联系方式"), gettext_lazy("保证金不超过预算的规定比例；写明救济渠道和责任机构。"),
        ("bid_bond", "bond_form", "one_time_challenge", "remedy_channel", "remedy_unit", "contact"),
    ),
)  # fmt: skip


def part_named(code: str) -> Part | None:
    return next((part for part in PARTS if part.code == code), None)


@dataclass(frozen=True)
class PartState:
    part: Part
    faults: tuple[Refusal, ...]

    @property
    def is_done(self) -> bool:
        return not self.faults


def part_states(procedure: Procedure) -> list[PartState]:
    """Every part with what is still missing in it."""
    document = document_of(procedure)
    return [PartState(part, tuple(_faults(part.code, procedure, document))) for part in PARTS]


def document_faults(procedure: Procedure) -> list[Refusal]:
    return [fault for state in part_states(procedure) for fault in state.faults]


def document_of(procedure: Procedure) -> ProcurementDocument:
    """The procedure's document; an unsaved empty one where none was begun."""
    found = ProcurementDocument.objects.filter(procedure=procedure).first()
    document = found or ProcurementDocument(procedure=procedure)
    document.procedure = procedure
    return document


def scored_by_rubric(procedure: Procedure, document: ProcurementDocument) -> bool:
    """Whether members give points; for one supplier, and where the lowest price wins, they do not."""
    return procedure.kind not in FOR_ONE and document.scoring_method == ScoringMethod.COMPREHENSIVE


def _faults(code: str, procedure: Procedure, document: ProcurementDocument) -> Iterator[Refusal]:
    missing = _MISSING[code](procedure, document)
    yield from (Refusal(rule, text) for rule, text in missing)


def _qualification(procedure: Procedure, document: ProcurementDocument) -> Iterator[tuple[str, str]]:
    if not document.conditions:
        yield "R-110", _("采购文件缺少资格条件")


def _demand(procedure: Procedure, document: ProcurementDocument) -> Iterator[tuple[str, str]]:
    if not document.demand_sections:
        yield "R-110", _("采购文件缺少服务需求，请先在购买计划中写明服务要求或关联需求书")
    if not document.response_requirements.strip():
        yield "R-110", _("采购文件缺少投标（响应）文件的编制要求")


def _scoring(procedure: Procedure, document: ProcurementDocument) -> Iterator[tuple[str, str]]:
    if not document.scoring_notes.strip():
        yield "R-110", _("采购文件缺少评审方法和标准的说明")
    if document.scoring_method == ScoringMethod.NECESSITY and procedure.regime != Regime.GRANT_APPLICATION:
        yield "R-120", _("“按必要性和可行性评审”只用于专项资金的公益招投标、公益创投")


def _contract(procedure: Procedure, document: ProcurementDocument) -> Iterator[tuple[str, str]]:
    if not document.draft_contract.strip():
        yield "R-110", _("采购文件缺少合同草案")
    if procedure.kind in TALKED_OVER and not document.changeable_parts.strip():
        yield "R-110", _("谈判、磋商文件须列明可能实质性变动的内容，没有的写“无”")
    if procedure.kind == M.MATCHING_PURCHASE:
        if document.co_funding_share is None:
            yield "R-104", _("差额购买须在采购文件中规定自筹配套比例")
        if not document.co_funding_rule.strip():
            yield "R-104", _("差额购买须写明配套资金未到位时如何核减尾款")


def _terms(procedure: Procedure, document: ProcurementDocument) -> Iterator[tuple[str, str]]:
    if not document.contact.strip():
        yield "R-110", _("采购文件缺少联系人和联系方式")
    if procedure.regime == Regime.OTHER_PURCHASE and not document.remedy_channel.strip():
        yield "R-189", _("采购文件须写明权益受到损害时的救济渠道")
    if procedure.regime == Regime.OTHER_PURCHASE and not document.remedy_unit.strip():
        yield "R-189", _("采购文件须写明受理诉求的责任机构")
    share: Any = procedure.rule_set.value("bid_bond_share")
    cap = procedure.budget * Decimal(share)
    if document.bid_bond > cap:
        words = {"bond": format_yuan(document.bid_bond), "cap": format_yuan(cap)}
        yield "R-116", _("保证金%(bond)s超过上限%(cap)s") % words


_MISSING = {
    "qualification": _qualification,
    "demand": _demand,
    "scoring": _scoring,
    "contract": _contract,
    "terms": _terms,
}


def words_of(document: ProcurementDocument) -> str:
    """All that its authors wrote, to look for what must not stand there."""
    texts = [name for part in PARTS for name in part.fields]
    values = (getattr(document, name) for name in texts)
    return "\n".join([*document.conditions, *(value for value in values if isinstance(value, str))])


def lowest_limits(text: str) -> list[str]:
    """Wordings that set a lowest price (R-020)."""
    return [found.group().strip() for found in _LOWEST_LIMIT.finditer(text)]


def scored_conditions(document: ProcurementDocument) -> list[str]:
    """Qualification conditions that stand among the scoring factors as well (R-130)."""
    notes = _bare(document.scoring_notes)
    return [text for text in document.conditions if len(_bare(text)) >= TELLING_LENGTH and _bare(text) in notes]


def _bare(text: str) -> str:
    return re.sub(r"[\s，。；、：,.;:（）()]", "", text)


def demand_sections(plan: PurchasePlan) -> list[dict[str, Any]]:
    """The specification as the plan's demands hold it, group by group; a plan without one gives its own words."""
    demands = list(plan.demands.all())
    if demands:
        return [section for demand in demands for section in _from_demand(demand, many=len(demands) > 1)]
    own = [
        [str(plan._meta.get_field(name).verbose_name), getattr(plan, name).strip()]  # type: ignore[union-attr]
        for name in ("need", "requirements", "service_standard", "evaluation_method")
    ]
    return [{"title": str(plan._meta.verbose_name), "lines": [line for line in own if line[1]]}]


def _from_demand(demand: DemandItem, *, many: bool) -> Iterator[dict[str, Any]]:
    for group in GROUPS:
        names = [name for name in group.fields if name != "supplier_opinions"]
        lines = [[label_of(demand, name), str(getattr(demand, name)).strip()] for name in names]
        filled = [line for line in lines if line[1]]
        if filled:
            yield {"title": f"{demand.title} {group.title}" if many else str(group.title), "lines": filled}
