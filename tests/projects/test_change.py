"""Changes: both consents, before and after kept, applied only when approved."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from procurement.demo.stage import Stage
from procurement.lifecycle.engine import perform
from procurement.rules import RuleViolation
from projects.models import Application, ChangeRequest
from projects.selectors.delivery import budget_lines, spending
from projects.services.changes import Move, save_change
from tests.projects.delivered import signed_in, to_launched

REASON = "建外街道活动中心装修三个月，改在永安里社区开展。"
PLACE = "朝阳区朝外街道、永安里社区"


def request(stage: Stage, kind: str = "place", **changed: Any) -> ChangeRequest:
    values: dict[str, Any] = {"reason": REASON, "values": {"place": PLACE}, "at": stage.now}
    return save_change(actor=stage.actor("org"), application=stage.application, kind=kind, **{**values, **changed})


def act(stage: Stage, change: ChangeRequest, row: str, who: str, **kwargs: Any) -> None:
    perform(change, f"change.{row}", actor=stage.actor(who), at=stage.later(hours=3), **kwargs)


def approve(stage: Stage, change: ChangeRequest) -> None:
    for row, who in (("submit", "org-head"), ("agree", "hub"), ("approve", "signer")):
        act(stage, change, row, who)


def refused(call: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(RuleViolation) as violation:
        call(*args, **kwargs)
    return str(violation.value)


@pytest.mark.django_db
@pytest.mark.stands(after=to_launched)
def test_approved_change_applies_and_keeps_what_was(stage: Stage) -> None:
    before = stage.application.place
    change = request(stage)
    act(stage, change, "submit", "org-head")
    act(stage, change, "agree", "hub")
    assert stage.application.place == before
    act(stage, change, "approve", "signer")
    assert stage.application.place == PLACE
    item = change.items.get()
    assert (item.before, item.after) == (before, PLACE)
    assert change.applied_at is not None


@pytest.mark.django_db
@pytest.mark.stands(after=to_launched)
def test_each_consent_belongs_to_its_body(stage: Stage) -> None:
    change = request(stage)
    assert refused(act, stage, change, "submit", "org").startswith("S-02")
    act(stage, change, "submit", "org-head")
    assert refused(act, stage, change, "agree", "signer").startswith("S-02")
    assert refused(act, stage, change, "approve", "signer").startswith("S-01")
    act(stage, change, "agree", "hub")
    assert refused(act, stage, change, "approve", "hub").startswith("S-02")
    act(stage, change, "approve", "district")
    assert change.status == "approved"


@pytest.mark.django_db
@pytest.mark.stands(after=to_launched)
def test_indicators_and_recipients_change(stage: Stage) -> None:
    indicator = stage.application.indicators.get(unit="场")
    approve(stage, request(stage, "indicators", values={str(indicator.pk): Decimal("36")}))
    indicator.refresh_from_db()
    assert indicator.target == Decimal(36)
    approve(
        stage,
        request(stage, "recipients", values={"beneficiary_groups": ["disabled"], "beneficiary_count": 1000}),
    )
    assert (stage.application.beneficiary_groups, stage.application.beneficiary_count) == (["disabled"], 1000)


@pytest.mark.django_db
@pytest.mark.stands(after=to_launched)
def test_budget_above_the_notice_share_moves_with_the_approval(stage: Stage) -> None:
    source, target = budget_lines(stage.application)[:2]
    amount = (source.amount / 2).quantize(Decimal("0.01"))
    change = request(stage, "budget", values={}, moves=[Move(source.pk, target.pk, amount)])
    approve(stage, change)
    rows = {row.line.pk: row.budget for row in spending(stage.application)}
    assert (rows[source.pk], rows[target.pk]) == (source.amount - amount, target.amount + amount)
    too_much = request(stage, "budget", values={}, moves=[Move(source.pk, target.pk, source.amount)])
    assert refused(act, stage, too_much, "submit", "org-head").startswith("R-227")


@pytest.mark.django_db
@pytest.mark.stands(after=to_launched)
def test_empty_and_unexplained_requests_are_refused(stage: Stage) -> None:
    same = request(stage, values={"place": stage.application.place})
    assert "R-228 没有填写任何变更内容" in refused(act, stage, same, "submit", "org-head")
    short = request(stage, reason="换地方")
    assert "R-228 请写明变更理由" in refused(act, stage, short, "submit", "org-head")
    stranger = {"actor": stage.actor("hub"), "application": stage.application, "kind": "place", "reason": REASON}
    assert refused(save_change, **stranger).startswith("S-02")


@pytest.mark.django_db
@pytest.mark.stands(after=to_launched)
def test_change_is_refused_when_the_ground_has_moved(stage: Stage) -> None:
    change = request(stage)
    act(stage, change, "submit", "org-head")
    act(stage, change, "agree", "hub")
    Application.objects.filter(pk=stage.application.pk).update(place="已经换过一次的地点")
    assert "R-228 “实施地点”已在申请之后改变" in refused(act, stage, change, "approve", "signer")
    assert stage.application.place == "已经换过一次的地点"


@pytest.mark.django_db
@pytest.mark.stands(after=to_launched)
def test_one_request_of_a_kind_at_a_time(stage: Stage) -> None:
    first, second = request(stage), request(stage)
    act(stage, first, "submit", "org-head")
    assert refused(act, stage, second, "submit", "org-head").startswith("R-228 同一事项已有变更申请在办")


@pytest.mark.django_db
@pytest.mark.stands(after=to_launched)
def test_returned_request_is_a_draft_again_with_all_its_words(stage: Stage) -> None:
    change = request(stage)
    act(stage, change, "submit", "org-head")
    act(stage, change, "return", "hub", reason="请说明新场地的无障碍条件。")
    assert (change.status, change.reason) == ("draft", REASON)
    page = signed_in("org1").get(reverse("change-edit", args=[change.pk])).content.decode()
    assert PLACE in page
    assert REASON in page


@pytest.mark.django_db
@pytest.mark.stands(after=to_launched)
def test_request_is_written_on_its_page_and_drafts_stay_private(stage: Stage) -> None:
    url = reverse("change-new", args=[stage.application.pk]) + "?kind=leader"
    client = signed_in("org1")
    bad = client.post(url, {"leader_name": "", "leader_phone": "010-1", "reason": REASON})
    assert bad.status_code == 422
    assert REASON in bad.content.decode()
    good = client.post(url, {"leader_name": "何静", "leader_phone": "010-85000012", "reason": REASON})
    assert good.status_code == 302
    assert "何静" in client.get(good.url).content.decode()
    assert signed_in("hub").get(good.url).status_code == 404
    assert signed_in("org2").get(good.url).status_code == 404
