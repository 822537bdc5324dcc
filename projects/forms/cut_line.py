"""Where the line is drawn and what each project would get; lives in the address, so it can be shared."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from projects.cutting import Candidate

PREFIX = "amount_"


class CutLineForm(forms.Form):
    count = forms.IntegerField(label=_("资助前几名"), min_value=0, required=False)
    share = forms.DecimalField(
        label=_("按建议资金的百分比"),
        min_value=Decimal(1),
        max_value=Decimal(100),
        max_digits=5,
        decimal_places=2,
        required=False,
        help_text=_("例如 80，即每个项目按专家建议资金的 80% 测算。"),
    )

    def __init__(self, *args: Any, candidates: Sequence[Candidate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._candidates = candidates
        for candidate in candidates:
            self.fields[f"{PREFIX}{candidate.key}"] = forms.DecimalField(
                label=_("测算资金"),
                min_value=0,
                max_value=candidate.requested,
                max_digits=14,
                decimal_places=2,
                required=False,
            )

    @property
    def line_count(self) -> int:
        given = self._cleaned("count")
        return len(self._candidates) if given is None else int(given)

    @property
    def part(self) -> Decimal:
        return Decimal(self._cleaned("share") or 100) / 100

    @property
    def amounts(self) -> dict[Hashable, Decimal]:
        """Only the amounts somebody typed; the others follow from the line."""
        typed = {candidate.key: self._cleaned(f"{PREFIX}{candidate.key}") for candidate in self._candidates}
        return {key: amount for key, amount in typed.items() if amount is not None}

    def amount_field(self, candidate: Candidate) -> Any:
        return self[f"{PREFIX}{candidate.key}"]

    def _cleaned(self, name: str) -> Any:
        return self.cleaned_data.get(name) if self.is_bound and self.is_valid() else None


class ScenarioNameForm(forms.Form):
    name = forms.CharField(label=_("方案名称"), max_length=60)
