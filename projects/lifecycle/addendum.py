"""采购文件的澄清、修改：一人拟定、另一人发布 (R-113, R-114)."""

from django.utils.translation import gettext_lazy as _

from procurement.access import Duty, Role
from procurement.lifecycle.definition import Lifecycle, State, Transition, by, register
from projects.guards import addendum as guards

BUYERS = (by(Role.PU_BUY, of="procedure.purchaser"), by(Role.AGT, of="procedure.agent"))
ISSUERS = (by(Role.PU_CHK, of="procedure.purchaser"), by(Role.PU_SIGN, of="procedure.purchaser"))

ADDENDUM = register(
    Lifecycle(
        name="addendum",
        label=_("澄清（修改）"),
        model="projects.Addendum",
        initial="proposed",
        states=(
            State("proposed", _("待发布"), "info"),
            State("issued", _("已发布"), "good", final=True),
            State("withdrawn", _("已撤回"), "neutral", final=True),
        ),
        transitions=(
            Transition(
                "addendum.issue", _("发布澄清（修改）"), ("proposed",), "issued", ISSUERS,
                guards=(guards.procedure_takes_bids, guards.deadline_only_moves_later, guards.enough_time_is_left),
                effect="projects.services.addenda.issue", duty=Duty.DOCUMENT_CHECKER, tells=BUYERS, weight="primary",
                rules=("R-113", "R-114"),
                consequence=_("发布后通知所有获取采购文件的供应商；影响投标（响应）的，已递交的须重新确认。"),
            ),
            Transition(
                "addendum.withdraw", _("撤回"), ("proposed",), "withdrawn", (*BUYERS, *ISSUERS),
                reason_required=True, tells=BUYERS,
            ),
        ),
    )
)  # fmt: skip
