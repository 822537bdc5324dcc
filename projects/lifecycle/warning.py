"""预警 (domain §6 Warning, §7.6): raised by the clock, handled tier by tier, never silently forgotten."""

from django.utils.translation import gettext_lazy as _

from procurement.access import Role
from procurement.lifecycle.definition import Lifecycle, State, Transition, by, register
from projects.guards import warning as guards

OFFICE = by(Role.LGO, of="application.guide.office")
HUB = by(Role.RU, of="application.hub")
SIGNER = by(Role.PU_SIGN, of="application.guide.purchaser")
HANDLERS = (by(Role.RU, of="handler"), by(Role.LGO, of="handler"), by(Role.PU_BUY, of="handler"))
CONTRACTOR = (by(Role.ORG_H, of="application.applicant"), by(Role.ORG, of="application.applicant"))
CLOCK = by(Role.SYS)
OPEN = ("raised", "assigned", "handling", "escalated")

WARNING = register(
    Lifecycle(
        name="warning",
        label=_("预警"),
        model="projects.EarlyWarning",
        initial="raised",
        states=(
            State("raised", _("已预警"), "warn"),
            State("assigned", _("已派单"), "info"),
            State("handling", _("处置中"), "info"),
            State("escalated", _("已升级"), "bad"),
            State("resolved", _("已处置"), "good"),
            State("closed", _("办结"), "neutral", final=True),
        ),
        transitions=(
            Transition(
                "warning.assign", _("派单"), ("raised", "escalated"), "assigned", (OFFICE, HUB),
                effect="projects.services.warnings.assign", form="projects.forms.warnings.AssignForm",
                tells=(*HANDLERS, *CONTRACTOR), weight="primary",
                consequence=_("响应期限从派单之日重新起算。"), rules=("R-229",),
            ),
            Transition(
                "warning.take_up", _("开始处置"), ("raised", "assigned", "escalated"), "handling", HANDLERS,
                tells=(OFFICE,), rules=("R-229",),
            ),
            Transition(
                "warning.resolve", _("处置完毕"), ("handling",), "resolved", HANDLERS,
                guards=(guards.stop_is_decided,), input_guards=(guards.outcome_is_written,),
                effect="projects.services.warnings.resolve", reason_required=True,
                tells=(OFFICE, SIGNER), weight="primary", rules=("R-229",),
            ),
            Transition(
                "warning.escalate", _("上报上一级"), ("raised", "assigned", "handling"), "escalated", HANDLERS,
                effect="projects.services.warnings.escalate", reason_required=True, tells=(OFFICE, SIGNER, HUB),
                consequence=_("由上一层级处置，响应期限重新起算。"), rules=("R-229",),
            ),
            Transition(
                "warning.escalate_overdue", _("逾期未处置，自动升级"), ("raised", "assigned", "handling"), "escalated",
                (CLOCK,), guards=(guards.clock_has_run_out,), effect="projects.services.warnings.escalate",
                automatic=True, tells=(OFFICE, SIGNER, HUB), rules=("R-229",),
            ),
            Transition(
                "warning.worsen", _("情况加重，自动升级"), (*OPEN, "resolved"), "escalated", (CLOCK,),
                effect="projects.services.warnings.worsen", automatic=True,
                tells=(OFFICE, SIGNER, HUB, *CONTRACTOR), rules=("R-229",),
            ),
            Transition(
                "warning.lapse", _("事项已消除"), OPEN, "closed", (CLOCK,),
                guards=(guards.payments_run_again,), effect="projects.services.warnings.lapse",
                automatic=True, tells=HANDLERS, rules=("R-229",),
            ),
            Transition(
                "warning.close", _("办结"), ("resolved",), "closed", (OFFICE,),
                guards=(guards.payments_run_again,), tells=(HUB, *CONTRACTOR), weight="primary", rules=("R-229",),
            ),
        ),
    )
)  # fmt: skip
