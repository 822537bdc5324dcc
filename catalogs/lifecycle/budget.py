"""A department's budget line: prepared, filed, reviewed by finance, approved and locked."""

from django.utils.translation import gettext_lazy as _

from catalogs.guards import budget as guards
from catalogs.guards.envelope import approval_is_numbered
from procurement.access import Duty, Role
from procurement.lifecycle.definition import Lifecycle, State, Transition, by, register

PREPARERS = (by(Role.PU_FIN, of="department"), by(Role.LGO, of="department"))
FINANCE = (by(Role.FIN, of="envelope.finance"),)

BUDGET_LINE = register(
    Lifecycle(
        name="budget_line",
        label=_("预算项目"),
        model="catalogs.BudgetLine",
        initial="draft",
        states=(
            State("draft", _("草稿")),
            State("submitted", _("已提交"), tone="info"),
            State("reviewed", _("财政已审核"), tone="info"),
            State("approved", _("已批准"), tone="good", final=True),
        ),
        transitions=(
            Transition(
                name="budget_line.submit",
                label=_("提交财政部门审核"),
                source=("draft",),
                target="submitted",
                by=PREPARERS,
                guards=(guards.basis_is_stated, guards.later_years_are_covered, guards.major_item_was_discussed),
                duty=Duty.BUDGET_PREPARER,
                tells=FINANCE,
                consequence=_("提交后不能修改；请随后报送本年度购买项目表。"),
                weight="primary",
                rules=("R-015", "R-022"),
            ),
            Transition(
                name="budget_line.review",
                label=_("审核通过"),
                source=("submitted",),
                target="reviewed",
                by=FINANCE,
                guards=(guards.table_is_filed, guards.statutory_item_is_in_procurement_budget),
                duty=Duty.BUDGET_APPROVER,
                tells=PREPARERS,
                consequence=_("审核通过后等待批准预算。"),
                weight="primary",
                rules=("R-015",),
            ),
            Transition(
                name="budget_line.return",
                label=_("退回修改"),
                source=("submitted", "reviewed"),
                target="draft",
                by=FINANCE,
                tells=PREPARERS,
                reason_required=True,
                consequence=_("退回后由预算部门修改并重新提交。"),
                rules=("R-015",),
            ),
            Transition(
                name="budget_line.approve",
                label=_("批准并锁定"),
                source=("reviewed",),
                target="approved",
                by=FINANCE,
                guards=(guards.envelope_covers_line,),
                input_guards=(approval_is_numbered,),
                effect="catalogs.services.budgets.on_approve",
                form="catalogs.forms.envelopes.ApprovalForm",
                duty=Duty.BUDGET_APPROVER,
                tells=PREPARERS,
                consequence=_("批准后从资金额度中安排，金额锁定；变更须另报预算调整。"),
                weight="primary",
                rules=("R-013", "R-017", "R-018"),
            ),
        ),
    )
)
