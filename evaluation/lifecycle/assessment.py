"""第三方评估：选定机构、审定方案、收集、起草、征求意见、定稿、公布 (domain §6, Evaluation; R-260 … R-268)."""

from django.utils.translation import gettext_lazy as _

from evaluation.guards import assessment as guards
from procurement.access import Duty, Role
from procurement.lifecycle.definition import Lifecycle, State, Transition, by, register

OFFICE = by(Role.LGO, of="application.guide.office")
FINANCE = by(Role.FIN, of="application.guide.finance")
EVALUATOR = by(Role.TPE, of="evaluator")
HEAD = by(Role.ORG_H, of="application.applicant")
OPERATOR = by(Role.ORG, of="application.applicant")
BUYER = by(Role.PU_BUY, of="application.guide.purchaser")
SIGNER = by(Role.PU_SIGN, of="application.guide.purchaser")
HUB = by(Role.RU, of="application.hub")
PURCHASER = (BUYER, SIGNER)
EVERYBODY = (HEAD, OPERATOR, BUYER, HUB, EVALUATOR)

STATES = (
    State("planned", _("待选定机构")),
    State("evaluator_selected", _("待提交方案"), "info"),
    State("scheme_submitted", _("方案待审定"), "info"),
    State("scheme_approved", _("方案已审定"), "info"),
    State("collecting", _("评估实施中"), "info"),
    State("draft_report", _("报告起草中"), "info"),
    State("feedback", _("征求意见"), "warn"),
    State("final", _("已定稿待公布"), "info"),
    State("published", _("已公布"), "good"),
    State("under_reevaluation", _("重新评价中"), "warn"),
    State("superseded", _("已由重新评价取代"), "neutral", final=True),
    State("cancelled", _("已取消"), "neutral", final=True),
)

COMPLETE = (
    guards.eight_contents_covered, guards.both_sides_covered, guards.measures_verified, guards.papers_gone_through,
    guards.site_was_visited, guards.survey_was_held,
)  # fmt: skip

