"""Filters of the handbook; they live in the URL, so a filtered page can be shared."""

from django import forms
from django.utils.translation import gettext_lazy as _

from procurement.rules.marks import RuleState
from procurement.rules.rulebook import Effect, Regime, registry

_ANY = [("", _("全部"))]


class RuleFilterForm(forms.Form):
    words = forms.CharField(label=_("关键词"), required=False, max_length=50)
    section = forms.ChoiceField(label=_("章节"), required=False)
    regime = forms.ChoiceField(label=_("适用制度"), required=False, choices=[*_ANY, *Regime.choices])
    effect = forms.ChoiceField(label=_("效力"), required=False, choices=[*_ANY, *Effect.choices])
    state = forms.ChoiceField(label=_("实施状态"), required=False, choices=[*_ANY, *RuleState.choices])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["section"].choices = [*_ANY, *((name, name) for name in registry.sections)]  # type: ignore[attr-defined]

    def filters(self) -> dict[str, str]:
        """What was asked for; a filter that is no real choice is ignored rather than answered with an error."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


class GlossaryFilterForm(forms.Form):
    words = forms.CharField(label=_("关键词"), required=False, max_length=50)
