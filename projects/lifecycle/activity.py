"""项目启动 (domain §2 step 11): a plan in draft, launched once, then carried out."""

from django.utils.translation import gettext_lazy as _

from procurement.access import Role
from procurement.lifecycle.definition import Lifecycle, State, Transition, by, register
from projects.guards import activity as guards

HEAD = by(Role.ORG_H, of="application.applicant")
HUB = by(Role.RU, of="application.hub")
OFFICE = by(Role.LGO, of="application.guide.office")

PLAN = register(
    Lifecycle(
        name="plan",
        label=_("活动计划"),
        model="projects.ActivityPlan",
        initial="draft",
        states=(State("draft", _("待启动")), State("launched", _("已启动"), "good", final=True)),
        transitions=(
            Transition(
                "plan.launch", _("启动项目"), ("draft",), "launched", (HEAD,),
                guards=(
                    guards.project_is_running, guards.first_money_has_come, guards.plan_lists_activities,
                    guards.plan_keeps_to_the_term, guards.sign_board_has_a_telephone,
                ),
                effect="projects.services.plans.launch", completes=("launch",), tells=(HUB, OFFICE), weight="primary",
                consequence=_("启动后按合同期生成各季度报告、中期报告和结项报告的提交期限；计划可以继续补充活动。"),
                rules=("R-220", "R-222"),
            ),
        ),
    )
)  # fmt: skip
