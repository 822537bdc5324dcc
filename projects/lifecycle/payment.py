"""付款 (domain §6, Payment): three people, conditions judged by rows, the last tranche after acceptance."""

from django.utils.translation import gettext_lazy as _

from procurement.access import Duty, Role, StepUp
from procurement.lifecycle.definition import Lifecycle, State, Transition, by, register
from projects.guards import payment as guards
from projects.guards.warning import not_stopped_by_warning

REQUESTER = by(Role.PU_PAY, of="contract.purchaser")
APPROVER = by(Role.PU_FIN, of="contract.purchaser")
PAYER = by(Role.TREAS, of="contract.treasury")
CONTRACTOR = (by(Role.ORG_H, of="contract.contractor"), by(Role.ORG, of="contract.contractor"))
CLOCK = by(Role.SYS)

PAYMENT = register(
    Lifecycle(
        name="payment",
        label=_("付款"),
        model="projects.Payment",
        initial="planned",
        states=(
            State("planned", _("待申请")),
            State("requested", _("已申请"), "info"),
            State("approved", _("已审批"), "info"),
            State("paid", _("已支付"), "good"),
            State("confirmed", _("已确认到账"), "good", final=True),
            State("cancelled", _("不再支付"), "neutral", final=True),
        ),
        transitions=(
            Transition(
                "payment.request", _("申请付款"), ("planned",), "requested", (REQUESTER,),
                guards=(
                    guards.conditions_are_met, guards.contract_is_running, guards.nothing_to_rectify,
                    guards.earlier_tranche_paid, not_stopped_by_warning,
                ),
                input_guards=(guards.invoice_is_given,),
                effect="projects.services.payments.request", form="projects.forms.payments.RequestForm",
                duty=Duty.PAYMENT_REQUESTER, tells=(APPROVER,), weight="primary",
                rules=("R-246", "R-250", "R-251", "R-253", "R-254"),
            ),
            Transition(
                "payment.approve", _("审批通过"), ("requested",), "approved", (APPROVER,),
                guards=(
                    guards.conditions_are_met, guards.contract_is_running, guards.nothing_to_rectify,
                    not_stopped_by_warning,
                ),
                effect="projects.services.payments.approve",
                duty=Duty.PAYMENT_APPROVER, tells=(PAYER,), weight="primary",
                step_up=StepUp.RECENT, rules=("R-250", "R-254"),
            ),
            Transition(
                "payment.reject", _("退回"), ("requested", "approved"), "planned", (APPROVER, PAYER),
                effect="projects.services.payments.reject", reason_required=True, tells=(REQUESTER,), rules=("R-250",),
            ),
            Transition(
                "payment.pay", _("支付"), ("approved",), "paid", (PAYER,),
                guards=(guards.contract_is_running, guards.nothing_to_rectify, not_stopped_by_warning),
                input_guards=(guards.voucher_is_given,),
                effect="projects.services.payments.pay", form="projects.forms.payments.PayForm",
                duty=Duty.PAYER, tells=(*CONTRACTOR, REQUESTER, APPROVER), weight="primary",
                consequence=_("支付后不能撤回，金额计入合同累计付款。"),
                step_up=StepUp.RECENT, rules=("R-018", "R-254"),
            ),
            Transition(
                "payment.confirm", _("确认到账"), ("paid",), "confirmed", CONTRACTOR,
                effect="projects.services.custody.receive",
                tells=(REQUESTER,), weight="primary", rules=("R-221",),
            ),
            Transition(
                "payment.cancel", _("不再支付"), ("planned",), "cancelled", (REQUESTER,),
                reason_required=True, guards=(guards.only_after_the_end,), tells=(APPROVER, *CONTRACTOR), weight="danger",
                effect="projects.services.refunds.settle_after_payment",
                rules=("R-255",),
            ),
        ),
    )
)  # fmt: skip
