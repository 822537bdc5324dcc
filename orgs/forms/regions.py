"""Choosing a place step by step: province, city, county, street; dissolved divisions where the day asks for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.models import Region

STEPS = ("r1", "r2", "r3", "r4")
LABELS: dict[int, str | Promise] = {
    Region.Level.PROVINCE: gettext_lazy("省（自治区、直辖市）"),
    Region.Level.CITY: gettext_lazy("市（州、盟）"),
    Region.Level.COUNTY: gettext_lazy("区（县）"),
    Region.Level.STREET: gettext_lazy("街道（乡镇）"),
}


class StepField(forms.ChoiceField):
    """What the list held before its parent changed is no mistake of the person: the picker drops it by itself."""

    def validate(self, value: Any) -> None:
        """Every value passes; ``RegionPicker.path`` holds what really fits."""


class RegionPicker(forms.Form):
    """Each choice decides what the next one offers; a municipality has no cities, so the steps walk the tree.

    ``on`` is the day the divisions must have existed; ``deepest`` the last level offered. A choice that no longer
    fits its parent is dropped, not refused: the person sees the next list and chooses again.
    """

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        prefix: str,
        on: date,
        chosen: Sequence[str] = (),
        deepest: int = Region.Level.STREET,
        required: bool = True,
        legend: str | Promise = "",
    ) -> None:
        super().__init__(data, prefix=prefix)
        self.on, self.deepest, self.is_required, self.legend = on, deepest, required, legend
        asked = [str(data.get(f"{prefix}-{step}", "")) for step in STEPS] if data is not None else [*chosen]
        self.path: list[Region] = []
        self._lay_out(asked)

    @classmethod
    def chain_of(cls, region: Region | None, street: Region | None = None) -> list[str]:
        """The codes from the province down, as ``chosen`` wants them."""
        codes, here = [], street or region
        while here is not None:
            codes.append(here.pk)
            here = here.parent
        return codes[::-1]

    @property
    def region(self) -> Region | None:
        """The smallest place chosen that is no street."""
        return next((place for place in reversed(self.path) if place.level < Region.Level.STREET), None)

    @property
    def street(self) -> Region | None:
        return next((place for place in self.path if place.level == Region.Level.STREET), None)

    @property
    def url(self) -> str:
        return reverse("region-picker", args=[self.prefix])

    def clean(self) -> dict[str, Any]:
        if self.is_required and self.region is None:
            self.add_error("r1", _("请选择所在区划。"))
        return self.cleaned_data

    def _lay_out(self, asked: list[str]) -> None:
        offered = Region.objects.filter(level=Region.Level.PROVINCE)
        for number, step in enumerate(STEPS):
            places = list(offered.filter(level__lte=self.deepest).valid_on(self.on))
            if not places:
                return
            wanted = asked[number] if number < len(asked) else ""
            found = next((place for place in places if place.pk == wanted), None)
            self._add(step, places, found)
            if found is None:
                return
            self.path.append(found)
            offered = Region.objects.children_of(found.pk)

    def _add(self, step: str, places: list[Region], found: Region | None) -> None:
        choices = [("", _("请选择")), *((place.pk, place.shown) for place in places)]
        label, initial = LABELS[places[0].level], found.pk if found else ""
        field = StepField(label=label, choices=choices, required=False, initial=initial)
        field.widget.attrs |= {
            "hx-get": self.url,
            "hx-trigger": "change",
            "hx-include": f"#picker-{self.prefix}, [name=registered_on]",
            "hx-target": f"#picker-{self.prefix}",
            "hx-swap": "outerHTML",
        }
        self.fields[step] = field
