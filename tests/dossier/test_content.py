"""The document behind the paper: the same data gives the same hash, nothing is told twice, nothing private is told."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from procurement import audit
from procurement.demo.stage import Stage
from procurement.demo.steps import applying, guiding, reviewing
from procurement.documents.models import Document
from procurement.dossier.content import Dossier, build
from procurement.dossier.file import NoDossier, open_file
from procurement.lifecycle.models import Case
from projects.models import Activity, Recipient
from tests.dossier.conftest import Made

pytestmark = pytest.mark.django_db

STEPS = [
    "publish_guide", "apply_online", "responsible_unit_endorse", "precheck", "expert_review", "leading_group_decide",
    "publicise_list", "approve_project", "sign_contract", "release_first_tranche", "launch", "quarterly_report",
    "midterm_evaluation", "submit_closeout", "responsible_unit_acceptance", "financial_audit", "final_evaluation",
    "close_and_archive",
]  # fmt: skip


def case_of(stage: Stage) -> Case:
    return Case.objects.select_related("template", "rule_set").get(pk=stage.application.case_id)


def chapter(dossier: Dossier, code: str) -> dict[str, Any]:
    return next(one for one in dossier.content["chapters"] if one["code"] == code)


def blocks(dossier: Dossier, code: str, title: str) -> list[dict[str, Any]]:
    return next(part["blocks"] for part in chapter(dossier, code)["sections"] if part["title"] == title)


def fact(dossier: Dossier, code: str, title: str, label: str) -> str:
    rows = [row for block in blocks(dossier, code, title) if block["kind"] == "facts" for row in block["rows"]]
    return next(value for name, value in rows if name == label)


def words(dossier: Dossier) -> str:
    return dossier.data.decode()


# --- the same data ------------------------------------------------------------------------------------------------


def test_content_of_the_same_data_has_the_same_hash(whole: Stage, made: Made) -> None:
    assert build(case_of(whole)).data == made.dossier.data
    assert json.loads(made.dossier.data) == made.dossier.content


def test_content_ignores_what_happens_to_other_cases(whole: Stage, made: Made) -> None:
    audit.record(action="application.draft", subject=f"projects.application:{uuid4()}", case_id=uuid4())
    audit.make_checkpoint()

    assert build(case_of(whole)).content_hash == made.dossier.content_hash


def test_content_ignores_who_looked_at_the_case(whole: Stage, made: Made) -> None:
    case = case_of(whole)
    audit.record(action="document.download", subject=f"documents.document:{uuid4()}", case_id=case.pk)
    audit.record(action="dossier.make", subject=f"lifecycle.case:{case.pk}", case_id=case.pk)
    audit.seal_pending()

    assert build(case).content_hash == made.dossier.content_hash


def test_content_is_chinese_whatever_language_its_reader_uses(whole: Stage, made: Made) -> None:
    with translation.override("en"):
        assert build(case_of(whole)).content_hash == made.dossier.content_hash


def test_content_changes_with_the_case(whole: Stage, made: Made) -> None:
    application = whole.application
    application.place = "朝阳区另一处"
    application.save(update_fields=["place"])

    assert build(case_of(whole)).content_hash != made.dossier.content_hash


# --- everything, once ---------------------------------------------------------------------------------------------


def test_content_has_a_chapter_for_every_step(made: Made) -> None:
    chapters = [one["code"] for one in made.dossier.content["chapters"]]
    assert chapters == ["overview", *STEPS, "attachments", "journal", "instructions"]


def test_content_tells_every_act_once(whole: Stage, made: Made) -> None:
    told = [row for code in STEPS for block in blocks(made.dossier, code, "办理记录") for row in block.get("rows", [])]
    assert len(told) == len(open_file(case_of(whole)).acts)


def test_content_names_rules_with_their_articles(made: Made) -> None:
    rules = blocks(made.dossier, "release_first_tranche", "依据")[0]["rows"]
    assert next(row for row in rules if row[0] == "R-254")[2].startswith("成财采")


@pytest.mark.parametrize(
    ("code", "title", "label", "value"),
    [
        ("publish_guide", "评分办法", "内容摘要核验", "重算一致"),
        ("expert_review", "专家抽取", "按记录重新抽取", "重算一致"),
        ("sign_contract", "签署", "文本核验", "重算一致"),
        ("sign_contract", "签署", "签名核验", "有效"),
        ("apply_online", "提交回执", "签名核验", "有效"),
        ("release_first_tranche", "拨款总况", "合计核验", "一致"),
        ("release_first_tranche", "第 1 期", "三人分设", "是"),
        ("final_evaluation", "评估结果", "内容核验", "重算一致"),
        ("final_evaluation", "满意度测评", "有效答卷（n）", "12 份"),
        ("close_and_archive", "余款退回", "应退金额", "320.00 元"),
        ("attachments", "附件目录", "缺失或不符", "0 份"),
    ],
)
def test_content_checks_anew_what_it_prints(made: Made, code: str, title: str, label: str, value: str) -> None:
    assert fact(made.dossier, code, title, label) == value


def test_content_finds_nothing_that_does_not_hold(made: Made) -> None:
    assert "重算不一致" not in words(made.dossier)
    assert "核对结果：没有不相容的职责集于一人。" in words(made.dossier)


def test_content_counts_the_publicity_day_by_day(made: Made) -> None:
    (counted,) = [one for one in blocks(made.dossier, "publicise_list", "公示期计算") if one["kind"] == "table"]
    assert counted["rows"][0][5] == "起算日不计入（R-300）"
    assert [row[4] for row in counted["rows"] if row[4] != "—"] == [str(n) for n in range(1, 8)]
    assert counted["rows"][-1][5].startswith("届满日，当日 24:00 截止")


def test_content_shows_every_member_every_factor_and_the_spread(whole: Stage, made: Made) -> None:
    scores = blocks(made.dossier, "expert_review", "评分")[0]
    assert scores["head"] == ["评分因素", "满分", "专家1", "专家2", "专家3", "专家4", "专家5"]
    assert scores["total"][:2] == ["合计", "100"]
    assert scores["after"].startswith("最高 ")
    assert fact(made.dossier, "expert_review", "评审结果", "本项目得分") == str(whole.application.review_score)


def test_content_rests_on_a_checkpoint_above_its_entries(made: Made) -> None:
    last = int(fact(made.dossier, "journal", "记录区间", "末条序号"))
    assert int(fact(made.dossier, "journal", "依据的检查点", "覆盖记录数")) >= last
    listing = blocks(made.dossier, "journal", "逐条节录")[0]["rows"]
    assert len(listing) == int(fact(made.dossier, "journal", "记录区间", "本案卷记录数"))


def test_content_says_when_a_file_is_missing_or_changed(whole: Stage) -> None:
    case = case_of(whole)
    first, second = Document.objects.for_case(case.pk)[:2]
    first.path.rename(first.path.with_suffix(".away"))
    second.path.chmod(0o600)
    original = second.path.read_bytes()
    second.path.write_bytes(original[:-1] + b"?")
    try:
        assert fact(build(case), "attachments", "附件目录", "缺失或不符") == "2 份"
    finally:
        first.path.with_suffix(".away").rename(first.path)
        second.path.write_bytes(original)


# --- and no more --------------------------------------------------------------------------------------------------


def test_content_leaves_out_what_is_private(whole: Stage, made: Made) -> None:
    text, application = words(made.dossier), whole.application
    private = [application.leader_phone, whole.contract.account_number, whole.objection.code]
    private += [expense.payee for expense in application.expenses.all()]
    private += list(Recipient.objects.filter(acceptance__application=application).values_list("code", flat=True))
    private += list(whole.application.assessments.get(kind="final").survey.tickets.values_list("code", flat=True))
    assert [one for one in private if one and one in text] == []


def test_content_keeps_the_panel_secret_until_all_have_signed(stage: Stage) -> None:
    guiding.publish_guide(stage)
    applying.apply_online(stage)
    applying.endorse(stage)
    applying.precheck(stage)
    for act in (reviewing.plan, reviewing.draw, reviewing.confirm, reviewing.convene, reviewing.score):
        act(stage)
    reviewing.hand_in(stage)

    text = words(build(case_of(stage)))

    names = [seat.person.name for seat in stage.panel.seats.select_related("person")]
    assert [name for name in names if name in text] == []
    assert "评审专家（签署前不公开）" in text
    assert "专家名单、抽取记录和评分在签署之后才列入卷宗" in text


def test_content_refuses_a_case_nobody_handed_in(stage: Stage) -> None:
    guiding.publish_guide(stage)
    applying.begin(stage)

    with pytest.raises(NoDossier, match="尚未提交"):
        build(case_of(stage))
    with pytest.raises(NoDossier, match="不是项目案卷"):
        build(stage.guide.case)


def test_content_of_a_case_just_begun_says_what_is_still_to_come(stage: Stage) -> None:
    guiding.publish_guide(stage)
    applying.apply_online(stage)

    text = words(build(case_of(stage)))

    for sentence in ("尚未组建评审组。", "尚未公示。", "尚无合同，没有拨款计划。", "尚未归档。"):
        assert sentence in text


def test_content_takes_as_many_queries_for_a_long_ledger_as_for_a_short(whole: Stage) -> None:
    case = case_of(whole)
    with CaptureQueriesContext(connection) as short:
        build(case)
    entry = Activity.objects.filter(application=whole.application).order_by("number").last()
    assert entry is not None
    for number in range(1, 31):
        Activity.objects.create(
            application=whole.application,
            number=entry.number + number,
            held_on=entry.held_on,
            title=f"加场 {number}",
            place=entry.place,
            person_times=20,
            recorded_by=entry.recorded_by,
            recorded_at=entry.recorded_at + timedelta(minutes=number),
        )
    with CaptureQueriesContext(connection) as long:
        build(case)
    assert len(long) == len(short)
