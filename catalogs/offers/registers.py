"""Budget lines, unit prices and the policy library as spreadsheets; what comes in goes through the services."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogs.forms.prices import PriceFilter
from catalogs.models import BudgetLine, FundEnvelope, PolicyDocument, PriceKind, PriceStandard, PriceSummary
from catalogs.models.policy import KEEPERS
from catalogs.offers.lookups import place_organizations
from catalogs.selectors.prices import summaries_for_list
from catalogs.services import budgets, policies, prices
from orgs.models import Organization, Region
from procurement.access import Actor
from procurement.registers import Column, Kind, Line, Register, replace_by_lookup
from procurement.registers import register as register_list
from procurement.rules import Refusal, RuleViolation


class BudgetLineRegister(Register[BudgetLine]):
    name = "budget-lines"
    label = gettext_lazy("预算项目")
    model = BudgetLine
    list_url_name = "budget-lines"
    introduction = gettext_lazy("导入的每一行成为预算项目草稿，送审、批准照常办理；已提交或批准的项目不能以导入更改。")
    key = ("envelope", "department", "title")
    order = ("-created_at", "id")
    select_related = ("envelope", "department", "catalogue_item")
    columns = (
        Column("title"),
        Column("department", kind=Kind.TEXT, shown=lambda line: line.department.name),
        Column(
            "year", heading=gettext_lazy("预算年度"), kind=Kind.INTEGER, required=True, example="2026",
            shown=lambda line: line.fiscal_year,
        ),
        Column("envelope", kind=Kind.TEXT, shown=lambda line: line.envelope.title),
        Column("source", heading=gettext_lazy("资金来源"), imported=False, shown=lambda line: line.envelope.source_label),
        Column("budget_subject"),
        Column("category"),
        Column(
            "catalogue_item", kind=Kind.TEXT, imported=False, shown=lambda line: str(line.catalogue_item or "")
        ),
        Column("service_class"),
        Column("amount"),
        Column("planned_total", imported=False),
        Column("in_procurement_budget"),
        Column("basis_research", exported=False),
        Column("basis_price", exported=False),
        Column("basis_wage", exported=False),
        Column("basis_tax", exported=False),
        Column("estimator"),
        Column("state", heading=gettext_lazy("状态"), imported=False, shown=lambda line: str(line.state.label)),
        Column("approval_number", imported=False),
    )  # fmt: skip

    def may_import(self, actor: Actor) -> bool:
        return bool(actor.roles & set(budgets.PREPARERS))

    def check(self, lines: Sequence[Line], actor: Actor) -> None:
        mine = Organization.objects.filter(pk__in=actor.organization_ids(*budgets.PREPARERS))
        place_organizations(lines, "department", mine, missing=_("只能填写您编制预算的部门"))
        titles = {line.values["envelope"] for line in lines if "envelope" in line.values}
        known: dict[tuple[str, int], list[FundEnvelope]] = {}
        for envelope in FundEnvelope.objects.visible_to(actor).filter(title__in=titles):
            known.setdefault((envelope.title, envelope.fiscal_year), []).append(envelope)
        for line in lines:
            meant = known.get((line.values.get("envelope", ""), line.values.get("year", 0)), [])
            if len(meant) == 1:
                line.values["envelope"] = meant[0]
            elif line.is_right:
                line.refuse("envelope", _("该年度没有或不止一个这个名称的资金额度"))

    def write(
        self, *, actor: Actor, created: Sequence[BudgetLine], updated: Sequence[tuple[BudgetLine, set[str]]]
    ) -> None:
        for line in (*created, *(row for row, _changed in updated)):
            budgets.prepare(actor=actor, line=line)


class PriceRegister(Register[PriceSummary]):
    name = "prices"
    label = gettext_lazy("合同价格")
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


class PriceStandardRegister(Register[PriceStandard]):
    """Official unit prices; a price once set is never changed, a new document sets a new one (R-016)."""

    name = "price-standards"
    label = gettext_lazy("定价标准")
    model = PriceStandard
    list_url_name = "prices"
    introduction = gettext_lazy("每行一个单价，注明定价文件及文号；已登记的单价不更改，调价须以新的文件另行登记。")
    key = ("region", "year", "name", "unit", "document")
    order = ("-recorded_at", "id")
    select_related = ("region",)
    columns = (
        Column("name", example="社工服务"),
        Column("unit", example="人·月"),
        Column("price", example="8500.00"),
        Column("region", kind=Kind.CODE, example="110105", help=gettext_lazy("适用地区的6位代码。"), shown=lambda r: r.region_id),
        Column("year", example="2026"),
        Column("document", required=True, example="京民社发〔2026〕12号"),
    )  # fmt: skip

    def may_import(self, actor: Actor) -> bool:
        return bool(actor.roles & set(prices.SETTERS))

    def rows(self, actor: Actor) -> QuerySet[PriceStandard]:
        """Open to everybody, like the page."""
        return PriceStandard.objects.filter(kind=PriceKind.OFFICIAL)

    def check(self, lines: Sequence[Line], actor: Actor) -> None:
        mine = Organization.objects.filter(pk__in=actor.organization_ids(*prices.SETTERS)).values("region")
        replace_by_lookup(
            lines, "region", Region.objects.filter(pk__in=mine), by="code", missing=_("只能为您所在的地区登记定价标准")
        )

    def write(
        self, *, actor: Actor, created: Sequence[PriceStandard], updated: Sequence[tuple[PriceStandard, set[str]]]
    ) -> None:
        if updated:
            raise RuleViolation([Refusal("R-016", _("同一文件的这项单价已经登记，调价须以新的文件登记"))])
        for standard in created:
            standard.item = "service"
            prices.set_standard(actor=actor, standard=standard)


class PolicyRegister(Register[PolicyDocument]):
    """The records of the library; full texts and files are entered on their page."""

    name = "policies"
    label = gettext_lazy("政策文件")
    model = PolicyDocument
    list_url_name = "policy-list"
    introduction = gettext_lazy("登记文件的题录；全文和原件在文件页面录入。没有核对过效力的写“待核”。")
    key = ("slug",)
    order = ("title", "id")
    columns = (
        Column("slug", kind=Kind.CODE, example="chengdu-2017-143"),
        Column("title"),
        Column("number", kind=Kind.CODE),
        Column("issuer"),
        Column("kind"),
        Column("issued_on"),
        Column("valid_from"),
        Column("valid_to"),
        Column("validity"),
        Column("source_note"),
        Column("is_official"),
    )

    def may_import(self, actor: Actor) -> bool:
        return bool(actor.roles & KEEPERS)

    def write(
        self, *, actor: Actor, created: Sequence[PolicyDocument], updated: Sequence[tuple[PolicyDocument, set[str]]]
    ) -> None:
        for policy in (*created, *(row for row, _changed in updated)):
            policies.save_policy(actor=actor, policy=policy)


def register() -> None:
    for one in (BudgetLineRegister(), PriceRegister(), PriceStandardRegister(), PolicyRegister()):
        register_list(one)
