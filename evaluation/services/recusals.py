"""Written requests that a member step aside: entered by the office or sent by a bidder, decided with reasons (R-155)."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from evaluation.models import SITTING, PanelEntry, PanelSeat, RecusalRequest
from evaluation.selectors.panels import panel_at_work
from evaluation.services.panels import journal, require_runner
from procurement import audit
from procurement.access import Actor, Role, people_holding
from procurement.lifecycle.engine import database_now, perform
from procurement.notices import notify
from procurement.rules import Refusal, RuleViolation, records
from projects.models import Bid


@transaction.atomic
def file_recusal_request(
    *,
    actor: Actor,
    seat: PanelSeat,
    raised_by: str,
    ground: str,
    entry: PanelEntry | None = None,
    at: datetime | None = None,
) -> RecusalRequest:
    """A supplier's written request, entered by the office; the review cannot begin while it is open (R-155)."""
    require_runner(actor, seat.panel)
    request = RecusalRequest.objects.create(
        seat=seat,
        entry=entry,
        raised_by=raised_by.strip(),
        ground=ground.strip(),
        raised_at=at or database_now(),
    )
    journal(actor, seat.panel, "panel.recusal_filed", {"seat": str(seat.pk), "request": str(request.pk)})
    return request


@transaction.atomic
def ask_recusal(*, actor: Actor, bid: Bid, about: str, ground: str, at: datetime | None = None) -> RecusalRequest:
    """A bidder asks in writing that a person step aside, without learning whether the person sits (R-155, R-157)."""
    if not any(actor.holds(role, bid.bidder_id) for role in (Role.ORG_H, Role.ORG)):
        raise RuleViolation([Refusal("S-02", _("回避申请由参加投标（响应）的供应商提出"))])
    if bid.procedure.status not in ("opened", "qualified", "evaluating"):
        raise RuleViolation([Refusal("R-155", _("投标（响应）文件开启后、评审结束前方可申请回避"))])
    request = RecusalRequest.objects.create(
        bid=bid,
        about=about.strip(),
        raised_by=bid.bidder.name[:120],
        ground=ground.strip(),
        raised_at=at or database_now(),
    )
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action="panel.recusal_filed",
        subject=bid.subject,
        case_id=bid.case_id,
        body={"request": str(request.pk)},
    )
    host = bid.procedure.host_id
    notify(
        template="recusal_asked",
        recipients=people_holding(Role.AGT, host) or people_holding(Role.PU_BUY, host),
        url=reverse("recusal", args=[request.pk]),
        context={"procedure": bid.procedure.title, "bidder": bid.bidder.name},
        key=f"recusal-{request.pk}",
    )
    return request


@transaction.atomic
@records("R-155")
def decide_recusal(
    *,
    actor: Actor,
    request: RecusalRequest,
    upheld: bool,
    statement: str,
    decision: str,
    seat: PanelSeat | None = None,
    at: datetime | None = None,
) -> RecusalRequest:
    """The person was asked at once; what they said and what was decided stay together (R-155).

    ``seat`` is whom a bidder's request turned out to be about; needed when it is upheld.
    """
    locked = RecusalRequest.objects.select_for_update(no_key=True, of=("self",)).get(pk=request.pk)
    locked.seat = locked.seat or seat
    panel = locked.seat.panel if locked.seat else panel_at_work(locked.bid.procedure)  # type: ignore[union-attr]
    if panel is None:
        raise RuleViolation([Refusal("R-155", _("该采购项目没有正在组织的评审组"))])
    require_runner(actor, panel)
    if locked.decided_at is not None:
        raise RuleViolation([Refusal("S-01", _("该回避申请已经决定"))])
    if not decision.strip():
        raise RuleViolation([Refusal("S-03", _("请写明决定理由"))])
    if upheld and locked.seat is None:
        raise RuleViolation([Refusal("R-155", _("决定回避的，请选择申请所指的成员"))])
    moment = at or database_now()
    locked.upheld, locked.statement, locked.decision = upheld, statement.strip(), decision.strip()
    locked.decided_by, locked.decided_at = actor.user, moment
    locked.save()
    if upheld and locked.seat is not None and locked.seat.status in SITTING:
        perform(locked.seat, "seat.uphold_recusal", actor=actor, at=moment, reason=decision)
    journal(actor, panel, "panel.recusal_decided", {"request": str(locked.pk), "upheld": upheld})
    if locked.bid is not None:
        _answer(locked)
    return locked


def _answer(request: RecusalRequest) -> None:
    """The bidder learns that it was decided and why, never whether the person sits (R-157)."""
    bid = cast(Bid, request.bid)
    notify(
        template="recusal_decided",
        recipients=[*people_holding(Role.ORG_H, bid.bidder_id), *people_holding(Role.ORG, bid.bidder_id)],
        url=bid.get_absolute_url(),
        context={"procedure": bid.procedure.title},
        key=f"recusal-decided-{request.pk}",
    )
