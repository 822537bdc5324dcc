"""A body becomes a hub by decision of its leading group, leads members, and stops being one."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from orgs.models import HubAffiliation, HubRecognition, HubTier, Organization, OrganizationKind, Requirement
from orgs.selectors.network import hub_network
from orgs.services.affiliations import affiliate
from orgs.services.recognitions import apply_for
from procurement.access import Role
from procurement.demo.stage import local
from procurement.lifecycle.engine import perform
from procurement.rules import RuleViolation
from tests.factories import make_actor, make_organization, make_social_organization
from tests.factories.hubs import make_recognition

pytestmark = pytest.mark.django_db
BEGUN = local(2026, 3, 2)
PASSED = [{"code": one.value, "passed": True, "note": ""} for one in Requirement]


class Place:
    """A district's leading group and a body that asks it."""

    def __init__(self) -> None:
        self.office = make_organization()
        self.doing, self.leading = make_actor(Role.LGO, self.office), make_actor(Role.LG, self.office)
        self.body = make_organization(OrganizationKind.ASSOCIATION)
        self.head = make_actor(Role.ORG_H, self.body)

    def apply(self, *, tier: str = HubTier.DISTRICT, field: str = "为老服务") -> HubRecognition:
        return apply_for(
            actor=self.head, organization=self.body, tier=tier, field=field, office=self.office, grounds="联系广泛"
        )


@pytest.fixture
def place() -> Place:
    return Place()


def test_a_body_becomes_a_hub_only_after_check_review_and_public_notice(place: Place):
    recognition = place.apply()
    perform(recognition, "hub_recognition.check", actor=place.doing, at=BEGUN, checklist=PASSED)
    perform(recognition, "hub_recognition.review", actor=place.leading, at=BEGUN)
    perform(recognition, "hub_recognition.publicise", actor=place.doing, at=BEGUN)
    assert recognition.publicity_until == date(2026, 3, 11)  # seven working days
    place.body.refresh_from_db()
    assert not place.body.is_hub

    with pytest.raises(RuleViolation, match="R-083 公示期至 2026-03-11 24 时，尚未届满"):
        perform(
            recognition,
            "hub_recognition.recognise",
            actor=place.leading,
            at=local(2026, 3, 11, 18),
            document_number="朝社领〔2026〕1号",
        )
    perform(
        recognition,
        "hub_recognition.recognise",
        actor=place.leading,
        at=local(2026, 3, 12),
        document_number="朝社领〔2026〕1号",
    )
    place.body.refresh_from_db()
    assert (place.body.is_hub, place.body.hub_tier) == (True, "district")
    assert recognition.review_due_on == date(2027, 3, 12)


def test_a_requirement_not_met_refuses_with_its_words(place: Place):
    recognition = place.apply()
    lines = [{**line, "passed": line["code"] != "party", "note": "尚未建立党组织"} for line in PASSED]
    with pytest.raises(RuleViolation, match=r"R-082 不符合“党建健全.*尚未建立党组织"):
        perform(recognition, "hub_recognition.check", actor=place.doing, at=BEGUN, checklist=lines)


def test_another_tier_is_decided_by_its_own_leading_group(place: Place):
    recognition = place.apply(tier=HubTier.CITY)
    with pytest.raises(RuleViolation, match="R-083 市级枢纽由同级社会建设工作领导小组认定"):
        perform(recognition, "hub_recognition.check", actor=place.doing, at=BEGUN, checklist=PASSED)


def test_one_body_one_tier_per_field(place: Place):
    place.apply()
    with pytest.raises(RuleViolation, match="R-083 本单位在“为老服务”领域已有区级枢纽"):
        place.apply(tier=HubTier.STREET)
    with pytest.raises(IntegrityError, match="recognition_one_tier_per_field"), transaction.atomic():
        make_recognition(place.body, field="为老服务", tier=HubTier.STREET)
    place.apply(field="助残")


def test_the_mark_of_a_hub_cannot_be_given_past_the_recognition(place: Place):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    marked = Organization.objects.filter(pk=place.body.pk)
    with pytest.raises(IntegrityError, match="a hub needs a recognition"), transaction.atomic():
        marked.update(is_hub=True, hub_tier="city")
    make_recognition(place.body)
    place.body.refresh_from_db()
    assert place.body.is_hub


