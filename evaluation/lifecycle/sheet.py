"""评分表：填写、提交锁定；只有法定情形退回更正 (R-139, R-141)."""

from django.utils.translation import gettext_lazy as _

from evaluation.guards import scoring as guards
from evaluation.models import REPRESENTATIVE_ROLES
from procurement.access import Role
from procurement.lifecycle.definition import Lifecycle, State, Transition, by, register

MEMBER = (
    by(Role.EXP, person="seat.person"),
    *(by(role, of="panel.procedure.purchaser", person="seat.person") for role in REPRESENTATIVE_ROLES),
)
OFFICE = (
    by(Role.LGO, of="panel.guide.office"),
    by(Role.PU_BUY, of="panel.procedure.purchaser"),
    by(Role.AGT, of="panel.procedure.agent"),
)
CLOCK = by(Role.SYS)

STATES = (
    State("draft", _("评分中"), "info"),
    State("locked", _("已提交"), "good"),
    State("void", _("作废"), "neutral", final=True),
)

TRANSITIONS = (
    Transition(
        "sheet.lock", _("提交评分"), ("draft",), "locked", MEMBER,
        guards=(
            guards.review_is_in_session, guards.member_still_sits, guards.every_factor_is_scored,
            guards.amount_is_suggested,
        ),
        effect="evaluation.services.scoring.lock", form="evaluation.forms.scoring.LockForm",
        weight="primary", rules=("R-131", "R-139"),
        consequence=_("提交后分数、评语和建议资金不能再改；全部成员提交前他人看不到您的评分。"),
    ),
    Transition(
        "sheet.reopen", _("退回更正"), ("locked",), "draft", OFFICE, automatic=True, reason_required=True,
        effect="evaluation.services.scoring.unlock", tells=MEMBER, notice="sheet_returned", rules=("R-141",),
    ),
    Transition(
        "sheet.void", _("作废"), ("draft", "locked"), "void", (CLOCK,), automatic=True, rules=("R-154",),
    ),
)  # fmt: skip

SHEET = register(
    Lifecycle(
        name="sheet",
        label=_("评分表"),
        model="evaluation.ScoreSheet",
        initial="draft",
        states=STATES,
        transitions=TRANSITIONS,
    )
)
