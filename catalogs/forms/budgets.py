"""What is entered about a budget line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogs.models import BudgetLine, CatalogueItem, FundEnvelope
from catalogs.services.budgets import PREPARERS
from orgs.models import Organization
from procurement.access import Actor, Role


class BudgetLineForm(forms.ModelForm):
    class Meta:
        model = BudgetLine
        fields = (
            "department", "envelope", "title", "budget_subject", "category", "catalogue_item", "service_class", "amount",
            "basis_research", "basis_price", "basis_wage", "basis_tax", "estimator", "in_procurement_budget",
            "is_social_work", "is_major", "discussion_number", "last_year", "midterm_plan",
        )  # fmt: skip
        help_texts = {
            "envelope": gettext_lazy("资金来源和年度随资金额度确定。"),
            "title": gettext_lazy("如：社区为老服务驿站运营"),
            "budget_subject": gettext_lazy("如：2080299 其他民政管理事务支出"),
            "category": gettext_lazy("同一预算科目、同一服务类别的采购合并计算，用于识别化整为零。"),
            "catalogue_item": gettext_lazy("编制购买计划前必须对应；目录没有列入的，请先提出目录调整建议。"),
            "in_procurement_budget": gettext_lazy("达到采购限额标准的项目必须勾选。"),
            "is_social_work": gettext_lazy("计入福彩公益金预留比例。"),
            "is_major": gettext_lazy("一事一议，委托第三方论证，公开招标。"),
            "discussion_number": gettext_lazy("勾选重大、民生或临时项目时填写。"),
            "last_year": gettext_lazy("跨年度项目填写最后一个年度。"),
        }
        widgets = {
            name: forms.Textarea(attrs={"rows": 2})
            for name in ("basis_research", "basis_price", "basis_wage", "basis_tax")
        }

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = actor.organization_ids(*PREPARERS)
        self.fields["department"].queryset = Organization.objects.filter(pk__in=mine)
        self.fields["department"].empty_label = None
        today = timezone.localdate()
        year = today.year
        self.fields["catalogue_item"].queryset = self._items(today)
        self.fields["catalogue_item"].empty_label = _("请选择")
        self.fields["envelope"].queryset = FundEnvelope.objects.visible_to(actor).filter(
            office__in=actor.organization_ids(*PREPARERS, Role.LGO), fiscal_year__gte=year - 1
        )
        self.fields["envelope"].empty_label = _("请选择")
        self.fields["service_class"].choices = [
            ("", _("请选择")), *[c for c in self.fields["service_class"].choices if c[0]]
        ]  # fmt: skip

    def _items(self, today: date) -> QuerySet[CatalogueItem]:
        """What may be bought in the places of the departments the person writes for."""
        places = {body.region for body in self.fields["department"].queryset.select_related("region")}
        found = CatalogueItem.objects.none()
        for place in places:
            found = found | CatalogueItem.objects.valid_on(place, today)
        if self.instance.catalogue_item_id:  # what was chosen stays readable after its edition has gone
            found = found | CatalogueItem.objects.filter(pk=self.instance.catalogue_item_id)
        return found.in_code_order()

    def clean_amount(self) -> Decimal:
        amount: Decimal = self.cleaned_data["amount"]
        if amount <= 0:
            raise ValidationError(_("预算金额须大于零。"))
        return amount
