"""What must hold while finance supervision handles a complaint (R-184 … R-187)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from procurement.calendars import end_of_day
from procurement.lifecycle.definition import lifecycle_named
from procurement.lifecycle.engine import Attempt
from procurement.rules import Refusal, guard
from projects.guards.challenge import remedy_obstacle
from projects.models import Finding, Outcome, Remedy, StopGround


@guard("R-185", warning=False)
def correction_is_asked_once(attempt: Attempt) -> str | None:
    if not attempt.obj.clock_stops.filter(ground=StopGround.CORRECTION).exists():
        return None
    return _("补正须一次性告知，已经告知过一次")


@guard("R-186", warning=False)
def procedure_can_be_suspended(attempt: Attempt) -> str | None:
    complaint = attempt.obj
    if complaint.suspended_at is not None:
        return _("处理一件投诉只能通知暂停一次，累计不超过三十日")
    pausable = lifecycle_named("procedure").transition("procedure.pause").source
    # Of a signed contract the performance is what stands still.
    if complaint.procedure.status in (*pausable, "contracted"):
        return None
    return _("采购项目当前为“%(state)s”，不能暂停采购活动") % {"state": complaint.procedure.state.label}


@guard("R-186", warning=False)
def suspension_stands(attempt: Attempt) -> str | None:
    return None if attempt.obj.is_suspending else _("采购活动没有因本投诉暂停")


@guard("R-185", warning=False)
def clock_runs(attempt: Attempt) -> str | None:
    stop = attempt.obj.clock_stops.filter(ended_at__isnull=True).first()
    return None if stop is None else _("计时因“%(why)s”中止，须先恢复计时") % {"why": stop}


@guard("R-185", warning=False)
def clock_stands(attempt: Attempt) -> str | None:
    if attempt.obj.clock_stops.filter(ended_at__isnull=True).exists():
        return None
    return _("计时没有中止")


@guard("R-185", warning=False)
def respondents_were_heard(attempt: Attempt) -> str | None:
    """Each has answered, or the five working days have gone by."""
    waiting = [
        each
        for each in attempt.obj.respondents.filter(answered_at__isnull=True)
        if each.due_on is None or attempt.at < end_of_day(each.due_on)
    ]
    return _("还有 %(n)s 家被投诉人未说明且说明期限未满") % {"n": len(waiting)} if waiting else None


@guard("R-187", "R-185", warning=False)
def decision_is_consistent(attempt: Attempt) -> list[Refusal]:
    """Outcome, findings and remedy say the same; a remedy must be possible where the procedure stands."""
    data, complaint = attempt.data, attempt.obj
    upheld = data.get("outcome") == Outcome.UPHELD
    found = []
    if upheld != (Finding.UPHELD in data.get("findings", {}).values()):
        found.append(Refusal("R-187", _("各投诉事项的认定与处理结果不一致")))
    if upheld != bool(data.get("remedy")):
        found.append(Refusal("R-187", _("投诉成立的须选择处理措施，驳回的没有处理措施")))
    procedure = complaint.procedure
    standing = procedure.paused_from if procedure.status == "paused" else procedure.status
    if data.get("remedy") in (Remedy.REVIEW, Remedy.PROMOTE):
        obstacle = remedy_obstacle(data["remedy"], standing)
        found += [Refusal("R-185", obstacle)] if obstacle else []
    if data.get("outcome") == Outcome.FALSE_EVIDENCE and not data.get("ban_months"):
        found.append(Refusal("R-187", _("捏造事实或者提供虚假材料的，须写明一至三年的禁止参加期限")))
    return found
