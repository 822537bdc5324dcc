"""谈判、磋商中的再次报价：书面通知所有参加的供应商，截止后一并公开 (R-123, R-124)."""

from django.utils.translation import gettext_lazy as _

from procurement.access import Role
from procurement.lifecycle.definition import Lifecycle, State, Transition, by, register
from projects.guards import quote_round as guards

BUYERS = (by(Role.PU_BUY, of="procedure.purchaser"), by(Role.AGT, of="procedure.agent"))

QUOTE_ROUND = register(
    Lifecycle(
        name="quote_round",
        label=_("再次报价"),
        model="projects.QuoteRound",
        initial="open",
        states=(
            State("open", _("报价中"), "info"),
            State("closed", _("已截止"), "good", final=True),
        ),
        transitions=(
            Transition(
                "quote_round.close", _("报价截止"), ("open",), "closed", (by(Role.SYS),), guards=(guards.round_has_run,),
                effect="projects.services.quote_rounds.take_over", automatic=True, tells=BUYERS,
                rules=("R-123", "R-124"),
            ),
        ),
    )
)  # fmt: skip
