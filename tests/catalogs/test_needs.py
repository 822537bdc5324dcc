"""Residents tell what they need without an account; near twins are merged; everyone hears what became of it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from catalogs.models import Need, NeedContact, NeedSupport
from catalogs.selectors.needs import clusters, near_duplicates
from catalogs.services import needs
from catalogs.similarity import bigrams, jaccard, likeness
from orgs.models import OrganizationKind
from procurement.access import ANONYMOUS, Actor, Role
from procurement.audit.models import AuditEvent
from procurement.lifecycle.engine import perform
from procurement.rules import RuleViolation
from tests.factories import make_actor, make_organization, make_seat
from tests.factories.demand import STREET, a_street, an_office, file_need, make_need

pytestmark = pytest.mark.django_db
PHONE = "13812345678"


@pytest.fixture(autouse=True)
def _fresh_counters() -> None:
    cache.clear()


def officer(need: Need) -> Actor:
    return make_actor(Role.PU_DEM, need.office)


# --- similarity -------------------------------------------------------------------------------------------------


def test_bigrams_ignore_punctuation_and_width() -> None:
    assert bigrams("夜间，助 餐！") == bigrams("夜间助餐") == {"夜间", "间助", "助餐"}
    assert jaccard(bigrams("ＡＢ"), bigrams("ab")) == 1.0


def test_near_twins_are_alike_and_strangers_are_not() -> None:
    twin = likeness(("独居老人夜间应急助餐", ["elderly"]), ("给独居老人夜间助餐应急", ["elderly"]))
    stranger = likeness(("独居老人夜间应急助餐", ["elderly"]), ("增设青少年暑期托管班", ["youth"]))
    assert twin.total > 0.5 > 0.1 > stranger.total


# --- filing -----------------------------------------------------------------------------------------------------


def test_resident_files_a_need_without_account_and_follows_it_by_code(client: Client) -> None:
    # given a street with its code on the notice board
    a_street()
    an_office()
    page = client.get(reverse("need-new"), {"street": STREET})
    assert f'value="{STREET}" selected' in page.content.decode()
    # when a resident tells what is needed
    answer = client.post(
        reverse("need-new"),
        {
            "title": "独居老人夜间应急助餐",
            "description": "晚上没有人照应",
            "field": "livelihood",
            "groups": ["elderly"],
            "street": STREET,
            "urgency": "urgent",
            "contact": PHONE,
        },
    )
    assert answer.url == reverse("need-receipt")
    receipt = client.get(answer.url)
    code = receipt.context["code"]
    # then the need is filed, sourced by seat, supported by its filer, and the code opens the answer
    need = Need.objects.get()
    assert (need.status, need.source, need.urgency, need.support_count) == ("filed", "resident", "urgent", 1)
    assert code in receipt.content.decode()
    perform(need, "need.answer", actor=officer(need), reason="社区食堂已开设晚餐，可拨打服务站登记。")
    found = Client().post(reverse("need-follow"), {"code": code.lower()})
    assert "社区食堂已开设晚餐" in found.content.decode()
    assert PHONE not in found.content.decode()


def test_source_follows_from_the_seat() -> None:
    department = make_actor(Role.LGO, make_organization(OrganizationKind.PURCHASER))
    community = make_actor(Role.REC, make_organization(OrganizationKind.COMMUNITY))
    assert file_need(actor=department).need.source == "department"
    assert file_need(actor=community).need.source == "community"


def test_trap_and_limit_keep_programs_out(client: Client) -> None:
    a_street()
    an_office()
    words = {"title": "健身器材", "field": "culture", "street": STREET, "urgency": "usual"}
    assert client.post(reverse("need-new"), {**words, "website": "http://spam.example"}).status_code == 422
    assert not Need.objects.exists()
    answers = [client.post(reverse("need-new"), words).status_code for _n in range(21)]
    assert answers == [302] * 20 + [429]
    kept = client.post(reverse("need-new"), words)
    assert "健身器材" in kept.content.decode()


def test_codes_are_long_different_and_stored_as_digests() -> None:
    filed = [file_need() for _n in range(20)]
    codes = {one.code for one in filed}
    assert len(codes) == 20
    assert all(len(code) == needs.CODE_LENGTH for code in codes)
    assert len(needs.CODE_ALPHABET) ** needs.CODE_LENGTH > 2**69
    stored = set(Need.objects.values_list("code_digest", flat=True))
    assert not codes & stored
    assert needs.need_of_code(filed[0].shown_code) == filed[0].need
    assert needs.need_of_code(filed[0].code[:-1]) is None


def test_guessing_codes_is_slowed_down(client: Client) -> None:
    answers = [client.post(reverse("need-follow"), {"code": "A" * 15}).status_code for _n in range(31)]
    assert answers == [422] * 30 + [429]


# --- privacy ----------------------------------------------------------------------------------------------------


def test_contact_is_on_no_public_page_and_only_with_those_who_answer(client: Client) -> None:
    filed = file_need("夜间助餐", contact=PHONE, description=f"请联系 {PHONE} 或 110105194912310021")
    need = filed.need
    perform(need, "need.accept", actor=officer(need))
    public = [client.get(reverse("needs")), client.get(need.get_absolute_url())]
    public.append(client.post(reverse("need-follow"), {"code": filed.code}))
    for page in public:
        assert page.status_code == 200
        assert PHONE not in page.content.decode()
        assert "110105194912310021" not in page.content.decode()
    client.force_login(make_seat(Role.PU_DEM, make_organization()).person)
    assert PHONE not in client.get(need.get_absolute_url()).content.decode()
    client.force_login(make_seat(Role.PU_DEM, need.office).person)
    assert PHONE in client.get(need.get_absolute_url()).content.decode()
    assert not NeedContact.objects.visible_to(ANONYMOUS).exists()


def test_journal_and_column_hold_no_contact() -> None:
    need = file_need(contact=PHONE).need
    entry = AuditEvent.objects.get(action="need.file", subject=need.subject)
    assert PHONE not in bytes(entry.body).decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT contact FROM catalogs_needcontact WHERE need_id = %s", [need.pk])
        assert PHONE not in cursor.fetchone()[0]


def test_unread_and_withheld_needs_are_not_public(client: Client) -> None:
    filed = make_need("甲方辱骂", status="filed")
    assert client.get(filed.get_absolute_url()).status_code == 404
    perform(filed, "need.decline", actor=officer(filed), reason="含不当内容", withhold=True)
    assert client.get(filed.get_absolute_url()).status_code == 404
    assert "甲方辱骂" not in client.get(reverse("needs")).content.decode()


# --- support and merging ----------------------------------------------------------------------------------------


def test_one_browser_counts_once(client: Client) -> None:
    need = make_need()
    client.get(need.get_absolute_url())  # the browser gets its mark
    for _n in range(3):
        client.post(reverse("need-support", args=[need.pk]))
    other = Client()
    other.get(need.get_absolute_url())
    other.post(reverse("need-support", args=[need.pk]))
    Client().post(reverse("need-support", args=[need.pk]))  # keeps no mark: not counted
    need.refresh_from_db()
    assert need.support_count == need.supports.count() == 2


def test_merging_keeps_every_supporter_once() -> None:
    target, twin = make_need("独居老人夜间应急助餐"), make_need("独居老人夜间助餐应急")
    for voter in ("a", "b"):
        needs.support(need=target, voter=voter)
    for voter in ("b", "c", "d"):
        needs.support(need=twin, voter=voter)
    assert [row.need for row in near_duplicates(twin)] == [target]
    perform(twin, "need.merge", actor=officer(twin), target=target)
    target.refresh_from_db()
    assert (twin.status, twin.merged_into, target.support_count) == ("merged", target, 4)
    # a late voice for the merged one reaches the other
    assert needs.support(need=twin, voter="e")
    assert not needs.support(need=twin, voter="a")
    target.refresh_from_db()
    assert target.support_count == 5


def test_merging_stays_within_the_street() -> None:
    here = make_need()
    there = make_need(street=a_street("110105002", "朝外街道"))
    with pytest.raises(RuleViolation, match="R-030 只能并入同一街道"):
        perform(here, "need.merge", actor=officer(here), target=there)
    with pytest.raises(RuleViolation, match="R-030 需求不能并入自身"):
        perform(here, "need.merge", actor=officer(here), target=here)


def test_officer_sees_the_clusters_of_the_own_office(client: Client) -> None:
    make_need("独居老人夜间应急助餐")
    make_need("独居老人夜间助餐应急")
    need = make_need("青少年暑期托管", description="双职工家庭孩子假期无人看管", groups=["youth"])
    seat = make_seat(Role.PU_DEM, need.office)
    client.force_login(seat.person)
    page = client.get(reverse("need-desk"))
    assert [len(group) for group in page.context["clusters"]] == [2]
    assert clusters(make_actor(Role.PU_DEM)) == []


def test_declining_needs_its_reason() -> None:
    need = make_need()
    with pytest.raises(RuleViolation, match="S-03"):
        perform(need, "need.decline", actor=officer(need))
    perform(need, "need.decline", actor=officer(need), reason="属于物业合同约定事项，已转物业办理。")
    assert need.reply == "属于物业合同约定事项，已转物业办理。"
    with pytest.raises(RuleViolation, match="已办结"):
        needs.support(need=need, voter="late")


def test_database_counts_a_voice_once() -> None:
    need = make_need()
    needs.support(need=need, voter="a")
    with pytest.raises(IntegrityError), transaction.atomic():
        NeedSupport.objects.create(need=need, voter="a", at=need.created_at)


@pytest.mark.django_db(transaction=True)
def test_supporting_at_once_counts_once() -> None:
    need = make_need()
    barrier = Barrier(6, timeout=20)

    def act() -> bool:
        try:
            barrier.wait()
            return needs.support(need=need, voter="same")
        finally:
            connection.close()

    run: Callable[[], bool] = act
    with ThreadPoolExecutor(6) as pool:
        counted = [future.result() for future in [pool.submit(run) for _n in range(6)]]
    need.refresh_from_db()
    assert (sum(counted), need.support_count, need.supports.count()) == (1, 1, 1)


def test_poster_leads_to_the_street(client: Client) -> None:
    street = a_street()
    page = client.get(reverse("need-poster"), {"street": street.pk}).content.decode()
    assert "<svg" in page
    assert f"/needs/new/?street={street.pk}" in page
    assert client.get(reverse("need-poster"), {"street": "999"}).status_code == 404
