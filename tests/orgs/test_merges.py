"""Twins are found, compared, merged with a preview, and taken apart again exactly; or not, and then it is said why."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from orgs.models import (
    AnnualInspection,
    InspectionResult,
    MergedRow,
    Organization,
    OrganizationMerge,
    Registration,
    SuspectPair,
)
from orgs.services import duplicates, merging
from procurement.access import Actor, Role, actor_for, people_holding
from procurement.lifecycle.engine import perform, refusals
from procurement.rules import RuleViolation
from tests.factories import make_envelope, make_organization, make_seat, make_social_organization, make_user
from tests.factories.registrations import civil_of, draft, submitted

pytestmark = pytest.mark.django_db


def twins() -> tuple[Organization, Organization]:
    shared = {"contact_phone": "13912340001", "bank_account": "1109050000077777", "legal_representative": "林晓"}
    return (
        make_social_organization(name="北京市朝阳区新芽社区服务中心", **shared),
        make_social_organization(name="北京朝阳区新芽社区服务中心", **shared),
    )


def inspected(body: Organization, year: int) -> AnnualInspection:
    return AnnualInspection.objects.create(
        organization=body, year=year, result=InspectionResult.PASSED, decided_on=date(year + 1, 6, 1)
    )


def snapshot(body: Organization) -> dict[str, list[str]]:
    """Every row of the database that points at the body."""
    return {
        str(field): sorted(
            str(pk) for pk in field.model._base_manager.filter(**{field.attname: body.pk}).values_list("pk", flat=True)
        )
        for field in merging.references()
    }


def proposed(officer: Actor, source: Organization, target: Organization) -> OrganizationMerge:
    return merging.propose(actor=officer, source=source, target=target, grounds="登记证书编号相同。")


def merged(officer: Actor, source: Organization, target: Organization) -> OrganizationMerge:
    merge = proposed(officer, source, target)
    perform(merge, "merge.decide", actor=officer, reason="经查证为同一单位。")
    return merge


def test_story_twins_are_found_merged_and_undone(client: Client) -> None:
    """王海波 sees the pair, compares, reads the preview, decides; later the old record is restored exactly."""
    officer = civil_of()
    standing, old = twins()
    seat = make_seat(Role.ORG, old)
    for body, year in ((old, 2023), (old, 2024), (standing, 2024)):
        inspected(body, year)
    # Given the register compared
    client.force_login(officer.user)
    assert client.post(reverse("duplicate-list")).status_code == 302
    pair = SuspectPair.objects.get()
    assert set(pair.grounds) == {"account", "name", "phone", "representative"}
    listed = client.get(reverse("duplicate-list")).content.decode()
    assert "名称相近" in listed
    compared = client.get(pair.get_absolute_url()).content.decode()
    assert "139****0001" in compared
    assert "13912340001" not in compared
    # When the officer proposes, the preview says what would move, and nothing has moved
    before = snapshot(old), snapshot(standing)
    client.post(pair.get_absolute_url(), {"target": standing.pk, "grounds": "登记证书编号相同。"})
    merge = OrganizationMerge.objects.get()
    preview = client.get(merge.get_absolute_url()).content.decode()
    assert "转到保留的单位" in preview
    assert "与保留单位已有记录冲突，保持原样" in preview
    assert (snapshot(old), snapshot(standing)) == before
    decide = reverse("transition", args=["merge", merge.pk, "merge.decide"])
    assert client.post(decide, {"reason": ""}).status_code == 422
    assert client.post(decide, {"reason": "经查证为同一单位。"}).status_code == 302
    # Then the old record leads to the standing one, whose people and inspections it has; the clash stayed
    visitor = Client()
    answer = visitor.get(old.get_absolute_url())
    assert (answer.status_code, answer["Location"]) == (302, standing.get_absolute_url())
    assert old.name not in Client().get(reverse("organization-list")).content.decode()
    actor = actor_for(seat.person)
    assert actor.holds(Role.ORG, standing.pk)
    assert actor.holds(Role.ORG, old.pk)
    assert sorted(standing.inspections.values_list("year", flat=True)) == [2023, 2024]
    assert [row.year for row in old.inspections.all()] == [2024]
    assert MergedRow.objects.filter(merge=merge, outcome="conflict").get().held_by
    assert "没有待处理的疑似重复" in client.get(reverse("duplicate-list")).content.decode()
    # And undone, everything is as it was
    undo = reverse("transition", args=["merge", merge.pk, "merge.undo"])
    assert client.post(undo, {"reason": "证书编号录入错误，实为两家。"}).status_code == 302
    assert (snapshot(old), snapshot(standing)) == before
    assert visitor.get(old.get_absolute_url()).status_code == 200
    assert not actor_for(seat.person).holds(Role.ORG, standing.pk)


def test_every_key_to_an_organisation_is_found_by_asking_the_models() -> None:
    found = {f"{field.model._meta.label_lower}.{field.name}" for field in merging.references()}
    assert {
        "orgs.membership.organization",
        "catalogs.fundenvelope.office",
        "projects.application.applicant",
        "projects.contract.contractor",
        "orgs.organization.merged_into",
    } <= found


def test_what_is_approved_and_locked_keeps_its_name_and_stays_within_reach() -> None:
    officer = civil_of()
    envelope = make_envelope()
    target = make_organization()
    head = make_seat(Role.PU_FIN, target)
    merge = merged(officer, envelope.office, target)
    envelope.refresh_from_db()
    assert envelope.office_id == merge.source_id
    assert actor_for(head.person).holds(Role.PU_FIN, envelope.office_id)
    assert head.person in people_holding(Role.PU_FIN, envelope.office_id)


@pytest.mark.parametrize("change", ["submitted", "moved on", "merged on"])
def test_undoing_is_refused_when_later_facts_forbid_it(change: str) -> None:
    officer = civil_of()
    standing, old = twins()
    envelope = make_envelope(status="draft")
    type(envelope).objects.filter(pk=envelope.pk).update(office=old)
    merge = merged(officer, old, standing)
    envelope.refresh_from_db()
    assert envelope.office_id == standing.pk
    if change == "submitted":
        perform(envelope, "envelope.submit", actor=actor_for(make_seat(Role.PU_FIN, standing).person))
        sentence = "其后已办理到“已提交”，不能再退回原单位"
    elif change == "moved on":
        type(envelope).objects.filter(pk=envelope.pk).update(office=make_organization())
        sentence = "其后已转到其他单位"
    else:
        merged(officer, standing, make_social_organization(name="第三家"))
        sentence = "其后又并入第三家，须先撤销后一次合并"
    said = [str(refusal) for refusal in refusals(merge, "merge.undo", officer)]
    assert any(sentence in line for line in said)
    with pytest.raises(RuleViolation, match="S-01"):
        perform(merge, "merge.undo", actor=officer, reason="重新查证。")
    merge.refresh_from_db()
    assert (merge.status, old.memberships.count()) == ("merged", 0)


def test_undoing_the_later_merge_first_opens_the_way_for_the_earlier() -> None:
    officer = civil_of()
    standing, old = twins()
    first = merged(officer, old, standing)
    second = merged(officer, standing, make_social_organization(name="第三家"))
    perform(second, "merge.undo", actor=officer, reason="重新查证。")
    perform(first, "merge.undo", actor=officer, reason="重新查证。")
    assert not Organization.objects.filter(merged_into__isnull=False).exists()


def test_merge_is_proposed_by_the_register_or_the_own_head_and_decided_by_civil_affairs_only() -> None:
    officer, foreign = civil_of(), civil_of("310105")
    standing, old = twins()
    with pytest.raises(RuleViolation, match="S-02"):
        proposed(actor_for(make_seat(Role.ORG, old).person), old, standing)
    with pytest.raises(RuleViolation, match="S-03"):
        merging.propose(actor=officer, source=old, target=standing, grounds=" ")
    merge = proposed(actor_for(make_seat(Role.ORG_H, old).person), old, standing)
    with pytest.raises(RuleViolation, match=r"S-01 .*已有合并正在办理"):
        proposed(officer, old, standing)
    for actor in (foreign, actor_for(make_seat(Role.ORG_H, standing).person)):
        with pytest.raises(RuleViolation, match="S-02"):
            perform(merge, "merge.decide", actor=actor, reason="同一单位。")
    perform(merge, "merge.reject", actor=officer, reason="证据不足。")
    assert Organization.objects.get(pk=old.pk).merged_into is None


def test_record_of_a_merge_cannot_be_touched() -> None:
    officer = civil_of()
    standing, old = twins()
    make_seat(Role.ORG, old)
    merged(officer, old, standing)
    with pytest.raises(DatabaseError), transaction.atomic():
        MergedRow.objects.update(outcome="kept")


def test_pair_judged_to_be_two_bodies_stays_away() -> None:
    officer = civil_of()
    twins()
    duplicates.refresh(timezone.now(), everything=True)
    pair = SuspectPair.objects.get()
    with pytest.raises(RuleViolation, match="S-03"):
        merging.dismiss(actor=officer, pair=pair, reason="", at=timezone.now())
    merging.dismiss(actor=officer, pair=pair, reason="两家共用会计。", at=timezone.now())
    duplicates.refresh(timezone.now(), everything=True)
    assert not SuspectPair.objects.open().exists()


def test_different_bodies_are_not_suspected() -> None:
    make_social_organization(name="长宁区人民调解协会", legal_representative="葛明")
    make_social_organization(name="闵行区人民调解协会", legal_representative="倪安")
    make_social_organization(name="北京红十字蓝天救援队", legal_representative="高远")
    duplicates.refresh(timezone.now(), everything=True)
    assert not SuspectPair.objects.exists()


def test_registering_shows_the_likely_twin_to_both_sides(client: Client) -> None:
    officer = civil_of()
    standing, _other = twins()
    asked: Registration = submitted(name="北京市朝阳区新芽社区服务中心", contact_phone="13912340001")
    for person in (asked.applicant, officer.user):
        client.force_login(person)
        page = client.get(asked.get_absolute_url()).content.decode()
        assert "可能与以下已登记的单位重复" in page
        assert standing.name in page
    alone = draft(name="完全不同的单位", head_name="某某", contact_phone="13700000009")
    client.force_login(alone.applicant)
    assert "可能与以下" not in client.get(alone.get_absolute_url()).content.decode()


@pytest.mark.parametrize("role", [Role.ORG_H, Role.LGO, Role.PU_BUY])
def test_pairs_are_nobody_elses_business(client: Client, role: Role) -> None:
    standing, _old = twins()
    duplicates.refresh(timezone.now(), everything=True)
    client.force_login(make_seat(role, standing).person)
    assert client.get(reverse("duplicate-list")).status_code == 403
    assert client.get(SuspectPair.objects.get().get_absolute_url()).status_code == 404
    assert client.post(reverse("duplicate-dismiss", args=[SuspectPair.objects.get().pk])).status_code == 404


@pytest.mark.parametrize("name", ["duplicate-list", "merge-list"])
def test_lists_ask_as_often_for_many_as_for_few(client: Client, name: str) -> None:
    officer = civil_of()
    client.force_login(officer.user)
    counts = []
    for number in (1, 8):
        for _each in range(number):
            one, other = make_social_organization(), make_social_organization()
            low, high = sorted([one, other], key=lambda body: body.pk)
            SuspectPair.objects.create(first=low, second=high, grounds=["phone"], found_at=timezone.now())
            proposed(officer, one, other)
        client.get(reverse(name))
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse(name)).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 12


def test_stranger_sees_no_merge(client: Client) -> None:
    officer = civil_of()
    standing, old = twins()
    merge = proposed(officer, old, standing)
    client.force_login(make_user())
    assert client.get(merge.get_absolute_url()).status_code == 404
