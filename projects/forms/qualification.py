"""Each condition of the document, met or not, with the reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procurement.lifecycle.forms import TransitionForm
from projects.selectors.qualification import conditions_of


class QualificationForm(TransitionForm):
    """``entered()`` gives ``checks``: one {"condition", "is_met", "reason"} per condition, in their order."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._conditions = conditions_of(self.obj.procedure)  # type: ignore[attr-defined]
        for number, condition in enumerate(self._conditions):
            self.fields[f"met_{number}"] = forms.TypedChoiceField(
                label=f"{number + 1}. {condition}",
                choices=[("yes", _("符合")), ("no", _("不符合"))],
                coerce=lambda answer: answer == "yes",
                widget=forms.RadioSelect,
            )
            if self.transition.name == "bid.qualify":
                continue  # nothing to explain where everything is met
            self.fields[f"why_{number}"] = forms.CharField(
                label=_("第%(n)s项的理由") % {"n": number + 1},
                required=False,
                max_length=500,
                help_text=_("不符合的必填。"),
            )
        self.order_fields([*(n for n in self.fields if n not in ("reason", "justification")), "reason"])

    def entered(self) -> dict[str, Any]:
        answers = self.cleaned_data
        return {
            "checks": [
                {"condition": condition, "is_met": answers[f"met_{number}"], "reason": answers.get(f"why_{number}", "")}
                for number, condition in enumerate(self._conditions)
            ]
        }
