"""申报项目：从草稿到归档 (domain §6, Project/Application, regime grant_application)."""

from django.utils.translation import gettext_lazy as _

from procurement.access import Duty, Role, StepUp
from procurement.lifecycle.definition import Lifecycle, State, Transition, by, register
from projects.guards import application as applying
from projects.guards import closeout as closing
from projects.guards import decision as guards
from projects.guards import revision as revision_guards

APPLICANT_HEAD = by(Role.ORG_H, of="applicant")
APPLICANT = by(Role.ORG, of="applicant")
HUB = by(Role.RU, of="hub")
OFFICE = by(Role.LGO, of="guide.office")
LEADERS = by(Role.LG, of="guide.office")
CIVIL = by(Role.CIV, of="guide.civil")
BUYER = by(Role.PU_BUY, of="guide.purchaser")
SIGNER = by(Role.PU_SIGN, of="guide.purchaser")
ACCEPTOR = by(Role.PU_ACC, of="guide.purchaser")
FINANCE = by(Role.FIN, of="guide.finance")
CLOCK = by(Role.SYS)
APPLICANTS = (APPLICANT_HEAD, APPLICANT)

STATES = (
    State("draft", _("草稿")),
    State("submitted", _("已提交"), "info"),
    State("not_endorsed", _("主责单位未推荐"), "bad", final=True),
    State("endorsed", _("已推荐"), "info"),
    State("supplement", _("退回修改"), "warn"),
    State("precheck_failed", _("初审不通过"), "bad", final=True),
    State("prechecked", _("初审通过"), "info"),
    State("under_review", _("评审中"), "info"),
    State("scored", _("评审完成"), "info"),
    State("not_selected", _("未立项"), "bad", final=True),
    State("proposed", _("拟立项"), "info"),
    State("funds_confirmed", _("资金已审核"), "info"),
    State("in_publicity", _("公示中"), "info"),
    State("objected", _("公示有异议"), "warn"),
    State("withdrawn_by_office", _("取消拟立项"), "bad", final=True),
    State("publicised", _("公示期满"), "info"),
    State("approved", _("已立项"), "good"),
    State("ready_to_sign", _("待签约"), "good"),
    State("in_progress", _("实施中"), "good"),
    State("suspended", _("已暂停"), "warn"),
    State("rectifying", _("整改中"), "warn"),
    State("closing", _("结项办理中"), "info"),
    State("rectifying_final", _("结项整改"), "warn"),
    State("closed", _("结项"), "good"),
    State("archived", _("归档"), "neutral", final=True),
    State("closed_failed", _("结项不通过"), "bad", final=True),
    State("terminated", _("终止"), "bad", final=True),
    State("withdrawn", _("已撤回"), "neutral", final=True),
)

BEFORE_SIGNING = (
    "submitted", "endorsed", "supplement", "prechecked", "under_review", "scored",
    "proposed", "funds_confirmed", "in_publicity", "objected", "publicised", "approved", "ready_to_sign",
)  # fmt: skip

