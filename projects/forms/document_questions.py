"""Asking about a document, answering, changing it, taking it, objecting to a single source, drawing the invited."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orgs.models import Organization
from procurement.access import Actor
from procurement.lifecycle.forms import TransitionForm
from projects.models import BIDDER_ROLES


class BidderForm(forms.Form):
    """For which of one's organisations; asked only of people who have several."""

    organization = forms.ModelChoiceField(label=_("单位"), queryset=Organization.objects.none(), empty_label=None)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = Organization.objects.filter(pk__in=actor.organization_ids(*BIDDER_ROLES)).order_by("name")
        self.fields["organization"].queryset = mine  # type: ignore[attr-defined]
        if len(mine) == 1:
            self.fields["organization"].initial = mine[0].pk
            self.fields["organization"].widget = forms.HiddenInput()


class QuestionForm(BidderForm):
    text = forms.CharField(
        label=_("询问内容"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("请勿写明本单位名称；询问和答复将对所有人公开，不透露询问人。"),
    )


class AnswerForm(TransitionForm):
    answer = forms.CharField(
        label=_("答复"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("对所有供应商公开。涉及采购文件变更的，另发澄清（修改）通知。"),
    )
