"""An organisation comes in by the front door: written, checked, returned once, registered, or refused in words."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from orgs.models import Invitation, LegalForm, Organization, OrganizationKind, Registration
from orgs.services import registrations
from orgs.services.invitations import mail_waiting
from orgs.services.memberships import roles_grantable
from orgs.services.registrations import refuse_filing_only
from procurement.access import Role, actor_for
from procurement.access.models import User
from procurement.audit.models import AuditEvent
from procurement.demo.codes import synthetic_code
from procurement.lifecycle.engine import database_now, perform, refusals
from procurement.rules import RuleViolation, refusal_for_constraint
from tests.factories import make_actor, make_organization, make_seat, make_user
from tests.factories.registrations import civil_of, draft, submitted

pytestmark = pytest.mark.django_db
NEW_PERSON = {
    "username": "hejing",
    "name": "何静",
    "email": "hejing@example.org",
    "password": "yuanlin-8821",
    "again": "yuanlin-8821",
}


def entered(**changes: Any) -> dict[str, Any]:
    """What the operator types into the form."""
    return {
        "name": "北京市朝阳区新芽社区服务中心",
        "kind": OrganizationKind.SOCIAL_SERVICE_AGENCY,
        "legal_form": LegalForm.SOCIAL_ORGANIZATION,
        "uscc": synthetic_code("52", "110103", 31_001),
        "registered_on": "2008-05-01",
        "home-r1": "110000",
        "home-r2": "110105",
        "home-r3": "110105001",
        "origin-r1": "110000",
        "origin-r2": "110103",
        "head_name": "林晓",
        "head_email": "linxiao@example.org",
        "contact_name": "何静",
        "contact_phone": "139 0010 0001",
        "contact_email": "hejing@example.org",
        **changes,
    }


def act(client: Client, asked: Registration, name: str, **data: Any) -> int:
    address = reverse("transition", args=["registration", asked.pk, f"registration.{name}"])
    return client.post(address, data).status_code


def test_story_an_organisation_registers_is_returned_once_corrected_and_invites_an_operator(client: Client) -> None:
    """何静 opens an account, civil affairs returns once, 林晓 accepts as head and invites an operator who accepts."""
    officer = civil_of()
    # Given somebody without an account, who opens one and writes the application
    assert client.post(reverse("register"), NEW_PERSON).status_code == 302
    answer = client.post(reverse("registration-new"), entered())
    asked = Registration.objects.get()
    assert (answer.status_code, asked.status, asked.authority_id) == (302, "draft", officer.seats[0].organization_id)
    assert (asked.region_id, asked.street_id, asked.origin_id) == ("110105", "110105001", "110103")
    assert "崇文区（2010年已撤销）" in client.get(asked.get_absolute_url()).content.decode()
    assert act(client, asked, "submit") == 302
    # When civil affairs returns it once, and may not do so again
    desk = Client()
    desk.force_login(officer.user)
    assert act(desk, asked, "return", reason="") == 422
    assert act(desk, asked, "return", reason="住所须写到门牌号。") == 302
    assert "住所须写到门牌号" in client.get(asked.get_absolute_url()).content.decode()
    client.post(reverse("registration-edit", args=[asked.pk]), entered(address="示例路8号"))
    assert act(client, asked, "submit") == 302
    asked.refresh_from_db()
    (again,) = refusals(asked, "registration.return", officer)
    assert str(again).startswith("S-06 本申请已退回补正过一次")
    # Then it is registered: the operator is seated at once, the head by accepting the letter
    assert act(desk, asked, "register") == 302
    asked.refresh_from_db()
    body = asked.organization
    assert (body.name, body.address, body.legal_form) == (asked.name, "示例路8号", LegalForm.SOCIAL_ORGANIZATION)
    assert actor_for(User.objects.get(username="hejing")).roles == {Role.ORG}
    mail_waiting(database_now())
    (letter,) = mail.outbox
    assert letter.to == ["linxiao@example.org"]
    head = Client()
    link = Invitation.objects.get().get_absolute_url()
    assert link in letter.body
    assert head.post(link, {**NEW_PERSON, "username": "linxiao", "name": "林晓"}).status_code == 302
    assert actor_for(User.objects.get(username="linxiao")).holds(Role.ORG_H, body.pk)
    # And the head invites an operator with an account of his own, who accepts
    offer = {"name": "任飞", "email": "renfei@example.org", "role": Role.ORG}
    assert head.post(reverse("organization-invite", args=[body.pk]), offer).status_code == 302
    operator, person = Client(), make_user("renfei", name="任飞")
    operator.force_login(person)
    letter_link = next(one for one in Invitation.objects.all() if one.email == "renfei@example.org").get_absolute_url()
    assert operator.get(letter_link).status_code == 200
    assert operator.post(letter_link).status_code == 302
    assert actor_for(person).holds(Role.ORG, body.pk)
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"account.open", "registration.draft", "registration.register", "invitation.accept"} <= actions


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (
            {"kind": "purchaser", "legal_form": LegalForm.COMPANY, "uscc": synthetic_code("11", "110105", 1)},
            "R-002 企业（公司、合伙企业等）不属于购买主体",
        ),
        (
            {"kind": "purchaser", "legal_form": LegalForm.INSTITUTION_ONE, "uscc": synthetic_code("12", "110105", 2)},
            "为公益一类事业单位，不得作为购买主体，也不得作为承接主体",
        ),
        ({"legal_form": LegalForm.RURAL_COLLECTIVE}, "R-010 单位类型“社会服务机构”的法人类型应为社会组织法人"),
        ({"legal_form": LegalForm.BRANCH}, "R-065"),
        (
            {"kind": "association", "name": "朝阳区摄影协会青年分会", "uscc": synthetic_code("51", "110105", 3)},
            "R-065 朝阳区摄影协会青年分会是分支机构或代表机构",
        ),
        ({"uscc": "53100000500020462H"}, "R-062 校验码（第18位）不符，应为“K”"),
        ({"uscc": synthetic_code("51", "110105", 4)}, "R-062 代码前两位“51”属于社会团体"),
        ({"head_email": ""}, "S-04 申请人不是负责人的"),
    ],
)
def test_application_is_not_handed_in_when_a_rule_forbids_it(fields: dict[str, Any], sentence: str) -> None:
    civil_of()
    asked = draft(**fields)
    with pytest.raises(RuleViolation, match=sentence.replace("（", ".").replace("）", ".")):
        perform(asked, "registration.submit", actor=actor_for(asked.applicant))


def test_application_is_not_handed_in_where_nobody_checks_it() -> None:
    asked = draft()
    with pytest.raises(RuleViolation, match=r"S-04 .*尚无民政部门在本平台办理核验"):
        perform(asked, "registration.submit", actor=actor_for(asked.applicant))


def test_community_organisation_is_sent_to_its_filing(client: Client) -> None:
    with pytest.raises(RuleViolation) as refused:
        refuse_filing_only(OrganizationKind.COMMUNITY)
    assert [refusal.rule_id for refusal in refused.value.refusals] == ["R-070", "R-071"]
    client.force_login(make_user())
    page = client.post(reverse("registration-new"), entered(kind="community", uscc=""))
    assert (page.status_code, "R-070 社区社会组织尚未登记" in page.content.decode()) == (422, True)
    assert "北京市朝阳区新芽社区服务中心" in page.content.decode()


def test_code_in_use_is_refused_with_the_name_of_who_holds_it() -> None:
    civil_of()
    standing = make_organization(OrganizationKind.SOCIAL_SERVICE_AGENCY, name="老牌服务中心")
    asked = draft(uscc=standing.uscc)
    (refusal,) = refusals(asked, "registration.submit", actor_for(asked.applicant))
    assert refusal.message == "该代码已由老牌服务中心登记，请由其负责人邀请您任职，不必再次登记"


def test_second_application_with_the_same_code_is_refused_by_guard_and_by_database() -> None:
    civil_of()
    first = submitted()
    second = draft(uscc=first.uscc)
    with pytest.raises(RuleViolation, match="R-062 该代码已有登记申请正在办理"):
        perform(second, "registration.submit", actor=actor_for(second.applicant))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL portal.engine = 'on'")
    with pytest.raises(IntegrityError) as stopped, transaction.atomic():
        Registration.objects.filter(pk=second.pk).update(status="submitted")
    assert refusal_for_constraint(stopped.value).rule_id == "R-062"


def test_nearest_civil_affairs_answers_for_a_place() -> None:
    city = civil_of("110000")
    assert draft().authority_id in city.organization_ids()
    district = civil_of("110105")
    assert draft().authority_id in district.organization_ids()
    foreign = draft(uscc=synthetic_code("52", "310105", 9), region_id="310105")
    assert foreign.authority_id is None


def test_head_who_registers_is_seated_as_head_and_operator_without_a_letter() -> None:
    officer, applicant = civil_of(), make_user()
    asked = submitted(applicant, applicant_is_head=True, head_email="")
    perform(asked, "registration.register", actor=officer)
    assert actor_for(applicant).roles == {Role.ORG_H, Role.ORG}
    assert not Invitation.objects.exists()


def test_registering_an_authority_gives_no_power_of_office() -> None:
    officer, applicant = civil_of(), make_user()
    code = synthetic_code("11", "110105", 77)
    fields = {"kind": "authority", "legal_form": LegalForm.ORGAN, "uscc": code, "applicant_is_head": True}
    asked = submitted(applicant, **fields)
    perform(asked, "registration.register", actor=officer)
    assert actor_for(applicant).roles == {Role.PU_SIGN, Role.PU_BUY}


def test_refused_application_creates_nothing_and_says_why() -> None:
    officer = civil_of()
    asked = submitted()
    with pytest.raises(RuleViolation, match="S-03"):
        perform(asked, "registration.refuse", actor=officer)
    perform(asked, "registration.refuse", actor=officer, reason="该单位已注销。")
    assert asked.status == "refused"
    assert not Organization.objects.filter(uscc=asked.uscc).exists()


def test_strangers_and_other_authorities_find_nothing(client: Client) -> None:
    civil_of()
    asked = submitted()
    for person in (make_user(), civil_of("310105").user, make_actor(Role.LGO).user):
        client.force_login(person)
        assert client.get(asked.get_absolute_url()).status_code == 404
        assert act(client, asked, "register") == 404
        assert asked.name not in client.get(reverse("registration-list")).content.decode()


def test_nobody_but_the_applicant_writes_and_nobody_after_handing_in(client: Client) -> None:
    officer = civil_of()
    asked = submitted()
    with pytest.raises(RuleViolation, match="S-01"):
        registrations.save(actor=actor_for(asked.applicant), registration=asked)
    other = draft()
    with pytest.raises(RuleViolation, match="S-02"):
        registrations.save(actor=officer, registration=other)
    client.force_login(officer.user)
    assert client.get(reverse("registration-edit", args=[asked.pk])).status_code == 404


def test_places_are_chosen_step_by_step_and_without_scripts(client: Client) -> None:
    picker = client.get(reverse("region-picker", args=["home"]), {"home-r1": "310000"}).content.decode()
    assert "静安区" in picker
    assert "闸北区" not in picker
    old = {"origin-r1": "310000", "registered_on": "2012-03-01"}
    before = client.get(reverse("region-picker", args=["origin"]), old).content.decode()
    assert "闸北区（2015年已撤销）" in before
    assert "崇明县（2016年已撤销）" in before
    assert "崇明区" not in before
    client.force_login(make_user())
    page = client.post(reverse("registration-new"), entered(refresh="1", **{"home-r1": "420000", "home-r2": "420500"}))
    assert (page.status_code, "夷陵区" in page.content.decode()) == (200, True)
    assert not Registration.objects.exists()


def test_list_of_applications_asks_as_often_for_many_as_for_few(client: Client) -> None:
    officer = civil_of()
    client.force_login(officer.user)
    submitted()
    client.get(reverse("registration-list"))
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse("registration-list")).status_code == 200
        counts.append(len(seen))
        for _each in range(8):
            submitted()
    assert counts[0] == counts[1] <= 12


def test_only_seats_of_the_kind_are_given_by_its_head() -> None:
    buyer = make_organization()
    head = actor_for(make_seat(Role.PU_SIGN, buyer).person)
    granted = set(roles_grantable(head, buyer))
    assert Role.PU_ACC in granted
    assert not granted & {Role.FIN, Role.CIV, Role.LGO, Role.AUD, Role.SYS, Role.PU_SIGN}
