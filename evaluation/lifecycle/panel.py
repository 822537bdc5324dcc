"""评审组：锁定专家库、见证抽取、确认到会、独立评分、核对、签署 (domain §6, ReviewPanel; R-150 … R-158)."""

from django.utils.translation import gettext_lazy as _

from evaluation.guards import panel as guards
from evaluation.guards import procedure_panel as bid_guards
from evaluation.guards.assignment import group_was_drawn
from evaluation.guards.discussion import quotes_are_judged
from procurement.access import Duty, Role
from procurement.lifecycle.definition import Lifecycle, State, Transition, by, register

OFFICE = (
    by(Role.LGO, of="guide.office"),
    by(Role.PU_BUY, of="procedure.purchaser"),
    by(Role.AGT, of="procedure.agent"),
)
CHECKER = (by(Role.PU_CHK, of="guide.office"), by(Role.PU_CHK, of="procedure.purchaser"))
DISCIPLINE = by(Role.DIS)
CLOCK = by(Role.SYS)
DECIDERS = (by(Role.LG, of="guide.office"), by(Role.PU_SIGN, of="procedure.purchaser"))

STATES = (
    State("planned", _("待抽取")),
    State("pool_locked", _("专家库已锁定"), "info"),
    State("drawn", _("已抽取，待确认"), "info"),
    State("confirmed", _("全体确认"), "info"),
    State("in_session", _("评分中"), "info"),
    State("scored", _("评分完成，待核对"), "info"),
    State("reported", _("报告待签署"), "warn"),
    State("signed", _("已签署"), "good"),
    State("cancelled", _("已取消"), "neutral", final=True),
    State("abandoned", _("已解散"), "bad", final=True),
    State("annulled", _("评审结果作废"), "bad", final=True),
)

