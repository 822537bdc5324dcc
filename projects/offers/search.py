"""Guides, projects, contracts and publicity in the search. A draft is found by its own people only."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from procurement.access import Actor
from procurement.search import Entry, SearchKind, register_kind
from projects.models import (
    PUBLIC_APPLICATION_STATES,
    PUBLIC_PROCEDURE_STATES,
    Application,
    Contract,
    Guide,
    OfficialNotice,
    Procedure,
    Publicity,
)
from projects.models.contract import ANNOUNCED_STATES
from projects.models.guide import PUBLIC_GUIDE_STATES


def register() -> None:
    register_kind(
        SearchKind(
            name="guide",
            label=_("申报指南"),
            model=Guide,
            visible=lambda actor: Guide.objects.visible_to(actor),
            entry=guide_entry,
            url=lambda pk, is_public: reverse("guide", args=[pk]),
            has_private=True,
            select_related=("jurisdiction", "office"),
        )
    )
    register_kind(
        SearchKind(
            name="project",
            label=_("项目"),
            model=Application,
            visible=findable_projects,
            entry=project_entry,
            url=lambda pk, is_public: reverse("public-project" if is_public else "application", args=[pk]),
            has_private=True,
            select_related=("guide", "applicant__region", "applicant__street", "category"),
        )
    )
    register_kind(
        SearchKind(
            name="contract",
            label=_("合同"),
            model=Contract,
            visible=findable_contracts,
            entry=contract_entry,
            url=contract_url,
            has_private=True,
            select_related=("application__guide", "contractor__region", "purchaser"),
        )
    )
    register_kind(
        SearchKind(
            name="publicity",
            label=_("公示"),
            model=Publicity,
            visible=lambda actor: Publicity.objects.visible_to(actor),
            entry=publicity_entry,
            url=lambda pk, is_public: reverse("publicity", args=[pk]),
            has_private=True,
            select_related=("guide__jurisdiction",),
        )
    )
    register_kind(
        SearchKind(
            name="official_notice",
            label=_("公告"),
            model=OfficialNotice,
            visible=lambda actor: OfficialNotice.objects.visible_to(actor),
            entry=notice_entry,
            url=lambda pk, is_public: reverse("official-notice", args=[pk]),
            has_private=True,
            select_related=("issuer__region", "procedure"),
        )
    )
    register_kind(
        SearchKind(
            name="procedure",
            label=_("采购项目"),
            model=Procedure,
            visible=lambda actor: Procedure.objects.visible_to(actor),
            entry=procedure_entry,
            url=lambda pk, is_public: reverse("procedure", args=[pk]),
            has_private=True,
            select_related=("purchaser__region",),
        )
    )


def findable_projects(actor: Actor) -> QuerySet[Any]:
    """What the person may read as a party, and what everybody may."""
    mine = Application.objects.visible_to(actor).values("pk")
    return Application.objects.filter(pk__in=mine) | Application.objects.public()


def findable_contracts(actor: Actor) -> QuerySet[Any]:
    mine = Contract.objects.visible_to(actor).values("pk")
    return Contract.objects.filter(pk__in=mine) | Contract.objects.announced()


def contract_url(pk: UUID, is_public: bool) -> str:
    return reverse("contract-announcement" if is_public else "contract", args=[pk])


def guide_entry(row: Guide) -> Entry:
    return Entry(
        title=row.title,
        body="\n".join(filter(None, (row.number, row.office.name, row.summary, row.requirements))),
        is_public=row.status in PUBLIC_GUIDE_STATES,
        district=row.jurisdiction.name,
        year=row.year,
        fund=row.title,
        stage=str(row.state.label),
        on=timezone.localdate(row.published_at or row.created_at),
    )


def project_entry(row: Application) -> Entry:
    """The public facts of a project (R-285); the long answers and every person stay out, the grant until it is public."""
    is_public = row.status in PUBLIC_APPLICATION_STATES
    return Entry(
        title=row.title or row.number,
        body="\n".join(filter(None, (row.number, row.applicant.name, row.place, row.guide.title))),
        is_public=is_public,
        district=row.applicant.region.name,
        street=row.applicant.street.name if row.applicant.street else "",
        field=row.category.name if row.category else "",
        year=row.guide.year,
        fund=row.guide.title,
        stage=str(row.state.label),
        amount=row.granted_amount if is_public else None,
        on=timezone.localdate(row.submitted_at or row.created_at),
    )


def contract_entry(row: Contract) -> Entry:
    return Entry(
        title=row.subject_matter,
        body="\n".join((row.number, row.purchaser.name, row.contractor.name)),
        is_public=row.status in ANNOUNCED_STATES and row.announced_at is not None,
        district=row.contractor.region.name,
        year=row.application.guide.year if row.application else row.starts_on.year,
        fund=row.application.guide.title if row.application else "",
        stage=str(row.state.label),
        amount=row.amount,
        on=row.starts_on,
    )


def publicity_entry(row: Publicity) -> Entry:
    return Entry(
        title=row.title,
        body="\n".join(filter(None, (row.number, row.body))),
        is_public=row.status != "draft",
        district=row.guide.jurisdiction.name,
        year=row.guide.year,
        fund=row.guide.title,
        stage=str(row.state.label),
        on=row.starts_on or timezone.localdate(row.created_at),
    )


def notice_entry(row: OfficialNotice) -> Entry:
    """Number, title, who and for which procedure; the blanks hold telephones and stay on the page."""
    day = timezone.localdate(row.published_at or row.created_at)
    procedure = row.procedure
    return Entry(
        title=row.title,
        body="\n".join(filter(None, (row.number, row.issuer.name, procedure.number if procedure else ""))),
        is_public=row.published_at is not None,
        district=row.issuer.region.name,
        year=day.year,
        stage=str(row.state.label),
        on=day,
    )


def procedure_entry(row: Procedure) -> Entry:
    """What the announcement says; the words of the document are read on its page."""
    return Entry(
        title=row.title,
        body="\n".join((row.number, row.purchaser.name, row.get_kind_display())),
        is_public=row.announced_at is not None or row.status in PUBLIC_PROCEDURE_STATES,
        district=row.purchaser.region.name,
        year=timezone.localdate(row.announced_at or row.created_at).year,
        stage=str(row.state.label),
        amount=row.budget,
        on=timezone.localdate(row.announced_at or row.created_at),
    )
