"""What the office enters to have a large batch dealt over many panels."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from evaluation.forms.composing import CompositionForm


class AssignmentForm(CompositionForm):
    """The size and make-up of every group, how much each may get, and the days."""

    quota_label = gettext_lazy("每组%(kind)s专家人数")
    quota_error = gettext_lazy("四类专家人数之和须等于每组人数")

    size = forms.TypedChoiceField(
        label=gettext_lazy("每组人数"), coerce=int, choices=[(n, str(n)) for n in (3, 5, 7, 9, 11)], initial=5
    )
    cap = forms.IntegerField(
        label=gettext_lazy("每组最多评审项目数"),
        min_value=1,
        max_value=500,
        initial=36,
        help_text=gettext_lazy("也就是每名专家最多评审的项目数；组数按此上限取最少。"),
    )
    review_on = forms.DateField(label=gettext_lazy("评审日期"))
    scores_due_on = forms.DateField(label=gettext_lazy("评分截止日"))
