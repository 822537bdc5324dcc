"""代管支出凭单 (R-073): prepared, approved by another person, paid."""

from django.utils.translation import gettext_lazy as _

from procurement.access import Role
from procurement.lifecycle.definition import Lifecycle, State, Transition, by, register
from projects.guards import custody as guards

UNION = (by(Role.UNI, of="ledger.union"), by(Role.ORG_H, of="ledger.union"), by(Role.ORG, of="ledger.union"))
HEADS = (by(Role.ORG_H, of="ledger.union"), by(Role.UNI, of="ledger.union"))
GROUP = (by(Role.REC, of="ledger.executor"), by(Role.ORG_H, of="ledger.executor"), by(Role.ORG, of="ledger.executor"))

CUSTODY_VOUCHER = register(
    Lifecycle(
        name="custody_voucher",
        label=_("代管支出凭单"),
        model="projects.CustodyVoucher",
        initial="prepared",
        states=(
            State("prepared", _("待审批"), "info"),
            State("approved", _("已审批"), "info"),
            State("paid", _("已支付"), "good", final=True),
            State("rejected", _("不予支付"), "bad", final=True),
        ),
        transitions=(
            Transition(
                "custody_voucher.approve", _("审批通过"), ("prepared",), "approved", HEADS,
                guards=(guards.approver_is_another_person, guards.balance_suffices, guards.fee_is_as_disclosed),
                effect="projects.services.custody.approve", tells=(*UNION, *GROUP), weight="primary",
                rules=("R-073", "R-254"), consequence=_("金额即从代管账户余额中减去，等待支付。"),
            ),
            Transition(
                "custody_voucher.reject", _("不予审批"), ("prepared",), "rejected", HEADS,
                reason_required=True, tells=(*UNION, *GROUP), weight="danger", rules=("R-073",),
            ),
            Transition(
                "custody_voucher.pay", _("登记支付"), ("approved",), "paid", UNION,
                guards=(guards.payer_is_another_person,), effect="projects.services.custody.pay",
                form="projects.forms.custody.PaidForm", tells=GROUP, weight="primary", rules=("R-073", "R-254"),
            ),
            Transition(
                "custody_voucher.cancel", _("退票冲回"), ("approved",), "rejected", UNION,
                effect="projects.services.custody.reverse", reason_required=True, tells=(*HEADS, *GROUP),
                weight="danger", rules=("R-073",), consequence=_("金额冲回代管账户余额，本凭单作废。"),
            ),
        ),
    )
)  # fmt: skip
