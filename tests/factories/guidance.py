"""Catalogues and wishes, brought to their state by the people who do so."""

from __future__ import annotations

from datetime import date, datetime
from itertools import count

from django.utils import timezone

from catalogs.models import CatalogueItem, CatalogueProposal, GuidanceCatalogue
from catalogs.services.guidance import open_edition, save_item
from catalogs.services.proposals import save_proposal
from orgs.models import Organization, OrganizationKind, Region
from procurement.access import Actor, Role, actor_for
from procurement.access.models import User
from procurement.lifecycle.engine import perform
from procurement.lifecycle.models import LifecycleModel
from tests.factories.people import a_region, make_actor, make_organization

_number = count(1)
#: What a plain catalogue of the tests holds: (code, name, parent, public service).
ITEMS = (
    ("A", "公共服务", "", True),
    ("A04", "社会保障服务", "A", True),
    ("A0401", "居家养老服务", "A04", True),
    ("B", "政府履职辅助性服务", "", False),
    ("B02", "课题研究和社会调查服务", "B", False),
)


def make_catalogue(
    *,
    region: Region | None = None,
    status: str = "published",
    valid_from: date | None = None,
    at: datetime | None = None,
    compiler: Organization | None = None,
    approver: Organization | None = None,
) -> GuidanceCatalogue:
    """An edition of ``region`` in ``status``: compiled by its finance authority, approved by its government."""
    region = region or a_region()
    compiler = compiler or make_organization(OrganizationKind.AUTHORITY, region=region)
    approver = approver or make_organization(region=region)
    finance = make_actor(Role.FIN, compiler)
    catalogue = open_edition(
        actor=finance,
        region=region,
        title=f"{region.name}政府购买服务指导性目录",
        compiler=compiler,
        approver=approver,
    )
    for code, name, parent, public in ITEMS:
        add_item(catalogue, code, name, parent, actor=finance, is_public_service=public)
    if status != "draft":
        perform(catalogue, "catalogue.submit", actor=finance, at=at)
    if status in ("approved", "published"):
        leader = make_actor(Role.LG, approver)
        perform(catalogue, "catalogue.approve", actor=leader, at=at, document_number="朝政办发〔2026〕5号")
    if status == "published":
        day = valid_from or (at.date() if at else timezone.localdate())
        perform(catalogue, "catalogue.publish", actor=finance, at=at, valid_from=day)
    return catalogue


def add_item(
    catalogue: GuidanceCatalogue,
    code: str,
    name: str,
    parent: str = "",
    *,
    actor: Actor,
    is_public_service: bool = False,
) -> CatalogueItem:
    above = catalogue.items.get(code=parent) if parent else None
    return save_item(
        actor=actor,
        item=CatalogueItem(
            catalogue=catalogue, code=code, name=name, parent=above, is_public_service=is_public_service
        ),
    )


def make_proposal(
    *, reviewer: Organization, region: Region | None = None, name: str = "", status: str = "submitted"
) -> CatalogueProposal:
    """A resident group's wish for a new item, sent to the finance authority."""
    region = region or a_region()
    organization = make_organization(OrganizationKind.COMMUNITY, region=region)
    proposer = make_actor(Role.REC, organization)
    proposal = save_proposal(
        actor=proposer,
        proposal=CatalogueProposal(
            region=region,
            reviewer=reviewer,
            name=name or f"社区托幼服务{next(_number)}",
            grounds="双职工家庭无人照看。",
        ),
        organization=organization,
    )
    if status != "draft":
        perform(proposal, "catalogue_proposal.submit", actor=proposer)
    return proposal


def guidance_specimens() -> dict[str, LifecycleModel]:
    """An edition and the hub's wish, so that every row can be tried: a draft of the place stands open for adoption."""
    region = Region.objects.get(pk="110108")
    finance = make_organization(OrganizationKind.AUTHORITY, region=region)
    published = make_catalogue(region=region, compiler=finance, status="published")
    make_catalogue(region=region, compiler=finance, status="draft")
    hub = actor_for(User.objects.get(username="hub"))
    wish = save_proposal(
        actor=hub,
        proposal=CatalogueProposal(region=region, reviewer=finance, name="应急救护培训", grounds="社区多次提出。"),
        organization=Organization.objects.get(pk=hub.seats[0].organization_id),
    )
    perform(wish, "catalogue_proposal.submit", actor=hub)
    return {"catalogue": published, "catalogue_proposal": wish}
