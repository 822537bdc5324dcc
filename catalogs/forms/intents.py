"""Letters of intent, their signing, and fairs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogs.models import Fair, FairBooth, Intent
from orgs.models import Organization
from procurement.access import Actor, Role
from procurement.lifecycle.forms import TransitionForm
from procurement.money import MoneyField

#: How long a letter stands unless its writer says otherwise.
USUAL_VALIDITY = timedelta(days=90)


class IntentForm(forms.ModelForm):
    class Meta:
        model = Intent
        fields = ("offered_by", "fair", "amount", "text", "valid_until")
        help_texts = {"text": gettext_lazy("写明合作内容、方式和对方需要准备的条件。")}

    def __init__(self, *args: Any, senders: frozenset[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["offered_by"].queryset = Organization.objects.filter(pk__in=senders)
        self.fields["offered_by"].empty_label = None
        self.fields["fair"].queryset = Fair.objects.filter(is_historic=False)
        self.fields["fair"].empty_label = _("不在对接会上")
        self.fields["valid_until"].initial = timezone.localdate() + USUAL_VALIDITY

    def clean_valid_until(self) -> Any:
        day = self.cleaned_data["valid_until"]
        if day < timezone.localdate():
            raise ValidationError(_("有效期不得早于今天。"))
        return day


class SignForm(TransitionForm):
    agreement = forms.CharField(label=gettext_lazy("协议编号"), max_length=80)
    signed_amount = MoneyField(gettext_lazy("签约金额")).formfield()


class ConvertForm(TransitionForm):
    agreement = forms.CharField(label=gettext_lazy("项目或合同编号"), max_length=80)


class FairForm(forms.ModelForm):
    class Meta:
        model = Fair
        fields = ("title", "organizer", "held_on", "place", "description")

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = actor.organization_ids(Role.LGO, Role.PU_DEM, Role.CIV)
        self.fields["organizer"].queryset = Organization.objects.filter(pk__in=mine)
        self.fields["organizer"].empty_label = None
        self.fields["organizer"].required = True

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if organizer := data.get("organizer"):
            self.instance.region_id = organizer.region_id
        return data


class BoothForm(forms.ModelForm):
    class Meta:
        model = FairBooth
        fields = ("number", "organization", "topic")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"].queryset = Organization.objects.social().filter(is_published=True)
        self.fields["organization"].empty_label = _("请选择")
