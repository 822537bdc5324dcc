"""Credit records: recorded by one, checked by another, seen by those allowed, ended by the clock or after correction."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from orgs.models import CreditAppeal, CreditList, CreditRecord, RegistrationStatus
from orgs.models.credit import AppealKind
from orgs.selectors.standing import eligibility_facts
from orgs.services import credit
from procurement.access import ANONYMOUS, Actor, Role
from procurement.lifecycle.engine import perform
from procurement.registers import Line
from procurement.registers.registry import registers
from procurement.rules import RuleViolation, refusal_for_constraint
from tests.factories import make_actor, make_seat, make_social_organization
from tests.factories.standing import make_entry

pytestmark = pytest.mark.django_db
SECRET = "朝民查〔2026〕77号"


def enter(actor: Actor | None = None, **fields: Any) -> CreditRecord:
    values = {
        "organization": fields.pop("organization", None) or make_social_organization(),
        "credit_list": CreditList.ABNORMAL,
        "authority": "朝阳区民政局",
        "document_number": "朝民社异〔2026〕1号",
        "reason": "未按规定报送年度工作报告",
        "remedy": "补报后申请移出。",
        "starts_on": timezone.localdate() - timedelta(days=10),
    }
    return credit.record(actor=actor or make_actor(Role.CIV), **{**values, **fields})


# --- the story ------------------------------------------------------------------------------------------------------


def test_entry_is_recorded_by_one_checked_by_another_appealed_and_repaired(client) -> None:
    """Given an abnormal-list entry by one officer, it has no effect until another publishes it; the organisation
    corrects itself, asks to be taken off, and is taken off the same day."""
    organization = make_social_organization(name="北京行如风自行车俱乐部")
    first, second = make_seat(Role.CIV).person, make_seat(Role.CIV).person
    head = make_seat(Role.ORG_H, organization).person
    client.force_login(first)
    typed = {
        "body": organization.name,
        "credit_list": "abnormal",
        "severity": "minor",
        "authority": "朝阳区民政局",
        "document_number": "朝民社异〔2026〕3号",
        "reason": "未按规定报送上年度工作报告",
        "remedy": "补报年度工作报告后，可向登记管理机关申请移出。",
        "starts_on": timezone.localdate().isoformat(),
        "ends_on": "",
    }
    page = client.post(reverse("credit-new"), typed, follow=True)
    assert "须由他人复核后生效" in page.text
    record = organization.credit_records.get()
    organization.refresh_from_db()
    assert organization.registration_status == RegistrationStatus.NORMAL

    publish = reverse("transition", args=["credit", record.pk, "credit.publish"])
    assert "R-281" in client.post(publish, {}).text
    client.force_login(second)
    assert record.document_number in client.get(reverse("credit-list"), {"tab": "queue"}).text
    client.post(publish, {})
    organization.refresh_from_db()
    assert organization.registration_status == RegistrationStatus.ABNORMAL
    client.logout()
    assert record.document_number in client.get(reverse("credit-list")).text
    assert "补报年度工作报告后" in client.get(record.get_absolute_url()).text

    client.force_login(head)
    appeal_page = reverse("credit-appeal-new", args=[record.pk])
    assert client.post(appeal_page, {"kind": "repair", "statement": "短"}).status_code == 422
    said = {"kind": "repair", "statement": "年度工作报告已于上周补报并公示，请予移出。"}
    client.post(appeal_page, said)
    appeal = CreditAppeal.objects.get()
    assert client.post(appeal_page, said).status_code == 409

    uphold = reverse("transition", args=["credit_appeal", appeal.pk, "credit_appeal.uphold"])
    client.force_login(first)
    assert "登记人不得答复" in client.post(uphold, {"reason": "属实"}).text
    client.force_login(second)
    client.post(uphold, {"reason": "补报属实，予以移出。"})
    record.refresh_from_db()
    organization.refresh_from_db()
    assert (record.status, record.ends_on) == ("lifted", timezone.localdate())
    assert organization.registration_status == RegistrationStatus.NORMAL
    client.logout()
    assert record.document_number not in client.get(reverse("credit-list")).text


def test_upheld_objection_revokes_the_entry_and_it_counts_for_nothing() -> None:
    record = make_entry(make_social_organization(), credit_list="penalty")
    head = make_actor(Role.ORG_H, record.organization)
    appeal = credit.file_appeal(
        actor=head, entry=record, kind=AppealKind.OBJECTION, statement="处罚决定已被复议机关撤销。"
    )
    today = timezone.localdate()
    assert eligibility_facts(record.organization, today).penalties_within(2)
    perform(appeal, "credit_appeal.uphold", actor=make_actor(Role.CIV), reason="复议决定撤销原处罚")
    assert not eligibility_facts(record.organization, today).penalties_within(2)


def test_repaired_penalty_still_counts_in_the_look_back() -> None:
    record = make_entry(make_social_organization(), credit_list="penalty")
    perform(record, "credit.lift", actor=make_actor(Role.CIV), reason="已改正")
    assert eligibility_facts(record.organization, timezone.localdate()).penalties_within(3)


# --- terms ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ends_on", "accepted"),
    [
        (None, False),
        (date(2025, 2, 27), False),
        (date(2025, 2, 28), True),
        (date(2027, 2, 28), True),
        (date(2027, 3, 1), False),
    ],
)
def test_ban_lasts_one_to_three_years(ends_on: date | None, accepted: bool) -> None:
    terms = {"credit_list": CreditList.BAD_CONDUCT, "starts_on": date(2024, 2, 29), "ends_on": ends_on}
    if accepted:
        assert enter(make_actor(Role.FIN_SUP), **terms).status == "recorded"
    else:
        with pytest.raises(RuleViolation, match="R-280 禁止参加政府采购活动的期限为一至三年"):
            enter(make_actor(Role.FIN), **terms)


def test_clock_ends_an_entry_the_day_after_its_last_and_clears_the_status() -> None:
    today = timezone.localdate()
    record = enter(credit_list=CreditList.SERIOUS, ends_on=today)
    perform(record, "credit.publish", actor=make_actor(Role.CIV))
    assert credit.sweep(timezone.now()) == 0
    assert credit.sweep(timezone.now() + timedelta(days=1)) == 1
    record.refresh_from_db()
    record.organization.refresh_from_db()
    assert record.status == "expired"
    assert record.organization.registration_status == RegistrationStatus.NORMAL


def test_entry_without_a_remedy_is_not_put_into_effect() -> None:
    record = enter(remedy="")
    with pytest.raises(RuleViolation, match="R-281 信用记录须写明救济和修复途径"):
        perform(record, "credit.publish", actor=make_actor(Role.CIV))


# --- hostile --------------------------------------------------------------------------------------------------------


def test_unpublished_entries_are_seen_only_by_those_allowed(client) -> None:
    """The leak test: list, search, page, organisation page and case of every role, for each state not public."""
    organization = make_social_organization()
    records = [
        make_entry(organization, credit_list="investigation", status=status, document_number=f"{SECRET}-{status}")
        for status in ("recorded", "confirmed", "lifted", "expired", "revoked")
    ]
    past = make_entry(
        organization,
        status="published",
        document_number=f"{SECRET}-past",
        ends_on=timezone.localdate() - timedelta(days=1),
    )
    outsiders = [
        None,
        *(make_seat(role).person for role in (Role.ORG, Role.ORG_H, Role.UNI, Role.SYS, Role.REC, Role.SUP)),
    ]
    for person in outsiders:
        client.logout()
        if person:
            client.force_login(person)
        for record in (*records, past):
            assert client.get(record.get_absolute_url()).status_code == 404, (person, record)
        for address in (
            reverse("credit-list"),
            f"{reverse('credit-list')}?q={SECRET}&tab=all",
            f"{reverse('credit-list')}?tab=queue",
            organization.get_absolute_url(),
        ):
            assert f"{SECRET}-" not in client.get(address).text, (person, address)
    client.force_login(make_seat(Role.CIV).person)  # the control: who keeps the list sees every state
    page = client.get(reverse("credit-list"), {"tab": "all"}).text
    assert all(record.document_number in page for record in (*records, past))


@pytest.mark.parametrize("role", [Role.LGO, Role.RU, Role.EXP, Role.PU_BUY])
def test_buyers_see_what_was_checked_and_not_what_was_merely_recorded(role: Role) -> None:
    recorded = make_entry(make_social_organization(), credit_list="investigation", status="recorded")
    confirmed = make_entry(recorded.organization, credit_list="investigation", status="confirmed")
    assert list(CreditRecord.objects.visible_to(make_actor(role))) == [confirmed]
    assert not CreditRecord.objects.visible_to(ANONYMOUS).exists()


def test_appeal_is_for_its_organisation_and_the_keepers_only(client) -> None:
    record = make_entry(make_social_organization(), credit_list="penalty", status="published")
    appeal = credit.file_appeal(
        actor=make_actor(Role.ORG, record.organization),
        entry=record,
        kind=AppealKind.REPAIR,
        statement="已经改正，请予移出名录。",
    )
    for role in (Role.ORG, Role.RU, Role.EXP, Role.LGO):
        client.force_login(make_seat(role).person)
        assert client.get(appeal.get_absolute_url()).status_code == 404
        assert client.get(reverse("credit-appeal-new", args=[record.pk])).status_code == 404
    with pytest.raises(RuleViolation, match="S-02"):
        credit.file_appeal(
            actor=make_actor(Role.ORG), entry=record, kind=AppealKind.REPAIR, statement="替别人提出的申请"
        )


def test_database_refuses_one_person_in_both_parts_and_changes_after_the_check() -> None:
    record = enter()
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        CreditRecord.objects.filter(pk=record.pk).update(checked_by=record.recorded_by)
    assert "R-281 信用记录须由登记人以外的人复核" in str(refusal_for_constraint(error.value))
    perform(record, "credit.publish", actor=make_actor(Role.CIV))
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        CreditRecord.objects.filter(pk=record.pk).update(reason="改写")
    assert "R-281 已复核的信用记录不能修改" in str(refusal_for_constraint(error.value))


def test_keeper_of_another_list_may_not_check() -> None:
    record = enter()
    with pytest.raises(RuleViolation, match="S-02 “活动异常名录”不由您的岗位管理"):
        perform(record, "credit.publish", actor=make_actor(Role.FIN))


@pytest.mark.parametrize("rows", [1, 20])
def test_list_takes_the_same_queries_for_few_and_many(client, rows: int, django_assert_max_num_queries) -> None:
    for _each in range(rows):
        make_entry(make_social_organization(), status="published")
    with django_assert_max_num_queries(4):
        assert client.get(reverse("credit-list")).status_code == 200


# --- in and out of spreadsheets -------------------------------------------------------------------------------------


def test_export_holds_what_the_person_may_see_and_nothing_unpublished(client) -> None:
    shown = make_entry(make_social_organization(), status="published", document_number="朝民罚〔2026〕公开1号")
    make_entry(shown.organization, credit_list="investigation", status="confirmed", document_number=SECRET)

    def exported() -> str:
        answer = client.get(reverse("register-export-csv", args=["credit"]), {"tab": "all"})
        return b"".join(answer.streaming_content).decode("utf-8-sig")

    assert shown.document_number in exported()
    assert SECRET not in exported()
    client.force_login(make_seat(Role.ORG).person)
    assert SECRET not in exported()
    client.force_login(make_seat(Role.CIV).person)
    assert SECRET in exported()


def test_sheet_of_records_comes_in_unchecked_all_or_nothing() -> None:
    """Lines as the register writes them: created ones wait for a second person, checked ones are left alone."""
    register = registers()["credit"]
    civil, organization = make_actor(Role.CIV), make_social_organization()
    assert register.may_import(civil)
    assert not register.may_import(make_actor(Role.ORG_H, organization))
    values = {
        "organization": organization.uscc,
        "credit_list": "penalty",
        "authority": "朝阳区民政局",
        "document_number": "朝民罚〔2026〕9号",
        "reason": "未按章程开展活动",
        "remedy": "改正后移出",
        "starts_on": date(2026, 3, 1),
    }
    line, ban = Line(2, (), values=dict(values)), Line(3, (), values={**values, "credit_list": "bad_conduct"})
    register.check([line, ban], civil)
    assert line.is_right
    assert "您的岗位不管理这一类记录" in ban.reasons[0]
    row = CreditRecord(**register.fields_of(line.values))
    register.write(actor=civil, created=[row], updated=[])
    stored = CreditRecord.objects.get()
    assert (stored.status, stored.recorded_by) == ("recorded", civil.user)
    perform(stored, "credit.publish", actor=make_actor(Role.CIV))
    stored.reason = "改写"
    with pytest.raises(IntegrityError), transaction.atomic():
        register.write(actor=civil, created=[], updated=[(stored, {"reason"})])