TRANSITIONS = (
    Transition(
        "assessment.select", _("选定评估机构"), ("planned",), "evaluator_selected", (OFFICE,),
        guards=(guards.project_is_at_this_stage,),
        input_guards=(guards.evaluator_is_qualified, guards.evaluator_is_independent, guards.fee_is_not_the_contractors),
        effect="evaluation.services.assessments.select", form="evaluation.forms.assessments.SelectForm",
        tells=(EVALUATOR, HEAD, OPERATOR), weight="primary", rules=("R-260",),
        consequence=_("选定后评估机构可以查阅本项目案卷，并须签署独立性声明。"),
    ),
    Transition(
        "assessment.cancel", _("取消本次评估"), ("planned",), "cancelled", (OFFICE,),
        guards=(guards.not_ordered_by_finance,), reason_required=True, weight="danger", rules=("R-260",),
    ),
    Transition(
        "assessment.step_aside", _("回避，退出评估"), ("evaluator_selected", "scheme_submitted"), "planned", (EVALUATOR,),
        effect="evaluation.services.assessments.release_evaluator", reason_required=True, tells=(OFFICE,),
        rules=("R-265",), consequence=_("退出后不能再查阅本项目案卷，主办单位另行选定机构。"),
    ),
    Transition(
        "assessment.replace_evaluator", _("更换评估机构"),
        ("evaluator_selected", "scheme_submitted", "scheme_approved", "collecting"), "planned", (OFFICE,),
        effect="evaluation.services.assessments.release_evaluator", reason_required=True, weight="danger",
        rules=("R-265",), consequence=_("原机构的工作底稿保留，不再参加本项目评估。"),
    ),
    Transition(
        "assessment.submit_scheme", _("签署独立性声明并提交方案"), ("evaluator_selected",), "scheme_submitted", (EVALUATOR,),
        guards=(guards.evaluator_is_still_independent,), input_guards=(guards.declares_independence,),
        effect="evaluation.services.assessments.submit_scheme", form="evaluation.forms.assessments.SchemeForm",
        duty=Duty.EVALUATOR, tells=(OFFICE,), weight="primary", rules=("R-265", "R-267"),
    ),
    Transition(
        "assessment.return_scheme", _("退回修改方案"), ("scheme_submitted",), "evaluator_selected", (OFFICE,),
        reason_required=True, tells=(EVALUATOR,), rules=("R-260",),
    ),
    Transition(
        "assessment.approve_scheme", _("审定方案"), ("scheme_submitted",), "scheme_approved", (OFFICE,),
        guards=(guards.evaluator_is_still_independent,), tells=(EVALUATOR, HEAD, OPERATOR, BUYER), weight="primary",
        rules=("R-260", "R-263"),
    ),
    Transition(
        "assessment.collect", _("开始实施评估"), ("scheme_approved",), "collecting", (EVALUATOR,),
        guards=(guards.project_is_at_this_stage,), effect="evaluation.services.assessments.begin_collecting",
        duty=Duty.EVALUATOR, tells=(HEAD, OPERATOR), weight="primary", rules=("R-260",),
        consequence=_("建立指标核实表、材料清单和满意度测评；指标实际数取自服务台账。"),
    ),
    Transition(
        "assessment.draft", _("转入起草报告"), ("collecting",), "draft_report", (EVALUATOR,),
        guards=COMPLETE, duty=Duty.EVALUATOR, weight="primary", rules=("R-262",),
    ),
    Transition(
        "assessment.collect_more", _("补充收集材料"), ("draft_report",), "collecting", (EVALUATOR,),
        duty=Duty.EVALUATOR, rules=("R-262",),
    ),
    Transition(
        "assessment.send_for_feedback", _("送承接主体和购买主体征求意见"), ("draft_report",), "feedback", (EVALUATOR,),
        guards=(*COMPLETE, guards.conclusion_is_written, guards.calendar_is_announced),
        effect="evaluation.services.assessments.send_for_feedback", duty=Duty.EVALUATOR,
        tells=(HEAD, OPERATOR, *PURCHASER, HUB, OFFICE), weight="primary", rules=("R-260", "R-261"),
        consequence=_("承接主体和购买主体从此可以查阅报告草稿，并在期限内提出意见。"),
    ),
    Transition(
        "assessment.comment_contractor", _("反馈意见（承接主体）"), ("feedback",), "feedback", (HEAD,),
        guards=(guards.contractor_has_not_spoken, guards.feedback_is_in_time),
        effect="evaluation.services.assessments.contractor_comments", form="evaluation.forms.assessments.CommentForm",
        tells=(EVALUATOR,), weight="primary", rules=("R-260",),
    ),
    Transition(
        "assessment.comment_purchaser", _("评价意见（购买主体）"), ("feedback",), "feedback", PURCHASER,
        guards=(guards.purchaser_has_not_spoken,),
        effect="evaluation.services.assessments.purchaser_comments", form="evaluation.forms.assessments.CommentForm",
        tells=(EVALUATOR,), weight="primary", rules=("R-261",),
    ),
    Transition(
        "assessment.answer", _("答复异议"), ("feedback",), "feedback", (EVALUATOR,),
        guards=(guards.an_objection_is_open,), effect="evaluation.services.assessments.answer",
        form="evaluation.forms.assessments.AnswerForm", duty=Duty.EVALUATOR, tells=(HEAD, OPERATOR, BUYER),
        rules=("R-260",), consequence=_("采纳的意见请先在工作台修改报告内容，再答复。"),
    ),
    Transition(
        "assessment.finalise", _("定稿"), ("feedback",), "final", (EVALUATOR,),
        guards=(
            guards.three_parties_heard, guards.objections_are_answered, guards.feedback_time_was_given, *COMPLETE,
            guards.conclusion_is_written, guards.evaluator_is_still_independent,
        ),
        effect="evaluation.services.assessment_results.finalise", duty=Duty.EVALUATOR, tells=(OFFICE,), weight="primary",
        rules=("R-261", "R-262", "R-263", "R-268"),
        consequence=_("计算得分和等级并固定，此后内容不能更改。"),
    ),
    Transition(
        "assessment.publish", _("公布评估结果"), ("final",), "published", (OFFICE,),
        guards=(guards.project_is_at_this_stage,), effect="evaluation.services.assessment_results.publish",
        tells=EVERYBODY, weight="primary", rules=("R-264", "R-268"),
        consequence=_("得分、等级、满意度和结论向社会公开，并用于付款、结项、续约和信用记录。"),
    ),
    Transition(
        "assessment.order_reevaluation", _("决定重新评价"), ("published",), "under_reevaluation", (FINANCE,),
        guards=(guards.project_is_at_this_stage,), effect="evaluation.services.assessment_results.order_reevaluation",
        reason_required=True, tells=(OFFICE, HEAD, OPERATOR, EVALUATOR), rules=("R-260",),
        consequence=_("财政部门可对重点项目重新评价；新的结果公布前，原结果继续有效。"),
    ),
    Transition(
        "assessment.supersede", _("由重新评价取代"), ("under_reevaluation",), "superseded", (OFFICE,),
        automatic=True, rules=("R-260",),
    ),
)  # fmt: skip

ASSESSMENT = register(
    Lifecycle(
        name="assessment",
        label=_("第三方评估"),
        model="evaluation.Assessment",
        initial="planned",
        states=STATES,
        transitions=TRANSITIONS,
    )
)
