"""What is entered about a purchase plan, at its publication and at its end."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogs.models import BudgetLine, MethodGround, ProcurementMethod, PurchasePlan
from catalogs.selectors.plans import REVIEW_UNITS, survey_is_due
from procurement.lifecycle.forms import TransitionForm


class PlanForm(forms.ModelForm):
    class Meta:
        model = PurchasePlan
        fields = (
            "title", "need", "amount", "unit", "quantity", "unit_price", "price_reason", "expected_on", "starts_on", "ends_on", "in_central_catalogue",
            "recipients_choose", "method", "method_ground", "method_reason", "method_approval", "split_exception",
            "requirements", "service_standard", "evaluation_method",
        )  # fmt: skip
        help_texts = {
            "unit": gettext_lazy("如：人次、场、床·月"),
            "unit_price": gettext_lazy("填写计量单位和单价后，可与本地区合同价格比较。"),
            "price_reason": gettext_lazy("单价在参考价四分位之外时填写。"),
            "method": gettext_lazy("保存后系统按规则集给出建议方式和依据。"),
            "method_ground": gettext_lazy("采用非公开方式时选择。"),
            "method_reason": gettext_lazy("非公开方式必填，随计划一并公开。"),
            "method_approval": gettext_lazy("达到公开招标数额标准而不公开招标时填写财政部门批准文号。"),
            "split_exception": gettext_lazy("累计超过公开招标数额标准时，填写预算调整或批准文件。"),
            "requirements": gettext_lazy("公开采购意向前必须写明。"),
        }
        widgets = {
            name: forms.Textarea(attrs={"rows": 3})
            for name in (
                "need",
                "price_reason",
                "method_reason",
                "requirements",
                "service_standard",
                "evaluation_method",
            )
        }

    def __init__(self, *args: Any, line: BudgetLine, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.line = line
        if self.instance._state.adding:
            self.instance.budget_line = line
        look_up = {
            "hx-post": reverse("purchase-plan-price", args=[line.pk]),
            "hx-trigger": "change",
            "hx-include": "closest form",
            "hx-target": "#price-hints",
            "hx-sync": "closest form:replace",
        }
        for name in ("unit", "unit_price"):
            self.fields[name].widget.attrs.update(look_up)
        self.fields["method"].choices = [("", _("请选择")), *ProcurementMethod.choices]
        self.fields["method_ground"].choices = [("", _("不适用")), *MethodGround.choices]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        starts, ends = data.get("starts_on"), data.get("ends_on")
        if starts and ends and ends <= starts:
            self.add_error("ends_on", _("服务结束日期须晚于开始日期。"))
        return data

    def clean_amount(self) -> Any:
        amount = self.cleaned_data["amount"]
        if amount <= 0:
            raise ValidationError(_("计划金额须大于零。"))
        return amount


class _WhereDueForm(TransitionForm):
    """Asks its questions only where the purchase is large or major (R-037, R-038)."""

    asked: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not survey_is_due(self.obj):  # type: ignore[arg-type]
            for name in self.asked:
                del self.fields[name]


class SubmitForm(_WhereDueForm):
    asked = ("survey_on", "survey_suppliers", "survey_summary")
    survey_on = forms.DateField(label=gettext_lazy("需求调查日期"), help_text=gettext_lazy("调查结果一年内有效。"))
    survey_suppliers = forms.IntegerField(label=gettext_lazy("调查的供应商家数"), min_value=0)
    survey_summary = forms.CharField(
        label=gettext_lazy("调查情况"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("市场供给、同类项目历史成交、运行维护等情况。"),
    )


class ReviewForm(_WhereDueForm):
    asked = ("units",)
    units = forms.MultipleChoiceField(
        label=gettext_lazy("参加重点审查的部门"), choices=REVIEW_UNITS, widget=forms.CheckboxSelectMultiple
    )


class PublishForm(TransitionForm):
    filing_number = forms.CharField(
        label=gettext_lazy("采购实施计划备案号"),
        required=False,
        max_length=64,
        help_text=gettext_lazy("政府采购项目必填，由财政部门备案后取得。"),
    )


class UseForm(TransitionForm):
    used_for = forms.CharField(
        label=gettext_lazy("采购项目"), max_length=120, help_text=gettext_lazy("采购项目编号或指南编号。")
    )
    awarded_amount = forms.DecimalField(label=gettext_lazy("成交金额"), max_digits=14, decimal_places=2, min_value=0)


class PlanFilter(forms.Form):
    """Filters of the list; they live in the URL."""

    year = forms.IntegerField(label=gettext_lazy("预算年度"), required=False, min_value=2000, max_value=2100)
    method = forms.ChoiceField(label=gettext_lazy("购买方式"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["method"].choices = [("", _("全部")), *ProcurementMethod.choices]
