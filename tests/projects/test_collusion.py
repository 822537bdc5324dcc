"""Separate applications steered by one hand are flagged to the officer, with the grounds; applicants see nothing."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from orgs.models import HubAffiliation, OrganizationKind
from procurement.access import Role
from projects.models import CollusionNote, SubmissionTrace
from projects.selectors.collusion import Ground, suspicions
from tests.factories import make_actor, make_organization, make_social_organization
from tests.factories.applications import make_guide, make_plain_application

pytestmark = pytest.mark.django_db


def grounds(guide: object) -> dict[str, list[str]]:
    return {one.ground: one.numbers for one in suspicions(guide)}


def test_shared_phone_account_contact_union_address_and_text_are_each_named():
    guide, union = make_guide(), make_organization(OrganizationKind.UNION)
    shared = {"contact_phone": "13800000000", "bank_account": "6222000000001", "contact_name": "王某"}
    pair = [make_social_organization(**shared) for _each in (1, 2)]
    apart = make_social_organization(contact_phone="13911111111", bank_account="6222000000002", contact_name="李某")
    text = (
        "本项目针对社区独居老人缺少日常陪伴的问题，组织志愿者结对探访，每周一次入户，每月一次集体活动，形成互助网络。"
    )
    rows = [make_plain_application(guide, body, answers={"scheme": {"need": text}}) for body in pair]
    other = make_plain_application(guide, apart, answers={"scheme": {"need": text[::-1]}})
    for body in pair:
        HubAffiliation.objects.create(hub=union, member=body, field="培育", valid_from="2025-01-01")
    for application in rows:
        SubmissionTrace.objects.create(application=application, address_fingerprint="a" * 64, at=timezone.now())

    found = grounds(guide)
    assert set(found) == set(Ground)
    assert all(numbers == sorted(row.number for row in rows) for numbers in found.values())
    assert other.number not in str(found)


def test_one_body_with_two_applications_is_no_collusion():
    guide, body = make_guide(), make_social_organization(contact_phone="13800000000")
    make_plain_application(guide, body)
    make_plain_application(guide, body)
    assert grounds(guide) == {}


def test_a_draft_or_another_guide_does_not_count():
    guide = make_guide()
    first, second = (make_social_organization(contact_phone="13800000000") for _each in (1, 2))
    make_plain_application(guide, first)
    make_plain_application(guide, second, status="draft")
    make_plain_application(make_guide(), second)
    assert grounds(guide) == {}


def test_the_officer_concludes_and_no_applicant_reaches_the_page(client: Client):
    guide = make_guide()
    first, second = (make_social_organization(contact_phone="13800000000") for _each in (1, 2))
    application = make_plain_application(guide, first)
    make_plain_application(guide, second)
    address = reverse("collusion", args=[guide.pk])
    head = make_actor(Role.ORG_H, first)
    client.force_login(head.person)
    assert client.get(address).status_code == 404
    assert "关联申报" not in client.get(application.get_absolute_url()).content.decode()

    client.force_login(make_actor(Role.LGO, guide.office).person)
    assert str(Ground.PHONE.label) in client.get(address).content.decode()
    key = suspicions(guide)[0].key
    conclude = reverse("collusion-conclude", args=[guide.pk, key])
    assert client.post(conclude, {"verdict": "explained", "note": ""}).status_code == 422
    assert client.post(conclude, {"verdict": "explained", "note": "两家同址办公，已核实。"}).status_code == 302
    assert CollusionNote.objects.get().verdict == "explained"
    assert "两家同址办公" in client.get(address).content.decode()
    client.force_login(make_actor(Role.LGO).person)
    assert client.get(address).status_code == 404


def test_the_comparison_asks_as_often_for_many_as_for_few():
    guide = make_guide()

    def asked(how_many: int) -> int:
        for _each in range(how_many):
            make_plain_application(guide, make_social_organization(contact_phone="13800000000"))
        with CaptureQueriesContext(connection) as captured:
            suspicions(guide)
        return len(captured)

    few = asked(3)
    assert asked(40) == few
