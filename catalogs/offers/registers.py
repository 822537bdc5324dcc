"""Budget lines and unit prices as spreadsheets: handed out as one sees them, never taken in past their lifecycle."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from catalogs.forms.prices import PriceFilter
from catalogs.models import BudgetLine, PriceSummary
from catalogs.selectors.prices import summaries_for_list
from procurement.access import Actor
from procurement.registers import Column, Kind, Register
from procurement.registers import register as register_list


class BudgetLineRegister(Register[BudgetLine]):
    name = "budget-lines"
    label = _("预算项目")
    model = BudgetLine
    list_url_name = "budget-lines"
    key = ("title",)
    order = ("-created_at", "id")
    select_related = ("envelope", "department", "catalogue_item")
    columns = (
        Column("title"),
        Column("department", kind=Kind.TEXT, shown=lambda line: line.department.name),
        Column("year", heading=_("预算年度"), kind=Kind.INTEGER, shown=lambda line: line.fiscal_year),
        Column("source", heading=_("资金来源"), shown=lambda line: line.envelope.source_label),
        Column("budget_subject"),
        Column("category"),
        Column("catalogue_item", kind=Kind.TEXT, shown=lambda line: str(line.catalogue_item or "")),
        Column("service_class"),
        Column("amount"),
        Column("planned_total"),
        Column("in_procurement_budget"),
        Column("estimator"),
        Column("state", heading=_("状态"), shown=lambda line: str(line.state.label)),
        Column("approval_number"),
    )


class PriceRegister(Register[PriceSummary]):
    name = "prices"
    label = _("合同价格")
    model = PriceSummary
    list_url_name = "prices"
    key = ("name", "region", "year", "unit")
    order = ("-year", "name_key", "id")
    select_related = ("region",)
    columns = (
        Column("name"),
        Column("region", kind=Kind.TEXT, shown=lambda row: row.region.name),
        Column("year"),
        Column("unit"),
        Column("count"),
        Column("minimum"),
        Column("lower"),
        Column("median"),
        Column("upper"),
        Column("maximum"),
    )

    def rows(self, actor: Actor) -> QuerySet[PriceSummary]:
        """Open to everybody, like the page."""
        return summaries_for_list()

    def narrow(self, rows: QuerySet[PriceSummary], params: QueryDict, actor: Actor) -> QuerySet[PriceSummary]:
        form = PriceFilter(params)
        return rows & summaries_for_list(**form.cleaned_data) if form.is_valid() else rows


def register() -> None:
    register_list(BudgetLineRegister())
    register_list(PriceRegister())
