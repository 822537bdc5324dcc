"""What is entered to send custody money out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procurement.lifecycle.forms import TransitionForm
from projects.models import CustodyLedger, CustodyVoucher


class VoucherForm(forms.ModelForm):
    class Meta:
        model = CustodyVoucher
        fields = ("kind", "payee", "purpose", "amount", "evidence")
        help_texts = {
            "evidence": gettext_lazy("发票或收据号码。"),
            "kind": gettext_lazy("联合会服务费不得超过委托书公开的比例。"),
        }

    def __init__(self, *args: Any, ledger: CustodyLedger, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ledger = ledger

    def clean_amount(self) -> Any:
        amount = self.cleaned_data["amount"]
        if amount <= 0:
            raise ValidationError(_("金额须大于零。"))
        return amount


class PaidForm(TransitionForm):
    paid_on = forms.DateField(label=gettext_lazy("支付日期"))
    reference = forms.CharField(label=gettext_lazy("银行流水号"), max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["paid_on"].initial = timezone.localdate()
