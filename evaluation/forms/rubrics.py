"""The office's editor of a draft scheme: points, words and levels of every scored factor."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evaluation.models import Rubric, RubricFactor
from evaluation.selectors.rubrics import library, tree


class ChooseForm(forms.Form):
    code = forms.ChoiceField(label=gettext_lazy("评分办法库"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.ChoiceField, self.fields["code"])
        field.choices = [(code, f"{entry['title']}（{entry['source']}）") for code, entry in library().items()]
        field.initial = next(iter(library()))


class RubricForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("名称"), max_length=120)
    note = forms.CharField(
        label=gettext_lazy("说明"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    trimming = forms.BooleanField(
        label=gettext_lazy("去掉一个最高分和一个最低分"),
        required=False,
        help_text=gettext_lazy("只有在随指南公布的评分办法中写明，计算时才能去掉。"),
    )


class FactorForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("评分因素"), max_length=80)
    description = forms.CharField(label=gettext_lazy("评分要点"), max_length=400, required=False)
    maximum = forms.DecimalField(
        label=gettext_lazy("满分"), max_digits=5, decimal_places=2, min_value=Decimal("0.01"), max_value=Decimal(100)
    )
    objective = forms.BooleanField(label=gettext_lazy("客观因素（各成员评分须一致）"), required=False)


class LevelForm(forms.Form):
    label = forms.CharField(label=gettext_lazy("档次"), max_length=20)
    low = forms.DecimalField(label=gettext_lazy("下限"), max_digits=5, decimal_places=2, min_value=Decimal(0))
    high = forms.DecimalField(label=gettext_lazy("上限"), max_digits=5, decimal_places=2, min_value=Decimal(0))
    anchor = forms.CharField(label=gettext_lazy("评分标准"), max_length=300)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("low") is not None and cleaned.get("high") is not None and cleaned["low"] >= cleaned["high"]:
            self.add_error("high", _("上限须大于下限"))
        return cleaned


class FactorEditor:
    """One factor with its levels, bound or not."""

    def __init__(self, factor: RubricFactor, data: Any = None) -> None:
        self.factor = factor
        self.is_group = factor.is_group  # type: ignore[attr-defined]
        self.form: FactorForm | None = None
        self.levels: list[LevelForm] = []
        if self.is_group:
            return
        values = {name: getattr(factor, name) for name in ("name", "description", "objective")}
        values["maximum"] = f"{factor.maximum.normalize():f}"
        self.form = FactorForm(data, prefix=f"f-{factor.pk}", initial=values)
        self.levels = [
            LevelForm(
                data,
                prefix=f"l-{factor.pk}-{place}",
                initial={
                    "label": level.label,
                    "low": f"{level.low.normalize():f}",
                    "high": f"{level.high.normalize():f}",
                    "anchor": level.anchor,
                },
            )
            for place, level in enumerate(factor.levels.all())
        ]

    def forms(self) -> list[forms.Form]:
        return [*([self.form] if self.form else []), *self.levels]

    def entered(self) -> dict[str, Any]:
        return {**cast(FactorForm, self.form).cleaned_data, "levels": [level.cleaned_data for level in self.levels]}


class RubricEditor:
    """The whole scheme on one page."""

    def __init__(self, rubric: Rubric, data: Any = None) -> None:
        self.head = RubricForm(data, initial={"title": rubric.title, "note": rubric.note, "trimming": rubric.trimming})
        self.factors = [FactorEditor(factor, data) for factor in tree(rubric)]

    def is_valid(self) -> bool:
        faulty = [form for form in self._forms() if not form.is_valid()]
        return not faulty

    def _forms(self) -> list[forms.Form]:
        return [self.head, *(form for editor in self.factors for form in editor.forms())]

    def entered(self) -> dict[str, Any]:
        factors: dict[UUID, dict[str, Any]] = {
            editor.factor.pk: editor.entered() for editor in self.factors if not editor.is_group
        }
        return {**self.head.cleaned_data, "factors": factors}
