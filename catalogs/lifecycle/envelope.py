"""Two tables: the year's money, and its adjustment."""

from django.utils.translation import gettext_lazy as _

from catalogs.guards import envelope as guards
from procurement.access import Duty, Role
from procurement.lifecycle.definition import Lifecycle, State, Transition, by, register

ENVELOPE = register(
    Lifecycle(
        name="envelope",
        label=_("资金额度"),
        model="catalogs.FundEnvelope",
        initial="draft",
        states=(
            State("draft", _("草稿")),
            State("submitted", _("已提交"), tone="info"),
            State("approved", _("已批准"), tone="good", final=True),
        ),
        transitions=(
            Transition(
                name="envelope.submit",
                label=_("提交财政部门审核"),
                source=("draft",),
                target="submitted",
                by=(by(Role.LGO, of="office"), by(Role.PU_FIN, of="office")),
                guards=(guards.envelope_is_complete,),
                duty=Duty.BUDGET_PREPARER,
                tells=(by(Role.FIN, of="finance"),),
                consequence=_("提交后由财政部门审核，审核期间不能修改。"),
                weight="primary",
                rules=("R-015", "R-022"),
            ),
            Transition(
                name="envelope.approve",
                label=_("批准额度"),
                source=("submitted",),
                target="approved",
                by=(by(Role.FIN, of="finance"),),
                input_guards=(guards.approval_is_numbered,),
                effect="catalogs.services.envelopes.on_approve",
                form="catalogs.forms.envelopes.ApprovalForm",
                duty=Duty.BUDGET_APPROVER,
                tells=(by(Role.LGO, of="office"), by(Role.PU_FIN, of="office")),
                consequence=_("批准后额度锁定，购买项目可在额度内安排；变更须另报预算调整。"),
                weight="primary",
                rules=("R-013", "R-015", "R-017"),
            ),
            Transition(
                name="envelope.return",
                label=_("退回修改"),
                source=("submitted",),
                target="draft",
                by=(by(Role.FIN, of="finance"),),
                tells=(by(Role.LGO, of="office"), by(Role.PU_FIN, of="office")),
                reason_required=True,
                consequence=_("退回后由主管单位修改并重新提交。"),
                rules=("R-015",),
            ),
        ),
    )
)

ADJUSTMENT = register(
    Lifecycle(
        name="adjustment",
        label=_("预算调整"),
        model="catalogs.BudgetAdjustment",
        initial="draft",
        states=(
            State("draft", _("草稿")),
            State("submitted", _("已提交"), tone="info"),
            State("approved", _("已批准"), tone="good", final=True),
        ),
        transitions=(
            Transition(
                name="adjustment.submit",
                label=_("提交财政部门审核"),
                source=("draft",),
                target="submitted",
                by=(by(Role.LGO, of="envelope.office"), by(Role.PU_FIN, of="envelope.office")),
                guards=(guards.adjustment_leaves_enough,),
                duty=Duty.BUDGET_PREPARER,
                tells=(by(Role.FIN, of="envelope.finance"),),
                consequence=_("提交后由财政部门审核，批准前额度不变。"),
                weight="primary",
                rules=("R-017",),
            ),
            Transition(
                name="adjustment.approve",
                label=_("批准调整"),
                source=("submitted",),
                target="approved",
                by=(by(Role.FIN, of="envelope.finance"),),
                guards=(guards.adjustment_leaves_enough,),
                input_guards=(guards.approval_is_numbered,),
                effect="catalogs.services.envelopes.on_adjust",
                form="catalogs.forms.envelopes.ApprovalForm",
                duty=Duty.BUDGET_APPROVER,
                tells=(by(Role.LGO, of="envelope.office"), by(Role.PU_FIN, of="envelope.office")),
                consequence=_("批准后额度立即按调整金额变更。"),
                weight="primary",
                rules=("R-017",),
            ),
            Transition(
                name="adjustment.return",
                label=_("退回修改"),
                source=("submitted",),
                target="draft",
                by=(by(Role.FIN, of="envelope.finance"),),
                tells=(by(Role.LGO, of="envelope.office"), by(Role.PU_FIN, of="envelope.office")),
                reason_required=True,
                consequence=_("退回后由主管单位修改并重新提交。"),
                rules=("R-017",),
            ),
        ),
    )
)
