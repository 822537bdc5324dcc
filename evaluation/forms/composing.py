"""How many experts of each kind make a panel, and the days of its review."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from orgs.models import ExpertKind


class CompositionForm(forms.Form):
    """Adds a number per kind to a form with ``size``, ``review_on`` and ``scores_due_on``, and holds them together."""

    #: Label of each number; ``%(kind)s`` is the kind's name.
    quota_label: ClassVar[str | Promise]
    #: Said when the numbers do not add up to the size.
    quota_error: ClassVar[str | Promise]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in ExpertKind:
            self.fields[f"quota_{kind.value}"] = forms.IntegerField(
                label=str(self.quota_label) % {"kind": kind.label},
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
            self.add_error("size", str(self.quota_error))
        first, last = cleaned.get("review_on"), cleaned.get("scores_due_on")
        if first and last and last < first:
            self.add_error("scores_due_on", _("评分截止日不得早于评审日期"))
        return cleaned
