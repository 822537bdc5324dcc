"""Catalogue items, policies, needs, demands and offers in the search."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_save
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogs.models.demand import PUBLIC_DEMAND_STATES, DemandItem
from catalogs.models.guidance import PUBLIC_STATES, CatalogueItem, GuidanceCatalogue
from catalogs.models.need import PUBLIC_NEED_STATES, Need, without_personal_numbers
from catalogs.models.policy import PolicyDocument, Validity
from catalogs.models.supply import PUBLISHED, SupplyItem
from procurement.registers import rows_written
from procurement.search import Entry, SearchKind, register_kind


def register() -> None:
    register_kind(
        SearchKind(
            name="catalogue_item",
            label=_("目录品目"),
            model=CatalogueItem,
            visible=lambda actor: CatalogueItem.objects.visible_to(actor),
            entry=item_entry,
            url=lambda pk, is_public: reverse("catalogue-item", args=[pk]),
            has_private=True,
            select_related=("catalogue__region",),
        )
    )
    register_kind(
        SearchKind(
            name="need",
            label=_("需求征集"),
            model=Need,
            visible=lambda actor: Need.objects.visible_to(actor),
            entry=need_entry,
            url=lambda pk, is_public: reverse("need", args=[pk]),
            has_private=True,
            select_related=("street__parent",),
        )
    )
    register_kind(
        SearchKind(
            name="demand",
            label=_("需求目录"),
            model=DemandItem,
            visible=lambda actor: DemandItem.objects.visible_to(actor),
            entry=demand_entry,
            url=lambda pk, is_public: reverse("demand", args=[pk]),
            has_private=True,
            select_related=("street__parent", "office"),
        )
    )
    register_kind(
        SearchKind(
            name="supply",
            label=_("供给目录"),
            model=SupplyItem,
            visible=lambda actor: SupplyItem.objects.visible_to(actor),
            entry=supply_entry,
            url=lambda pk, is_public: reverse("supply", args=[pk]),
            has_private=True,
            select_related=("organization__region", "organization__street"),
        )
    )

    register_kind(
        SearchKind(
            name="policy",
            label=_("政策文件"),
            model=PolicyDocument,
            visible=lambda actor: PolicyDocument.objects.visible_to(actor),
            entry=policy_entry,
            url=lambda pk, is_public: reverse("policy-by-key", args=[pk]),
            has_private=True,
            select_related=("region",),
        )
    )
    post_save.connect(edition_saved, sender=GuidanceCatalogue, dispatch_uid="search.edition")


def edition_saved(*, instance: GuidanceCatalogue, created: bool, raw: bool = False, **_rest: Any) -> None:
    """Who may find an item, and since when it holds, is its edition's to say: the items follow its change of state."""
    if not created and not raw:
        keys = list(instance.items.values_list("pk", flat=True))
        rows_written.send(sender=CatalogueItem, keys=keys)


def item_entry(row: CatalogueItem) -> Entry:
    edition = row.catalogue
    return Entry(
        title=row.name,
        body="\n".join(filter(None, (row.code, edition.title, row.note))),
        is_public=edition.status in PUBLIC_STATES,
        district=edition.region.name if edition.region else "",
        year=edition.valid_from.year if edition.valid_from else None,
        stage=str(edition.state.label),
        on=edition.valid_from or timezone.localdate(edition.created_at),
    )


def policy_entry(row: PolicyDocument) -> Entry:
    """The text of an official document is everybody's; of an article only its record is (copyright)."""
    return Entry(
        title=row.title,
        body="\n".join(filter(None, (row.number, row.issuer, row.text if row.is_official else ""))),
        is_public=row.is_published,
        district=row.region.name if row.region else "",
        year=row.issued_on.year if row.issued_on else None,
        stage=str(Validity(row.validity).label),
        on=row.issued_on or timezone.localdate(row.updated_at),
    )


def need_entry(row: Need) -> Entry:
    """As its public page shows it: numbers of persons blotted out, the contact not read at all."""
    return Entry(
        title=without_personal_numbers(row.title),
        body=without_personal_numbers("\n".join(filter(None, (row.community, row.description)))),
        is_public=row.status in PUBLIC_NEED_STATES and not row.is_withheld,
        district=row.street.parent.name if row.street.parent else "",
        street=row.street.name,
        field=str(row.get_field_display()),
        year=timezone.localdate(row.created_at).year,
        stage=str(row.state.label),
        on=timezone.localdate(row.created_at),
    )


def demand_entry(row: DemandItem) -> Entry:
    return Entry(
        title=row.title,
        body="\n".join(filter(None, (row.office.name, row.community, row.goal, row.content))),
        is_public=row.status in PUBLIC_DEMAND_STATES,
        district=row.street.parent.name if row.street.parent else "",
        street=row.street.name,
        field=str(row.get_field_display()),
        year=timezone.localdate(row.created_at).year,
        stage=str(row.state.label),
        amount=row.estimated_amount,
        on=timezone.localdate(row.listed_at or row.created_at),
    )


def supply_entry(row: SupplyItem) -> Entry:
    body = row.organization
    return Entry(
        title=row.title,
        body="\n".join((body.name, row.description)),
        is_public=row.status == PUBLISHED,
        district=body.region.name,
        street=body.street.name if body.street else "",
        field=str(row.get_field_display()),
        stage=str(row.state.label),
        on=timezone.localdate(row.created_at),
    )
