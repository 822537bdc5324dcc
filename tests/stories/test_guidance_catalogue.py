"""The catalogue's life: drafted, approved, published, superseded; and a missing item that finds its way in."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import InternalError, transaction
from django.utils import timezone

from catalogs.guards.guidance import item_refusals, require_item
from catalogs.models import CatalogueItem, CatalogueProposal
from catalogs.selectors.guidance import differences, items_valid_on
from catalogs.services.guidance import open_edition, save_item, supersede_due
from orgs.models import OrganizationKind
from procurement.access import Role
from procurement.demo.stage import local
from procurement.lifecycle.engine import perform
from procurement.notices.models import Outbox
from procurement.rules import RuleViolation
from tests.factories.guidance import make_catalogue, make_proposal
from tests.factories.people import a_region, make_actor, make_organization

pytestmark = pytest.mark.django_db


def test_an_edition_is_drafted_approved_published_and_superseded() -> None:
    today = timezone.localdate()
    place = a_region()
    finance, government = make_organization(OrganizationKind.AUTHORITY), make_organization()
    compiler, leader = make_actor(Role.FIN, finance), make_actor(Role.LG, government)

    # given a catalogue that finance has drafted
    first = make_catalogue(compiler=finance, approver=government, status="draft")
    assert not items_valid_on(place, today).exists()
    # when it is sent up, approved by the government with its number, and published
    perform(first, "catalogue.submit", actor=compiler)
    with pytest.raises(RuleViolation, match="R-007 须填写批准文号"):
        perform(first, "catalogue.approve", actor=leader, document_number=" ")
    perform(first, "catalogue.approve", actor=leader, document_number="朝政办发〔2026〕5号")
    assert not items_valid_on(place, today).exists(), "approved is not yet published"
    with pytest.raises(RuleViolation, match="R-007 施行日期不得早于公布之日"):
        perform(first, "catalogue.publish", actor=compiler, valid_from=today - timedelta(days=1))
    perform(first, "catalogue.publish", actor=compiler, valid_from=today)
    # then plans may map to its items
    assert items_valid_on(place, today).filter(code="A0401").exists()

    # and when the next edition is published for the day after tomorrow
    second = open_edition(
        actor=compiler, region=place, title=first.title, compiler=finance, approver=government, based_on=first
    )
    care = second.items.get(code="A0401")
    care.name = "居家和社区养老服务"
    save_item(actor=compiler, item=care)
    perform(second, "catalogue.submit", actor=compiler)
    perform(second, "catalogue.approve", actor=leader, document_number="朝政办发〔2026〕9号")
    begins = today + timedelta(days=2)
    perform(second, "catalogue.publish", actor=compiler, valid_from=begins)
    # then each day has one edition, and the older one ends when the newer begins
    assert {item.catalogue_id for item in items_valid_on(place, today)} == {first.pk}
    assert {item.catalogue_id for item in items_valid_on(place, begins)} == {second.pk}
    assert supersede_due(timezone.now()) == 0
    assert supersede_due(timezone.now() + timedelta(days=2)) == 1
    first.refresh_from_db()
    assert (first.status, first.valid_to, second.edition) == ("superseded", begins, 2)
    assert [(change.kind, change.code) for change in differences(first, second)] == [("renamed", "A0401")]


def test_an_item_not_in_the_catalogue_is_refused_proposed_adopted_and_then_accepted() -> None:
    today = timezone.localdate()
    place = a_region()
    finance, government = make_organization(OrganizationKind.AUTHORITY), make_organization()
    compiler, leader = make_actor(Role.FIN, finance), make_actor(Role.LG, government)
    first = make_catalogue(compiler=finance, approver=government, valid_from=today)

    # given a need for which the catalogue has no item
    with pytest.raises(RuleViolation, match="R-006 尚未对应购买服务目录条目；目录没有列入的，请先提出目录调整建议"):
        require_item(None, region=place, day=today)
    # when residents propose one
    wish = make_proposal(reviewer=finance, region=place, name="社区托幼服务")
    # then finance cannot take it up while no next edition is open
    with pytest.raises(RuleViolation, match="R-007 还没有编制中的新版目录"):
        perform(wish, "catalogue_proposal.adopt", actor=compiler, reason="同意", edition=first, code="A0402")
    second = open_edition(
        actor=compiler, region=place, title=first.title, compiler=finance, approver=government, based_on=first
    )
    parent = second.items.get(code="A04")
    with pytest.raises(RuleViolation, match="R-007 代码A0401在新版中已有条目"):
        perform(
            wish, "catalogue_proposal.adopt", actor=compiler, reason="同意", edition=second, parent=parent, code="A0401"
        )
    perform(
        wish,
        "catalogue_proposal.adopt",
        actor=compiler,
        reason="需求明确，列入社会保障服务。",
        edition=second,
        parent=parent,
        code="A0402",
        item_name="社区托幼服务",
    )
    # and the proposer is told with the answer
    told = Outbox.objects.filter(recipient=wish.proposer).latest("created_at")
    assert "需求明确" in told.context["reason"]
    item = second.items.get(code="A0402")
    assert item.is_public_service
    assert item.requires
    # but it carries a purchase only once its edition is published
    assert [refusal.rule_id for refusal in item_refusals(item, region=place, day=today)] == ["R-006"]
    perform(second, "catalogue.submit", actor=compiler)
    perform(second, "catalogue.approve", actor=leader, document_number="朝政办发〔2026〕9号")
    tomorrow = today + timedelta(days=1)
    perform(second, "catalogue.publish", actor=compiler, valid_from=tomorrow)
    assert item_refusals(item, region=place, day=tomorrow) == []
    assert item_refusals(item, region=place, day=today) != []


def test_a_refused_wish_comes_back_with_its_reason() -> None:
    finance = make_organization(OrganizationKind.AUTHORITY)
    wish = make_proposal(reviewer=finance)
    answering = make_actor(Role.FIN, finance)
    with pytest.raises(RuleViolation, match="S-03"):
        perform(wish, "catalogue_proposal.refuse", actor=answering)
    perform(wish, "catalogue_proposal.refuse", actor=answering, reason="属于政府应直接履职的事项。")
    assert "应直接履职" in Outbox.objects.filter(recipient=wish.proposer).latest("created_at").context["reason"]
    # what was decided stays as it is
    with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
        CatalogueProposal.objects.filter(pk=wish.pk).update(grounds="改写")


def test_an_item_holds_in_its_place_and_below_and_nowhere_else() -> None:
    beijing, chaoyang = a_region("110000", "北京市"), a_region()
    day = date(2026, 6, 1)
    at = local(2026, 1, 5, 10)
    make_catalogue(region=beijing, valid_from=date(2026, 1, 10), at=at)
    item = CatalogueItem.objects.get(code="A0401", catalogue__region=beijing)
    assert item_refusals(item, region=chaoyang, day=day) == []
    guangdong = a_region("440000", "广东省")
    assert "广东省2026-06-01有效" in item_refusals(item, region=guangdong, day=day)[0].message
    assert item_refusals(item, region=chaoyang, day=date(2026, 1, 9))
