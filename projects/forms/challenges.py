"""A challenge as its supplier writes it, and the reply as the purchaser drafts it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from orgs.models import Organization
from procurement.lifecycle.forms import TransitionForm
from projects.models import ChallengeMatter, ChallengeStep, Finding, Remedy
from projects.services.challenges import Matter, MatterReply

#: As many matters as fit one letter; more are another letter.
MOST_MATTERS = 10
#: Rows an empty form offers.
OFFERED_MATTERS = 3


class ChallengeForm(forms.Form):
    """What is asked for and against which step. Steps that are over or not yet there are told, not offered."""

    challenger = forms.ModelChoiceField(label=_("质疑人"), queryset=Organization.objects.none(), empty_label=None)
    step = forms.ChoiceField(label=_("针对的环节"), widget=forms.RadioSelect)
    request = forms.CharField(
        label=_("质疑请求"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("要求采购人怎样处理。"),
    )
    secret = forms.CharField(
        label=_("涉及商业秘密的内容"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("只有采购人和财政监督部门能看到，不会抄送其他供应商。质疑事项中请不要写商业秘密。"),
    )

    def __init__(self, *args: Any, challengers: Any, steps: Iterable[ChallengeStep], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["challenger"].queryset = challengers  # type: ignore[attr-defined]
        self.fields["step"].choices = [(step.value, step.label) for step in steps]  # type: ignore[attr-defined]
        if len(challengers) == 1:
            self.fields["challenger"].initial = challengers[0].pk
            self.fields["challenger"].widget = forms.HiddenInput()


class CorrectionForm(forms.Form):
    request = forms.CharField(label=_("质疑请求"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class MatterForm(forms.Form):
    text = forms.CharField(label=_("质疑事项"), max_length=200, required=False)
    facts = forms.CharField(
        label=_("事实依据"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    basis = forms.CharField(
        label=_("法律依据"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        text, facts = data.get("text", "").strip(), data.get("facts", "").strip()
        if bool(text) != bool(facts):
            raise ValidationError(translated("每一事项须写明事项和事实依据。"))
        return data


class _Matters(forms.BaseFormSet):
    def clean(self) -> None:
        if not any(self.errors) and not self.matters():
            raise ValidationError(translated("请至少写明一项质疑事项。"))

    def matters(self) -> list[Matter]:
        """What was filled in; empty rows are left out."""
        rows = [form.cleaned_data for form in self.forms if form.cleaned_data.get("text")]
        return [Matter(text=row["text"], facts=row["facts"], basis=row["basis"]) for row in rows]


MatterFormSet = forms.formset_factory(
    MatterForm, formset=_Matters, extra=OFFERED_MATTERS, max_num=MOST_MATTERS, validate_max=True
)


class AcceptForm(TransitionForm):
    affects_result = forms.TypedChoiceField(
        label=_("质疑事项是否可能影响采购结果"),
        choices=[("yes", _("可能影响：暂停确定结果和签订合同")), ("no", _("不影响"))],
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
    )


class MatterReplyForm(forms.Form):
    """The reply to one matter: what goes out, and what stays in the house."""

    finding = forms.ChoiceField(label=_("认定"), choices=Finding.choices, widget=forms.RadioSelect)
    answer = forms.CharField(
        label=_("答复"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("送达质疑人。不得写入其他供应商的商业秘密。"),
    )
    internal_note = forms.CharField(
        label=_("核查情况（不对外）"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("只有采购人和财政监督部门能看到。"),
    )
    is_shared = forms.BooleanField(label=_("本项答复抄送其他有关供应商"), required=False)

    def __init__(self, *args: Any, matter: ChallengeMatter, **kwargs: Any) -> None:
        self.matter = matter
        initial = {
            "finding": matter.finding,
            "answer": matter.answer,
            "internal_note": matter.internal_note,
            "is_shared": matter.is_shared,
        }
        super().__init__(*args, prefix=f"matter-{matter.number}", initial=initial, **kwargs)

    def reply(self) -> MatterReply:
        return MatterReply(matter=self.matter, **self.cleaned_data)


class RemedyForm(forms.Form):
    remedy = forms.ChoiceField(
        label=_("质疑成立时的处理方式"),
        choices=[("", _("质疑不成立，无须处理")), *Remedy.choices],
        required=False,
    )
