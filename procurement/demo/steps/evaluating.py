"""Steps 13 and 17: an independent evaluator looks, asks the recipients, hears both sides, concludes; the office publishes."""

from __future__ import annotations

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils import timezone

from evaluation.models import Assessment, AssessmentKind, Channel, Content, Party
from evaluation.selectors.assessments import expected, opinion_of
from evaluation.services import surveys
from evaluation.services.assessment_bench import record_site_visit, save_bench
from evaluation.services.assessments import plan_assessment
from orgs.models import Organization
from procurement.access import Role
from procurement.demo.stage import Stage
from procurement.demo.steps.delivering import photo
from procurement.lifecycle.engine import perform

SCHEME = (
    "一、查阅合同、活动台账、季度报告和支出凭证；二、实地走访活动现场，访谈承接主体、主责单位和社区工作人员；"
    "三、核实指标完成情况和资金使用；四、听取服务对象、购买主体意见；五、形成报告并征求意见。"
)
SAMPLING = "活动抽查不少于两场；支出凭证按科目抽查，金额占比不低于 50%；服务对象按活动签到表等距抽样。"
FINDINGS = {
    Content.DUTY_SCOPE: (
        "为残障居民提供无障碍文化服务，属于基本公共文化服务范围，列入本年度购买服务指导性目录。",
        "项目指南、立项批复",
    ),
    Content.PROCESS: ("经申报、推荐、初审、专家评审、公示后立项，程序完整，方式适当。", "评审报告、公示记录"),
    Content.DEMAND: ("需求来自街道摸底和视障居民座谈，服务人数、场次、标准明确，可以衡量。", "申报书、需求摸底表"),
    Content.ACCEPTANCE: ("主责单位参加活动并留有督导记录，季度报告按期审核，退回一次后已补正。", "督导记录、季度报告"),
    Content.MONEY: ("资金按合同拨付到专账，支出与预算科目一致，抽查凭证齐全。", "支出明细账、记账凭证抽样"),
    Content.RESULTS: (
        "活动场次和服务人次达到时序要求，有声图书录制集中在后半程，进度正常。",
        "活动台账、签到表、现场照片",
    ),
    Content.SATISFACTION: ("参加者普遍认可讲解质量和接送安排，希望增加周末场次。", "现场访谈、满意度测评"),
    Content.OTHER: ("志愿者培训后上岗并投保；未发现重复申领其他财政资金。", "志愿者名册、保险凭证"),
}
#: Levels of (attitude, effect, overall), as people answered; three of them by telephone.
ANSWERS = (
    (100, 100, 100, "讲得好，像看见了一样。"), (100, 80, 100, ""), (100, 100, 80, "希望多放老电影。"),
    (80, 80, 80, ""), (100, 100, 100, "接送很贴心。"), (80, 60, 80, "周末场次少。"),
    (100, 80, 80, ""), (100, 100, 100, ""), (60, 60, 60, "上次空调太冷。"),
    (100, 100, 100, ""), (80, 100, 100, ""), (100, 80, 80, "志愿者耐心。"),
)  # fmt: skip
CALLED = 3


def midterm(stage: Stage) -> None:
    """Step 13 whole: planned, carried out without a survey, commented, published."""
    assessment = _selected(stage, AssessmentKind.MIDTERM)
    _carried_out(stage, assessment, reached=Decimal("0.95"))
    _concluded(stage, assessment)


def final(stage: Stage) -> None:
    """Step 17 whole, with the satisfaction survey."""
    assessment = _selected(stage, AssessmentKind.FINAL)
    _collect(stage, assessment)
    survey(stage, assessment)
    _carried_out(stage, assessment, reached=Decimal("0.98"))
    _concluded(stage, assessment)


def _selected(stage: Stage, kind: AssessmentKind) -> Assessment:
    office, evaluator = stage.actor("office"), stage.actor("evaluator")
    assessment = plan_assessment(actor=office, application=stage.application, kind=kind, at=stage.later(hours=2))
    stage.put(kind.value, assessment)
    body = Organization.objects.get(pk=next(iter(evaluator.organization_ids(Role.TPE))))
    perform(
        assessment,
        "assessment.select",
        actor=office,
        at=stage.later(hours=2),
        evaluator=body,
        selection_reason="从第三方评估机构名录中按领域抽取；与各方无关联，近三年承担同类评估 11 项。",
        fee=Decimal("6800.00"),
        fee_paid_by="office",
    )
    perform(
        assessment,
        "assessment.submit_scheme",
        actor=evaluator,
        at=stage.later(working_days=1),
        declared=True,
        team="沈洁（组长）、财务评估员一名、社会工作督导一名",
        scheme=SCHEME,
        sampling=SAMPLING,
    )
    perform(assessment, "assessment.approve_scheme", actor=office, at=stage.later(hours=5))
    return assessment


def _collect(stage: Stage, assessment: Assessment) -> None:
    perform(assessment, "assessment.collect", actor=stage.actor("evaluator"), at=stage.later(hours=1))


