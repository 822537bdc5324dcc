"""One person, several organisations: which hat is on is chosen, shown, and counts everywhere."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orgs.models import Membership
from procurement.access import Actor, Role, actor_for
from procurement.lifecycle.engine import available, refusals
from tests.factories import make_envelope, make_organization, make_seat, make_social_organization, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def two() -> tuple[Membership, Membership]:
    """Head of one body, operator of another."""
    person = make_user(name="林晓")
    return (
        make_seat(Role.ORG_H, make_social_organization(name="甲中心"), user=person),
        make_seat(Role.ORG, make_social_organization(name="乙中心"), user=person),
    )


def put_on(client: Client, key: object) -> None:
    assert client.post(reverse("hat"), {"hat": str(key), "next": "/"}).status_code == 302


def test_hat_narrows_seats_lists_and_acts_and_is_shown_on_every_page(client: Client, two) -> None:
    first, second = two
    client.force_login(first.person)
    assert "全部任职身份" in client.get("/").content.decode()
    assert "甲中心" in client.get(reverse("my-organization")).content.decode()
    put_on(client, second.organization_id)
    answer = client.get(reverse("my-organization"))
    assert answer["Location"] == second.organization.get_absolute_url()
    assert "乙中心" in client.get(reverse("handbook-lifecycles")).content.decode()
    members = reverse("organization-members", args=[first.organization_id])
    hidden = client.get(members)
    assert hidden.status_code == 404
    assert "您现在只代表“乙中心”办理" in hidden.content.decode()
    put_on(client, "")
    assert client.get(members).status_code == 200


def test_act_is_open_only_under_the_hat_it_belongs_to() -> None:
    envelope = make_envelope(status="draft")
    person = make_user()
    make_seat(Role.PU_FIN, envelope.office, user=person)
    other = make_seat(Role.ORG, make_social_organization(), user=person)
    actor = actor_for(person)
    assert [offer.transition.name for offer in available(envelope, actor)] == ["envelope.submit"]
    assert available(envelope, actor.wearing(envelope.office_id))
    elsewhere = actor.wearing(other.organization_id)
    assert available(envelope, elsewhere) == []
    assert [refusal.rule_id for refusal in refusals(envelope, "envelope.submit", elsewhere)] == ["S-02"]


def test_hat_never_gives_anything(client: Client, two) -> None:
    first, _second = two
    foreign = make_organization()
    actor = actor_for(first.person)
    assert actor.wearing(foreign.pk) is actor
    client.force_login(first.person)
    put_on(client, foreign.pk)
    assert "hat" not in client.session
    for junk in ("x", "1; drop table"):
        put_on(client, junk)
        assert client.get("/").status_code == 200


def test_hat_falls_off_with_the_seat(client: Client, two) -> None:
    first, second = two
    client.force_login(first.person)
    put_on(client, second.organization_id)
    Membership.objects.filter(pk=second.pk).update(valid_to=timezone.localdate())
    answer = client.get(reverse("my-organization"))
    assert answer["Location"] == first.organization.get_absolute_url()


def test_person_of_one_organisation_has_no_switch(client: Client) -> None:
    seat = make_seat(Role.ORG, make_social_organization(name="独家中心"))
    client.force_login(seat.person)
    page = client.get("/").content.decode()
    assert 'name="hat"' not in page
    assert "独家中心" in page
    assert Actor(user=None).hat_name == ""


def test_way_back_leads_nowhere_else(client: Client, two) -> None:
    client.force_login(two[0].person)
    answer = client.post(reverse("hat"), {"hat": "", "next": "https://example.org/"})
    assert answer["Location"] == reverse("worklist")
