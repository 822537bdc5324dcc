"""Needs, the demand catalogue and the supply catalogue as Excel: what a person sees, never a contact."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from catalogs.models import DemandItem, Need, SupplyItem
from procurement.access import Actor
from procurement.registers import Column, Kind, Register
from procurement.registers import register as register_register


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
    label = _("服务需求")
    model = Need
    list_url_name = "needs"
    select_related = ("street", "office")
    key = ("reference",)
    columns = (
        Column("reference", heading=_("编号"), kind=Kind.CODE, shown=lambda need: need.reference),
        Column("title", shown=lambda need: need.public_title),
        Column("description", shown=lambda need: need.public_description),
        Column("field"),
        Column("groups", heading=_("受益群众"), kind=Kind.TEXT, shown=lambda need: "、".join(need.group_labels)),
        Column("street", kind=Kind.TEXT, shown=lambda need: need.street.name),
        Column("community"),
        Column("urgency"),
        Column("source"),
        Column("support_count"),
        Column("status", kind=Kind.TEXT, shown=lambda need: str(need.state.label)),
        Column("reply"),
    )

    def rows(self, actor: Actor) -> QuerySet[Need]:
        return Need.objects.public()

    def narrow(self, rows: QuerySet[Need], params: QueryDict, actor: Actor) -> QuerySet[Need]:
        return _narrowed(rows, params)


class DemandRegister(Register[DemandItem]):
    name = "demands"
    label = _("需求目录")
    model = DemandItem
    list_url_name = "demand-catalogue"
    select_related = ("street", "office", "catalogue_item")
    key = ("title",)
    columns = (
        Column("title"),
        Column("office", kind=Kind.TEXT, shown=lambda item: item.office.name),
        Column("street", kind=Kind.TEXT, shown=lambda item: item.street.name),
        Column("field"),
        Column("groups", heading=_("受益群众"), kind=Kind.TEXT, shown=lambda item: "、".join(item.group_labels)),
        Column("service_class"),
        Column("estimated_amount"),
        Column("beneficiaries"),
        Column("core_needs"),
        Column("status", kind=Kind.TEXT, shown=lambda item: str(item.state.label)),
    )

    def rows(self, actor: Actor) -> QuerySet[DemandItem]:
        return DemandItem.objects.catalogued()

    def narrow(self, rows: QuerySet[DemandItem], params: QueryDict, actor: Actor) -> QuerySet[DemandItem]:
        return _narrowed(rows, params)


class SupplyRegister(Register[SupplyItem]):
    name = "supplies"
    label = _("供给目录")
    model = SupplyItem
    list_url_name = "supply-catalogue"
    select_related = ("organization",)
    key = ("title",)
    columns = (
        Column("title"),
        Column("organization", kind=Kind.TEXT, shown=lambda item: item.organization.name),
        Column(
            "uscc",
            heading=_("统一社会信用代码"),
            kind=Kind.CODE,
            shown=lambda item: item.organization.uscc or "",
        ),
        Column("field"),
        Column("groups", heading=_("服务人群"), kind=Kind.TEXT, shown=lambda item: "、".join(item.group_labels)),
        Column("unit_price"),
        Column("unit"),
        Column("capacity"),
        Column("staff"),
    )

    def rows(self, actor: Actor) -> QuerySet[SupplyItem]:
        return SupplyItem.objects.published()

    def narrow(self, rows: QuerySet[SupplyItem], params: QueryDict, actor: Actor) -> QuerySet[SupplyItem]:
        return _narrowed(rows, params)