TRANSITIONS = (
    Transition(
        "panel.lock_pool", _("锁定专家库"), ("planned",), "pool_locked", OFFICE,
        guards=(
            guards.scheme_is_frozen, guards.entries_wait, guards.size_is_lawful, bid_guards.two_thirds_are_experts,
            guards.every_kind_sits, guards.pool_is_large_enough,
        ),
        effect="evaluation.services.drawing.lock_pool", duty=Duty.PANEL_ORGANIZER,
        tells=(*CHECKER, DISCIPLINE), weight="primary",
        consequence=_("系统锁定可抽取名单、排除名单和理由，并公布随机数的承诺值；之后由见证人到场抽取。"),
        rules=("R-153", "R-154", "R-156", "R-159"),
    ),
    Transition(
        "panel.draw", _("见证并抽取"), ("pool_locked",), "drawn", (*CHECKER, DISCIPLINE),
        guards=(guards.witness_is_another_person, guards.drawn_once_only, bid_guards.review_day_is_near),
        input_guards=(guards.witness_gives_words,),
        effect="evaluation.services.drawing.draw", form="evaluation.forms.panels.DrawForm",
        tells=OFFICE, weight="primary",
        consequence=_("抽取只进行一次，结果不能更改；拒绝、回避或缺席的按同一顺位递补。"),
        rules=("R-153", "R-157"),
    ),
    Transition(
        "panel.take_group", _("集中抽取成组"), ("planned",), "drawn", (CLOCK,),
        guards=(guards.scheme_is_frozen, guards.entries_wait, group_was_drawn),
        effect="evaluation.services.assignment.seat_group", automatic=True, tells=OFFICE, rules=("R-153",),
    ),
    Transition(
        "panel.complete", _("全体成员确认参加"), ("drawn",), "confirmed", (CLOCK,), automatic=True, tells=OFFICE,
    ),
    Transition(
        "panel.reduce", _("成员变动，等待递补"), ("confirmed",), "drawn", (CLOCK,), automatic=True, tells=OFFICE,
    ),
    Transition(
        "panel.convene", _("开始评审"), ("confirmed",), "in_session", OFFICE,
        guards=(
            guards.size_is_lawful, guards.every_seat_is_confirmed, guards.no_recusal_is_open, guards.entries_wait,
            guards.kinds_are_mixed, guards.drawn_shortly_before, bid_guards.bids_are_qualified,
            bid_guards.members_have_no_ties, bid_guards.every_member_has_declared,
        ),
        effect="evaluation.services.panels.convene", duty=Duty.PANEL_ORGANIZER, weight="primary",
        consequence=_("申报材料向评审组成员开放，每名成员各自评分；全部提交前任何人看不到他人的分数。"),
        rules=("R-139", "R-147", "R-151"),
    ),
    Transition(
        "panel.close_scoring", _("评分完成"), ("in_session",), "scored", (*OFFICE, CLOCK),
        guards=(guards.every_sheet_is_handed_in,), effect="evaluation.services.scoring.check_consistency",
        tells=OFFICE, rules=("R-139", "R-140"),
    ),
    Transition(
        "panel.report", _("形成评审报告"), ("scored",), "reported", OFFICE,
        guards=(guards.findings_are_settled, quotes_are_judged), effect="evaluation.services.reports.draw_up",
        duty=Duty.PANEL_ORGANIZER, weight="primary",
        consequence=_("按各成员评分计算得分、排序和建议资金，送全体成员逐一签署。"), rules=("R-143", "R-158"),
    ),
    Transition(
        "panel.reopen", _("退回评分表重新评审"), ("scored", "reported"), "in_session", OFFICE,
        input_guards=(guards.ground_is_legal,), effect="evaluation.services.scoring.reopen",
        form="evaluation.forms.panels.ReopenForm", reason_required=True, weight="danger",
        consequence=_("只有四种法定情形可以重新评审；退回的评分表由成员本人更正后重新提交，原分数留存。"),
        rules=("R-140", "R-141"),
    ),
    Transition(
        "panel.conclude", _("评审报告生效"), ("reported",), "signed", (*OFFICE, CLOCK),
        guards=(guards.all_have_signed,), effect="evaluation.services.reports.conclude", automatic=True,
        tells=(*OFFICE, *DECIDERS), rules=("R-158",),
    ),
    Transition(
        "panel.reopen_signed", _("签署后重新评审"), ("signed",), "in_session", OFFICE,
        guards=(bid_guards.result_may_change,), input_guards=(guards.ground_is_legal,),
        effect="evaluation.services.rereview.reopen_signed",
        form="evaluation.forms.panels.ReopenForm", reason_required=True, weight="danger", tells=DECIDERS,
        consequence=_("报告签署后只有四种法定情形可以重新评审，须书面报告财政部门；原报告留存，重新评审后形成新版报告。"),
        rules=("R-141",),
    ),
    Transition(
        "panel.annul", _("评审结果作废"), ("scored", "reported", "signed"), "annulled", (CLOCK,),
        guards=(bid_guards.result_may_change,), effect="evaluation.services.rereview.annul",
        automatic=True, reason_required=True, tells=(*OFFICE, *DECIDERS), weight="danger", rules=("R-162",),
    ),
    Transition(
        "panel.cancel", _("取消评审组"), ("planned", "pool_locked"), "cancelled", OFFICE,
        guards=(guards.nothing_was_drawn,), effect="evaluation.services.panels.cancel",
        reason_required=True, weight="danger", tells=(*CHECKER, DISCIPLINE), rules=("R-153",),
    ),
    Transition(
        "panel.abandon", _("解散评审组"), ("drawn", "confirmed", "in_session"), "abandoned", (DISCIPLINE,),
        guards=(guards.order_is_used_up,), effect="evaluation.services.panels.abandon",
        reason_required=True, weight="danger", tells=OFFICE, rules=("R-153",),
        consequence=_("备选专家用尽、席位无法补足时解散；各申报项目退回待评审，另组评审组。"),
    ),
)  # fmt: skip

PANEL = register(
    Lifecycle(
        name="panel",
        label=_("评审组"),
        model="evaluation.ReviewPanel",
        initial="planned",
        states=STATES,
        transitions=TRANSITIONS,
        note=_("专家姓名在评审报告生效前只有主办单位经办人、监督机关和成员本人可见；申报单位始终不可见 (R-157)。"),
    )
)
