"""What a bidder enters: files, the structured offer, and the small act of handing in."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procurement.money import format_yuan
from projects.models import BidRoom, DraftKind

TEXT_MAX = 800


class SealFileForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("种类"), choices=[(kind.value, kind.label) for kind in DraftKind if kind != DraftKind.OFFER]
    )
    file = forms.FileField(
        label=gettext_lazy("文件"),
        help_text=gettext_lazy(
            "PDF，不超过 20 MB。上传时即在内存中加密，此后任何人（包括您自己）在开启前都不能再看到内容。"
        ),
        widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf"}),
    )


class OfferForm(forms.Form):
    """The offer as fields, so that it can be read aloud at the opening."""

    price = forms.DecimalField(
        label=gettext_lazy("报价（元）"), max_digits=14, decimal_places=2, min_value=Decimal("0.01")
    )
    co_funding = forms.DecimalField(
        label=gettext_lazy("自筹配套资金（元）"),
        max_digits=14,
        decimal_places=2,
        min_value=Decimal("0"),
        required=False,
    )
    period = forms.CharField(label=gettext_lazy("服务期限"), max_length=200)
    promise = forms.CharField(
        label=gettext_lazy("服务承诺"), max_length=TEXT_MAX, widget=forms.Textarea(attrs={"rows": 4})
    )
    remarks = forms.CharField(
        label=gettext_lazy("其他说明"),
        max_length=TEXT_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, room: BidRoom, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ceiling = room.procedure.price_ceiling
        if self.ceiling:
            self.fields["price"].help_text = _("最高限价 %(ceiling)s。") % {"ceiling": format_yuan(self.ceiling)}

    def clean_price(self) -> Decimal:
        price: Decimal = self.cleaned_data["price"]
        if self.ceiling and price > self.ceiling:
            raise ValidationError(_("报价超过最高限价，提交后将被认定为无效。"))
        return price

    def values(self) -> dict[str, str]:
        """As it is sealed: text, money with two decimals."""
        money = {"price", "co_funding"}
        return {
            name: f"{value:.2f}" if name in money else str(value)
            for name, value in self.cleaned_data.items()
            if value not in (None, "")
        }


class HandInForm(forms.Form):
    """One id for one intended act: the same page sent twice hands in once."""

    idem = forms.UUIDField(widget=forms.HiddenInput)
    summary_elsewhere = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["idem"].initial = uuid.uuid4()
