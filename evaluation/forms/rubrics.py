"""The office's editor of a draft scheme: points, words and levels of every scored factor."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evaluation.models import Aspect, Rubric, RubricFactor
from evaluation.selectors.rubrics import library_for, tree
from projects.models import Guide, Procedure


class ChooseForm(forms.Form):
    code = forms.ChoiceField(label=gettext_lazy("评分办法库"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, occasion: Guide | Procedure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fitting = library_for(occasion)
        field = cast(forms.ChoiceField, self.fields["code"])
        field.choices = [(code, f"{entry['title']}（{entry['source']}）") for code, entry in fitting.items()]
        field.initial = next(iter(fitting), None)


class HeadForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("名称"), max_length=120)
    note = forms.CharField(
        label=gettext_lazy("说明"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class GuideHeadForm(HeadForm):
    trimming = forms.BooleanField(
        label=gettext_lazy("去掉一个最高分和一个最低分"),
        required=False,
        help_text=gettext_lazy("只有在随指南公布的评分办法中写明，计算时才能去掉。"),
    )


class ProcedureHeadForm(HeadForm):
    """What only a procedure's scheme has."""

    requirements = forms.CharField(
        label=gettext_lazy("实质性要求"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("只比较报价的必填，每行一条，写明最低质量要求；不满足任何一条的投标（响应）无效。"),
    )
    fixed_price = forms.BooleanField(
        label=gettext_lazy("执行国家统一定价标准或采用固定价格采购（价格不列为评分因素）"), required=False
    )
    conditions_compared = forms.BooleanField(
        label=gettext_lazy("已将评分因素与资格条件逐条比对，资格条件没有作为评分因素"), required=False
    )


class AddFactorForm(forms.Form):
    """One more factor, in a group or by itself; its levels are put into words afterwards."""

    name = forms.CharField(label=gettext_lazy("评分因素"), max_length=80)
    maximum = forms.DecimalField(
        label=gettext_lazy("满分"), max_digits=5, decimal_places=2, min_value=Decimal(2), max_value=Decimal(100)
    )
    parent = forms.ModelChoiceField(
        label=gettext_lazy("所属分组"),
        queryset=RubricFactor.objects.none(),
        required=False,
        empty_label=gettext_lazy("不分组"),
    )

    def __init__(self, *args: Any, rubric: Rubric, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = [row.pk for row in tree(rubric) if row.is_group]  # type: ignore[attr-defined]
        cast(forms.ModelChoiceField, self.fields["parent"]).queryset = rubric.factors.filter(pk__in=groups)  # type: ignore[attr-defined]


class FactorForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("评分因素"), max_length=80)
    description = forms.CharField(label=gettext_lazy("评分要点"), max_length=400, required=False)
    maximum = forms.DecimalField(
        label=gettext_lazy("满分"), max_digits=5, decimal_places=2, min_value=Decimal("0.01"), max_value=Decimal(100)
    )
    objective = forms.BooleanField(label=gettext_lazy("客观因素（各成员评分须一致）"), required=False)
    aspect = forms.ChoiceField(
        label=gettext_lazy("因素类别"),
        choices=[(one.value, one.label) for one in Aspect if one != Aspect.PRICE],
        required=False,
    )


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
        values = {name: getattr(factor, name) for name in ("name", "description", "objective", "aspect")}
        values["maximum"] = f"{factor.maximum.normalize():f}"
        self.form = FactorForm(data, prefix=f"f-{factor.pk}", initial=values)
        if factor.aspect == Aspect.PRICE:
            # computed, so neither judged as a fact nor moved to another aspect
            del self.form.fields["objective"], self.form.fields["aspect"]
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
        return {
            "objective": False,
            **cast(FactorForm, self.form).cleaned_data,
            "levels": [level.cleaned_data for level in self.levels],
        }


class RubricEditor:
    """The whole scheme on one page."""

    def __init__(self, rubric: Rubric, data: Any = None) -> None:
        form_class = GuideHeadForm if rubric.guide_id else ProcedureHeadForm
        self.head = form_class(data, initial={name: getattr(rubric, name) for name in form_class.base_fields})
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
