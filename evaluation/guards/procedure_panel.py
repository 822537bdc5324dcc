"""What must hold for a panel that judges bids: its composition, its days, its ties, and what may still change."""

from __future__ import annotations

from django.utils.translation import gettext as _

from evaluation.models import ReviewPanel
from evaluation.selectors.panels import draw_is_early, fresh_grounds, quota_pairs
from procurement.calendars import Period
from procurement.lifecycle.engine import Attempt
from procurement.rules import Refusal, guard

#: The result was reported and nothing was signed on it yet.
CHANGEABLE_RESULT = ("evaluating", "evaluated", "decided", "awarded")


@guard("R-150", "R-151")
def two_thirds_are_experts(attempt: Attempt) -> list[Refusal]:
    """Experts at least two thirds: 3→2, 5→4, 7→5; under a guide nobody but experts sits."""
    panel: ReviewPanel = attempt.obj
    experts = sum(number for _kind, number in quota_pairs(panel))
    least = -(-2 * panel.size // 3)
    found = []
    if experts < least:
        words = {"size": panel.size, "least": least, "have": experts}
        sentence = _("评审组 %(size)s 人，评审专家不得少于 %(least)s 人，现为 %(have)s 人") % words
        found.append(Refusal("R-150" if panel.size < 5 else "R-151", sentence))
    if panel.guide_id and panel.representatives:
        found.append(Refusal("R-151", _("申报评审组全部由抽取的专家组成，不设采购人代表")))
    return found


@guard("R-153")
def review_day_is_near(attempt: Attempt) -> str | None:
    """For bids the term is strict; a panel for applications may justify itself when it begins."""
    panel: ReviewPanel = attempt.obj
    lead = Period.parse(str(panel.value("panel_draw_lead")))
    if panel.procedure_id is None or not draw_is_early(panel, lead.n, attempt.today):
        return None
    words = {"day": panel.review_on.isoformat(), "lead": lead.n}
    return _("评审日为 %(day)s，专家抽取不得早于评审前 %(lead)s 个工作日") % words


@guard("R-150")
def bids_are_qualified(attempt: Attempt) -> str | None:
    panel: ReviewPanel = attempt.obj
    if panel.procedure is None:
        return None
    if panel.procedure.status != "qualified":
        state = panel.procedure.state.label
        return _("采购项目处于“%(state)s”，资格审查完成后方可开始评审") % {"state": state}
    if not panel.procedure.bids.filter(status="qualified").exists():
        return _("没有资格审查合格的投标（响应），不能开始评审")
    return None


@guard("R-154")
def members_have_no_ties(attempt: Attempt) -> list[str]:
    """Once more at the opening: before it nobody knew who bids."""
    panel: ReviewPanel = attempt.obj
    if panel.procedure_id is None:
        return []
    return [
        _("%(who)s %(ground)s，应当回避，由同一抽取顺位的下一名递补") % {"who": seat.person, "ground": sentence}
        for seat in panel.seats.sitting().select_related("panel__procedure", "person", "expert")
        for _rule, sentence in fresh_grounds(seat, attempt.today)
    ]


@guard("R-154")
def every_member_has_declared(attempt: Attempt) -> str | None:
    panel: ReviewPanel = attempt.obj
    if panel.procedure is None or panel.procedure.opened_at is None:
        return None
    waiting = panel.seats.confirmed().filter(declared_at__isnull=True).count()
    return _("还有 %(count)s 名成员未声明与供应商没有应当回避的情形") % {"count": waiting} if waiting else None


@guard("R-154")
def bidders_are_known(attempt: Attempt) -> str | None:
    procedure = attempt.obj.panel.procedure
    if procedure is not None and procedure.opened_at is not None:
        return None
    return _("投标（响应）文件尚未开启，供应商名单未知")


@guard("R-154")
def not_declared_before(attempt: Attempt) -> str | None:
    return _("您已经声明过") if attempt.obj.declared_at else None


@guard("R-154")
def tie_is_real(attempt: Attempt) -> str | None:
    """Nobody is set aside at will: the declarations or the registry must show the tie now."""
    if attempt.obj.panel.status in ("drawn", "confirmed") and fresh_grounds(attempt.obj, attempt.today):
        return None
    return _("申报和登记信息中没有该成员应当回避的情形")


@guard("R-141")
def result_may_change(attempt: Attempt) -> str | None:
    return _unchangeable(attempt.obj)


@guard("R-162")
def result_may_still_change(attempt: Attempt) -> str | None:
    return _unchangeable(attempt.obj.panel)


def _unchangeable(panel: ReviewPanel) -> str | None:
    procedure = panel.procedure
    if procedure is None:
        return _("申报评审的得分已交领导小组审定，不再重新评审")
    if panel.status == "signed" and procedure.status not in CHANGEABLE_RESULT:
        return _("采购项目处于“%(state)s”，评审结果不再更改") % {"state": procedure.state.label}
    return None
