"""The negative list: every yes is refused under its rule, silence is no no, secrets leave a stub."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import InternalError, transaction
from django.urls import reverse

from catalogs import checkables
from catalogs.checkables import Checkable, register_checkable
from catalogs.models import PurchaseCheck
from catalogs.negative_list import QUESTIONS, questions_for, verdict
from catalogs.selectors.purchase_checks import check_refusals
from catalogs.services.purchase_checks import answer
from procurement.access import Role
from tests.factories.people import a_region, make_actor, make_organization

NO = {question.code: False for question in QUESTIONS}


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.code)
def test_a_yes_is_refused_under_its_rule(question) -> None:
    found = verdict({**NO, question.code: True}, region_code="440100")
    assert [refusal.rule_id for refusal in found] == [question.rule_id]
    assert found[0].warning == (question.rule_id == "R-009")
    assert verdict(NO, region_code="440100") == []


def test_six_items_everywhere_and_the_exclusions_in_guangdong_only() -> None:
    assert sum(question.rule_id == "R-004" for question in questions_for("110105")) == 6
    assert not any(question.rule_id == "R-005" for question in questions_for("110105"))
    assert sum(question.rule_id == "R-005" for question in questions_for("440100")) == 4


def test_silence_is_not_a_no() -> None:
    answers = dict(NO)
    del answers["financing"]
    assert "尚未回答" in verdict(answers, region_code="110105")[0].message


@pytest.mark.django_db
def test_the_latest_sheet_counts_and_none_is_ever_altered() -> None:
    region, actor, subject = a_region(), make_actor(Role.PU_DEM), f"catalogs.need:{uuid4()}"
    assert "尚未核对禁购清单" in check_refusals(subject, region=region)[0].message
    blocked = answer(actor=actor, subject=subject, region=region, answers={**NO, "hiring": True})
    assert blocked.outcome == "blocked"
    assert [refusal.rule_id for refusal in check_refusals(subject, region=region)] == ["R-004"]
    warned = {**NO, "heads_only": True}
    assert answer(actor=actor, subject=subject, region=region, answers=warned).outcome == "blocked"
    kept = answer(actor=actor, subject=subject, region=region, answers=warned, justification="按次计量，另列产出。")
    assert kept.outcome == "justified"
    assert check_refusals(subject, region=region) == []
    with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
        PurchaseCheck.objects.filter(pk=blocked.pk).update(outcome="passed")


@pytest.mark.django_db
def test_of_a_secret_matter_only_the_stub_is_kept() -> None:
    region, subject = a_region(), f"catalogs.need:{uuid4()}"
    check = answer(
        actor=make_actor(Role.PU_DEM),
        subject=subject,
        region=region,
        answers={"secrets": True, "hiring": True},
        justification="某某工程的保密内容",
    )
    assert (check.outcome, check.answers, check.justification) == ("secret", {}, "")
    assert [refusal.rule_id for refusal in check_refusals(subject, region=region)] == ["R-008"]


@pytest.mark.django_db
def test_the_sheet_is_answered_on_its_page(client, monkeypatch) -> None:
    monkeypatch.setattr(checkables, "_finders", {})
    owner, stranger = make_actor(Role.PU_DEM, make_organization()), make_actor(Role.ORG)
    key = uuid4()
    subject = f"catalogs.need:{key}"

    def find(actor, found):
        if actor.id != owner.id or found != key:
            return None
        return Checkable(subject, "居家养老需求", "/", a_region(), may_answer=True)

    register_checkable("catalogs.need", find)
    address = reverse("purchase-check", args=[subject])
    client.force_login(stranger.user)
    assert client.get(address).status_code == 404
    client.force_login(owner.user)
    assert "尚未核对" in client.get(address).content.decode()
    page = client.post(address, {"secrets": "no", "financing": "yes"})
    assert page.status_code == 422
    assert "请回答是或否" in page.content.decode()
    answers = {question.code: "no" for question in questions_for("110105")}
    assert client.post(address, {**answers, "heads_only": "yes"}).status_code == 422
    client.post(address, {**answers, "financing": "yes"})
    assert "不得以购买服务名义融资" in client.get(address).content.decode()
    assert client.post(address, answers).url == "/"
