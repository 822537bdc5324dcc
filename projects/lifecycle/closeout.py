"""结项：自评报告、主责单位验收、财务审计、余款退回 (domain §2 steps 14–16, §6)."""

from django.utils.translation import gettext_lazy as _

from procurement.access import Duty, Role, StepUp
from procurement.lifecycle.definition import Lifecycle, State, Transition, by, register
from projects.guards import acceptance as accepting
from projects.guards import closeout as guards

HEAD = by(Role.ORG_H, of="application.applicant")
OPERATOR = by(Role.ORG, of="application.applicant")
APPLICANTS = (HEAD, OPERATOR)
HUB = by(Role.RU, of="application.hub")
ACCEPTOR = by(Role.PU_ACC, of="application.guide.purchaser")
OFFICE = by(Role.LGO, of="application.guide.office")
BUYER = by(Role.PU_BUY, of="application.guide.purchaser")
FIRM = by(Role.TPE, of="firm")
TREASURY = by(Role.TREAS, of="application.guide.treasury")

CLOSEOUT = register(
    Lifecycle(
        name="closeout",
        label=_("结项报告"),
        model="projects.Closeout",
        initial="draft",
        states=(
            State("draft", _("草稿")),
            State("submitted", _("已提交"), "info"),
            State("returned", _("退回修改"), "warn"),
            State("accepted", _("已通过"), "good", final=True),
        ),
        transitions=(
            Transition(
                "closeout.submit", _("提交结项报告"), ("draft", "returned"), "submitted", (HEAD,),
                guards=(
                    guards.project_may_end, guards.nothing_left_to_rectify, guards.term_is_over,
                    guards.report_is_complete, guards.indicators_are_reported, guards.figures_follow_the_ledger,
                ),
                consequence=_("提交后项目转入结项，主责单位审核报告并组织验收。"),
                effect="projects.services.closeouts.submit", duty=Duty.APPLICANT,
                completes=("submit_closeout",), tells=(HUB, OFFICE), weight="primary", rules=("R-222",),
            ),
            Transition(
                "closeout.return", _("退回修改"), ("submitted",), "returned", (HUB,),
                guards=(guards.reader_is_not_the_contractor, guards.acceptance_not_begun),
                reason_required=True, opens=("submit_closeout",), tells=APPLICANTS, rules=("R-222",),
            ),
            Transition(
                "closeout.accept", _("报告通过"), ("submitted",), "accepted", (HUB,),
                guards=(guards.reader_is_not_the_contractor,),
                consequence=_("报告通过后即可组织验收。"),
                duty=Duty.REPORT_REVIEWER, tells=APPLICANTS, weight="primary", rules=("R-222",),
            ),
        ),
    )
)  # fmt: skip

