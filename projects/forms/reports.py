"""Writing a report, and the two answers to it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procurement.lifecycle.forms import TransitionForm
from projects.guards.report import ANSWERS
from projects.models import ReturnReason
from projects.services.reports import ANSWER_LIMIT


class AnswersForm(forms.Form):
    """The words of a report; the figures come from the ledger and are not typed."""

    sitting = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, label, hint, _least in ANSWERS:
            self.fields[code] = forms.CharField(
                label=label,
                help_text=hint,
                required=False,
                max_length=ANSWER_LIMIT,
                strip=False,
                widget=forms.Textarea(attrs={"rows": 4 if code == "problems" else 6}),
            )


class ReviewForm(TransitionForm):
    note = forms.CharField(
        label=_("主责单位意见"),
        min_length=4,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("是否核对过台账、参加过活动，对进展和质量的评价。"),
    )


class ReturnForm(TransitionForm):
    code = forms.ChoiceField(label=_("退回原因"), choices=ReturnReason.choices, widget=forms.RadioSelect)
    reason_label = _("具体说明")
