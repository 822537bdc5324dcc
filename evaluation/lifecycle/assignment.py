"""集中分组：锁定名单、见证抽取、系统分派、确认成组 (R-151, R-153, R-154, R-159)."""

from django.utils.translation import gettext_lazy as _

from evaluation.guards import assignment as guards
from evaluation.guards.panel import witness_gives_words
from procurement.access import Duty, Role
from procurement.lifecycle.definition import Lifecycle, State, Transition, by, register

OFFICE = by(Role.LGO, of="guide.office")
CHECKER = by(Role.PU_CHK, of="guide.office")
DISCIPLINE = by(Role.DIS)
CLOCK = by(Role.SYS)

STATES = (
    State("planned", _("待锁定名单")),
    State("locked", _("名单已锁定，待抽取"), "info"),
    State("drawing", _("正在抽取和分派"), "info"),
    State("proposed", _("待确认"), "warn"),
    State("confirmed", _("已成组"), "good", final=True),
    State("failed", _("未能成组"), "bad", final=True),
    State("discarded", _("已放弃"), "neutral", final=True),
)

TRANSITIONS = (
    Transition(
        "assignment.lock", _("锁定专家名单"), ("planned",), "locked", (OFFICE,),
        guards=(
            guards.scheme_is_frozen, guards.applications_wait, guards.size_is_lawful, guards.every_kind_sits,
            guards.pool_is_large_enough,
        ),
        effect="evaluation.services.assignment.lock", duty=Duty.PANEL_ORGANIZER, tells=(CHECKER, DISCIPLINE),
        weight="primary", rules=("R-153",),
        consequence=_("系统锁定可抽取名单、排除名单和理由，并公布随机数的承诺值；之后由见证人到场抽取。"),
    ),
    Transition(
        "assignment.draw", _("见证并抽取"), ("locked",), "drawing", (CHECKER, DISCIPLINE),
        guards=(guards.witness_is_another_person,), input_guards=(witness_gives_words,),
        effect="evaluation.services.assignment.draw", form="evaluation.forms.panels.DrawForm", weight="primary",
        rules=("R-153", "R-154", "R-159"),
        consequence=_("先抽取各组专家，再由系统在回避、每组上限和专业之间求最优分派。抽取只进行一次，任何人不能挑选。"),
    ),
    Transition(
        "assignment.resume", _("重新开始计算"), ("drawing",), "drawing", (OFFICE,),
        guards=(guards.work_has_stopped,), effect="evaluation.services.assignment.resume", rules=("R-153",),
        consequence=_("随机种子和名单不变，重新计算得到的结果与中断前相同。"),
    ),
    Transition(
        "assignment.propose", _("分派完成"), ("drawing",), "proposed", (CLOCK,), automatic=True, tells=(OFFICE,),
        rules=("R-153",),
    ),
    Transition(
        "assignment.give_up", _("专家不足，未能成组"), ("drawing",), "failed", (CLOCK,), automatic=True,
        reason_required=True, tells=(OFFICE, DISCIPLINE), rules=("R-153",),
    ),
    Transition(
        "assignment.confirm", _("确认并成立评审组"), ("proposed",), "confirmed", (OFFICE,),
        guards=(guards.somebody_was_placed,), effect="evaluation.services.assignment.confirm",
        duty=Duty.PANEL_ORGANIZER, weight="primary", rules=("R-151", "R-153"),
        consequence=_("每组成立一个评审组并向抽取的专家发出邀请；此后与单独组建的评审组一样确认、评分、签署。"),
    ),
    Transition(
        "assignment.discard", _("放弃"), ("planned", "locked"), "discarded", (OFFICE,), reason_required=True,
        weight="danger", tells=(CHECKER, DISCIPLINE), rules=("R-153",),
    ),
    Transition(
        "assignment.annul", _("撤销分派结果"), ("proposed",), "discarded", (DISCIPLINE,), reason_required=True,
        weight="danger", tells=(OFFICE, CHECKER), rules=("R-153",),
        consequence=_("抽取结果原则上不得作废，只有纪检监察人员可以在写明理由后撤销。"),
    ),
)  # fmt: skip

ASSIGNMENT = register(
    Lifecycle(
        name="assignment",
        label=_("集中分组"),
        model="evaluation.AssignmentRun",
        initial="planned",
        states=STATES,
        transitions=TRANSITIONS,
    )
)
