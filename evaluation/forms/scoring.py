"""The score sheet as a form: one field pair per factor, the whole sheet in one post for browsers without scripts."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evaluation.models import ScoreSheet
from evaluation.selectors.bench import pages_of, pins_of, pins_text, state_of
from evaluation.selectors.rubrics import scored
from evaluation.selectors.scoring import scores_by_factor
from evaluation.services.scoring import Entry
from evaluation.services.syncing import Typed
from procurement.lifecycle.forms import TransitionForm


class LockForm(TransitionForm):
    """Nothing to enter: the sheet itself is what is handed in."""

    def next_url(self) -> str:
        return reverse("review")


class SheetForm(forms.Form):
    """Points and words per factor, the overall opinion and the amount; a partial post changes only what it carries."""

    comment = forms.CharField(
        label=gettext_lazy("总体意见"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    suggested_amount = forms.DecimalField(
        label=gettext_lazy("建议资金（元）"), required=False, max_digits=14, decimal_places=2, min_value=Decimal(0)
    )

    #: What the page last knew of the sheet: a unit changed meanwhile is not written over.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, sheet: ScoreSheet, **kwargs: Any) -> None:
        self.sheet = sheet
        self.factors = scored(sheet.panel.rubric)
        known = scores_by_factor(sheet)
        kwargs["initial"] = {
            "comment": sheet.comment,
            "suggested_amount": sheet.suggested_amount,
            "seen": json.dumps(state_of(sheet), ensure_ascii=False),
        }
        super().__init__(*args, **kwargs)
        for factor in self.factors:
            score = known.get(factor.pk)
            self.fields[f"value-{factor.pk}"] = forms.DecimalField(
                label=_("%(factor)s得分") % {"factor": factor.name},
                required=False,
                min_value=Decimal(0),
                max_value=factor.maximum,
                max_digits=5,
                decimal_places=2,
                initial=score.value if score else None,
                error_messages={
                    "max_value": _("“%(factor)s”最高 %(maximum)s 分")
                    % {"factor": factor.name, "maximum": f"{factor.maximum.normalize():f}"},
                    "min_value": _("“%(factor)s”不能为负数") % {"factor": factor.name},
                    "invalid": _("“%(factor)s”请填写数字") % {"factor": factor.name},
                },
            )
            self.fields[f"note-{factor.pk}"] = forms.CharField(
                label=_("%(factor)s评语") % {"factor": factor.name},
                required=False,
                max_length=500,
                initial=score.comment if score else "",
            )
            self.fields[f"pins-{factor.pk}"] = forms.CharField(
                label=_("%(factor)s对应页码") % {"factor": factor.name},
                required=False,
                max_length=4000,
                initial=pins_text(score.pins) if score else "",
            )
        if sheet.entry.suggests_amount:
            amount = cast(forms.DecimalField, self.fields["suggested_amount"])
            amount.max_value = sheet.entry.amount
            amount.validators.append(_not_above(sheet.entry.amount))
        else:
            del self.fields["suggested_amount"]

    def clean(self) -> dict[str, Any]:
        """Pages are pages of the entry's own documents; looked up only when some were sent."""
        cleaned = super().clean() or {}
        named = [name for name in self.fields if name.startswith("pins-") and cleaned.get(name)]
        pages = pages_of(self.sheet.entry) if named else {}
        for name in named:
            try:
                cleaned[name] = pins_of(cleaned[name], pages)
            except ValueError:
                self.add_error(name, _("材料中没有这一页，请刷新页面后重新标注"))
        return cleaned

    def clean_seen(self) -> dict[str, list[str]]:
        """{unit: [text, …]}, what the page last knew."""
        try:
            seen = json.loads(self.cleaned_data["seen"] or "{}")
            return {str(unit): [str(text) for text in state] for unit, state in seen.items()}
        except (ValueError, AttributeError, TypeError):
            raise forms.ValidationError(_("页面已过期，请刷新；已填写的内容保留在本机")) from None

    def typed(self) -> Typed:
        """What the post carried, and no more."""
        money = "suggested_amount" in self.fields and "suggested_amount" in self.data
        return Typed(
            entries={
                factor.pk: Entry(
                    self.cleaned_data[f"value-{factor.pk}"],
                    self.cleaned_data[f"note-{factor.pk}"],
                    self.cleaned_data[f"pins-{factor.pk}"] or [] if f"pins-{factor.pk}" in self.data else None,
                )
                for factor in self.factors
                if f"value-{factor.pk}" in self.data
            },
            comment=self.cleaned_data["comment"] if "comment" in self.data else None,
            suggested_amount=self.cleaned_data["suggested_amount"] if money else None,
            keep_amount=not money,
            seen=self.cleaned_data["seen"],
        )


class ExplainForm(forms.Form):
    explanation = forms.CharField(
        label=gettext_lazy("说明"),
        min_length=10,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("请说明评分明显高于或低于其他成员的依据，不少于 10 个字。分数不因说明而改变。"),
    )


def _not_above(limit: Decimal) -> Any:
    def check(value: Decimal) -> None:
        if value > limit:
            raise forms.ValidationError(_("建议资金不得超过申请资金 %(limit)s 元"), params={"limit": f"{limit:,.2f}"})

    return check


class BookForm(forms.Form):
    """The workbook on its way back."""

    file = forms.FileField(
        label=gettext_lazy("填好的评分表"),
        help_text=gettext_lazy("xlsx 格式；有一处不符合要求，整份文件都不写入。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
    )
