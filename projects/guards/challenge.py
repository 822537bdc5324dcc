"""What must hold while a challenge is looked at, answered and remedied (R-181 … R-184)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from procurement.lifecycle.engine import Attempt
from procurement.rules import guard
from projects.models import Finding, Remedy
from projects.selectors.remedy_clocks import complaint_window

#: From which states each remedy can still be carried out on the procedure.
REVIEW_STATES = ("evaluated", "decided", "awarded")
PROMOTE_STATES = ("decided", "awarded")
#: A procedure that ended, or whose contract the remedy itself terminates.
ENDED_STATES = ("failed", "cancelled", "contracted")


@guard("R-181")
def correction_is_asked_once(attempt: Attempt) -> str | None:
    if attempt.obj.correction_asked_at is None:
        return None
    return _("补正已经要求过一次，不得再次要求")


@guard("R-182", warning=False)
def reply_is_whole(attempt: Attempt) -> list[str]:
    """Every matter has a finding and an answer, and the findings agree with what is proposed."""
    matters = list(attempt.obj.matters.all())
    found = [
        _("第 %(n)s 项质疑事项尚未写明认定和答复") % {"n": matter.number}
        for matter in matters
        if not matter.finding or not matter.answer.strip()
    ]
    upheld = any(matter.finding == Finding.UPHELD for matter in matters)
    if upheld != (attempt.obj.status == "uphold_drafted"):
        found.append(_("各事项的认定与拟答复的结论不一致"))
    return found


@guard("R-182", warning=False)
def approver_is_another_person(attempt: Attempt) -> str | None:
    if attempt.actor.id is None or attempt.actor.id != attempt.obj.drafted_by_id:
        return None
    return _("答复由您起草，须由另一人批准")


@guard("R-182", warning=False)
def remedy_is_possible(attempt: Attempt) -> str | None:
    challenge = attempt.obj
    return remedy_obstacle(challenge.remedy, challenge.procedure.status)


def remedy_obstacle(remedy: str, status: str) -> str | None:
    """Why a remedy cannot be carried out on a procedure in this state."""
    if remedy == Remedy.REVIEW and status not in REVIEW_STATES:
        return _("采购项目不在评审完成之后、签约之前的阶段，不能重新评审")
    if remedy == Remedy.PROMOTE and status not in PROMOTE_STATES:
        return _("采购项目尚未确定中标（成交）人或者已经签约，不能另行确定")
    if remedy == Remedy.RERUN and status not in ENDED_STATES:
        return _("须先办理废标（终止采购），再确认补救完成")
    return None


@guard("R-184")
def no_complaint_is_possible(attempt: Attempt) -> str | None:
    challenge = attempt.obj
    if challenge.complaints.open().exists():
        return _("针对该质疑的投诉正在处理")
    window = complaint_window(challenge)
    if window is None or window.refusal(attempt.at, "R-184", _("投诉")) is not None:
        return None
    return _("投诉期限尚未届满")
