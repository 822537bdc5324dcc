"""A procedure as a list of what is done, what is next, who owes it and by when: the same for everybody who may look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, Role
from procurement.lifecycle.models import StepState
from projects.models import Procedure, SourceArgument

Text = str | Promise
BUYERS, CHECKER, SIGNER = (Role.PU_BUY, Role.AGT), (Role.PU_CHK,), (Role.PU_SIGN,)
BIDDERS, PANEL = (Role.ORG, Role.ORG_H), (Role.PU_BUY, Role.AGT, Role.EXP)


@dataclass(frozen=True)
class Stage:
    """One stage: the states in which it is under way and the roles that owe it then."""

    title: Text
    states: tuple[str, ...]
    roles: tuple[Role, ...]
    is_inside: bool = False


_STAGES: tuple[Stage, ...] = (
    Stage(_("编制采购文件"), ("draft",), BUYERS, is_inside=True),
    Stage(_("复核采购文件"), ("checking",), CHECKER, is_inside=True),
    Stage(_("批准采购文件"), ("checked",), SIGNER, is_inside=True),
    Stage(_("发布公告和采购文件"), ("approved",), BUYERS),
    Stage(_("单一来源公示"), ("approved", "publicised", "arguing"), BUYERS),
    Stage(_("投标（响应）"), ("bidding",), BIDDERS),
    Stage(_("开启投标（响应）文件"), ("closed",), BUYERS),
    Stage(_("资格审查"), ("opened",), BUYERS),
    Stage(_("评审"), ("qualified", "evaluating"), PANEL),
    Stage(_("确定中标（成交）人"), ("evaluated",), SIGNER),
    Stage(_("公告结果，发出通知书"), ("decided",), BUYERS),
    Stage(_("签订合同"), ("awarded",), SIGNER),
)


@dataclass(frozen=True)
class StageRow:
    title: Text
    state: str
    owes: str
    due: date | datetime | None
    is_mine: bool

    @property
    def label(self) -> Text:
        return {"done": _("已完成"), "current": _("进行中"), "stopped": _("未进行")}.get(self.state, _("未开始"))

    @property
    def tone(self) -> str:
        return {"done": "good", "current": "info"}.get(self.state, "neutral")


def stage_rows(procedure: Procedure, actor: Actor) -> list[StageRow]:
    """Every stage this kind of procedure has; the stages inside the house are shown to its people only."""
    status = procedure.paused_from if procedure.status == "paused" else procedure.status
    inside = actor.sees_everything or _is_inside(procedure, actor)
    stages = [stage for stage in _STAGES if (inside or not stage.is_inside) and _has(procedure, stage)]
    here = next((number for number, stage in enumerate(stages) if status in stage.states), None)
    reached = here if here is not None else _reached(procedure, stages)
    rows = []
    for number, stage in enumerate(stages):
        state = "current" if number == here else "done" if number < reached else "waiting"
        if state == "waiting" and status in ("failed", "cancelled"):
            state = "stopped"
        is_mine = state == "current" and _owes(procedure, stage, actor)
        rows.append(StageRow(stage.title, state, _names(procedure, stage), _due(procedure, state), is_mine))
    return rows


def _has(procedure: Procedure, stage: Stage) -> bool:
    """A single source that is argued for is shown first; its call follows from the publicity."""
    if "approved" not in stage.states:
        return True
    return ("publicised" in stage.states) == SourceArgument.objects.filter(procedure=procedure).exists()


def _reached(procedure: Procedure, stages: list[Stage]) -> int:
    """How many stages an ended procedure had behind it."""
    if procedure.status == "contracted":
        return len(stages)
    last = procedure.history.last()
    before = last.from_state if last is not None else "draft"
    return next((number for number, stage in enumerate(stages) if before in stage.states), 0)


def _is_inside(procedure: Procedure, actor: Actor) -> bool:
    return Procedure.objects.filter(pk=procedure.pk).worked_on_by(actor).exists()  # type: ignore[attr-defined]


def _owes(procedure: Procedure, stage: Stage, actor: Actor) -> bool:
    if stage.roles == BIDDERS:
        return bool(actor.organization_ids(*BIDDERS))
    if Role.AGT in stage.roles and procedure.agent_id and actor.holds(Role.AGT, procedure.agent_id):
        return True
    return any(actor.holds(role, procedure.purchaser_id) for role in stage.roles)


def _names(procedure: Procedure, stage: Stage) -> str:
    if stage.roles == BIDDERS:
        return str(_("各供应商"))
    runs_by_agent = Role.AGT in stage.roles and procedure.agent is not None
    body = procedure.agent if runs_by_agent else procedure.purchaser
    role = Role.AGT if runs_by_agent else stage.roles[0]
    return f"{body} · {role.label}"


def _due(procedure: Procedure, state: str) -> date | datetime | None:
    """The clock of what is under way; one that ran out and one that never ran are not shown."""
    if state != "current":
        return None
    if procedure.status == "bidding":
        return procedure.deadline_at
    if procedure.status in ("publicised", "arguing"):
        argument = SourceArgument.objects.filter(procedure=procedure).first()
        return (argument.supplement_due_on or argument.ends_on) if argument is not None else None
    if procedure.case is None:
        return None
    step = procedure.case.steps.filter(state=StepState.OPEN, due_on__isnull=False).first()
    return step.due_on if step is not None else None
