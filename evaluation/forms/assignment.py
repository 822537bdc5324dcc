"""What the office enters to have a large batch dealt over many panels."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.models import ExpertKind


class AssignmentForm(forms.Form):
    """The size and make-up of every group, how much each may get, and the days."""

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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in ExpertKind:
            self.fields[f"quota_{kind.value}"] = forms.IntegerField(
                label=_("每组%(kind)s专家人数") % {"kind": kind.label},
                min_value=0,
                max_value=15,
                initial=2 if kind == ExpertKind.BUSINESS else 1,
            )

    def quota(self) -> dict[str, int]:
        return {kind: self.cleaned_data[f"quota_{kind}"] for kind in ExpertKind.values}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        numbers = [cleaned.get(f"quota_{kind}") for kind in ExpertKind.values]
        if cleaned.get("size") and None not in numbers and sum(n or 0 for n in numbers) != cleaned["size"]:
            self.add_error("size", _("四类专家人数之和须等于每组人数"))
        first, last = cleaned.get("review_on"), cleaned.get("scores_due_on")
        if first and last and last < first:
            self.add_error("scores_due_on", _("评分截止日不得早于评审日期"))
        return cleaned
