"""People come into the expert pool, declare their ties, rest, and are barred (R-154, R-156, R-157, R-162)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orgs.models import Expert, ExpertAdmission, ExpertBar, ExpertKind, Membership, Organization, OrganizationKind
from orgs.selectors import experts as selectors
from orgs.selectors.recusal import experts_available, recusal_grounds
from orgs.services import experts as service
from procurement.access import Actor, Role, actor_for
from procurement.lifecycle.engine import perform
from procurement.rules import RuleViolation
from tests.factories import make_actor, make_expert, make_organization, make_seat, make_social_organization, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Organization:
    organization = make_organization(OrganizationKind.PURCHASER)
    make_seat(Role.LGO, organization)
    return organization


def an_application(office: Organization, person: object) -> ExpertAdmission:
    admission = ExpertAdmission(
        person=person, office=office, kind=ExpertKind.FINANCE, specialties=["审计"], employer_text="某会计学会",
        qualification="注册会计师", years=12, resume="从事非营利组织审计十二年。",
    )  # fmt: skip
    return service.draft_admission(actor=actor_for(person), admission=admission)


def of(office: Organization) -> Actor:
    return actor_for(Membership.objects.get(organization=office, role=Role.LGO).person)


def test_person_applies_is_admitted_and_can_be_drawn(office: Organization) -> None:
    person = make_user()
    admission = an_application(office, person)
    perform(admission, "expert_admission.apply", actor=actor_for(person))
    perform(admission, "expert_admission.admit", actor=of(office))
    assert [expert.person for expert in experts_available([ExpertKind.FINANCE])] == [person]
    assert actor_for(person).holds(Role.EXP)


def test_regulator_of_the_money_stays_out(office: Organization) -> None:
    person = make_seat(Role.FIN_SUP).person
    admission = an_application(office, person)
    with pytest.raises(RuleViolation, match=r"R-156 现任.*财政监督，不得担任评审专家"):
        perform(admission, "expert_admission.apply", actor=actor_for(person))


def test_second_application_waits_for_the_first(office: Organization) -> None:
    person = make_user()
    an_application(office, person)
    with pytest.raises(RuleViolation, match="您已有入库申请在办"):
        an_application(office, person)


def test_declared_tie_is_a_ground_from_the_next_moment() -> None:
    expert, organization = make_expert(), make_social_organization(name="红丹丹")
    client = Client()
    client.force_login(expert.person)
    form = {"act": "kin", "kin-organization": str(organization.pk), "kin-relation": "spouse"}
    assert client.post(reverse("my-expert"), form).status_code == 302
    assert recusal_grounds(expert, organization, timezone.localdate()) == [
        ("R-154", "与红丹丹负责人存在亲属关系（配偶）")
    ]
    assert client.post(reverse("my-expert"), form).status_code == 422


def test_barred_expert_is_not_drawn_nor_recalled(office: Organization) -> None:
    expert, today = make_expert(), timezone.localdate()
    decision = ExpertBar(
        expert=expert, document_number="财监〔2026〕3号", reason="未按规定回避", starts_on=today, ends_on=today + timedelta(days=365)
    )  # fmt: skip
    service.bar(actor=make_actor(Role.FIN_SUP), bar=decision)
    assert experts_available() == []
    with pytest.raises(RuleViolation, match="R-162 该专家在禁止参加评审期间"):
        service.set_active(actor=of(office), expert=expert, active=True, reason="期满", on=today)
    after = today + timedelta(days=366)
    service.set_active(actor=of(office), expert=expert, active=True, reason="期满", on=after)
    assert len(experts_available()) == 1


@pytest.mark.parametrize(
    ("ends_on", "on", "barred"),
    [
        (None, date(2030, 1, 1), True),
        (date(2026, 12, 31), date(2026, 12, 31), True),
        (date(2026, 12, 31), date(2027, 1, 1), False),
        (None, date(2026, 5, 31), False),
    ],
)
def test_bar_counts_from_its_first_to_its_last_day(ends_on: date | None, on: date, barred: bool) -> None:
    expert = make_expert()
    service.bar(
        actor=make_actor(Role.FIN_SUP),
        bar=ExpertBar(expert=expert, document_number="1号", reason="受贿", starts_on=date(2026, 6, 1), ends_on=ends_on),
    )
    assert bool(selectors.bar_in_force(expert.person_id, on)) is barred


def test_names_are_kept_from_everybody_else(office: Organization) -> None:
    expert = make_expert()
    pages = [reverse("expert-pool"), reverse("expert", args=[expert.pk])]
    seen = {}
    for name, actor in {
        "office": of(office),
        "applicant": make_actor(Role.ORG_H),
        "auditor": make_actor(Role.AUD),
    }.items():
        client = Client()
        client.force_login(actor.user)
        seen[name] = [client.get(page).status_code for page in pages]
    assert seen == {"office": [200, 200], "applicant": [403, 404], "auditor": [200, 200]}
    stranger = Client()
    stranger.force_login(make_user())
    assert str(expert.person) not in stranger.get(reverse("my-expert")).content.decode()
    assert Expert.objects.visible_to(actor_for(make_user())).count() == 0
