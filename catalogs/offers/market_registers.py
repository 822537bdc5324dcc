"""Needs, the demand catalogue and the supply catalogue as Excel: what a person sees, never a contact.

What comes in by a sheet goes through the same services as what is typed: needs are filed, demands and offers become
drafts. Nothing is accepted, confirmed or published by a sheet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogs.forms.supplies import verifiers
from catalogs.models import DemandItem, Need, SupplyItem
from catalogs.models.supply import SUPPLIERS
from catalogs.offers.lookups import STREET_HELP, groups_column, place_organizations, place_streets
from catalogs.services import demands, needs, supplies
from orgs.models import Organization, Region
from procurement.access import Actor, Role
from procurement.registers import Column, Kind, Line, Register
from procurement.registers import register as register_register
from procurement.rules import Refusal, RuleViolation

#: Who collects needs for others; residents tell theirs one by one.
COLLECTORS = (Role.REC, Role.UNI, Role.PU_DEM, Role.PU_REV, Role.LGO)


def register() -> None:
    for one in (NeedRegister(), DemandRegister(), SupplyRegister()):
        register_register(one)


def _narrowed(rows: QuerySet[Any], params: QueryDict) -> QuerySet[Any]:
    """The filters of the list pages that name a column; anything else is ignored."""
    if (street := params.get("street", "")).isdigit() and len(street) == 9:
        rows = rows.filter(areas=street) if rows.model is SupplyItem else rows.filter(street=street)
    if field := params.get("field"):
        rows = rows.filter(field=field)
    return rows


class NeedRegister(Register[Need]):
    """Public needs as everybody reads them; numbers of persons are blotted out as on the page."""

    name = "needs"
    label = gettext_lazy("服务需求")
    model = Need
    list_url_name = "needs"
    introduction = gettext_lazy(
        "社区（村）和部门可以成批登记收集到的需求，由受理单位逐条审核后公开；不要填写姓名、电话等个人信息。"
    )
    select_related = ("street", "office")
    key = ("street", "title")
    columns = (
        Column("reference", heading=gettext_lazy("编号"), kind=Kind.CODE, imported=False, shown=lambda n: n.reference),
        Column("title", shown=lambda need: need.public_title, example="独居老人夜间应急助餐"),
        Column("description", shown=lambda need: need.public_description),
        Column("field"),
        groups_column(gettext_lazy("受益群众")),
        Column("street", kind=Kind.TEXT, help=STREET_HELP, example="建外街道", shown=lambda need: need.street.name),
        Column("community"),
        Column("urgency"),
        Column("source", imported=False),
        Column("support_count", imported=False),
        Column("status", kind=Kind.TEXT, imported=False, shown=lambda need: str(need.state.label)),
        Column("reply", imported=False),
    )

    def may_import(self, actor: Actor) -> bool:
        return bool(actor.roles & set(COLLECTORS))

    def rows(self, actor: Actor) -> QuerySet[Need]:
        return Need.objects.public()

    def changeable(self, actor: Actor) -> QuerySet[Need]:
        return Need.objects.filter(Q(pk__in=Need.objects.public().values("pk")) | Q(filed_by=actor.id))

    def narrow(self, rows: QuerySet[Need], params: QueryDict, actor: Actor) -> QuerySet[Need]:
        return _narrowed(rows, params)

    def check(self, lines: Sequence[Line], actor: Actor) -> None:
        place_streets(lines)

    def write(self, *, actor: Actor, created: Sequence[Need], updated: Sequence[tuple[Need, set[str]]]) -> None:
        for need in created:
            needs.file_need(actor=actor, need=need)
        if updated:
            raise RuleViolation([Refusal("R-030", _("该街道已登记同名的需求，不能以导入更改"))])


class DemandRegister(Register[DemandItem]):
    name = "demands"
    label = gettext_lazy("需求目录")
    model = DemandItem
    list_url_name = "demand-catalogue"
    introduction = gettext_lazy("导入的每一行成为一份需求草稿，须补全、自查并经复核、征求意见后才列入目录。")
    select_related = ("street", "office", "catalogue_item")
    key = ("office", "title")
    columns = (
        Column("title"),
        Column(
            "office", kind=Kind.TEXT, shown=lambda item: item.office.name,
            help=gettext_lazy("本单位名称或统一社会信用代码。"),
        ),
        Column("street", kind=Kind.TEXT, help=STREET_HELP, example="建外街道", shown=lambda item: item.street.name),
        Column("field"),
        groups_column(gettext_lazy("受益群众")),
        Column("service_class"),
        Column("estimated_amount"),
        Column("beneficiaries"),
        Column("core_needs"),
        Column("goal", exported=False),
        Column("content", exported=False),
        Column("quantity", exported=False),
        Column("quality", exported=False),
        Column("term", exported=False),
        Column("recipients", exported=False),
        Column("status", kind=Kind.TEXT, imported=False, shown=lambda item: str(item.state.label)),
    )  # fmt: skip

    def may_import(self, actor: Actor) -> bool:
        return Role.PU_DEM in actor.roles

    def rows(self, actor: Actor) -> QuerySet[DemandItem]:
        return DemandItem.objects.catalogued()

    def changeable(self, actor: Actor) -> QuerySet[DemandItem]:
        return DemandItem.objects.filter(office__in=actor.organization_ids(Role.PU_DEM))

    def narrow(self, rows: QuerySet[DemandItem], params: QueryDict, actor: Actor) -> QuerySet[DemandItem]:
        return _narrowed(rows, params)

    def check(self, lines: Sequence[Line], actor: Actor) -> None:
        mine = Organization.objects.filter(pk__in=actor.organization_ids(Role.PU_DEM))
        place_organizations(lines, "office", mine, missing=_("只能填写您编制需求的单位"))
        place_streets(lines)

    def write(
        self, *, actor: Actor, created: Sequence[DemandItem], updated: Sequence[tuple[DemandItem, set[str]]]
    ) -> None:
        for item in (*created, *(row for row, _changed in updated)):
            demands.save(actor=actor, item=item)


class SupplyRegister(Register[SupplyItem]):
    name = "supplies"
    label = gettext_lazy("供给目录")
    model = SupplyItem
    list_url_name = "supply-catalogue"
    introduction = gettext_lazy("导入的每一行成为一份供给草稿，提交并经核实后才公开。")
    select_related = ("organization",)
    key = ("organization", "title")
    columns = (
        Column("title"),
        Column(
            "organization", kind=Kind.TEXT, shown=lambda item: item.organization.name,
            help=gettext_lazy("本单位名称或统一社会信用代码。"),
        ),
        Column(
            "uscc", heading=gettext_lazy("统一社会信用代码"), kind=Kind.CODE, imported=False,
            shown=lambda item: item.organization.uscc or "",
        ),
        Column("field"),
        groups_column(gettext_lazy("服务人群")),
        Column(
            "areas", kind=Kind.TEXT, required=True, exported=False, example="110105",
            help=gettext_lazy("行政区划代码，用顿号隔开；能服务全区的填区的6位代码。"),
        ),
        Column("description"),
        Column("unit_price"),
        Column("unit"),
        Column("capacity"),
        Column("staff"),
        Column(
            "verifier", kind=Kind.TEXT, exported=False, help=gettext_lazy("民政部门或街道的名称或代码。"),
        ),
    )  # fmt: skip

    def may_import(self, actor: Actor) -> bool:
        return bool(actor.roles & set(SUPPLIERS))

    def rows(self, actor: Actor) -> QuerySet[SupplyItem]:
        return SupplyItem.objects.published()

    def changeable(self, actor: Actor) -> QuerySet[SupplyItem]:
        return SupplyItem.objects.filter(organization__in=actor.organization_ids(*SUPPLIERS))

    def narrow(self, rows: QuerySet[SupplyItem], params: QueryDict, actor: Actor) -> QuerySet[SupplyItem]:
        return _narrowed(rows, params)

    def check(self, lines: Sequence[Line], actor: Actor) -> None:
        mine = Organization.objects.filter(pk__in=actor.organization_ids(*SUPPLIERS))
        place_organizations(lines, "organization", mine, missing=_("只能填写您所在的单位"))
        place_organizations(lines, "verifier", verifiers(), missing=_("没有可以核实供给信息的这个单位"))
        wanted = {line.number: _codes(line.values.get("areas", "")) for line in lines}
        known = {
            region.pk: region
            for region in Region.objects.filter(pk__in={c for codes in wanted.values() for c in codes})
        }
        for line in lines:
            if unknown := [code for code in wanted[line.number] if code not in known]:
                line.refuse("areas", _("没有代码为“%s”的区划") % unknown[0][:12])
            else:
                line.values["areas"] = [known[code] for code in wanted[line.number]]
            if "unit_price" in line.values and not line.values.get("unit"):
                line.refuse("unit", _("填写单价的须写明计价单位。"))

    def fields_of(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in super().fields_of(values).items() if name != "areas"}

    def write(
        self, *, actor: Actor, created: Sequence[SupplyItem], updated: Sequence[tuple[SupplyItem, set[str]]]
    ) -> None:
        for item in (*created, *(row for row, _changed in updated)):
            supplies.save(actor=actor, item=item, areas=item.given["areas"])  # type: ignore[attr-defined]


def _codes(text: str) -> list[str]:
    return [part.strip() for part in text.replace("，", "、").replace(",", "、").split("、") if part.strip()]