def test_a_revoked_hub_loses_its_mark_and_its_members_pass_to_the_successor(place: Place):
    lost = make_recognition(place.body, office=place.office, field="为老服务")
    heir = make_organization(OrganizationKind.ASSOCIATION)
    make_recognition(heir, office=place.office, field="为老服务")
    stranger = make_organization(OrganizationKind.ASSOCIATION)
    make_recognition(stranger, field="为老服务")
    member = make_social_organization()
    HubAffiliation.objects.create(hub=place.body, member=member, field="为老服务", valid_from=date(2025, 1, 1))

    with pytest.raises(RuleViolation, match=r"R-083 .*不能接续"):
        perform(lost, "hub_recognition.revoke", actor=place.leading, reason="停止履职", successor=stranger)
    perform(lost, "hub_recognition.revoke", actor=place.leading, reason="停止履职", successor=heir)

    place.body.refresh_from_db()
    assert not place.body.is_hub
    today = timezone.localdate()
    leads = {tie.hub_id for tie in member.hub_affiliations.all() if not tie.valid_to or tie.valid_to > today}
    assert leads == {heir.pk}
    review = lost.reviews.get()
    assert (review.verdict, review.figures["members"]) == ("revoked", 1)


def test_members_join_only_in_a_field_the_hub_was_recognised_in(place: Place):
    make_recognition(place.body, field="为老服务")
    member, today = make_social_organization(), timezone.localdate()
    with pytest.raises(RuleViolation, match=r"R-083 .*未被认定为“助残”领域的枢纽"):
        affiliate(actor=place.head, hub=place.body, member=member, field="助残", on=today)
    affiliate(actor=place.head, hub=place.body, member=member, field="为老服务", on=today)
    with pytest.raises(RuleViolation, match="S-02"):
        affiliate(actor=place.leading, hub=place.body, member=member, field="为老服务", on=today)


def test_an_unpublished_request_is_hidden_from_the_public(place: Place, client: Client):
    recognition = place.apply()
    address = recognition.get_absolute_url()
    assert client.get(address).status_code == 404
    assert "为老服务" not in client.get(reverse("hub-recognitions")).content.decode()
    client.force_login(make_actor(Role.ORG_H).person)
    assert client.get(address).status_code == 404
    client.force_login(place.head.person)
    assert "联系广泛" in client.get(address).content.decode()


def test_request_check_and_decision_by_their_pages(place: Place, client: Client):
    client.force_login(place.head.person)
    data = {
        "organization": place.body.pk,
        "tier": "district",
        "field": "助残",
        "office": place.office.pk,
        "grounds": "在本领域联系广泛。",
    }
    assert client.post(reverse("hub-recognition-new"), {**data, "tier": ""}).status_code == 422
    assert client.post(reverse("hub-recognition-new"), data).status_code == 302
    again = client.post(reverse("hub-recognition-new"), data)
    assert again.status_code == 409
    assert "R-083" in again.content.decode()
    recognition = HubRecognition.objects.get(field="助残")
    client.force_login(place.doing.person)
    act = reverse("transition", args=["hub_recognition", recognition.pk, "hub_recognition.check"])
    refused = client.post(act, {"leadership": "on", "business": "on", "legal_person": "on"})
    assert "不符合“党建健全" in refused.content.decode()
    done = client.post(act, {"leadership": "on", "business": "on", "party": "on", "legal_person": "on"})
    assert done.status_code == 302, done.content.decode()


def test_cockpit_belongs_to_its_hub_and_asks_as_often_for_many_members(place: Place, client: Client):
    make_recognition(place.body, field="为老服务")
    address = reverse("hub-cockpit", args=[place.body.pk])
    client.force_login(make_actor(Role.ORG_H).person)
    assert client.get(address).status_code == 404
    client.force_login(place.head.person)

    def lead(how_many: int) -> int:
        HubAffiliation.objects.bulk_create(
            HubAffiliation(
                hub=place.body, member=make_social_organization(), field="为老服务", valid_from=date(2025, 1, 1)
            )
            for _each in range(how_many)
        )
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    client.get(address)
    few = lead(3)
    assert lead(297) == few <= 14


def test_network_hangs_lower_hubs_under_higher_ones(place: Place, client: Client):
    city, street = make_organization(OrganizationKind.ASSOCIATION), make_organization(OrganizationKind.ASSOCIATION)
    for body, tier in ((city, HubTier.CITY), (place.body, HubTier.DISTRICT), (street, HubTier.STREET)):
        make_recognition(body, tier=tier)
    day = date(2025, 1, 1)
    for hub, member in ((city, place.body), (place.body, street), (street, make_social_organization())):
        HubAffiliation.objects.create(hub=hub, member=member, field="综合服务", valid_from=day)
    network = hub_network(timezone.localdate())
    root = next(node for node in network.roots if node.hub == city)
    assert [child.hub for child in root.children] == [place.body]
    assert [child.hub for child in root.children[0].children] == [street]
    assert root.reach == 1
    page = client.get(reverse("hub-network") + "?district=110105").content.decode()
    assert "朝阳区的枢纽" in page
    assert "<svg" in page
