"""What a person enters when performing a row. Apps subclass TransitionForm for rows that need data."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procurement.access import Actor
from procurement.lifecycle.definition import Transition
from procurement.lifecycle.models import LifecycleModel


class TransitionForm(forms.Form):
    """Base form: one id per click, the reason when the row asks for it, a justification for warnings.

    Subclasses get ``self.obj`` and ``self.actor`` and add their own fields; ``entered()`` is what
    ``perform`` receives as data.
    """

    request_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(
        label=_("理由"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    justification = forms.CharField(
        label=_("仍要办理的说明"),
        help_text=_("上述提示不阻止办理，但须写明理由，理由记入案卷。"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    field_order: list[str] | None = None
    #: The page lists the errors of this form together with those of another.
    summary_elsewhere = False
    #: Label of the reason field, where the table's word fits better than 理由.
    reason_label: Any = None

    def __init__(
        self,
        *args: Any,
        obj: LifecycleModel,
        actor: Actor,
        transition: Transition,
        warnings: bool = False,
        **kwargs: Any,
    ) -> None:
        self.obj, self.actor, self.transition = obj, actor, transition
        super().__init__(*args, **kwargs)
        self.fields["request_id"].initial = uuid.uuid4()
        self._shape(warnings)
        self.order_fields(
            [n for n in self.fields if n not in ("reason", "justification")] + ["reason", "justification"]
        )

    def _shape(self, warnings: bool) -> None:
        if self.transition.reason_required:
            self.fields["reason"].required = True
            if self.reason_label:
                self.fields["reason"].label = self.reason_label
        else:
            del self.fields["reason"]
        if not warnings:
            del self.fields["justification"]

    def next_url(self) -> str:
        """Where the person lands after the act; the object's own page unless a form knows better."""
        return str(self.obj.get_absolute_url())  # type: ignore[attr-defined]

    def submitted(self) -> dict[str, Any]:
        """Everything ``perform`` takes from a valid form."""
        return {
            "reason": self.cleaned_data.get("reason", ""),
            "justification": self.cleaned_data.get("justification", ""),
            "request_id": self.cleaned_data.get("request_id"),
            **self.entered(),
        }

    def entered(self) -> dict[str, Any]:
        """The data of the act, without the engine's own fields."""
        own = {"request_id", "reason", "justification"}
        return {name: value for name, value in self.cleaned_data.items() if name not in own}
