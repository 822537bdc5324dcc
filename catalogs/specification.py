"""The six groups every specification holds (Chengdu article 13), how far one has come, and the self-check of R-039."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from catalogs.models import DemandItem

Text = str | Promise


@dataclass(frozen=True)
class Group:
    """One group of article 13: its number, its words in the law, and the fields it holds."""

    code: str
    title: Text
    article: Text
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        return (*self.required, *self.optional)


GROUPS: tuple[Group, ...] = (
    Group(
        "goal",
        _("一、功能或目标"),
        _("服务标的需要实现的功能或者目标，以及为落实政府采购政策需满足的要求。"),
        ("goal", "policy"),
    ),
    Group(
        "standards", _("二、标准规范"), _("服务标的需执行的国家相关标准、行业标准或其他标准、规范。"), ("standards",)
    ),
    Group(
        "service",
        _("三、数量、对象、内容、质量和团队"),
        _(
            "服务数量或范围、期限、服务对象、服务内容、服务质量要求、服务团队的专业化要求。核心需求应当列明并细化或量化。"
        ),
        ("quantity", "term", "recipients", "content", "quality", "team"),
        ("core_needs",),
    ),
    Group(
        "assessment",
        _("四、考核管理标准"),
        _("周期性服务写考核评价标准，一次性交付的服务写履约验收标准；考核管理结果应与资金支付相衔接。"),
        ("payment_link",),
        ("assessment_standard", "acceptance_standard"),
    ),
    Group(
        "performance",
        _("五、履约与结算"),
        _(
            "项目履约的时间和地点、服务衔接期安排、不可预见事项的处理、资金结算方式等。不确定因素应作必要解释和职责界定。"
        ),
        ("time_and_place", "handover", "unforeseen", "settlement"),
        ("uncertainties",),
    ),
    Group("other", _("六、其他服务要求"), _("其他服务要求；没有的写“无”。"), ("other",), ("supplier_opinions",)),
)

#: What the author confirms before submitting; each is one way of pointing at a supplier (GPR art. 20).
SELF_CHECK: dict[str, Text] = {
    "no_supplier": _("需求没有写明或者暗示特定的社会组织、企业或人员"),
    "no_brand": _("没有指定商标、品牌、专利、课程或系统名称"),
    "no_history": _("没有以特定地区、特定单位的业绩或奖项作为必须具备的条件"),
    "no_scale": _("没有设置与服务内容无关的注册地、成立年限、规模要求"),
    "fits_purpose": _("各项要求与项目的实际需要和履约能力相适应"),
}


@dataclass(frozen=True)
class GroupState:
    group: Group
    missing: tuple[str, ...]
    filled: int
    wanted: int

    @property
    def is_done(self) -> bool:
        return not self.missing


@dataclass(frozen=True)
class Completeness:
    """How much of what must be there is there."""

    groups: tuple[GroupState, ...]

    @property
    def wanted(self) -> int:
        return sum(state.wanted for state in self.groups)

    @property
    def filled(self) -> int:
        return sum(state.filled for state in self.groups)

    @property
    def percent(self) -> int:
        return 100 * self.filled // self.wanted

    @property
    def is_complete(self) -> bool:
        return all(state.is_done for state in self.groups)


def required_fields(item: DemandItem, group: Group) -> tuple[str, ...]:
    """The fields a group needs for this item: of the two standards only the one its kind of service calls for (R-032)."""
    return (*group.required, standard_field(item)) if group.code == "assessment" else group.required


def standard_field(item: DemandItem) -> str:
    return "assessment_standard" if item.is_recurring else "acceptance_standard"


def completeness(item: DemandItem) -> Completeness:
    return Completeness(tuple(_state_of(item, group) for group in GROUPS))


def _state_of(item: DemandItem, group: Group) -> GroupState:
    wanted = required_fields(item, group)
    missing = tuple(label_of(item, name) for name in wanted if not str(getattr(item, name)).strip())
    return GroupState(group, missing, filled=len(wanted) - len(missing), wanted=len(wanted))


def label_of(item: DemandItem, name: str) -> str:
    return str(item._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def unquantified_core_needs(item: DemandItem) -> list[str]:
    """Lines of the core needs without any number in them (R-033)."""
    lines = [line.strip() for line in item.core_needs.splitlines() if line.strip()]
    return [line for line in lines if not re.search(r"\d|[一二三四五六七八九十百千万两]", line)]


def words_of(item: DemandItem) -> str:
    """All that is written in a specification, to look for names in it."""
    names = [name for group in GROUPS for name in group.fields if name != "supplier_opinions"]
    return "\n".join(str(getattr(item, name)) for name in ("title", *names))
