"""变更申请 (R-228): asked by the contractor's head, agreed by the responsible unit, approved by the purchaser."""

from django.utils.translation import gettext_lazy as _

from procurement.access import Role
from procurement.lifecycle.definition import Lifecycle, State, Transition, by, register
from projects.guards import change as guards

HEAD = by(Role.ORG_H, of="application.applicant")
CONTRACTOR = (HEAD, by(Role.ORG, of="application.applicant"))
HUB = by(Role.RU, of="application.hub")
BUYERS = (by(Role.PU_SIGN, of="application.guide.purchaser"), by(Role.PU_BUY, of="application.guide.purchaser"))
OFFICE = by(Role.LGO, of="application.guide.office")

CHANGE = register(
    Lifecycle(
        name="change",
        label=_("变更申请"),
        model="projects.ChangeRequest",
        initial="draft",
        states=(
            State("draft", _("草稿")),
            State("submitted", _("待主责单位同意"), "info"),
            State("hub_agreed", _("待购买主体批准"), "info"),
            State("approved", _("已批准"), "good", final=True),
            State("refused", _("不同意"), "bad", final=True),
            State("withdrawn", _("已撤回"), "neutral", final=True),
        ),
        transitions=(
            Transition(
                "change.submit", _("提交变更申请"), ("draft",), "submitted", (HEAD,),
                guards=(guards.project_is_running, guards.something_changes, guards.reason_is_given, guards.lines_can_give),
                effect="projects.services.changes.submit", tells=(HUB,), weight="primary", rules=("R-209", "R-228"),
            ),
            Transition(
                "change.agree", _("同意变更"), ("submitted",), "hub_agreed", (HUB,),
                tells=(*BUYERS, *CONTRACTOR), weight="primary", rules=("R-228",),
            ),
            Transition(
                "change.approve", _("批准变更"), ("hub_agreed",), "approved", BUYERS,
                guards=(guards.project_is_running, guards.nothing_moved_meanwhile, guards.lines_can_give),
                effect="projects.services.changes.apply", tells=(HUB, OFFICE, *CONTRACTOR), weight="primary",
                consequence=_("批准后项目内容即按申请更改，原内容保留在变更记录中。"), rules=("R-227", "R-228"),
            ),
            Transition(
                "change.refuse", _("不同意变更"), ("submitted", "hub_agreed"), "refused", (HUB, *BUYERS),
                reason_required=True, tells=(HUB, *CONTRACTOR), weight="danger", rules=("R-228",),
            ),
            Transition(
                "change.return", _("退回修改"), ("submitted", "hub_agreed"), "draft", (HUB, *BUYERS),
                reason_required=True, tells=CONTRACTOR, rules=("R-228",),
            ),
            Transition(
                "change.withdraw", _("撤回申请"), ("draft", "submitted", "hub_agreed"), "withdrawn", (HEAD,),
                reason_required=True, tells=(HUB,), rules=("R-228",),
            ),
        ),
    )
)  # fmt: skip
