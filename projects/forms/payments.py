"""Asking for and making a payment."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from procurement.lifecycle.forms import TransitionForm


class RequestForm(TransitionForm):
    invoice_number = forms.CharField(label=_("发票号码"), max_length=40)
    invoiced_on = forms.DateField(label=_("收到发票日期"), help_text=_("付款期限从收到发票之日起计算。"))


class PayForm(TransitionForm):
    voucher_number = forms.CharField(label=_("支付凭证号"), max_length=40)
