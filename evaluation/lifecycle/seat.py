"""评审席位：邀请、确认、回避、递补、签署 (R-153 … R-158)."""

from django.utils.translation import gettext_lazy as _

from evaluation.guards import panel as guards
from evaluation.guards import procedure_panel as bid_guards
from evaluation.models import REPRESENTATIVE_ROLES
from procurement.access import Duty, Role
from procurement.lifecycle.definition import Lifecycle, State, Transition, by, register

MEMBER = (
    by(Role.EXP, person="person"),
    *(by(role, of="panel.procedure.purchaser", person="person") for role in REPRESENTATIVE_ROLES),
)
OFFICE = (
    by(Role.LGO, of="panel.guide.office"),
    by(Role.PU_BUY, of="panel.procedure.purchaser"),
    by(Role.AGT, of="panel.procedure.agent"),
)

SUPERVISOR = by(Role.FIN_SUP)
CLOCK = by(Role.SYS)

STATES = (
    State("invited", _("待答复"), "warn"),
    State("confirmed", _("已确认"), "good"),
    State("declined", _("已谢绝"), "neutral", final=True),
    State("recused", _("已回避"), "bad", final=True),
    State("voided", _("意见无效"), "bad", final=True),
    State("replaced", _("缺席，已替换"), "bad", final=True),
)

TRANSITIONS = (
    Transition(
        "seat.confirm", _("确认参加"), ("invited",), "confirmed", MEMBER,
        guards=(guards.review_is_not_over, guards.member_has_no_ties), input_guards=(guards.member_declares,),
        effect="evaluation.services.panels.confirm", form="evaluation.forms.panels.ConfirmForm",
        duty=Duty.PANEL_MEMBER, weight="primary", rules=("R-154", "R-156"),
        consequence=_("确认后请按时参加评审；评审结果公告前，您的参加情况保密。"),
    ),
    Transition(
        "seat.decline", _("不能参加"), ("invited",), "declined", MEMBER,
        effect="evaluation.services.panels.leave", reason_required=True, tells=OFFICE, rules=("R-153",),
        consequence=_("席位由同一抽取顺位的下一名专家递补。"),
    ),
    Transition(
        "seat.recuse", _("申请回避"), ("invited", "confirmed"), "recused", MEMBER,
        guards=(guards.review_is_not_over,), effect="evaluation.services.panels.recuse",
        form="evaluation.forms.panels.RecuseForm", reason_required=True, tells=OFFICE, weight="danger",
        consequence=_("您将退出本次评审，不再能查看申报材料；已填写的评分作废，席位由下一顺位专家递补。"),
        rules=("R-154",),
    ),
    Transition(
        "seat.uphold_recusal", _("决定回避"), ("invited", "confirmed"), "recused", OFFICE,
        guards=(guards.review_is_not_over,), effect="evaluation.services.panels.leave",
        automatic=True, reason_required=True, tells=MEMBER, rules=("R-155",),
    ),
    Transition(
        "seat.declare", _("声明没有应当回避的情形"), ("confirmed",), "confirmed", MEMBER,
        guards=(bid_guards.bidders_are_known, bid_guards.not_declared_before, guards.member_has_no_ties),
        input_guards=(guards.member_declares,),
        effect="evaluation.services.procedure_panels.declare", form="evaluation.forms.panels.ConfirmForm",
        weight="primary", rules=("R-154",),
        consequence=_("开启后供应商名单已知，全体成员声明后方可开始评审。"),
    ),
    Transition(
        "seat.find_tie", _("查出应当回避的情形"), ("invited", "confirmed"), "recused", (CLOCK, *OFFICE),
        guards=(bid_guards.tie_is_real,), effect="evaluation.services.panels.leave", automatic=True,
        reason_required=True, tells=(*OFFICE, *MEMBER), rules=("R-154",),
    ),
    Transition(
        "seat.void_opinion", _("认定意见无效"), ("confirmed",), "voided", (SUPERVISOR,),
        guards=(bid_guards.result_may_still_change,), effect="evaluation.services.rereview.void_opinion",
        reason_required=True, tells=OFFICE, weight="danger", rules=("R-162",),
        consequence=_("该成员的评审意见无效；评分尚在进行的由下一顺位递补，评分已经结束的评审结果作废，另组评审组重新评审。"),
    ),
    Transition(
        "seat.replace", _("未答复或缺席，递补"), ("invited", "confirmed"), "replaced", OFFICE,
        guards=(guards.review_is_not_over, guards.absence_is_real), effect="evaluation.services.panels.leave",
        reason_required=True, tells=MEMBER, weight="danger", rules=("R-153",),
        consequence=_("席位由同一抽取顺位的下一名专家递补。"),
    ),
    Transition(
        "seat.sign", _("签署评审报告"), ("confirmed",), "confirmed", MEMBER,
        guards=(guards.report_awaits_this_member,), input_guards=(guards.dissent_has_words,),
        effect="evaluation.services.reports.sign", form="evaluation.forms.panels.SignForm",
        weight="primary", rules=("R-158",),
    ),
    Transition(
        "seat.deem_agreed", _("视为同意"), ("confirmed",), "confirmed", OFFICE,
        guards=(guards.report_awaits_this_member, guards.silence_has_lasted),
        effect="evaluation.services.reports.deem", reason_required=True, tells=MEMBER, rules=("R-158",),
        consequence=_("该成员既未签署也未书面说明不同意见，记为同意评审结论。"),
    ),
)  # fmt: skip

SEAT = register(
    Lifecycle(
        name="seat",
        label=_("评审席位"),
        model="evaluation.PanelSeat",
        initial="invited",
        states=STATES,
        transitions=TRANSITIONS,
    )
)
