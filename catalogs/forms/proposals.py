"""Writing a proposal, and answering one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogs.lifecycle.guidance import PROPOSER_ROLES
from catalogs.models import CatalogueItem, CatalogueProposal, GuidanceCatalogue, ProposalKind
from catalogs.selectors.guidance import open_editions
from orgs.models import Organization, OrganizationKind, Region
from procurement.access import Actor
from procurement.lifecycle.forms import TransitionForm
from procurement.rules.jurisdictions import ancestors


class ProposalForm(forms.ModelForm):
    """In the name of one of the person's bodies, to a finance authority of its place."""

    organization = forms.ModelChoiceField(
        label=gettext_lazy("建议单位"), queryset=Organization.objects.none(), empty_label=None
    )

    class Meta:
        model = CatalogueProposal
        fields = ("organization", "region", "reviewer", "kind", "name", "item", "grounds")

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = Organization.objects.filter(pk__in=actor.organization_ids(*PROPOSER_ROLES))
        places = {code for org in mine for code in ancestors(org.street_id or org.region_id)}
        today = timezone.localdate()
        self.fields["organization"].queryset = mine
        self.fields["region"].queryset = Region.objects.filter(pk__in=places).order_by("-level", "code")
        self.fields["region"].empty_label = None
        self.fields["reviewer"].queryset = Organization.objects.of_kinds(OrganizationKind.AUTHORITY).filter(
            region__in=places, pk__in=_compilers()
        )
        self.fields["reviewer"].empty_label = _("请选择")
        self.fields["item"].queryset = (
            CatalogueItem.objects.filter(
                catalogue__in=GuidanceCatalogue.objects.in_force_on(today).filter(region__in=places).values("pk")
            )
            .select_related("catalogue")
            .in_code_order()
        )
        self.fields["item"].empty_label = _("不涉及已有条目")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        kind = data.get("kind")
        if kind != ProposalKind.ADD and not data.get("item"):
            self.add_error("item", _("调整或删除须选择涉及条目。"))
        if kind != ProposalKind.REMOVE and not data.get("name"):
            self.add_error("name", _("请填写建议的条目名称。"))
        return data


def _compilers() -> Any:
    """Bodies where somebody answers for finance today."""
    from orgs.models import Membership
    from procurement.access import Role

    return Membership.objects.filter(role=Role.FIN).values("organization")


class AdoptionForm(TransitionForm):
    """Where in the next edition it goes."""

    reason_label = gettext_lazy("答复")

    edition = forms.ModelChoiceField(
        label=gettext_lazy("列入"), queryset=GuidanceCatalogue.objects.none(), empty_label=None
    )
    parent = forms.ModelChoiceField(
        label=gettext_lazy("上级条目"), queryset=CatalogueItem.objects.none(), required=False
    )
    code = forms.CharField(label=gettext_lazy("条目代码"), max_length=16)
    item_name = forms.CharField(label=gettext_lazy("条目名称"), max_length=120, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        proposal: CatalogueProposal = self.obj  # type: ignore[assignment]
        editions = open_editions(proposal)
        self.fields["edition"].queryset = editions
        self.fields["parent"].queryset = CatalogueItem.objects.filter(
            catalogue__in=editions.values("pk"), level__lt=4
        ).in_code_order()
        self.fields["parent"].empty_label = _("无（一级条目）")
        self.fields["item_name"].initial = proposal.name
        if proposal.kind != ProposalKind.ADD:
            del self.fields["parent"]
            self.fields["code"].initial = proposal.item.code if proposal.item else ""
        if proposal.kind == ProposalKind.REMOVE:
            del self.fields["item_name"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        parent, edition = data.get("parent"), data.get("edition")
        if parent and edition and parent.catalogue_id != edition.pk:
            self.add_error("parent", _("上级条目须在同一版目录中。"))
        return data


class RefusalForm(TransitionForm):
    reason_label = gettext_lazy("不予采纳的理由")
