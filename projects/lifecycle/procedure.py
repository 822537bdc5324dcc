"""采购项目：从编制采购文件到签约 (domain §6, Procedure/Tender; R-110 … R-124, R-170 … R-178)."""

from django.utils.translation import gettext_lazy as _

from procurement.access import Duty, Role, StepUp
from procurement.lifecycle.definition import Lifecycle, State, Transition, by, register
from projects.guards import sealing

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

TRANSITIONS = (
    Transition(
        "procedure.submit", _("送复核"), ("draft",), "checking", BUYERS,
        duty=Duty.DOCUMENT_AUTHOR, tells=(CHECKER,), weight="primary", rules=("R-110",),
    ),
    Transition(
        "procedure.return", _("退回修改"), ("checking", "checked"), "draft", (CHECKER, SIGNER),
        reason_required=True, tells=BUYERS,
    ),
    Transition(
        "procedure.check", _("复核通过"), ("checking",), "checked", (CHECKER,),
        duty=Duty.DOCUMENT_CHECKER, tells=(SIGNER, *BUYERS), weight="primary", rules=("R-040", "R-110"),
    ),
    Transition(
        "procedure.approve", _("批准采购文件"), ("checked",), "approved", (SIGNER,),
        tells=BUYERS, weight="primary", rules=("R-091", "R-106"),
    ),
    Transition(
        "procedure.announce", _("发布公告和采购文件"), ("approved",), "bidding", BUYERS,
        weight="primary", rules=("R-111", "R-112", "R-114", "R-131"),
    ),
    Transition(
        "procedure.publicise", _("单一来源公示"), ("approved",), "publicised", BUYERS,
        weight="primary", rules=("R-097",),
    ),
    Transition(
        "procedure.contest", _("公示期内收到异议"), ("publicised",), "arguing", (CLOCK, *BUYERS),
        automatic=True, tells=BUYERS, rules=("R-098",),
    ),
    Transition(
        "procedure.end_publicity", _("公示期满，发出响应邀请"), ("publicised", "arguing"), "bidding", BUYERS,
        weight="primary", rules=("R-097", "R-098"),
    ),
    Transition(
        "procedure.close", _("投标（响应）截止"), ("bidding",), "closed", (CLOCK,),
        guards=(sealing.deadline_has_passed,), effect="projects.services.opening.freeze",
        automatic=True, tells=BUYERS, rules=("R-117",),
    ),
    Transition(
        "procedure.open", _("开启投标（响应）文件"), ("closed",), "opened", BUYERS,
        guards=(sealing.drain_is_over, sealing.set_is_as_frozen, sealing.witness_is_present),
        input_guards=(sealing.quorum_is_there,),
        effect="projects.services.opening.open_all", form="projects.forms.opening.OpeningForm",
        weight="primary", step_up=StepUp.RECENT, tells=(CHECKER, SIGNER), rules=("R-117",),
        consequence=_("逐份解密并记入开启记录；开启后不可撤销。"),
    ),
    Transition(
        "procedure.finish_qualification", _("资格审查完成"), ("opened",), "qualified", BUYERS,
        weight="primary", rules=("R-118", "R-119"),
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
        "procedure.decide", _("确定中标（成交）人"), ("evaluated",), "decided", (SIGNER,),
        duty=Duty.AWARD_DECIDER, tells=BUYERS, weight="primary", rules=("R-170",),
    ),
    Transition(
        "procedure.announce_result", _("公告结果并发出通知书"), ("decided",), "awarded", BUYERS,
        weight="primary", rules=("R-171", "R-172", "R-173"),
    ),
    Transition(
        "procedure.contract", _("合同签订"), ("awarded",), "contracted", (SIGNER, CLOCK),
        automatic=True, tells=BUYERS,
    ),
    Transition(
        "procedure.redo_review", _("重新评审"), ("evaluated", "decided", "awarded"), "qualified", (SUPERVISOR, *BUYERS),
        automatic=True, reason_required=True, tells=(SIGNER, *BUYERS), rules=("R-141",),
    ),
    Transition(
        "procedure.redo_decision", _("重新确定中标（成交）人"), ("decided", "awarded"), "evaluated", (SUPERVISOR, SIGNER, *BUYERS),
        automatic=True, reason_required=True, tells=(SIGNER, *BUYERS), rules=("R-177", "R-178"),
    ),
    Transition(
        "procedure.pause", _("暂停采购活动"), PAUSABLE, "paused", (SUPERVISOR,),
        automatic=True, reason_required=True, tells=(SIGNER, *BUYERS), rules=("R-186",),
    ),
    *(
        Transition(
            f"procedure.resume_{state}", _("恢复采购活动"), ("paused",), state, (SUPERVISOR, CLOCK),
            automatic=True, tells=(SIGNER, *BUYERS), rules=("R-186",),
        )
        for state in PAUSABLE
    ),
    Transition(
        "procedure.fail", _("废标（终止采购）"), MAY_FAIL, "failed", BUYERS,
        reason_required=True, tells=(SIGNER,), weight="danger", rules=("R-118", "R-121", "R-122"),
    ),
    Transition(
        "procedure.cancel", _("采购任务取消"), ("draft", "checking", "checked", "approved", *MAY_FAIL), "cancelled", (SIGNER,),
        reason_required=True, tells=BUYERS, weight="danger", rules=("R-122",),
    ),
)  # fmt: skip

PROCEDURE = register(
    Lifecycle(
        name="procedure",
        label=_("采购项目"),
        model="projects.Procedure",
        initial="draft",
        states=STATES,
        transitions=TRANSITIONS,
    )
)