def survey(stage: Stage, assessment: Assessment) -> None:
    """Sixteen slips, twelve answers, three of them by telephone; closed after three days."""
    evaluator = stage.actor("evaluator")
    asked = assessment.survey
    opened = stage.later(hours=1)
    perform(
        asked,
        "survey.open",
        actor=evaluator,
        at=opened,
        tickets=16,
        closes_on=timezone.localtime(opened).date() + timedelta(days=5),
        intro="您参加过的活动怎么样？您的话会帮助它办得更好。",
    )
    tickets = list(asked.tickets.order_by("number"))
    for number, (attitude, effect, overall, comment) in enumerate(ANSWERS):
        called = number < CALLED
        surveys.answer(
            code=tickets[number].code,
            levels={"attitude": attitude, "effect": effect, "overall": overall},
            comment=comment,
            channel=Channel.PHONE if called else Channel.WEB,
            at=stage.later(minutes=40),
            **({"actor": evaluator} if called else {}),
        )
    perform(asked, "survey.close", actor=evaluator, at=stage.later(working_days=2))


def _carried_out(stage: Stage, assessment: Assessment, *, reached: Decimal) -> None:
    """Visit, verify, write, and hand the draft out for comments."""
    evaluator = stage.actor("evaluator")
    assessment.refresh_from_db()
    if assessment.status == "scheme_approved":
        _collect(stage, assessment)
    record_site_visit(
        actor=evaluator,
        assessment=assessment,
        visited_on=timezone.localtime(stage.later(working_days=1)).date(),
        place="朝外街道社区文化活动中心",
        people="沈洁、财务评估员、主责单位张素云",
        findings="现场到场 60 余人，讲述员持证上岗，签到与台账一致；抽查凭证 20 份，均有合同或签收单。",
        photos=[photo(7)],
        at=stage.now,
    )
    save_bench(
        actor=evaluator,
        assessment=assessment,
        entered=bench(assessment, reached=reached),
        edition=assessment.edition,
        at=stage.later(hours=3),
    )
    perform(assessment, "assessment.draft", actor=evaluator, at=stage.later(hours=1))
    perform(assessment, "assessment.send_for_feedback", actor=evaluator, at=stage.later(working_days=1))


def bench(assessment: Assessment, *, reached: Decimal) -> dict[str, Any]:
    """What stands on the bench at the end: figures at ``reached`` of what was due unless the ledger has more."""
    return {
        "spent_verified": _part(expected(assessment, assessment.application.granted_amount or Decimal(0)), reached),
        "measures": {str(row.pk): _verified(assessment, row, reached) for row in assessment.measures.all()},
        "contents": {
            code.value: {"finding": finding, "evidence": evidence} for code, (finding, evidence) in FINDINGS.items()
        },
        "checklist": {str(item.pk): {"seen": True, "note": ""} for item in assessment.checklist.all()},
        "opinions": {
            Party.RECIPIENTS.value: "服务对象认为讲解生动、接送周到，愿意继续参加；建议增加周末场次，控制室温。",
            Party.THIRD_PARTY.value: "项目定位准确，执行规范，资金使用合规，成效可以核实，同意给予评定等级。",
        },
        "purchaser_performance": "资金按合同节点拨付，未拖延；购买主体和主责单位按季审核并现场督导，监管到位。",
        "contractor_performance": "服务数量达到时序要求，讲述员专业，志愿者培训后上岗；台账登记个别滞后，已督促补登。",
        "summary": "项目按合同约定推进，服务规范，资金使用合规，服务对象评价较好。",
        "problems": "个别活动台账登记滞后三至五日；有声图书录制进度前松后紧。",
        "advice": "活动当日完成台账登记；每月固定录制有声图书数量；增加周末场次。",
    }


def _verified(assessment: Assessment, row: Any, reached: Decimal) -> dict[str, Any]:
    due = expected(assessment, row.target) if row.indicator_id else row.target
    actual = _part(due, reached)
    if row.indicator_id and row.reported is not None and row.reported >= actual:
        return {"actual": row.reported, "share": 1, "note": ""}
    note = "含评估核实期间补登的活动记录" if row.indicator_id else "按评分标准由评估组三人独立评定取平均"
    return {"actual": actual, "share": 1, "note": note}


def _part(whole: Decimal, share: Decimal) -> Decimal:
    return (whole * share).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def _concluded(stage: Stage, assessment: Assessment) -> None:
    """Both sides comment, the objection is answered, the result is fixed and published."""
    perform(
        assessment,
        "assessment.comment_contractor",
        actor=stage.actor("org-head"),
        at=stage.later(working_days=1),
        text="报告属实。台账滞后系一名工作人员病假所致，已补登并增加复核，请在报告中注明原因。",
        objects_to_draft=True,
    )
    perform(
        assessment,
        "assessment.comment_purchaser",
        actor=stage.actor("district"),
        at=stage.later(hours=3),
        text="同意评估意见。项目服务质量稳定，建议下一年度继续关注视障居民文化需求。",
    )
    evaluator = stage.actor("evaluator")
    perform(
        assessment,
        "assessment.answer",
        actor=evaluator,
        at=stage.later(hours=2),
        opinion=opinion_of(assessment, Party.CONTRACTOR),
        answer="情况属实，已在“存在问题”中据实表述，不影响得分。",
        adopted=True,
    )
    perform(assessment, "assessment.finalise", actor=evaluator, at=stage.later(hours=2))
    perform(assessment, "assessment.publish", actor=stage.actor("office"), at=stage.later(working_days=1))
