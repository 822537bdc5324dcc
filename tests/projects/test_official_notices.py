"""Official notices: the forms, the blanks, the periods, who may issue, what stays as it was."""

from __future__ import annotations

import csv
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from procurement.access import Role
from procurement.lifecycle.engine import perform
from procurement.rules import RuleViolation
from projects.models import OfficialNotice, Procedure
from projects.notice_forms import notice_form, notice_forms
from projects.notice_forms.form import TYPES
from projects.services import official_notices as service
from tests.factories import make_actor, make_user
from tests.factories.awards import filled
from tests.factories.procedures import make_procedure

pytestmark = pytest.mark.django_db
#: Thursday before the May holiday of 2026.
THURSDAY = datetime(2026, 4, 30, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def procedure(db: None) -> Procedure:
    return make_procedure("bidding")


def test_every_kind_of_the_standard_has_its_form():
    with TYPES.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["code"] for row in rows} == set(notice_forms())
    numbered = {form.number for form in notice_forms().values() if form.number}
    assert numbered == {str(number) for number in range(1, 14)}
    assert notice_form("award").release_tag == "award"


@pytest.mark.parametrize(
    ("kind", "last_day"),
    [
        ("guide", date(2026, 5, 11)),  # 5 working days; 9 May is a working Saturday
        ("single_source", date(2026, 5, 11)),
        ("negotiation", date(2026, 5, 8)),
        ("award", date(2026, 5, 6)),
        ("termination", None),
    ],
)
def test_period_is_counted_in_working_days(procedure: Procedure, kind: str, last_day: date | None):
    buyer = make_actor(Role.PU_BUY, procedure.purchaser)
    notice = service.publish(actor=buyer, kind=kind, procedure=procedure, fields=filled(kind), at=THURSDAY)
    assert (notice.status, notice.starts_on, notice.ends_on) == ("published", date(2026, 4, 30), last_day)


def test_blank_left_empty_is_named_and_nothing_comes_out(procedure: Procedure):
    buyer = make_actor(Role.PU_BUY, procedure.purchaser)
    with pytest.raises(RuleViolation) as refused:
        service.publish(actor=buyer, kind="award", procedure=procedure, at=THURSDAY)
    said = "；".join(str(refusal) for refusal in refused.value.refusals)
    assert "R-172 中标（成交）结果公告缺少“名单”" in said
    assert not OfficialNotice.objects.public().exists()


def test_what_the_procedure_knows_need_not_be_typed(procedure: Procedure):
    buyer = make_actor(Role.PU_BUY, procedure.purchaser)
    notice = service.publish(
        actor=buyer, kind="failed", procedure=procedure, fields={"reason": "投标人不足三家"}, at=THURSDAY
    )
    assert notice.fields["project_number"] == procedure.number
    assert notice.fields["purchaser_name"] == procedure.purchaser.name


def test_period_ends_with_its_last_day_and_not_before(procedure: Procedure):
    buyer = make_actor(Role.PU_BUY, procedure.purchaser)
    notice = service.publish(actor=buyer, kind="award", procedure=procedure, fields=filled("award"), at=THURSDAY)
    assert service.expire_due(THURSDAY.replace(month=5, day=6)) == 0
    assert service.expire_due(THURSDAY.replace(month=5, day=7)) == 1
    notice.refresh_from_db()
    assert notice.status == "expired"


def test_published_notice_is_never_rewritten_even_by_sql(procedure: Procedure):
    buyer = make_actor(Role.PU_BUY, procedure.purchaser)
    notice = service.publish(actor=buyer, kind="failed", procedure=procedure, fields=filled("failed"), at=THURSDAY)
    with pytest.raises(RuleViolation, match="R-178"):
        service.revise(actor=buyer, notice=notice, fields={"reason": "别的原因"})
    with pytest.raises(DatabaseError, match="corrected by another"), transaction.atomic():
        OfficialNotice.objects.filter(pk=notice.pk).update(title="别的标题")


def test_correction_is_linked_to_the_original(procedure: Procedure, client: Client):
    buyer = make_actor(Role.PU_BUY, procedure.purchaser)
    notice = service.publish(actor=buyer, kind="guide", procedure=procedure, fields=filled("guide"), at=THURSDAY)
    correction = service.correct(
        actor=buyer, original=notice, matter="采购公告", changes="截止时间由九时改为十时", at=THURSDAY
    )
    assert (correction.kind, correction.corrects) == ("correction", notice)
    assert correction.title in client.get(notice.get_absolute_url()).content.decode()


def test_strangers_supervisor_and_purchaser_each_issue_only_their_own(procedure: Procedure):
    stranger, supervisor = make_actor(Role.PU_BUY), make_actor(Role.FIN_SUP, procedure.finance)
    buyer = make_actor(Role.PU_BUY, procedure.purchaser)
    for actor, kind in ((stranger, "failed"), (supervisor, "award"), (buyer, "complaint_result")):
        with pytest.raises(RuleViolation, match="S-02"):
            service.publish(actor=actor, kind=kind, procedure=procedure, fields=filled(kind), at=THURSDAY)
    decision = service.publish(
        actor=supervisor,
        kind="complaint_result",
        procedure=procedure,
        issuer=procedure.finance,
        fields=filled("complaint_result"),
        at=THURSDAY,
    )
    assert decision.status == "published"


def test_draft_is_its_issuers_and_the_list_shows_what_is_published(procedure: Procedure, client: Client):
    buyer = make_actor(Role.PU_BUY, procedure.purchaser)
    draft = service.draft(actor=buyer, kind="failed", procedure=procedure, fields=filled("failed"), at=THURSDAY)
    assert client.get(draft.get_absolute_url()).status_code == 404
    assert draft.title not in client.get(reverse("official-notices")).content.decode()
    perform(draft, "official_notice.publish", actor=buyer, at=THURSDAY)
    assert draft.title in client.get(reverse("official-notices"), {"kind": "failed", "year": 2026}).content.decode()
    assert draft.title not in client.get(reverse("official-notices"), {"kind": "award"}).content.decode()
    assert client.get(draft.get_absolute_url()).status_code == 200


def test_officer_drafts_fills_in_and_publishes_from_the_pages(procedure: Procedure, client: Client):
    buyer = make_actor(Role.PU_BUY, procedure.purchaser)
    client.force_login(buyer.person)
    page = client.post(reverse("official-notice-new", args=[procedure.pk]), {"kind": "intention"}, follow=True)
    notice = OfficialNotice.objects.get()
    assert "采购项目名称｜采购需求概况" in page.content.decode()
    client.post(
        reverse("official-notice-edit", args=[notice.pk]),
        {"purchaser_name": "区民政局", "items": "为老服务｜每周探访｜60万元｜2026年5月", "other": ""},
    )
    notice.refresh_from_db()
    assert notice.fields["items"] == [
        {"title": "为老服务", "need": "每周探访", "budget": "60万元", "expected": "2026年5月"}
    ]
    client.force_login(make_user())
    assert client.get(reverse("official-notice-edit", args=[notice.pk])).status_code == 404
