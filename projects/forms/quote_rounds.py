"""Opening a round of quotes, and quoting."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from projects.models import QuoteRound


class RoundForm(forms.ModelForm):
    class Meta:
        model = QuoteRound
        fields = ("changes", "due_at")


class QuoteForm(forms.Form):
    price = forms.DecimalField(label=_("最后报价"), max_digits=14, decimal_places=2, min_value=0)
