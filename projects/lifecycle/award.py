"""中标（成交）: decided, announced, contracted; or declined, or voided by a remedy (R-170 … R-178, R-200)."""

from django.utils.translation import gettext_lazy as _

from procurement.access import Role, StepUp
from procurement.lifecycle.definition import Lifecycle, State, Transition, by, register
from projects.guards import award as guards

BUYERS = (by(Role.PU_BUY, of="procedure.purchaser"), by(Role.AGT, of="procedure.agent"))
SIGNER = by(Role.PU_SIGN, of="procedure.purchaser")
HEAD = by(Role.ORG_H, of="supplier")
SUPERVISOR = by(Role.FIN_SUP)
CLOCK = by(Role.SYS)

AWARD = register(
    Lifecycle(
        name="award",
        label=_("中标（成交）"),
        model="projects.Award",
        initial="decided",
        states=(
            State("decided", _("已确定，待公告"), "info"),
            State("announced", _("已公告，待签约"), "good"),
            State("contracted", _("已签约"), "good", final=True),
            State("declined", _("放弃中标（成交）"), "bad", final=True),
            State("voided", _("已作废"), "bad", final=True),
        ),
        transitions=(
            Transition(
                "award.announce", _("公告中标（成交）"), ("decided",), "announced", BUYERS,
                effect="projects.services.award_results.stamp", automatic=True, rules=("R-171",),
            ),
            Transition(
                "award.decline", _("放弃中标（成交）"), ("announced",), "declined", (HEAD,),
                guards=(guards.contract_is_not_signed,), effect="projects.services.award_results.decline",
                reason_required=True, tells=(SIGNER, *BUYERS), weight="danger", step_up=StepUp.EACH, rules=("R-177",),
                consequence=_("放弃后不能恢复；采购人可以确定下一候选人或者重新采购，无正当理由放弃的记入不良行为记录。"),
            ),
            Transition(
                "award.conclude", _("合同签订"), ("announced",), "contracted", (SIGNER, CLOCK),
                automatic=True, rules=("R-200",),
            ),
            Transition(
                "award.void", _("原结果作废"), ("decided", "announced"), "voided", (SUPERVISOR, SIGNER, *BUYERS, CLOCK),
                guards=(guards.contract_is_not_signed,), automatic=True, reason_required=True, rules=("R-178",),
            ),
        ),
    )
)  # fmt: skip
