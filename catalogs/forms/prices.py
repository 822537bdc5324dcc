"""Looking up unit prices, and entering an official one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogs.models import PriceStandard, PriceSummary
from orgs.models import Organization, Region
from procurement.access import Actor


class PriceFilter(forms.Form):
    """Filters of the library; they live in the URL."""

    words = forms.CharField(label=gettext_lazy("服务或费用名称"), required=False, max_length=40)
    region = forms.ChoiceField(label=gettext_lazy("地区"), required=False)
    year = forms.IntegerField(label=gettext_lazy("年度"), required=False, min_value=2000, max_value=2100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = Region.objects.filter(pk__in=PriceSummary.objects.values("region").distinct()).order_by("code")[:200]
        self.fields["region"].choices = [("", _("全部")), *((place.pk, place.name) for place in places)]


class StandardForm(forms.ModelForm):
    class Meta:
        model = PriceStandard
        fields = ("name", "unit", "price", "region", "year", "document")
        help_texts = {
            "name": gettext_lazy("与预算明细中的用途一致时，填报人会看到本标准。"),
            "unit": gettext_lazy("如：人·月、场、人次"),
            "document": gettext_lazy("如：京民社发〔2026〕12号"),
        }

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = Organization.objects.filter(pk__in=actor.organization_ids()).values("region")
        self.fields["region"].queryset = Region.objects.filter(pk__in=mine)
        self.fields["region"].empty_label = None
        self.fields["year"].initial = timezone.localdate().year
        self.fields["document"].required = True
        self.instance.item = "service"
