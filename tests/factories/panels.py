"""Panels for bids at a given state, brought there by the people who do so; for rooms that begin there.

    procedure = make_procedure("qualified")
    bids = [make_bid(procedure, "qualified", price=price) for price in ("480000", "500000", "520000")]
    panel = panel_at(procedure, "signed")

Everything happens on a fixed day, so that calendars and weeks are always the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from evaluation.models import PanelSeat, ReviewPanel, Rubric, ScoreSheet
from evaluation.selectors.rubrics import digest_of, library, scored
from evaluation.services import rubrics
from evaluation.services.procedure_panels import plan_for_procedure
from evaluation.services.scoring import Entry, save_sheet
from orgs.models import Expert, ExpertKind
from procurement.access import Actor, Role, actor_for
from procurement.demo.stage import local
from procurement.lifecycle.engine import perform
from projects.models import Procedure
from tests.factories.people import make_actor, make_expert, make_organization, make_seat

#: A Monday; the panel is drawn on it and reviews on the Wednesday.
DRAWN_AT = local(2026, 3, 2, 10)
REVIEW_AT = local(2026, 3, 4, 9)
STATES = ("planned", "pool_locked", "drawn", "confirmed", "in_session", "scored", "reported", "signed")
#: The share of each maximum a member gives, by place of the bid and of the member.
Points = Callable[[int, int], Decimal]


def make_rubric(procedure: Procedure, code: str = "open_tender_services") -> Rubric:
    """A frozen scheme of the library, whatever the procedure's state."""
    entry = library()[code]
    rubric = Rubric.objects.create(
        procedure=procedure,
        case=procedure.case,
        status="frozen",
        code=code,
        title=entry["title"],
        method=entry.get("method", "points"),
        requirements=entry.get("requirements", ""),
        conditions_compared=True,
    )
    rubrics._copy_factors(rubric, entry["factors"], parent=None)
    Rubric.objects.filter(pk=rubric.pk).update(total=100, digest=digest_of(rubric), frozen_at=DRAWN_AT)
    rubric.refresh_from_db()
    Procedure.objects.filter(pk=procedure.pk).update(
        rubric_id=rubric.pk, rubric_title=rubric.title, rubric_digest=rubric.digest
    )
    procedure.refresh_from_db()
    return rubric


def make_pool(count: int = 12) -> list[Expert]:
    """Experts of every kind, each of an employer of their own."""
    kinds = list(ExpertKind)
    house = make_organization(name=f"专家库管理单位{uuid4().hex[:6]}")
    made = [
        make_expert(kind=kinds[n % len(kinds)], employer_text=f"第{n}研究所", specialties=["社会工作"])
        for n in range(count)
    ]
    for expert in made:
        make_seat(Role.EXP, house, user=expert.person)
    return made


def buyer_of(procedure: Procedure) -> Actor:
    return make_actor(Role.PU_BUY, procedure.purchaser)


def member(seat: PanelSeat) -> Actor:
    return actor_for(seat.person)


def panel_at(
    procedure: Procedure, status: str = "in_session", *, points: Points | None = None, **plan: Any
) -> ReviewPanel:
    """The panel of the procedure at ``status``; experts and scheme are made when there are none."""
    if not Expert.objects.exists():
        make_pool()
    if not Rubric.objects.filter(procedure=procedure, status="frozen").exists():
        make_rubric(procedure)
    buyer = buyer_of(procedure)
    values = {"review_on": REVIEW_AT.date(), "scores_due_on": REVIEW_AT.date() + timedelta(days=2), **plan}
    panel = plan_for_procedure(actor=buyer, procedure=procedure, at=DRAWN_AT, **values)
    for step in list(_steps(panel, buyer, points or usual_points))[: STATES.index(status)]:
        step()
        panel.refresh_from_db()
    return panel


def usual_points(bid: int, seat: int) -> Decimal:
    """The first bid is the best, and members differ a little."""
    return Decimal(90 - 4 * bid - seat) / 100


def fill(sheet: ScoreSheet, share: Decimal, at: datetime = REVIEW_AT) -> None:
    """That share of every maximum, in half points; what is objective alike for all."""
    entries = {
        factor.pk: Entry((factor.maximum * (Decimal("0.75") if factor.objective else share)).quantize(Decimal("0.5")))
        for factor in scored(sheet.panel.rubric)
    }
    save_sheet(actor=member(sheet.seat), sheet=sheet, entries=entries, comment="方案可行。", at=at)


def hand_in_all(panel: ReviewPanel, points: Points = usual_points) -> None:
    for place, seat in enumerate(panel.seats.confirmed().order_by("kind", "rank")):
        for sheet in ScoreSheet.objects.filter(seat=seat, status="draft").counted().order_by("entry__bid__position"):
            fill(sheet, points(sheet.entry.bid.position - 1, place))
            perform(sheet, "sheet.lock", actor=member(seat), at=REVIEW_AT + timedelta(hours=2))


def sign_all(panel: ReviewPanel, at: datetime = REVIEW_AT + timedelta(hours=4)) -> None:
    for seat in panel.seats.confirmed():
        perform(seat, "seat.sign", actor=member(seat), at=at, stance="agrees", opinion="")


def _steps(panel: ReviewPanel, buyer: Actor, points: Points) -> Iterator[Callable[[], Any]]:
    """What leads from each state to the next."""
    witness = make_actor(Role.PU_CHK, panel.procedure.purchaser)
    yield lambda: perform(panel, "panel.lock_pool", actor=buyer, at=DRAWN_AT)
    yield lambda: perform(panel, "panel.draw", actor=witness, at=DRAWN_AT + timedelta(hours=1), words="掷骰 3 1 6 4")
    yield lambda: [
        perform(seat, "seat.confirm", actor=member(seat), at=DRAWN_AT + timedelta(hours=2), declared=True)
        for seat in panel.seats.filter(status="invited")
    ]
    yield lambda: perform(panel, "panel.convene", actor=buyer, at=REVIEW_AT)
    yield lambda: hand_in_all(panel, points)
    yield lambda: perform(panel, "panel.report", actor=buyer, at=REVIEW_AT + timedelta(hours=3))
    yield lambda: sign_all(panel)
