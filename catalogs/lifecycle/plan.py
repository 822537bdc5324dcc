"""The purchase plan: drawn on an approved line, reviewed by finance, approved, published as an intention, used."""

from django.utils.translation import gettext_lazy as _

from catalogs.guards import plan as guards
from procurement.access import Duty, Role
from procurement.lifecycle.definition import Lifecycle, State, Transition, by, register

_DEPARTMENT, _FINANCE = "budget_line.department", "budget_line.envelope.finance"
PREPARERS = (by(Role.PU_BUY, of=_DEPARTMENT), by(Role.PU_FIN, of=_DEPARTMENT), by(Role.LGO, of=_DEPARTMENT))
FINANCE = (by(Role.FIN, of=_FINANCE),)
HEAD = (by(Role.PU_SIGN, of=_DEPARTMENT),)
#: What the award of a procedure performs by itself.
CLOCK = by(Role.SYS)
_MAY_BUY = (guards.line_is_approved, guards.plan_fits_line, guards.method_is_allowed, guards.not_split)

PURCHASE_PLAN = register(
    Lifecycle(
        name="purchase_plan",
        label=_("购买计划"),
        model="catalogs.PurchasePlan",
        initial="draft",
        states=(
            State("draft", _("草稿")),
            State("submitted", _("已提交"), tone="info"),
            State("reviewed", _("财政已审核"), tone="info"),
            State("approved", _("已批准"), tone="good"),
            State("published", _("已公开采购意向"), tone="good"),
            State("used", _("已采购"), final=True),
            State("withdrawn", _("已撤回"), tone="warn", final=True),
        ),
        transitions=(
            Transition(
                name="purchase_plan.submit",
                label=_("提交财政部门审核"),
                source=("draft",),
                target="submitted",
                by=PREPARERS,
                guards=(
                    guards.item_is_in_catalogue,
                    guards.negative_list_is_clear,
                    *_MAY_BUY,
                    guards.unusual_price_is_explained,
                ),
                input_guards=(guards.survey_was_held,),
                effect="catalogs.services.plans.on_submit",
                form="catalogs.forms.plans.SubmitForm",
                duty=Duty.BUDGET_PREPARER,
                tells=FINANCE,
                consequence=_("提交后计划金额即从预算项目中占用，不能修改。"),
                weight="primary",
                rules=("R-013", "R-018"),
            ),
            Transition(
                name="purchase_plan.review",
                label=_("审核通过"),
                source=("submitted",),
                target="reviewed",
                by=FINANCE,
                guards=(guards.method_is_allowed, guards.not_split),
                input_guards=(guards.key_review_was_held,),
                effect="catalogs.services.plans.on_review",
                form="catalogs.forms.plans.ReviewForm",
                duty=Duty.BUDGET_APPROVER,
                tells=(*PREPARERS, *HEAD),
                consequence=_("审核通过后由购买主体负责人批准。"),
                weight="primary",
                rules=("R-015",),
            ),
            Transition(
                name="purchase_plan.return",
                label=_("退回修改"),
                source=("submitted", "reviewed"),
                target="draft",
                by=(*FINANCE, *HEAD),
                tells=PREPARERS,
                reason_required=True,
                consequence=_("退回后占用的预算释放，由编制人修改并重新提交。"),
                rules=("R-015",),
            ),
            Transition(
                name="purchase_plan.approve",
                label=_("批准计划"),
                source=("reviewed",),
                target="approved",
                by=HEAD,
                guards=(guards.not_split, guards.two_people_approve),
                duty=Duty.BUDGET_APPROVER,
                tells=PREPARERS,
                consequence=_("批准后计划锁定，可以公开采购意向。"),
                weight="primary",
                rules=("R-013",),
            ),
            Transition(
                name="purchase_plan.publish",
                label=_("公开采购意向"),
                source=("approved",),
                target="published",
                by=PREPARERS,
                guards=(guards.requirements_are_ready,),
                input_guards=(guards.statutory_plan_is_filed,),
                effect="catalogs.services.plans.on_publish",
                form="catalogs.forms.plans.PublishForm",
                tells=FINANCE,
                consequence=_("公开后任何人都可以查看服务要求、预算、标准和评价方法。"),
                weight="primary",
                rules=("R-019", "R-021"),
            ),
            Transition(
                name="purchase_plan.use",
                label=_("登记采购结果"),
                source=("published",),
                target="used",
                by=(*PREPARERS, CLOCK),
                input_guards=(guards.award_fits_plan,),
                effect="catalogs.services.plans.on_use",
                form="catalogs.forms.plans.UseForm",
                tells=FINANCE,
                consequence=_("登记后计划办结；成交金额不得超过计划金额。"),
                rules=("R-018",),
            ),
            Transition(
                name="purchase_plan.withdraw",
                label=_("撤回计划"),
                source=("submitted", "reviewed", "approved", "published"),
                target="withdrawn",
                by=PREPARERS,
                tells=FINANCE,
                reason_required=True,
                weight="danger",
                consequence=_("撤回后占用的预算释放，计划不能恢复。"),
                rules=("R-017",),
            ),
        ),
    )
)
