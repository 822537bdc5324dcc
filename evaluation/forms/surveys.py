"""Opening a survey, typing a code from a slip, answering three questions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluation.models import Level
from evaluation.selectors.surveys import QUESTIONS
from evaluation.services.surveys import MOST_TICKETS
from procurement.lifecycle.forms import TransitionForm


class TicketsForm(TransitionForm):
    tickets = forms.IntegerField(
        label=_("答卷张数"),
        min_value=1,
        max_value=MOST_TICKETS,
        initial=60,
        help_text=_("每张一个一次性编码，发给一位服务对象。"),
    )


class OpenForm(TicketsForm):
    closes_on = forms.DateField(label=_("截止日期"), widget=forms.DateInput)
    intro = forms.CharField(
        label=_("致服务对象的话"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["closes_on"].initial = timezone.localdate() + timedelta(days=14)


class ExtendForm(TransitionForm):
    closes_on = forms.DateField(label=_("新的截止日期"), widget=forms.DateInput)


class EntryForm(forms.Form):
    code = forms.CharField(
        label=_("请输入纸条上的编码"),
        max_length=12,
        widget=forms.TextInput(
            attrs={"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false", "autofocus": True}
        ),
    )


class QuestionsForm(forms.Form):
    """Three questions of five levels and one free text; no name, no account."""

    comment = forms.CharField(
        label=_("您还想说什么？（可不填，请不要写姓名、电话）"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, words in QUESTIONS.items():
            self.fields[code] = forms.TypedChoiceField(
                label=words,
                choices=Level.choices,
                coerce=int,
                widget=forms.RadioSelect,
                error_messages={"required": _("请选择一项")},
            )
        self.order_fields([*QUESTIONS, "comment"])

    def levels(self) -> dict[str, int]:
        return {code: self.cleaned_data[code] for code in QUESTIONS}


class PhoneForm(QuestionsForm):
    """The call-back sheet: the number of the slip, then the same questions read aloud."""

    code = forms.CharField(label=_("答卷编码"), max_length=12, help_text=_("电话名单上对应的编码。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["code", *QUESTIONS, "comment"])
