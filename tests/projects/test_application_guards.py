"""Every refusal of 提交申报, each with its rule and its sentence."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from orgs.models import CreditList, CreditRecord, InspectionResult, OrganizationKind, Qualification, RegistrationStatus
from orgs.selectors.dossier import in_words
from procurement.access import Role
from procurement.lifecycle.engine import perform, refusals
from procurement.rules import RuleViolation, refusal_for_constraint
from projects.models import Application, CoFunding
from projects.selectors.deadlines import second
from tests.factories.applications import (
    Applying,
    make_applicant,
    make_applying,
    make_guide,
    make_hub,
    make_plain_application,
    make_submitted,
    type_in,
)
from tests.factories.hubs import make_recognition
from tests.factories.people import make_actor, make_organization
from tests.factories.standing import run_out

pytestmark = pytest.mark.django_db


def refused(applying: Applying, **kwargs) -> list[str]:
    found = refusals(applying.application, "application.submit", applying.head, **kwargs)
    return [str(refusal) for refusal in found]


def only(applying: Applying, rule: str, **kwargs) -> str:
    found = [sentence for sentence in refused(applying, **kwargs) if sentence.startswith(rule)]
    assert len(found) == 1, refused(applying, **kwargs)
    return found[0]


def test_complete_draft_of_a_body_in_good_standing_is_not_refused():
    assert refused(make_applying()) == []


def test_submission_at_the_closing_instant_is_late_by_the_database_clock():
    applying = make_applying()
    closes_at = applying.guide.closes_at

    assert refused(applying, at=closes_at - timedelta(seconds=1)) == []
    sentence = only(applying, "S-05", at=closes_at)
    assert second(closes_at) in sentence
    late = only(applying, "S-05", at=closes_at + timedelta(seconds=1))
    assert second(closes_at + timedelta(seconds=1)) in late


def test_submission_one_second_late_is_refused_and_nothing_is_written():
    applying = make_applying()
    with pytest.raises(RuleViolation) as violation:
        perform(
            applying.application,
            "application.submit",
            actor=applying.head,
            at=applying.guide.closes_at + timedelta(seconds=1),
        )
    assert [r.rule_id for r in violation.value.refusals] == ["S-05"]
    applying.application.refresh_from_db()
    assert applying.application.status == "draft"
    assert not applying.application.receipts.exists()


def test_database_refuses_a_late_submission_whatever_the_code_says():
    guide = make_guide()
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        make_plain_application(guide, make_applicant(), submitted_at=guide.closes_at)
    refusal = refusal_for_constraint(error.value)
    assert str(refusal).startswith("S-05 申报截止时间已过")


def test_guide_not_yet_open_or_already_closed_refuses():
    early = make_applying()
    assert "开始受理" in only(early, "S-05", at=early.guide.opens_at - timedelta(seconds=1))
    closed = make_applying(guide=make_guide())
    type(closed.guide).objects.filter(pk=closed.guide.pk).update(envelope=None)
    closed.application.refresh_from_db()
    assert refused(closed) == []


def test_missing_section_is_named():
    applying = make_applying()
    application = applying.application
    application.indicators.filter(kind="satisfaction").delete()
    Application.objects.filter(pk=application.pk).update(place="")
    application.refresh_from_db()

    found = "\n".join(refused(applying))
    assert "S-04 “基本信息”未完成：尚缺：实施地点" in found
    assert "S-04 “绩效指标”未完成：尚缺：满意度指标" in found
    assert "“声明”未完成：请先完成其他部分" in found


def test_section_with_an_invalid_value_is_not_complete():
    applying = make_applying()
    draft = type_in(applying, "basic", {"starts_on": "2026-13-45"})
    assert draft.values["starts_on"] == "2026-13-45"
    assert "“基本信息”未完成" in only_section(applying)


def only_section(applying: Applying) -> str:
    return "\n".join(sentence for sentence in refused(applying) if sentence.startswith("S-04"))


def test_third_application_of_a_year_exceeds_the_cap():
    applying = make_applying()
    guide, applicant = applying.guide, applying.application.applicant
    make_plain_application(guide, applicant)
    assert refused(applying) == []
    make_plain_application(guide, applicant, title="第二项")
    assert "本单位在本指南下已申报 2 项，上限 2 项" in only(applying, "R-060")


def test_withdrawn_application_frees_its_place_under_the_cap():
    applying = make_applying()
    for _number in range(2):
        make_plain_application(applying.guide, applying.application.applicant, status="withdrawn")
    assert refused(applying) == []


def test_penalty_within_two_years_refuses_and_an_older_one_does_not():
    applying = make_applying()
    penalise(applying, timezone.localdate() - timedelta(days=3 * 365))
    assert refused(applying) == []
    penalise(applying, timezone.localdate() - timedelta(days=300))
    assert "近2年内受到行政处罚" in only(applying, "R-053")


def penalise(applying: Applying, day: date, credit_list: str = CreditList.PENALTY) -> None:
    CreditRecord.objects.create(
        status="confirmed",
        organization=applying.application.applicant,
        credit_list=credit_list,
        authority="某区市场监督管理局",
        document_number=f"京罚〔{day.year}〕{day.day}号",
        reason="未按规定公示信息",
        starts_on=day,
        recorded_by=make_actor(Role.CIV).user,
        recorded_at=timezone.now(),
    )


@pytest.mark.parametrize(
    ("credit_list", "rule", "words"),
    [
        (CreditList.INVESTIGATION, "R-053", "正在接受立案调查"),
        (CreditList.SERIOUS, "R-056", "严重违法失信名单"),
        (CreditList.ABNORMAL, "R-056", "活动异常名录"),
        (CreditList.BAD_CONDUCT, "R-280", "禁止参加政府采购活动"),
    ],
)
def test_entry_in_force_on_a_list_refuses(credit_list, rule, words):
    applying = make_applying()
    penalise(applying, timezone.localdate() - timedelta(days=5), credit_list)
    assert words in only(applying, rule)


def test_failed_or_absent_inspection_refuses_and_a_new_body_may_apply():
    applying = make_applying()
    applicant = applying.application.applicant
    applicant.inspections.update(result=InspectionResult.FAILED)
    assert "年检结论为“不合格”" in only(applying, "R-055")
    applicant.inspections.all().delete()
    assert "没有" in only(applying, "R-055")
    applicant.registered_on = timezone.localdate() - timedelta(days=20)
    applicant.save()
    applying.application.refresh_from_db()
    assert refused(applying) == []


def test_wrong_credit_code_refuses_with_what_is_wrong():
    applying = make_applying()
    applicant = applying.application.applicant
    good = applicant.uscc
    applicant.uscc = good[:-1] + ("K" if good[-1] != "K" else "H")
    applicant.save()
    applying.application.refresh_from_db()
    assert "校验码（第18位）不符" in only(applying, "R-062")


def test_revoked_body_branch_and_unregistered_body_are_refused():
    revoked = make_applying()
    revoked.application.applicant.registration_status = RegistrationStatus.REVOKED
    assert "登记状态" in only(revoked, "R-062")

    branch = make_applying()
    branch.application.applicant.kind = OrganizationKind.ASSOCIATION
    branch.application.applicant.name = "某某学会朝阳分会"
    assert "不具有法人资格" in only(branch, "R-065")

    unregistered = make_applying()
    unregistered.application.applicant.kind = OrganizationKind.COMMUNITY
    assert "尚未登记" in only(unregistered, "R-070")

    enterprise = make_applying()
    enterprise.application.applicant.kind = OrganizationKind.ENTERPRISE
    assert "面向社会组织" in only(enterprise, "R-010")


def test_hub_must_be_chosen_be_a_hub_and_be_somebody_else():
    applying = make_applying()
    application = applying.application
    application.hub = None
    assert "尚未选择主责单位" in only(applying, "R-061")
    application.hub = make_organization()
    assert "不是枢纽型社会组织" in only(applying, "R-061")
    itself = make_applicant()
    make_recognition(itself)
    application.hub = application.applicant = itself
    found = [str(r) for r in refusals(application, "application.submit", make_actor(Role.ORG_H, itself))]
    assert any(sentence.startswith("R-084") for sentence in found)


def test_budget_beyond_the_envelope_or_out_of_step_refuses():
    rich = make_applying(guide=make_guide(amount="200000.00"))
    envelope = rich.guide.envelope
    envelope.amount = 1
    assert "超过指南资金额度" in only(rich, "R-018")
    application = rich.application
    application.requested_amount += 1
    assert "不一致" in only(rich, "R-018")
    application.budget_lines.all().delete()
    assert "预算合计须大于 0 元" in only(rich, "R-018")


def test_budget_beyond_the_norms_warns_and_needs_a_justification():
    applying = make_applying(work_type="activity")
    found = refusals(applying.application, "application.submit", applying.head)
    assert [(r.rule_id, r.warning) for r in found] == [("R-016", True)]
    assert "人员费占预算 50.8%，超过 30% 的上限" in str(found[0])
    with pytest.raises(RuleViolation):
        perform(applying.application, "application.submit", actor=applying.head)
    record = perform(
        applying.application,
        "application.submit",
        actor=applying.head,
        justification="以专业讲述人员为主，人员费占比较高。",
    )
    assert record.justification
    assert "R-016" in record.warnings[0]


def test_expensive_volunteer_day_warns():
    applying = make_applying()
    applying.application.budget_lines.filter(item="volunteer").update(unit_price="150.00")
    assert "志愿者补贴" in only(applying, "R-016")


def test_expired_certificate_refuses_with_its_date():
    applying = make_applying()
    expired = timezone.localdate() - timedelta(days=1)
    run_out(Qualification.objects.get(), expired)
    assert f"法人登记证书已于{in_words(expired)}到期" in only(applying, "R-050")


def test_same_project_already_funded_in_an_overlapping_period_refuses():
    applying = make_applying()
    application = applying.application
    other = make_plain_application(
        make_guide(),
        application.applicant,
        title=application.title,
        status="in_progress",
        starts_on=application.starts_on - timedelta(days=30),
        ends_on=application.starts_on + timedelta(days=30),
    )
    assert other.number in only(applying, "R-042")
    Application.objects.filter(pk=other.pk).update(
        starts_on=date(2020, 1, 1), ends_on=application.starts_on - timedelta(days=1)
    )
    assert refused(applying) == []


def test_disclosed_office_of_a_leader_and_missing_conditions_warn():
    applying = make_applying()
    answers = applying.application.answers
    answers["profile"] = {
        **answers["profile"], "leaders_in_office": "yes", "leaders_note": "理事王某任街道办副主任", "has_office": False,
    }  # fmt: skip
    assert "王某" in only(applying, "R-069")
    assert "固定办公场所" in only(applying, "R-067")


def test_operator_may_not_submit_and_is_told_who_may():
    applying = make_applying()
    found = refusals(applying.application, "application.submit", applying.operator)
    assert [r.rule_id for r in found] == ["S-02"]
    assert "社会组织负责人" in str(found[0])


def test_cap_is_upheld_for_the_applications_of_one_body_whatever_their_order():
    guide, applicant = make_guide(), make_applicant(hub=make_hub())
    for number in range(2):
        make_submitted(guide=guide, applicant=applicant, title=f"项目{number}")
    third = make_plain_application(guide, applicant, status="draft", submitted_at=None)
    found = refusals(third, "application.submit", make_actor(Role.ORG_H, applicant))
    assert "R-060" in {r.rule_id for r in found}


def test_amounts_of_co_funding_are_positive_in_the_database():
    applying = make_applying()
    with pytest.raises(IntegrityError), transaction.atomic():
        CoFunding.objects.create(application=applying.application, source="无", kind="own", amount=0)
