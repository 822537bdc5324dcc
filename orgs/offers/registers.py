"""The registers civil affairs keeps in spreadsheets: organisations and their annual inspections."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs import uscc
from orgs.contacts import clean_phone
from orgs.forms.organizations import OrganizationFilterForm
from orgs.models import AnnualInspection, Organization, OrganizationKind
from orgs.selectors.places import Places
from procurement import registers
from procurement.access import Actor, Role
from procurement.registers import Column, Kind, Line, Register, replace_by_lookup

if TYPE_CHECKING:
    from django.http import QueryDict

#: Civil affairs registers social organisations; the administrator loads a place's first list.
KEEPERS = frozenset({Role.CIV, Role.SYS})
BATCH = 5_000


def keeps(actor: Actor) -> bool:
    return bool(actor.roles & KEEPERS)


def sees_contacts(actor: Actor) -> bool:
    """Full names and numbers of contacts are for those who keep the register; the public page masks them."""
    return keeps(actor)


class OrganizationRegister(Register[Organization]):
    name = "organizations"
    label = gettext_lazy("单位名录")
    model = Organization
    list_url_name = "organization-list"
    introduction = gettext_lazy(
        "由民政部门维护。以统一社会信用代码辨认单位；没有代码的社区社会组织以名称和所在区划辨认。"
    )
    key = ("uscc", "name")
    order = ("sort_key", "id")
    select_related = ("region__parent__parent", "street")
    columns = (
        Column("name", width=36, example="北京市朝阳区示例社会工作事务所"),
        Column("kind", width=16),
        Column(
            "uscc", kind=Kind.CODE, width=22, max_length=40, example="52110105MJ010006X3",
            help=gettext_lazy("18位；备案的社区社会组织不填，其他单位必填。"), clean=lambda text: uscc.normalise(text),
        ),
        Column(
            "region", kind=Kind.TEXT, width=20, example="北京市朝阳区",
            help=gettext_lazy("区划全称或6位代码。"), shown=lambda row: row.region.full_name,
        ),
        Column("street", kind=Kind.TEXT, help=gettext_lazy("所在区划内的街道、乡镇名称或9位代码。"), example="110105001"),
        Column("short_name"),
        Column("legal_representative", example="张三"),
        Column("registered_on", example="2015-06-01"),
        Column("registration_status", required=False),
        Column("address", width=36),
        Column("contact_name", visible=sees_contacts),
        Column("contact_phone", kind=Kind.CODE, clean=clean_phone, visible=sees_contacts, example="010-65099999"),
        Column("introduction", width=48),
        Column("hub_tier", heading=gettext_lazy("枢纽层级"), imported=False),
    )  # fmt: skip

    def may_import(self, actor: Actor) -> bool:
        return keeps(actor)

    def narrow(self, rows: QuerySet[Organization], params: QueryDict, actor: Actor) -> QuerySet[Organization]:
        narrowed: QuerySet[Organization] = OrganizationFilterForm(params, actor=actor).narrow(rows)
        return narrowed

    def check(self, lines: Sequence[Line], actor: Actor) -> None:
        places, today = Places(), timezone.localdate()
        for line in lines:
            self._check_code(line)
            self._check_place(line, places)
            if (day := line.values.get("registered_on")) and day > today:
                line.refuse("registered_on", _("不能晚于今天"))

    def _check_code(self, line: Line) -> None:
        for sentence in uscc.problems_of(line.values.get("uscc", ""), kind=line.values["kind"]):
            if line.values["kind"] != OrganizationKind.COMMUNITY or "uscc" in line.values:
                line.refuse("uscc", sentence)

    def _check_place(self, line: Line, places: Places) -> None:
        region, problem = places.division(line.values["region"])
        if region is None:
            line.refuse("region", problem)
            return
        line.values["region"] = region
        if "street" not in line.values:
            return
        street, problem = places.street(line.values["street"], region)
        if street is None:
            line.refuse("street", problem)
        else:
            line.values["street"] = street

    def key_of(self, values: Mapping[str, Any]) -> Hashable:
        code = values.get("uscc")
        return code or (values["name"], _pk(values["region"]))

    def existing(self, lines: Sequence[Line]) -> dict[Hashable, Organization]:
        """By code; a stored body without a code is known by its name and place, and gets the code it was given."""
        found: dict[Hashable, Organization] = {}
        for start in range(0, len(lines), BATCH):
            batch = [line.values for line in lines[start : start + BATCH]]
            codes = {values["uscc"] for values in batch if values.get("uscc")}
            names = {values["name"] for values in batch}
            stored = Organization.objects.filter(Q(uscc__in=codes) | Q(uscc__isnull=True, name__in=names))
            by_name = {(row.name, row.region_id): row for row in stored if row.uscc is None}
            by_code = {row.uscc: row for row in stored if row.uscc}
            for values in batch:
                row = by_code.get(values.get("uscc")) or by_name.get((values["name"], _pk(values["region"])))
                if row is not None:
                    found[self.key_of(values)] = row
        return found

    def prepare(self, instance: Organization) -> Iterable[str]:
        instance.sort_key = instance.sort_key_of_name()
        return ("sort_key",)

    refusals = {"orgs_organization_uscc_key": gettext_lazy("该统一社会信用代码已由其他单位登记")}


class InspectionRegister(Register[AnnualInspection]):
    """The yearly verdicts of the registry (R-055), published by civil affairs as a list."""

    name = "inspections"
    label = gettext_lazy("年度检查结论")
    model = AnnualInspection
    list_url_name = "organization-list"
    introduction = gettext_lazy("由民政部门按年度导入；同一单位同一年度再次导入即为更正。")
    key = ("organization", "year")
    order = ("-year", "organization__sort_key", "id")
    select_related = ("organization",)
    columns = (
        Column(
            "organization", heading=gettext_lazy("统一社会信用代码"), kind=Kind.CODE, width=22,
            example="52110105MJ010006X3", clean=lambda text: uscc.normalise(text), shown=lambda row: row.organization.uscc,
        ),
        Column(
            "organization_name", heading=gettext_lazy("单位名称"), width=36, shown=lambda row: row.organization.name,
            help=gettext_lazy("填写时须与名录一致，用于核对。"),
        ),
        Column("year", example="2025"),
        Column("result"),
        Column("decided_on", example="2026-06-30"),
    )  # fmt: skip

    def may_import(self, actor: Actor) -> bool:
        return keeps(actor)

    def rows(self, actor: Actor) -> QuerySet[AnnualInspection]:
        return AnnualInspection.objects.filter(organization__in=Organization.objects.visible_to(actor))

    def check(self, lines: Sequence[Line], actor: Actor) -> None:
        replace_by_lookup(
            lines, "organization", Organization.objects.visible_to(actor), by="uscc",
            missing=_("名录中没有这个代码的单位，请先登记单位"),
        )  # fmt: skip
        this_year = timezone.localdate().year
        for line in lines:
            if not line.is_right:
                continue
            name = line.values.get("organization_name")
            if name and name != line.values["organization"].name:
                line.refuse("organization_name", _("与名录中的“%s”不一致") % line.values["organization"].name)
            if not 1990 <= line.values["year"] <= this_year:
                line.refuse("year", _("应在1990年至今年之间"))


def _pk(value: Any) -> Any:
    return getattr(value, "pk", value)


def register() -> None:
    registers.register(OrganizationRegister())
    registers.register(InspectionRegister())
