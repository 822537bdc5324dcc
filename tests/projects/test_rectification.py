"""Orders to put things right: by whom, how they end, and that no money moves meanwhile."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from procurement.demo.stage import Stage
from procurement.demo.steps import delivering
from procurement.documents.models import Document
from procurement.lifecycle.engine import perform, refusals
from procurement.rules import RuleViolation
from projects.models import Rectification
from projects.services.rectifications import issue
from tests.projects.delivered import signed_in, to_launched

ORDER = {
    "finding": "活动签到表与台账人次不符，相差 31 人次。",
    "requirement": "逐场核对签到表，冲正错误记录，提交核对说明。",
    "contract_term": "合同第三条 服务数量",
}


def order(stage: Stage, who: str = "hub", **changed: Any) -> Rectification:
    values = {**ORDER, **changed}
    return issue(actor=stage.actor(who), application=stage.application, at=stage.later(hours=1), **values)


def refused(call: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(RuleViolation) as violation:
        call(*args, **kwargs)
    return str(violation.value)


@pytest.mark.django_db
@pytest.mark.stands(after=to_launched)
def test_order_stops_money_until_it_is_verified(stage: Stage) -> None:
    issued = order(stage)
    assert (issued.status, stage.application.status) == ("issued", "rectifying")
    assert issued.due_on is not None
    payment = stage.contract.payments.get(tranche=2)

    def money_waits() -> bool:
        found = refusals(payment, "payment.request", stage.actor("district"), at=stage.now)
        return any(str(r).startswith("R-225") for r in found)

    assert money_waits()
    head = stage.actor("org-head")
    assert "R-225 请写明整改情况" in refused(perform, issued, "rectification.respond", actor=head, response="改了")
    perform(
        issued, "rectification.respond", actor=head, at=stage.later(days=2),
        response="已逐场核对并冲正两笔，核对说明附后。", evidence=delivering.photo(5),
    )  # fmt: skip
    assert Document.objects.for_subject(issued.subject).count() == 1
    assert money_waits()
    perform(issued, "rectification.verify", actor=stage.actor("hub"), at=stage.later(days=1), reason="复查属实。")
    assert (issued.status, stage.application.status) == ("verified", "in_progress")
    assert not money_waits()


@pytest.mark.django_db
@pytest.mark.stands(after=to_launched)
def test_project_goes_on_only_after_the_last_order(stage: Stage) -> None:
    first, second = order(stage), order(stage, "signer")
    for one, who in ((first, "hub"), (second, "signer")):
        perform(
            one, "rectification.respond", actor=stage.actor("org-head"), at=stage.later(days=1), response="已按要求全部整改完毕。"
        )  # fmt: skip
        assert stage.application.status == "rectifying"
        perform(one, "rectification.verify", actor=stage.actor(who), at=stage.later(hours=1), reason="复查合格。")
    assert stage.application.status == "in_progress"


@pytest.mark.django_db
@pytest.mark.stands(after=to_launched)
def test_failed_order_lets_the_signer_end_the_project(stage: Stage) -> None:
    issued = order(stage)
    early = refused(perform, issued, "rectification.fail", actor=stage.actor("hub"), at=stage.now, reason="没有动静")
    assert early.startswith("R-225")
    assert "尚未届满" in early
    assert issued.due_on is not None
    stage.now += timedelta(days=60)
    perform(issued, "rectification.fail", actor=stage.actor("hub"), at=stage.now, reason="逾期未整改。")
    assert stage.application.status == "rectifying"
    payment = stage.contract.payments.get(tranche=2)
    found = refusals(payment, "payment.request", stage.actor("district"), at=stage.now)
    assert any(str(r).startswith("R-225") for r in found)
    perform(
        stage.application, "application.terminate", actor=stage.actor("signer"), at=stage.later(days=1), reason="整改不合格。"
    )  # fmt: skip
    assert stage.application.status == "terminated"


@pytest.mark.django_db
@pytest.mark.stands(after=to_launched)
def test_insisting_gives_a_new_term(stage: Stage) -> None:
    issued = order(stage)
    before = issued.due_on
    perform(
        issued, "rectification.respond", actor=stage.actor("org-head"), at=stage.later(days=10), response="正在联系场地方修复扶手。"
    )  # fmt: skip
    perform(issued, "rectification.insist", actor=stage.actor("hub"), at=stage.later(days=1), reason="须附修复照片。")
    assert issued.status == "issued"
    assert before is not None
    assert issued.due_on is not None
    assert issued.due_on > before


@pytest.mark.django_db
@pytest.mark.stands(after=to_launched)
def test_only_hub_and_signer_order_and_only_what_is_said_in_full(stage: Stage) -> None:
    for who in ("office", "district", "org-head", "auditor"):
        assert refused(order, stage, who).startswith("S-02"), who
    assert "R-225 请写明“整改要求”" in refused(order, stage, requirement="改")
    assert Rectification.objects.count() == 0
    assert stage.application.status == "in_progress"


@pytest.mark.django_db
@pytest.mark.stands(after=to_launched)
def test_midterm_orders_in_the_purchasers_name(stage: Stage) -> None:
    issued = order(stage, "office", origin="midterm")
    assert issued.issuer == stage.guide.purchaser
    assert stage.application.status == "rectifying"


@pytest.mark.django_db
@pytest.mark.stands(after=to_launched)
def test_issued_text_stands(stage: Stage) -> None:
    issued = order(stage)
    with pytest.raises(DatabaseError), transaction.atomic():
        Rectification.objects.filter(pk=issued.pk).update(finding="换一个说法")
    with pytest.raises(DatabaseError), transaction.atomic():
        Rectification.objects.filter(pk=issued.pk).delete()
    assert Rectification.objects.get(pk=issued.pk).finding == ORDER["finding"]


@pytest.mark.django_db
@pytest.mark.stands(after=to_launched)
def test_order_is_given_through_its_page(stage: Stage) -> None:
    url = reverse("rectification-new", args=[stage.application.pk])
    answer = signed_in("hub").post(url, {**ORDER, "origin": "supervision", "finding": "短"})
    assert answer.status_code == 422
    assert ORDER["requirement"] in answer.content.decode()
    answer = signed_in("hub").post(url, {**ORDER, "origin": "supervision"})
    assert answer.status_code == 302
    assert Rectification.objects.get().status == "issued"
    assert signed_in("org2").get(answer.url).status_code == 404
