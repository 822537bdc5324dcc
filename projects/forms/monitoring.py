"""Writing down a visit."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orgs.models import Membership, Organization
from procurement.access import Role
from projects.forms.uploads import PicturesField
from projects.models import VisitKind


class VisitForm(forms.Form):
    kind = forms.ChoiceField(label=_("方式"), choices=VisitKind.choices)
    visited_on = forms.DateField(label=_("日期"))
    place = forms.CharField(label=_("地点"), max_length=200, required=False)
    people = forms.CharField(label=_("参加人员"), max_length=200)
    findings = forms.CharField(
        label=_("了解到的情况"), min_length=10, max_length=4000, widget=forms.Textarea(attrs={"rows": 5})
    )
    advice = forms.CharField(
        label=_("意见建议"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    photos = PicturesField(label=_("照片"), required=False, help_text=_("现场督导至少一张。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["visited_on"].initial = timezone.localdate()


class SupportForm(forms.Form):
    organization = forms.ModelChoiceField(
        label=_("支持性社会组织"), queryset=Organization.objects.none(), empty_label=_("请选择")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["organization"]
        bodies = Membership.objects.filter(role=Role.SUP).values("organization")
        field.queryset = Organization.objects.filter(pk__in=bodies)
