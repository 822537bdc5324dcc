"""Organisations in the search: what their public page says, no person among it."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orgs.models import Organization
from procurement.search import Entry, SearchKind, register_kind


def register() -> None:
    register_kind(
        SearchKind(
            name="organization",
            label=_("单位"),
            model=Organization,
            visible=lambda actor: Organization.objects.visible_to(actor),
            entry=organization_entry,
            url=lambda pk, is_public: reverse("organization", args=[pk]),
            has_private=True,
            select_related=("region", "street"),
        )
    )


def organization_entry(row: Organization) -> Entry:
    return Entry(
        title=row.name,
        body="\n".join(filter(None, (row.short_name, row.uscc, row.introduction))),
        is_public=row.is_published,
        district=row.region.name,
        street=row.street.name if row.street else "",
        field=str(row.kind_label),
        on=row.registered_on or timezone.localdate(row.created_at),
    )