TRANSITIONS = (
    Transition(
        "application.submit", _("提交申报"), ("draft",), "submitted", (APPLICANT_HEAD,),
        duty=Duty.APPLICANT, completes=("apply_online",), tells=(HUB, APPLICANT),
        consequence=_("提交后生成回执，申报内容不再更改；主责单位将收到通知。"), weight="primary",
        guards=(applying.within_window, applying.within_cap, *applying.CONTENT, *applying.STANDING, *applying.EXPLAINED),
        effect="projects.services.applications.submit", form="projects.forms.applications.SubmitForm",
        notice="application_submitted", rules=("R-050",),
    ),
    Transition(
        "application.discard", _("放弃草稿"), ("draft",), "withdrawn", APPLICANTS,
        effect="projects.services.decisions.lose_award", weight="danger",
        consequence=_("草稿不再显示，也不能恢复；需要时可以从头申报或复制往年申报。"),
    ),
    Transition(
        "application.endorse", _("同意推荐"), ("submitted",), "endorsed", (HUB,),
        guards=(applying.hub_is_chosen, applying.hub_is_another_body),
        effect="projects.services.applications.endorse", form="projects.forms.applications.EndorseForm",
        duty=Duty.ENDORSER, completes=("responsible_unit_endorse",), tells=(OFFICE, *APPLICANTS), weight="primary",
        rules=("R-061",),
    ),
    Transition(
        "application.decline_endorsement", _("不予推荐"), ("submitted",), "not_endorsed", (HUB,),
        guards=(applying.hub_is_chosen, applying.hub_is_another_body), effect="projects.services.applications.decline",
        consequence=_("本次申报就此结束，申报单位将收到理由。"), rules=("R-061",),
        duty=Duty.ENDORSER, reason_required=True, tells=APPLICANTS, weight="danger",
    ),
    Transition(
        "application.return_for_supplement", _("退回补正"), ("endorsed",), "supplement", (OFFICE,),
        guards=(applying.not_sent_back_before,), effect="projects.services.applications.return_for_supplement",
        form="projects.forms.applications.ReturnForm", notice="application_returned",
        duty=Duty.PRECHECKER, reason_required=True, tells=APPLICANTS,
        consequence=_("只能退回一次；申报单位须在补正期内重新提交。"),
    ),
    Transition(
        "application.resubmit", _("提交补正"), ("supplement",), "endorsed", (APPLICANT_HEAD,),
        guards=(applying.supplement_in_time, *applying.CONTENT, *applying.STANDING, *applying.EXPLAINED),
        effect="projects.services.applications.resubmit",
        form="projects.forms.applications.SubmitForm",
        consequence=_("补正内容替换原内容并生成新的回执，原回执保留。"),
        duty=Duty.APPLICANT, opens=("precheck",), tells=(OFFICE,), weight="primary",
    ),
    Transition(
        "application.precheck_pass", _("初审通过"), ("endorsed",), "prechecked", (OFFICE,),
        guards=(
            applying.checklist_passed, *applying.STANDING, applying.civil_has_confirmed, applying.not_bought_by_others,
        ),
        effect="projects.services.applications.pass_precheck",
        duty=Duty.PRECHECKER, completes=("precheck",), tells=APPLICANTS, weight="primary",
    ),
    Transition(
        "application.precheck_fail", _("初审不通过"), ("endorsed", "supplement"), "precheck_failed", (OFFICE,),
        guards=(applying.supplement_expired,), effect="projects.services.applications.fail_precheck",
        consequence=_("本次申报就此结束，申报单位将收到理由。"), rules=("R-050",),
        duty=Duty.PRECHECKER, reason_required=True, tells=APPLICANTS, weight="danger",
    ),
    Transition(
        "application.assign_panel", _("交专家评审"), ("prechecked",), "under_review", (OFFICE,),
        automatic=True, opens=("expert_review",), tells=APPLICANTS,
        effect="projects.services.reviews.assign", rules=("R-153",),
    ),
    Transition(
        "application.release_panel", _("评审组解散，另组评审"), ("under_review",), "prechecked", (CLOCK,),
        automatic=True, reason_required=True, tells=(OFFICE,),
        effect="projects.services.reviews.release", rules=("R-153",),
    ),
    Transition(
        "application.record_review", _("评审完成"), ("under_review",), "scored", (CLOCK,),
        automatic=True, completes=("expert_review",), tells=(OFFICE, LEADERS),
        effect="projects.services.reviews.record", rules=("R-143", "R-158"),
    ),
    Transition(
        "application.propose", _("拟立项"), ("scored",), "proposed", (LEADERS,),
        input_guards=(guards.amount_is_granted, guards.within_envelope),
        effect="projects.services.decisions.propose", form="projects.forms.decisions.ProposeForm",
        duty=Duty.AWARD_DECIDER, tells=(OFFICE, FINANCE), weight="primary",
        step_up=StepUp.RECENT, rules=("R-018", "R-163"),
    ),
    Transition(
        "application.not_select", _("不予立项"), ("scored",), "not_selected", (LEADERS,),
        effect="projects.services.applications.end_case",
        duty=Duty.AWARD_DECIDER, reason_required=True, tells=APPLICANTS, weight="danger",
        step_up=StepUp.RECENT, rules=("R-173",),
    ),
    Transition(
        "application.confirm_funds", _("资金审核通过"), ("proposed",), "funds_confirmed", (FINANCE,),
        duty=Duty.BUDGET_APPROVER, completes=("leading_group_decide",), tells=(OFFICE, LEADERS), weight="primary",
        step_up=StepUp.RECENT, rules=("R-015", "R-018"),
    ),
    Transition(
        "application.refuse_funds", _("资金审核不通过，退回重议"), ("proposed",), "scored", (FINANCE,),
        effect="projects.services.decisions.withdraw_proposal",
        duty=Duty.BUDGET_APPROVER, reason_required=True, tells=(OFFICE, LEADERS), rules=("R-015",),
    ),
    Transition(
        "application.publicise", _("列入公示"), ("funds_confirmed",), "in_publicity", (OFFICE,),
        automatic=True, opens=("publicise_list",), tells=APPLICANTS, rules=("R-174",),
    ),
    Transition(
        "application.object", _("公示有异议"), ("in_publicity",), "objected", (OFFICE, CLOCK),
        automatic=True, tells=(OFFICE, *APPLICANTS),
    ),
    Transition(
        "application.resume_publicity", _("异议不成立，恢复公示"), ("objected",), "in_publicity", (OFFICE,),
        automatic=True, tells=APPLICANTS, rules=("R-175",),
    ),
    Transition(
        "application.withdraw_award", _("异议成立，取消拟立项"), ("objected",), "withdrawn_by_office", (OFFICE,),
        effect="projects.services.decisions.lose_award",
        automatic=True, reason_required=True, tells=APPLICANTS, rules=("R-175",), weight="danger",
    ),
    Transition(
        "application.end_publicity", _("公示期满无异议"), ("in_publicity",), "publicised", (OFFICE, CLOCK),
        automatic=True, completes=("publicise_list",), tells=(OFFICE,), rules=("R-174",),
    ),
    Transition(
        "application.approve", _("立项批复"), ("publicised",), "approved", (OFFICE,),
        guards=(guards.no_open_objection,), effect="projects.services.decisions.approve",
        form="projects.forms.decisions.ApproveForm",
        completes=("approve_project",), tells=(BUYER, HUB, *APPLICANTS), weight="primary",
        step_up=StepUp.RECENT, rules=("R-176",),
    ),
    Transition(
        "application.revise", _("按批复资金细化方案和预算"), ("approved",), "ready_to_sign", (APPLICANT_HEAD,),
        guards=(revision_guards.budget_equals_grant,),
        tells=(BUYER, HUB), weight="primary", rules=("R-179",),
    ),
    Transition(
        "application.start", _("合同生效"), ("ready_to_sign",), "in_progress", (SIGNER, FINANCE),
        automatic=True, completes=("sign_contract",), tells=(HUB, *APPLICANTS),
    ),
    Transition(
        "application.suspend", _("暂停实施"), ("in_progress",), "suspended", (SIGNER,),
        effect="projects.services.suspensions.suspend",
        reason_required=True, tells=(HUB, *APPLICANTS), weight="danger", rules=("R-209", "R-210"),
    ),
    Transition(
        "application.resume", _("恢复实施"), ("suspended",), "in_progress", (SIGNER,),
        effect="projects.services.suspensions.resume",
        reason_required=True, tells=(HUB, *APPLICANTS),
    ),
    Transition(
        "application.order_rectification", _("责令整改"), ("in_progress",), "rectifying", (HUB, SIGNER, CLOCK),
        automatic=True, reason_required=True, tells=APPLICANTS, rules=("R-225", "R-226"),
    ),
    Transition(
        "application.rectified", _("整改合格"), ("rectifying",), "in_progress", (HUB, SIGNER),
        automatic=True, tells=APPLICANTS, rules=("R-225",),
    ),
    Transition(
        "application.record_midterm", _("中期评估合格"), ("in_progress",), "in_progress", (OFFICE,),
        effect="projects.services.assessments.note_midterm",
        automatic=True, completes=("midterm_evaluation",), tells=(HUB, BUYER, *APPLICANTS), rules=("R-226", "R-264"),
    ),
    Transition(
        "application.fail_midterm", _("中期评估不合格，通报批评"), ("in_progress",), "in_progress", (OFFICE,),
        effect="projects.services.assessments.note_midterm", notice="midterm_failed",
        automatic=True, tells=(HUB, BUYER, SIGNER, *APPLICANTS), rules=("R-226",),
    ),
    Transition(
        "application.record_final", _("结项评估结果公布"), ("closing",), "closing", (OFFICE,),
        effect="projects.services.assessments.note_final",
        automatic=True, completes=("final_evaluation",), tells=(HUB, BUYER, *APPLICANTS), rules=("R-264", "R-268"),
    ),
    Transition(
        "application.terminate", _("终止项目"), ("in_progress", "suspended", "rectifying"), "terminated", (SIGNER,),
        effect="projects.services.suspensions.terminate",
        reason_required=True, tells=(HUB, OFFICE, *APPLICANTS), weight="danger", rules=("R-209", "R-226"),
    ),
    Transition(
        "application.begin_closeout", _("转入结项"), ("in_progress",), "closing", (APPLICANT_HEAD, CLOCK),
        effect="projects.services.reports.begin_closeout",
        automatic=True, tells=(HUB,), rules=("R-222",),
    ),
    Transition(
        "application.fail_closeout", _("结项不通过，限期整改"), ("closing",), "rectifying_final", (OFFICE, HUB, ACCEPTOR),
        guards=(closing.rectified_only_once,), effect="projects.services.closeouts.fail_closeout",
        automatic=True, reason_required=True, tells=(OFFICE, *APPLICANTS), rules=("R-240",),
    ),
    Transition(
        "application.resume_closeout", _("结项整改合格"), ("rectifying_final",), "closing", (OFFICE, HUB, ACCEPTOR),
        automatic=True, tells=(OFFICE, *APPLICANTS), rules=("R-240",),
    ),
    Transition(
        "application.close", _("结项审定"), ("closing",), "closed", (OFFICE,),
        guards=(closing.everything_is_concluded,), input_guards=(closing.decision_is_given,),
        effect="projects.services.closeouts.close", form="projects.forms.closeouts.CloseForm",
        consequence=_("审定后合同履行完毕，结项结果向社会公开；随后办理归档。"),
        duty=Duty.CLOSER, tells=(HUB, BUYER, *APPLICANTS), weight="primary", rules=("R-260", "R-264"),
    ),
    Transition(
        "application.close_failed", _("结项不通过"), ("rectifying_final",), "closed_failed", (OFFICE,),
        guards=(closing.rectification_failed, closing.money_is_audited),
        effect="projects.services.closeouts.close_failed",
        consequence=_("合同终止，未付款项不再支付，应退资金须退回，并记入承接主体履约记录。"), rules=("R-240", "R-255"),
        duty=Duty.CLOSER, reason_required=True, tells=(HUB, BUYER, *APPLICANTS), weight="danger",
    ),
    Transition(
        "application.archive", _("公开结果并归档"), ("closed",), "archived", (OFFICE,),
        guards=(closing.archive_is_complete,), effect="projects.services.closeouts.archive",
        consequence=_("归档后案卷封存，保存期内任何人不能更改或删除。"),
        completes=("close_and_archive",), tells=(HUB, *APPLICANTS), weight="primary", rules=("R-285", "R-289"),
    ),
    Transition(
        "application.withdraw", _("撤回申报"), BEFORE_SIGNING, "withdrawn", (APPLICANT_HEAD,),
        effect="projects.services.decisions.lose_award",
        consequence=_("撤回后本项目不再评审，也不占用本年度申报项数。"),
        reason_required=True, tells=(HUB, OFFICE), weight="danger", rules=("R-177",),
    ),
)  # fmt: skip

APPLICATION = register(
    Lifecycle(
        name="application",
        label=_("申报项目"),
        model="projects.Application",
        initial="draft",
        states=STATES,
        transitions=TRANSITIONS,
    )
)
