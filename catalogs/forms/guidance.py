"""What is entered about a catalogue: its edition, items, approval, publication."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogs.models import CatalogueItem, GuidanceCatalogue, ItemRequirement
from catalogs.services.guidance import COMPILING_ROLES
from orgs.models import Organization, OrganizationKind, Region
from procurement.access import Actor
from procurement.lifecycle.forms import TransitionForm
from procurement.rules.jurisdictions import ancestors


class ApprovalForm(TransitionForm):
    document_number = forms.CharField(
        label=gettext_lazy("批准文号"), max_length=64, help_text=gettext_lazy("如：朝政办发〔2026〕5号")
    )


class PublicationForm(TransitionForm):
    valid_from = forms.DateField(
        label=gettext_lazy("施行日期"),
        widget=forms.DateInput,
        help_text=gettext_lazy("自该日起购买计划可对应本版条目，上一版同日停用。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valid_from"].initial = timezone.localdate()


class EditionForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("目录名称"), max_length=120)
    compiler = forms.ModelChoiceField(
        label=gettext_lazy("编制单位"), queryset=Organization.objects.none(), empty_label=None
    )
    region = forms.ModelChoiceField(label=gettext_lazy("适用地区"), queryset=Region.objects.none(), empty_label=None)
    approver = forms.ModelChoiceField(
        label=gettext_lazy("批准机关"),
        queryset=Organization.objects.none(),
        help_text=gettext_lazy("同级政府或其授权的机关，不能是编制单位自己。"),
    )
    based_on = forms.ModelChoiceField(
        label=gettext_lazy("以此为底本"),
        queryset=GuidanceCatalogue.objects.none(),
        required=False,
        help_text=gettext_lazy("复制其全部条目后再增删；不选则从空白开始。"),
    )
    note = forms.CharField(label=gettext_lazy("编制说明"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = Organization.objects.filter(pk__in=actor.organization_ids(*COMPILING_ROLES))
        places = set(mine.values_list("region_id", flat=True)) | set(mine.values_list("street_id", flat=True))
        self.fields["compiler"].queryset = mine
        self.fields["region"].queryset = Region.objects.filter(pk__in=places - {None})
        self.fields["approver"].queryset = Organization.objects.of_kinds(
            OrganizationKind.AUTHORITY, OrganizationKind.PURCHASER
        ).filter(region__in=places - {None})
        self.fields["approver"].empty_label = _("请选择")
        self.fields["based_on"].queryset = GuidanceCatalogue.objects.visible_to(actor).select_related("region")
        self.fields["based_on"].empty_label = _("从空白开始")


class ItemForm(forms.ModelForm):
    requires = forms.MultipleChoiceField(
        label=gettext_lazy("购买要求"),
        choices=ItemRequirement.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("公共服务不勾选的，按全部要求处理。"),
    )

    class Meta:
        model = CatalogueItem
        fields = (
            "code", "name", "parent", "is_public_service", "requires", "prefers_social", "shall_be_social", "note",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        catalogue = self.instance.catalogue
        above = catalogue.items.filter(level__lt=4).in_code_order()
        self.fields["parent"].queryset = above.exclude(pk=self.instance.pk)
        self.fields["parent"].empty_label = _("无（一级条目）")
        self.fields["note"].widget.attrs["rows"] = 3

    def clean_parent(self) -> CatalogueItem | None:
        parent: CatalogueItem | None = self.cleaned_data["parent"]
        moved = not self.instance._state.adding and parent != self.instance.parent
        if moved and self.instance.children.exists():
            raise forms.ValidationError(_("该条目下还有条目，不能改换上级；请先移走下级条目。"))
        return parent


class CodesForm(forms.Form):
    """Ticked codes are kept; those found by a search are offered beside the ones already mapped."""

    codes = forms.ModelMultipleChoiceField(
        label=gettext_lazy("采购品目"), queryset=None, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, offered: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["codes"].queryset = offered


class SearchForm(forms.Form):
    words = forms.CharField(label=gettext_lazy("代码或名称"), required=False, max_length=60)


class CatalogueFilterForm(forms.Form):
    place = forms.CharField(
        label=gettext_lazy("地区"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("名称或区划代码，连同上级地区的目录一起列出。"),
    )
    in_force = forms.BooleanField(label=gettext_lazy("只看现行有效"), required=False)

    def apply(self, rows: Any) -> Any:
        if not self.is_valid():
            return rows
        if self.cleaned_data["in_force"]:
            rows = rows.in_force_on(timezone.localdate())
        if place := self.cleaned_data["place"].strip():
            rows = rows.filter(region__in=_places_named(place))
        return rows


def _places_named(words: str) -> set[str]:
    found = Region.objects.filter(Q(name__icontains=words) | Q(code=words)).values_list("code", flat=True)[:50]
    return {code for hit in found for code in ancestors(hit)}
