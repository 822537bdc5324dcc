"""Who may write a catalogue, who sees what, and what the database itself keeps."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalogs.models import CatalogueItem, GuidanceCatalogue, ProcurementCode
from catalogs.services.guidance import map_codes, open_edition, save_item
from orgs.models import OrganizationKind
from procurement.access import ANONYMOUS, Role
from procurement.lifecycle.engine import perform
from procurement.rules import RuleState, RuleViolation, state_of
from tests.factories.guidance import add_item, make_catalogue, make_proposal
from tests.factories.people import a_region, make_actor, make_organization

pytestmark = pytest.mark.django_db


def client_of(actor) -> Client:
    client = Client()
    client.force_login(actor.user)
    return client


def test_nobody_writes_the_catalogue_of_another_place() -> None:
    finance = make_organization(OrganizationKind.AUTHORITY)
    foreign = make_organization(region=a_region("110108", "海淀区"))
    compiler = make_actor(Role.FIN, finance)
    for region, approver, said in (
        (a_region("110108", "海淀区"), make_organization(), "由本地区的单位编制"),
        (a_region(), foreign, "由同级政府批准"),
        (a_region(), finance, "不能批准自己的目录"),
    ):
        with pytest.raises(RuleViolation, match=said):
            open_edition(actor=compiler, region=region, title="目录", compiler=finance, approver=approver)
    stranger = make_actor(Role.FIN)
    with pytest.raises(RuleViolation, match="S-02"):
        open_edition(actor=stranger, region=a_region(), title="目录", compiler=finance, approver=make_organization())


def test_who_sent_it_up_does_not_approve_it() -> None:
    government = make_organization()
    catalogue = make_catalogue(status="draft", approver=government)
    both = make_actor(Role.FIN, catalogue.compiler)
    twice = make_actor(Role.LG, government, user=both.user)
    perform(catalogue, "catalogue.submit", actor=twice)
    with pytest.raises(RuleViolation, match="报批人不能批准自己报送的目录"):
        perform(catalogue, "catalogue.approve", actor=twice, document_number="1号")


def test_items_are_frozen_from_the_moment_the_edition_is_sent_up() -> None:
    catalogue = make_catalogue(status="draft")
    compiler = make_actor(Role.FIN, catalogue.compiler)
    add_item(catalogue, "A0402", "社会救助服务", "A04", actor=compiler)  # the control: a draft takes items
    perform(catalogue, "catalogue.submit", actor=compiler)
    with pytest.raises(RuleViolation, match="R-007 目录已报批或批准"):
        add_item(catalogue, "A0403", "优抚安置服务", "A04", actor=compiler)
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        CatalogueItem.objects.filter(catalogue=catalogue, code="A0402").update(prefers_social=True)
    leader = make_actor(Role.LG, catalogue.approver)
    perform(catalogue, "catalogue.return", actor=leader, reason="补充条目说明。")
    add_item(catalogue, "A0403", "优抚安置服务", "A04", actor=compiler)


def test_an_item_stands_under_its_own_edition_one_level_below() -> None:
    one = make_catalogue(status="draft")
    other = make_catalogue(region=a_region("110108", "海淀区"), status="draft")
    compiler = make_actor(Role.FIN, one.compiler)
    stray = CatalogueItem(catalogue=one, code="Z1", name="错位", parent=other.items.get(code="A"))
    with pytest.raises(RuleViolation, match="上级条目须在同一版目录中"):
        save_item(actor=compiler, item=stray)
    with pytest.raises(IntegrityError, match="one level above"), transaction.atomic():
        stray.save()


def test_two_official_editions_never_hold_on_one_day() -> None:
    catalogue = make_catalogue()
    with pytest.raises(IntegrityError, match="catalogue_one_edition_at_a_time"), transaction.atomic():
        GuidanceCatalogue.objects.create(
            title="另一目录",
            region=catalogue.region,
            level=catalogue.level,
            edition=7,
            status="published",
            document_number="2号",
            valid_from=timezone.localdate(),
        )


def test_withdrawn_carries_nothing_from_that_day() -> None:
    catalogue = make_catalogue()
    today = timezone.localdate()
    assert CatalogueItem.objects.valid_on(catalogue.region, today).exists()
    perform(catalogue, "catalogue.withdraw", actor=make_actor(Role.LG, catalogue.approver), reason="机构改革。")
    assert not CatalogueItem.objects.valid_on(catalogue.region, today).exists()


def test_drafts_and_wishes_are_not_seen_by_strangers() -> None:
    draft = make_catalogue(status="draft")
    item = draft.items.first()
    wish = make_proposal(reviewer=draft.compiler)
    stranger = client_of(make_actor(Role.FIN))
    for address in (
        draft.get_absolute_url(),
        item.get_absolute_url(),
        reverse("catalogue-compare", args=[draft.pk]),
        reverse("catalogue-item-edit", args=[item.pk]),
        reverse("catalogue-item-codes", args=[item.pk]),
        reverse("catalogue-item-new", args=[draft.pk]),
        wish.get_absolute_url(),
        reverse("catalogue-proposal-edit", args=[wish.pk]),
    ):
        assert stranger.get(address).status_code == 404, address
    assert draft.title not in stranger.get(reverse("catalogue-list")).content.decode()
    assert wish.name not in stranger.get(reverse("catalogue-proposals")).content.decode()
    assert client_of(make_actor(Role.FIN, draft.compiler)).get(draft.get_absolute_url()).status_code == 200
    assert not CatalogueItem.objects.visible_to(ANONYMOUS).filter(catalogue=draft).exists()


def test_an_edition_is_compiled_by_clicks() -> None:
    finance, government = make_organization(OrganizationKind.AUTHORITY), make_organization()
    client = client_of(make_actor(Role.FIN, finance))
    entered = {
        "title": "朝阳区目录",
        "compiler": finance.pk,
        "region": "110105",
        "approver": government.pk,
        "based_on": GuidanceCatalogue.objects.get(level="national").pk,
    }
    assert client.post(reverse("catalogue-new"), {**entered, "title": ""}).status_code == 422
    answer = client.post(reverse("catalogue-new"), entered)
    catalogue = GuidanceCatalogue.objects.get(title="朝阳区目录")
    assert answer.url == catalogue.get_absolute_url()
    assert catalogue.items.filter(level=3).count() == 12
    assert client.post(reverse("catalogue-new"), entered).status_code == 409
    parent = catalogue.items.get(code="A04")
    new = {"code": "A0408", "name": "助餐服务", "parent": parent.pk, "is_public_service": "on"}
    assert client.post(reverse("catalogue-item-new", args=[catalogue.pk]), new).status_code == 302
    item = catalogue.items.get(code="A0408")
    assert item.level == 3
    assert item.requires
    page = client.get(item.get_absolute_url()).content.decode()
    assert "R-046" in page
    assert "R-242" in page
    codes = list(ProcurementCode.objects.filter(check_state="suspect")[:1])
    client.post(reverse("catalogue-item-codes", args=[item.pk]), {"codes": [code.pk for code in codes]})
    assert "名称可疑，待核" in client.get(item.get_absolute_url()).content.decode()
    assert client.post(reverse("catalogue-item-remove", args=[item.pk])).status_code == 302
    assert not catalogue.items.filter(code="A0408").exists()


def test_codes_stay_open_when_the_text_is_frozen() -> None:
    catalogue = make_catalogue()
    item = catalogue.items.get(code="A0401")
    code = ProcurementCode.objects.get(pk="C01010000")
    map_codes(actor=make_actor(Role.FIN, catalogue.compiler), item=item, codes=[code])
    assert item.procurement_codes.get().code == code
    with pytest.raises(RuleViolation, match="S-02"):
        map_codes(actor=make_actor(Role.FIN), item=item, codes=[])


@pytest.mark.parametrize("name", ["catalogue-list", "catalogue-proposals", "catalogue"])
def test_pages_ask_as_often_for_many_rows_as_for_few(name: str) -> None:
    catalogue = make_catalogue(status="draft")
    compiler = make_actor(Role.FIN, catalogue.compiler)
    client = client_of(compiler)
    address = catalogue.get_absolute_url() if name == "catalogue" else reverse(name)
    make_proposal(reviewer=catalogue.compiler)

    def asked() -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    few = asked()
    for number in range(8):
        add_item(catalogue, f"A04{number + 10}", f"服务{number}", "A04", actor=compiler)
        make_proposal(reviewer=catalogue.compiler)
        make_catalogue(region=a_region(f"11010{number % 4}1"[:6], "某区"), status="draft") if number < 4 else None
    assert asked() == few <= 14


def test_the_public_check_finds_items_or_says_why_not() -> None:
    make_catalogue(valid_from=timezone.localdate())
    client = Client()
    address = reverse("catalogue-eligibility")
    asked = {"region": "朝阳区", "day": timezone.localdate().isoformat(), "words": "养老"}
    assert "居家养老服务" in client.get(address, asked).content.decode()
    missing = client.get(address, {**asked, "words": "航天发射"}).content.decode()
    assert "R-006" in missing
    late = client.get(address, {**asked, "day": (timezone.localdate() - timedelta(days=400)).isoformat()})
    assert "R-006" in late.content.decode()
    assert client.get(address, {**asked, "region": "无此地"}).status_code == 422


def test_the_rules_page_says_what_the_code_does() -> None:
    for rule_id in ("R-003", "R-004", "R-005", "R-006", "R-007", "R-009"):
        assert state_of(rule_id) == RuleState.ENFORCED, rule_id
