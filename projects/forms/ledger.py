"""Booking a voucher and moving money between lines."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from projects.models import Application, BudgetLine
from projects.selectors.delivery import LineRow, spending


class LineChoice(forms.ModelChoiceField):
    """Budget lines with what they have left."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=BudgetLine.objects.none(), empty_label=_("请选择"), **kwargs)
        self.left: dict[Any, Decimal] = {}

    def offer(self, rows: list[LineRow]) -> None:
        self.left = {row.line.pk: row.left for row in rows}
        self.queryset = BudgetLine.objects.filter(pk__in=list(self.left))

    def label_from_instance(self, obj: BudgetLine) -> str:
        words = {
            "item": obj.get_item_display(),
            "text": obj.description,
            "left": f"{self.left.get(obj.pk, Decimal(0)):,.2f}",
        }
        return str(_("%(item)s · %(text)s（余 %(left)s 元）") % words)


class ExpenseForm(forms.Form):
    entry_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    line = LineChoice(label=_("预算科目"))
    spent_on = forms.DateField(label=_("支出日期"))
    amount = forms.DecimalField(label=_("金额"), max_digits=14, decimal_places=2, min_value=Decimal("0.01"))
    purpose = forms.CharField(label=_("用途"), max_length=200)
    payee = forms.CharField(label=_("收款方"), max_length=100)
    voucher_number = forms.CharField(
        label=_("凭证号"), max_length=40, help_text=_("与会计凭证一致；一张凭证分列几个科目的，逐科目登记。")
    )
    scan = forms.FileField(
        label=_("凭证照片或扫描件"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,.pdf"}),
    )

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        line: Any = self.fields["line"]
        line.offer(spending(application))
        self.fields["entry_id"].initial = uuid4()
        self.fields["spent_on"].initial = timezone.localdate()


class ReallocationForm(forms.Form):
    source = LineChoice(label=_("调出科目"))
    target = LineChoice(label=_("调入科目"))
    amount = forms.DecimalField(label=_("调剂金额"), max_digits=14, decimal_places=2, min_value=Decimal("0.01"))
    reason = forms.CharField(label=_("理由"), min_length=4, max_length=300)

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = spending(application)
        for name in ("source", "target"):
            field: Any = self.fields[name]
            field.offer(rows)
