"""采购项目：从编制采购文件到签约 (domain §6, Procedure/Tender; R-110 … R-124, R-170 … R-178)."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from procurement.access import Duty, Role, StepUp
from procurement.lifecycle.definition import Lifecycle, State, Transition, by, register
from projects.guards import award, failure, qualification, sealing, single_source
from projects.guards import procedure as guards
from projects.guards.remedy import result_is_not_frozen, returns_to_where_it_stood

BUYERS = (by(Role.PU_BUY, of="purchaser"), by(Role.AGT, of="agent"))
CHECKER = by(Role.PU_CHK, of="purchaser")
SIGNER = by(Role.PU_SIGN, of="purchaser")
SUPERVISOR = by(Role.FIN_SUP)
CLOCK = by(Role.SYS)

STATES = (
    State("draft", _("编制采购文件")),
    State("checking", _("待复核"), "info"),
    State("checked", _("待批准"), "info"),
    State("approved", _("已批准，待公告"), "info"),
    State("publicised", _("单一来源公示中"), "info"),
    State("arguing", _("补充论证"), "warn"),
    State("bidding", _("投标（响应）中"), "good"),
    State("closed", _("已截止，待开启"), "info"),
    State("opened", _("已开启，资格审查"), "info"),
    State("qualified", _("资格审查完成"), "info"),
    State("evaluating", _("评审中"), "info"),
    State("evaluated", _("评审完成"), "info"),
    State("decided", _("已确定中标（成交）人"), "good"),
    State("awarded", _("结果已公告"), "good"),
    State("paused", _("已暂停"), "warn"),
    State("contracted", _("已签订合同"), "good", final=True),
    State("failed", _("废标（终止）"), "bad", final=True),
    State("cancelled", _("采购任务取消"), "bad", final=True),
)

#: What a complaint may suspend, and what a suspension returns to (R-186).
PAUSABLE = ("publicised", "bidding", "closed", "opened", "qualified", "evaluating", "evaluated", "decided", "awarded")
#: From the announcement to the decision a procedure may fail (R-118, R-121, R-122).
MAY_FAIL = ("publicised", "arguing", "bidding", "closed", "opened", "qualified", "evaluating", "evaluated", "decided")

#: A document leaves its authors, its checker and its approver only in this condition.
_SOUND = (
    guards.plan_is_published, guards.money_fits_plan, guards.method_is_allowed, guards.another_method_is_approved,
    guards.document_is_complete, guards.no_hidden_barriers, guards.no_lowest_limit, guards.conditions_are_not_scored,
)  # fmt: skip
_CALL = (guards.plan_is_published, guards.rubric_is_attached, guards.the_invited_are_named, guards.bids_can_be_sealed)
_SHOWN = (guards.plan_is_published, guards.the_invited_are_named)
_CLOCK = (guards.deadline_leaves_enough_time, guards.document_is_handed_out_long_enough)

TRANSITIONS = (
    Transition(
        "procedure.submit", _("送复核"), ("draft",), "checking", BUYERS,
        guards=_SOUND, duty=Duty.DOCUMENT_AUTHOR, completes=("gpl_document",), opens=("gpl_check",), tells=(CHECKER,),
        weight="primary", rules=("R-110",), consequence=_("送复核后不能修改，由另一人核对。"),
    ),
    Transition(
        "procedure.return", _("退回修改"), ("checking", "checked"), "draft", (CHECKER, SIGNER),
        completes=("gpl_check", "gpl_approve"), opens=("gpl_document",), reason_required=True, tells=BUYERS,
    ),
    Transition(
        "procedure.check", _("复核通过"), ("checking",), "checked", (CHECKER,),
        guards=_SOUND, input_guards=(guards.every_point_was_stated,), form="projects.forms.procedures.CheckForm",
        duty=Duty.DOCUMENT_CHECKER, completes=("gpl_check",), opens=("gpl_approve",), tells=(SIGNER, *BUYERS),
        weight="primary", rules=("R-040", "R-110"),
    ),
    Transition(
        "procedure.approve", _("批准采购文件"), ("checked",), "approved", (SIGNER,),
        guards=(guards.money_fits_plan, guards.method_is_allowed, guards.two_people_approve),
        completes=("gpl_approve",), opens=("gpl_announce",), tells=BUYERS, weight="primary", rules=("R-091", "R-106"),
        consequence=_("批准后由采购经办人发布公告；非公开方式的理由和批准文号一并公开。"),
    ),
    Transition(
        "procedure.announce", _("发布公告和采购文件"), ("approved",), "bidding", BUYERS,
        guards=(*_CALL, guards.single_source_was_shown), input_guards=_CLOCK,
        effect="projects.services.announcing.announce", form="projects.forms.procedures.AnnounceForm",
        completes=("gpl_announce", "document", "announce"), opens=("gpl_bidding", "procure", "bid"),
        weight="primary", rules=("R-111", "R-112", "R-114", "R-131"),
        consequence=_("公告和采购文件即时公开，此后只能以澄清（修改）通知变更；截止时间只能延长。"),
    ),
    Transition(
        "procedure.publicise", _("单一来源公示"), ("approved",), "publicised", BUYERS,
        guards=(*_SHOWN, single_source.only_a_single_source_is_shown, single_source.source_is_argued),
        effect="projects.services.announcing.publicise", weight="primary", rules=("R-097",),
        consequence=_("公示供应商名称、论证和专业人员意见；公示期内任何人可以提出异议。"),
    ),
    Transition(
        "procedure.contest", _("公示期内收到异议"), ("publicised",), "arguing", (CLOCK, *BUYERS),
        effect="projects.services.announcing.contest", automatic=True, tells=BUYERS, rules=("R-098",),
    ),
    Transition(
        "procedure.end_publicity", _("公示期满，发出响应邀请"), ("publicised", "arguing"), "bidding", BUYERS,
        guards=(*_CALL, single_source.publicity_has_run), input_guards=(single_source.objections_are_argued, *_CLOCK),
        effect="projects.services.announcing.end_publicity", form="projects.forms.procedures.EndPublicityForm",
        completes=("gpl_announce", "document", "announce"), opens=("gpl_bidding", "procure", "bid"),
        weight="primary", rules=("R-097", "R-098"),
    ),
    Transition(
        "procedure.close", _("投标（响应）截止"), ("bidding",), "closed", (CLOCK,),
        guards=(sealing.deadline_has_passed,), effect="projects.services.opening.freeze",
        automatic=True, tells=BUYERS, rules=("R-117",),
    ),
    Transition(
        "procedure.open", _("开启投标（响应）文件"), ("closed",), "opened", BUYERS,
        guards=(sealing.drain_is_over, sealing.witness_is_present),
        input_guards=(sealing.set_is_as_frozen, sealing.enough_to_open, sealing.quorum_is_there),
        effect="projects.services.opening.open_all", form="projects.forms.opening.OpeningForm",
        weight="primary", step_up=StepUp.RECENT, tells=(CHECKER, SIGNER), rules=("R-117",),
        consequence=_("逐份解密并记入开启记录；开启后不可撤销。"),
    ),
    Transition(
        "procedure.finish_qualification", _("资格审查完成"), ("opened",), "qualified", BUYERS,
        guards=(qualification.enough_are_qualified,), weight="primary", rules=("R-118", "R-119"),
        consequence=_("资格审查结论不再更改，合格的投标（响应）进入评审。"),
    ),
    Transition(
        "procedure.convene", _("开始评审"), ("qualified",), "evaluating", BUYERS,
        effect="projects.services.bid_reviews.assign", automatic=True, rules=("R-150", "R-151"),
    ),
    Transition(
        "procedure.release_panel", _("评审组解散，另组评审"), ("evaluating",), "qualified", (CLOCK,),
        effect="projects.services.bid_reviews.release", automatic=True, reason_required=True, tells=BUYERS, rules=("R-153",),
    ),
    Transition(
        "procedure.record_review", _("评审完成"), ("evaluating",), "evaluated", (CLOCK,),
        automatic=True, tells=(SIGNER, *BUYERS), rules=("R-143", "R-158", "R-170"),
    ),
    Transition(
        "procedure.decide", _("确定中标（成交）人"), ("evaluated",), "decided", (SIGNER, CLOCK),
        guards=(result_is_not_frozen, award.somebody_can_be_chosen, award.decided_in_time),
        input_guards=(award.choice_follows_the_ranking,),
        effect="projects.services.awards.decide", form="projects.forms.awards.DecideForm",
        duty=Duty.AWARD_DECIDER, tells=BUYERS, weight="primary", step_up=StepUp.EACH, rules=("R-170",),
        consequence=_("按评审报告的顺序确定；确定后两个工作日内公告结果并发出通知书。"),
    ),
    Transition(
        "procedure.announce_result", _("公告结果并发出通知书"), ("decided",), "awarded", BUYERS,
        guards=(result_is_not_frozen, award.every_lot_is_decided, award.experts_are_known),
        effect="projects.services.award_results.announce",
        weight="primary", rules=("R-171", "R-172", "R-173"),
        consequence=_("结果公告即时发布，载明评审专家名单；每家供应商同时收到通知书，写明本单位得分、名次、理由和质疑期限。"),
    ),
    Transition(
        "procedure.contract", _("合同签订"), ("awarded",), "contracted", (SIGNER, CLOCK),
        guards=(result_is_not_frozen,), effect="projects.services.award_contracts.use_plan", automatic=True, tells=BUYERS,
    ),
    Transition(
        "procedure.next_candidate", _("由下一候选人递补"), ("awarded",), "evaluated", (SIGNER,),
        guards=(award.somebody_declined,), tells=BUYERS, weight="primary", rules=("R-177",),
        consequence=_("回到评审完成，由购买主体负责人在其余候选人中按顺序确定；也可以废标后重新采购。"),
    ),
    Transition(
        "procedure.redo_review", _("重新评审"), ("evaluated", "decided", "awarded"), "qualified", (SUPERVISOR, CLOCK, *BUYERS),
        effect="projects.services.awards.redo_review",
        automatic=True, reason_required=True, tells=(SIGNER, *BUYERS), rules=("R-141",),
    ),
    Transition(
        "procedure.redo_decision", _("重新确定中标（成交）人"), ("decided", "awarded"), "evaluated", (SUPERVISOR, SIGNER, *BUYERS),
        effect="projects.services.awards.undo",
        automatic=True, reason_required=True, tells=(SIGNER, *BUYERS), rules=("R-177", "R-178"),
    ),
    Transition(
        "procedure.pause", _("暂停采购活动"), PAUSABLE, "paused", (SUPERVISOR,),
        effect="projects.services.remedies.pause", automatic=True, reason_required=True, tells=(SIGNER, *BUYERS),
        rules=("R-186",),
    ),
    *(
        Transition(
            f"procedure.resume_{state}", _("恢复采购活动"), ("paused",), state, (SUPERVISOR, CLOCK),
            guards=(returns_to_where_it_stood,), effect="projects.services.remedies.resume", automatic=True, tells=(SIGNER, *BUYERS), rules=("R-186",),
        )
        for state in PAUSABLE
    ),
    Transition(
        "procedure.fail", _("废标（终止采购）"), MAY_FAIL, "failed", BUYERS,
        input_guards=(failure.facts_bear_the_cause,), effect="projects.services.procedure_failures.fail",
        form="projects.forms.procedures.FailForm", reason_required=True, tells=(SIGNER,), weight="danger",
        rules=("R-098", "R-118", "R-121", "R-122"),
        consequence=_("采购活动终止，通知所有获取采购文件和参加的供应商；可以重新采购。"),
    ),
    Transition(
        "procedure.cancel", _("采购任务取消"), ("draft", "checking", "checked", "approved", *MAY_FAIL), "cancelled", (SIGNER,),
        effect="projects.services.procedure_failures.cancel", reason_required=True, tells=BUYERS, weight="danger",
        rules=("R-122",),
    ),
)  # fmt: skip

#: What the later rows mean for the case: which step each completes and opens, in the law's template, the place's and
#: that of welfare tenders; a case has the codes of its own template only.
STEPS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "procedure.close": (("gpl_bidding",), ("gpl_open",)),
    "procedure.open": (("gpl_open", "bid"), ("gpl_qualify", "judge")),
    "procedure.finish_qualification": (("gpl_qualify",), ("gpl_review",)),
    "procedure.record_review": (("gpl_review", "judge"), ("gpl_decide", "reply")),
    "procedure.decide": (("gpl_decide", "reply"), ("gpl_result",)),
    "procedure.announce_result": (("gpl_result", "procure"), ("gpl_contract", "chengdu_contract", "welfare_contract")),
    "procedure.contract": (("gpl_contract", "chengdu_contract"), ("gpl_contract_filing", "assess")),
    "procedure.redo_review": (("gpl_decide", "gpl_result", "gpl_contract"), ("gpl_review",)),
    "procedure.next_candidate": (("gpl_result", "gpl_contract"), ("gpl_decide",)),
    "procedure.redo_decision": (("gpl_result", "gpl_contract"), ("gpl_decide",)),
}


def _in_its_case(row: Transition) -> Transition:
    completes, opens = STEPS.get(row.name, (row.completes, row.opens))
    return replace(row, completes=completes, opens=opens)


PROCEDURE = register(
    Lifecycle(
        name="procedure",
        label=_("采购项目"),
        model="projects.Procedure",
        initial="draft",
        states=STATES,
        transitions=tuple(_in_its_case(row) for row in TRANSITIONS),
    )
)
