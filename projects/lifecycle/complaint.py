"""投诉 (domain §6, Complaint; R-184 … R-187): reviewed, admitted and served, decided within thirty working days, published."""

from django.utils.translation import gettext_lazy as _

from procurement.access import Duty, Role
from procurement.lifecycle.definition import Lifecycle, State, Transition, by, register
from projects.guards import complaint as guards

SUPERVISOR = by(Role.FIN_SUP)
COMPLAINANTS = (by(Role.ORG_H, of="complainant"), by(Role.ORG, of="complainant"))
HEAD = by(Role.ORG_H, of="complainant")
PURCHASER = (
    by(Role.PU_SIGN, of="procedure.purchaser"), by(Role.PU_BUY, of="procedure.purchaser"), by(Role.AGT, of="procedure.agent"),
)  # fmt: skip
CLOCK = by(Role.SYS)

COMPLAINT = register(
    Lifecycle(
        name="complaint",
        label=_("投诉"),
        model="projects.Complaint",
        initial="filed",
        states=(
            State("filed", _("审查中"), "info"),
            State("correction", _("待补正"), "warn"),
            State("refused", _("不予受理"), "bad", final=True),
            State("transferred", _("已移送"), "neutral", final=True),
            State("accepted", _("办理中"), "info"),
            State("decided", _("已作出决定，待公告"), "good"),
            State("published", _("决定已公告"), "good", final=True),
            State("terminated", _("撤回，终止处理"), "neutral", final=True),
        ),
        transitions=(
            Transition(
                "complaint.request_correction", _("一次性告知补正"), ("filed",), "correction", (SUPERVISOR,),
                guards=(guards.correction_is_asked_once,), effect="projects.services.complaints.ask_for_correction",
                reason_required=True, tells=COMPLAINANTS, rules=("R-185",),
                consequence=_("补正所需时间不计入处理期限；逾期不补正的，不予受理。"),
            ),
            Transition(
                "complaint.correct", _("提交补正"), ("correction",), "filed", COMPLAINANTS,
                automatic=True, tells=(SUPERVISOR,), rules=("R-185",),
            ),
            Transition(
                "complaint.refuse", _("不予受理"), ("filed", "correction"), "refused", (SUPERVISOR,),
                effect="projects.services.complaints.refuse", reason_required=True, tells=COMPLAINANTS, weight="danger",
                rules=("R-185",), consequence=_("三个工作日内书面告知投诉人理由。"),
            ),
            Transition(
                "complaint.transfer", _("移送有管辖权的部门"), ("filed",), "transferred", (SUPERVISOR,),
                effect="projects.services.complaints.refuse", form="projects.forms.complaints.TransferForm",
                reason_required=True, tells=COMPLAINANTS, rules=("R-185",),
            ),
            Transition(
                "complaint.accept", _("受理并发送副本"), ("filed",), "accepted", (SUPERVISOR,),
                effect="projects.services.complaints.accept", duty=Duty.COMPLAINT_DECIDER,
                tells=(*COMPLAINANTS, *PURCHASER), weight="primary", rules=("R-185",),
                consequence=_("收到投诉之日即为受理之日；副本发送被投诉人和有关供应商，五个工作日内书面说明。"),
            ),
            Transition(
                "complaint.suspend", _("通知暂停采购活动"), ("accepted",), "accepted", (SUPERVISOR,),
                guards=(guards.procedure_can_be_suspended,), effect="projects.services.complaint_decisions.suspend",
                reason_required=True, tells=(*PURCHASER, *COMPLAINANTS), rules=("R-186",),
                consequence=_("暂停最长三十日，期满自动恢复；暂停期间采购活动的各项办理均不可进行。"),
            ),
            Transition(
                "complaint.resume", _("通知恢复采购活动"), ("accepted",), "accepted", (SUPERVISOR, CLOCK),
                guards=(guards.suspension_stands,), effect="projects.services.complaint_decisions.resume",
                tells=(*PURCHASER, *COMPLAINANTS), rules=("R-186",),
            ),
            Transition(
                "complaint.stop_clock", _("中止计时"), ("accepted",), "accepted", (SUPERVISOR,),
                guards=(guards.clock_runs,), effect="projects.services.complaints.stop_clock",
                form="projects.forms.complaints.StopForm", tells=COMPLAINANTS, rules=("R-185",),
                consequence=_("检验、检测、鉴定、专家评审所需时间不计入处理期限。"),
            ),
            Transition(
                "complaint.restart_clock", _("恢复计时"), ("accepted",), "accepted", (SUPERVISOR,),
                guards=(guards.clock_stands,), effect="projects.services.complaints.restart_clock",
                tells=COMPLAINANTS, rules=("R-185",),
            ),
            Transition(
                "complaint.decide", _("作出处理决定"), ("accepted",), "decided", (SUPERVISOR,),
                guards=(guards.clock_runs, guards.respondents_were_heard),
                input_guards=(guards.decision_is_consistent,), effect="projects.services.complaint_decisions.decide",
                form="projects.forms.complaints.DecideForm", duty=Duty.COMPLAINT_DECIDER,
                tells=(*COMPLAINANTS, *PURCHASER), weight="primary", rules=("R-185", "R-187"),
                consequence=_("暂停的采购活动同时恢复；认定成立的，处理措施随即生效。决定须公告。"),
            ),
            Transition(
                "complaint.publish", _("公告处理决定"), ("decided",), "published", (SUPERVISOR,),
                effect="projects.services.complaint_decisions.publish", tells=(*COMPLAINANTS, *PURCHASER), weight="primary",
                rules=("R-187",),
            ),
            Transition(
                "complaint.withdraw", _("撤回投诉"), ("filed", "correction", "accepted"), "terminated", (HEAD,),
                effect="projects.services.complaint_decisions.withdraw", reason_required=True, tells=(SUPERVISOR, *PURCHASER),
                weight="danger", rules=("R-187",), consequence=_("书面撤回后终止处理，暂停的采购活动恢复。"),
            ),
        ),
    )
)  # fmt: skip
