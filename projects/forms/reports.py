"""Writing a report, and the two answers to it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procurement.lifecycle.forms import TransitionForm
from projects.models import OWED_STATES, ReportKind, ReturnReason
from projects.selectors.reports import ANSWERS
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


class ReportFilter(forms.Form):
    kind = forms.ChoiceField(label=_("种类"), required=False, choices=[("", _("全部")), *ReportKind.choices])
    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[
            ("", _("全部")),
            ("overdue", _("已逾期")),
            ("owed", _("待提交")),
            ("review", _("待审核")),
            ("accepted", _("已通过")),
        ],
    )
    project = forms.CharField(label=_("项目名称"), required=False, max_length=60)

    def narrow(self, rows: Any, today: date) -> Any:
        """The queryset with the filters of the URL."""
        entered = self.cleaned_data if self.is_bound and self.is_valid() else {}
        if entered.get("kind"):
            rows = rows.filter(kind=entered["kind"])
        if entered.get("project"):
            rows = rows.filter(application__title__icontains=entered["project"])
        state = entered.get("state")
        if state == "overdue":
            return rows.filter(status__in=OWED_STATES, due_on__lt=today)
        if state == "owed":
            return rows.filter(status__in=("due", "returned"))
        if state == "review":
            return rows.filter(status__in=("submitted", "reviewed"))
        return rows.filter(status="accepted") if state == "accepted" else rows
