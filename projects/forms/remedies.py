"""The simple request of a supplier and its answer (R-189)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orgs.models import Organization
from procurement.lifecycle.forms import TransitionForm


class RemedyRequestForm(forms.Form):
    requester = forms.ModelChoiceField(label=_("诉求人"), queryset=Organization.objects.none(), empty_label=None)
    text = forms.CharField(
        label=_("诉求事项和理由"), min_length=10, max_length=4000, widget=forms.Textarea(attrs={"rows": 8})
    )

    def __init__(self, *args: Any, requesters: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["requester"].queryset = requesters  # type: ignore[attr-defined]
        if len(requesters) == 1:
            self.fields["requester"].initial = requesters[0].pk
            self.fields["requester"].widget = forms.HiddenInput()


class AnswerForm(TransitionForm):
    answer = forms.CharField(label=_("书面答复"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6}))