ACCEPTANCE = register(
    Lifecycle(
        name="acceptance",
        label=_("主责单位验收"),
        model="projects.Acceptance",
        initial="planned",
        states=(
            State("planned", _("待组织")),
            State("recipients_notified", _("已通知服务对象"), "info"),
            State("on_site", _("现场验收"), "info"),
            State("drafted", _("已拟意见"), "info"),
            State("notice_sent", _("已书面通报"), "info"),
            State("objected", _("承接主体有异议"), "warn"),
            State("concurred", _("承接主体无异议"), "info"),
            State("answered", _("异议已答复"), "info"),
            State("final", _("验收完成"), "good", final=True),
        ),
        transitions=(
            Transition(
                "acceptance.notify_recipients", _("通知服务对象"), ("planned",), "recipients_notified", (HUB, ACCEPTOR),
                guards=(accepting.unit_is_not_the_contractor, accepting.enough_recipients), duty=Duty.ACCEPTOR,
                tells=APPLICANTS, weight="primary", rules=("R-241", "R-242"),
            ),
            Transition(
                "acceptance.visit", _("现场验收"), ("recipients_notified",), "on_site", (HUB, ACCEPTOR),
                input_guards=(accepting.visit_is_dated,),
                effect="projects.services.acceptances.visit", form="projects.forms.closeouts.VisitForm",
                duty=Duty.ACCEPTOR, weight="primary", rules=("R-240",),
            ),
            Transition(
                "acceptance.draft", _("拟定验收意见"), ("on_site",), "drafted", (HUB, ACCEPTOR),
                guards=(accepting.every_standard_is_judged, accepting.recipients_have_spoken),
                input_guards=(accepting.opinion_is_reasoned,),
                effect="projects.services.acceptances.draft", form="projects.forms.closeouts.OpinionForm",
                duty=Duty.ACCEPTOR, weight="primary", rules=("R-240", "R-242"),
                consequence=_("拟定意见后，服务对象意见和逐条核验结果不再更改。"),
            ),
            Transition(
                "acceptance.redraft", _("退回现场核验"), ("drafted",), "on_site", (HUB, ACCEPTOR),
                reason_required=True, duty=Duty.ACCEPTOR, rules=("R-240",),
            ),
            Transition(
                "acceptance.send_notice", _("书面通报"), ("drafted",), "notice_sent", (HUB, ACCEPTOR),
                guards=(accepting.notice_is_prompt,),
                effect="projects.services.acceptances.send_notice", duty=Duty.ACCEPTOR,
                tells=APPLICANTS, weight="primary", rules=("R-244",),
                consequence=_("承接主体收到通报后可在规定期限内提出异议。"),
            ),
            Transition(
                "acceptance.concur", _("确认无异议"), ("notice_sent",), "concurred", (HEAD,),
                tells=(HUB,), weight="primary", rules=("R-245",),
                consequence=_("确认后不再提出异议，主责单位可以定案。"),
            ),
            Transition(
                "acceptance.object", _("提出异议"), ("notice_sent",), "objected", (HEAD,),
                guards=(accepting.objection_in_time,), reason_required=True,
                form="projects.forms.closeouts.ObjectionForm",
                effect="projects.services.acceptances.object_to", tells=(HUB, OFFICE), rules=("R-245",),
            ),
            Transition(
                "acceptance.answer", _("答复异议"), ("objected",), "answered", (HUB, ACCEPTOR, OFFICE),
                guards=(accepting.answered_by_another,), reason_required=True,
                input_guards=(accepting.correction_fits_the_standards,),
                effect="projects.services.acceptances.answer", form="projects.forms.closeouts.AnswerForm",
                tells=APPLICANTS, weight="primary", rules=("R-245",),
            ),
            Transition(
                "acceptance.rejudge", _("异议成立，重新核验"), ("objected",), "on_site", (HUB, ACCEPTOR, OFFICE),
                guards=(accepting.answered_by_another,), reason_required=True,
                effect="projects.services.acceptances.rejudge", tells=(HUB, *APPLICANTS), rules=("R-245",),
                consequence=_("回到现场核验，重新逐条核验、拟定意见并书面通报。"),
            ),
            Transition(
                "acceptance.finalise", _("验收定案"), ("notice_sent", "concurred", "answered"), "final", (HUB, ACCEPTOR),
                guards=(accepting.unit_is_not_the_contractor, accepting.objection_period_is_over),
                consequence=_("定案后生成验收书；未通过的，承接主体限期整改一次。"),
                effect="projects.services.acceptances.finalise", duty=Duty.ACCEPTOR,
                tells=(*APPLICANTS, OFFICE, BUYER), weight="primary", rules=("R-240", "R-245", "R-247"),
            ),
        ),
    )
)  # fmt: skip

