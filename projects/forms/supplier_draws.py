"""Which suppliers are qualified to be drawn for an invited tender, and the witness's words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orgs.models import Organization
from projects.models import Procedure


class SupplierDrawForm(forms.Form):
    qualified = forms.ModelMultipleChoiceField(
        label=_("符合资格条件的供应商"),
        queryset=Organization.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("逐家核对资格条件；不符合的取消勾选。名单抽取后不能更改。"),
    )
    number = forms.IntegerField(label=_("抽取家数"), min_value=3)
    words = forms.CharField(
        label=_("见证人输入的字句"),
        max_length=200,
        help_text=_("由在场见证人当场输入任意字句，与系统随机数一起决定次序。"),
    )

    def __init__(self, *args: Any, procedure: Procedure, candidates: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["qualified"].queryset = candidates  # type: ignore[attr-defined]
        self.fields["qualified"].initial = [one.pk for one in candidates]
        self.fields["number"].initial = procedure.rule_set.value("invited_suppliers")