FINANCIAL_AUDIT = register(
    Lifecycle(
        name="financial_audit",
        label=_("财务审计"),
        model="projects.FinancialAudit",
        initial="engaged",
        states=(
            State("engaged", _("已委托")),
            State("fieldwork", _("审计中"), "info"),
            State("draft_sent", _("征求意见"), "info"),
            State("responded", _("承接主体已说明"), "info"),
            State("final", _("审计完成"), "good", final=True),
            State("cancelled", _("取消委托"), "neutral", final=True),
        ),
        transitions=(
            Transition(
                "financial_audit.begin", _("接受委托"), ("engaged",), "fieldwork", (FIRM,),
                guards=(guards.firm_is_independent,), input_guards=(guards.independence_is_declared,),
                effect="projects.services.financial_audits.begin", form="projects.forms.closeouts.IndependenceForm",
                duty=Duty.FINANCIAL_AUDITOR, tells=(OFFICE, *APPLICANTS), weight="primary", rules=("R-265",),
            ),
            Transition(
                "financial_audit.send_draft", _("送达征求意见稿"), ("fieldwork",), "draft_sent", (FIRM,),
                guards=(guards.lines_are_audited,), effect="projects.services.financial_audits.send_draft",
                consequence=_("承接主体在规定期限内说明情况，期满后即可出具报告。"),
                duty=Duty.FINANCIAL_AUDITOR, tells=APPLICANTS, weight="primary", rules=("R-255", "R-266"),
            ),
            Transition(
                "financial_audit.respond", _("提交说明"), ("draft_sent",), "responded", (HEAD,),
                form="projects.forms.closeouts.ResponseForm", rules=("R-245",),
                reason_required=True, effect="projects.services.financial_audits.respond", tells=(FIRM,), weight="primary",
            ),
            Transition(
                "financial_audit.finalise", _("出具审计报告"), ("draft_sent", "responded"), "final", (FIRM,),
                guards=(guards.lines_are_audited, guards.contractor_was_heard),
                input_guards=(
                    guards.audit_opinion_is_given, guards.opinion_fits_the_figures, guards.ineligible_is_resolved,
                ),
                consequence=_("报告出具后不再更改；应退资金由审计结果和已拨资金计算。"),
                effect="projects.services.financial_audits.finalise", form="projects.forms.closeouts.AuditOpinionForm",
                duty=Duty.FINANCIAL_AUDITOR, completes=("financial_audit",), tells=(OFFICE, HUB, *APPLICANTS),
                weight="primary", rules=("R-255", "R-266"),
            ),
            Transition(
                "financial_audit.decline", _("不接受委托"), ("engaged",), "cancelled", (FIRM,),
                reason_required=True, tells=(OFFICE,), rules=("R-265",),
            ),
            Transition(
                "financial_audit.cancel", _("取消委托"), ("engaged",), "cancelled", (OFFICE,),
                reason_required=True, tells=(FIRM,), weight="danger", rules=("R-266",),
            ),
        ),
    )
)  # fmt: skip

REFUND = register(
    Lifecycle(
        name="refund",
        label=_("余款退回"),
        model="projects.Refund",
        initial="due",
        states=(
            State("due", _("待退回"), "warn"),
            State("returned", _("已退回待确认"), "info"),
            State("confirmed", _("已入库"), "good", final=True),
        ),
        transitions=(
            Transition(
                "refund.return", _("登记退款"), ("due",), "returned", (HEAD, OPERATOR),
                input_guards=(guards.refund_voucher_is_given,),
                effect="projects.services.refunds.give_back", form="projects.forms.closeouts.RefundForm",
                tells=(TREASURY, OFFICE), weight="primary", rules=("R-255",),
            ),
            Transition(
                "refund.confirm", _("确认入库"), ("returned",), "confirmed", (TREASURY,),
                tells=(OFFICE, *APPLICANTS), weight="primary", step_up=StepUp.RECENT, rules=("R-255",),
            ),
            Transition(
                "refund.refuse", _("未到账，退回"), ("returned",), "due", (TREASURY,),
                effect="projects.services.refunds.not_arrived",
                reason_required=True, tells=APPLICANTS, rules=("R-255",),
            ),
        ),
    )
)  # fmt: skip
