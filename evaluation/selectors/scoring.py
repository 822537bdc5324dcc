"""Reads over scores: the bench's queue, the sums, the spread, the ranking, what does not fit.

Arithmetic is exact decimal; a mean is rounded half up to two places, once, at the end (domain §7.1).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from uuid import UUID

from django.db.models import Avg, Count, Q, QuerySet
from django.utils.translation import gettext as _

from evaluation.models import (
    SITTING,
    FactorScore,
    Finding,
    PanelEntry,
    PanelSeat,
    ReviewPanel,
    ReviewReport,
    RubricFactor,
    ScoreSheet,
    still_judged,
)
from evaluation.selectors.bid_ranking import rank_bids
from evaluation.selectors.rubrics import scored
from procurement.access import Actor
from procurement.rules import implements
from projects.models import Application

CENT = Decimal("0.01")
ZERO = Decimal(0)


@dataclass(frozen=True)
class MemberScore:
    """One member's total for one entry; ``left_out`` when the scheme trims it."""

    sheet: ScoreSheet
    total: Decimal
    left_out: bool = False


@dataclass(frozen=True)
class Result:
    """Where an entry stands, and why it stands behind the one with the same score."""

    entry: PanelEntry
    #: None for a bid above the budget or the announced limit.
    rank: int | None
    score: Decimal
    suggested_amount: Decimal | None
    members: tuple[MemberScore, ...]
    tie_note: str = ""
    #: The members' mean and the computed price points, for bids.
    technical_score: Decimal | None = None
    price_score: Decimal | None = None

    @property
    def low(self) -> Decimal:
        return min(member.total for member in self.members)

    @property
    def high(self) -> Decimal:
        return max(member.total for member in self.members)

    @property
    def spread(self) -> Decimal:
        return self.high - self.low


@dataclass(frozen=True)
class Merit:
    """What decides between equal scores, in this order (domain §7.2)."""

    satisfaction: Decimal | None
    co_funding_ratio: Decimal
    submitted_at: datetime | None


@dataclass(frozen=True)
class Inconsistency:
    sheet: ScoreSheet
    kind: str
    detail: str
    factor: RubricFactor | None = None


def rounded(value: Decimal) -> Decimal:
    return value.quantize(CENT, rounding=ROUND_HALF_UP)


def mean(values: Sequence[Decimal]) -> Decimal:
    """Exact until it is rounded; order does not matter."""
    return sum(values, ZERO) / len(values)


def median(values: Iterable[Decimal]) -> Decimal | None:
    """The middle amount; between the two middle ones when their number is even."""
    row = sorted(values)
    if not row:
        return None
    half = len(row) // 2
    return row[half] if len(row) % 2 else rounded((row[half - 1] + row[half]) / 2)


def trimmed(totals: Sequence[Decimal]) -> tuple[int, int] | None:
    """Positions of one highest and one lowest, when enough members are left to judge by (R-146)."""
    if len(totals) < 5:
        return None
    high = max(range(len(totals)), key=lambda place: totals[place])
    low = min((place for place in range(len(totals)) if place != high), key=lambda place: totals[place])
    return high, low


@implements("R-146")
def panel_score(totals: Sequence[Decimal], *, trimming: bool) -> tuple[Decimal, set[int]]:
    """(score, positions left out): the mean of the members' sums."""
    out = set(trimmed(totals) or ()) if trimming else set()
    kept = [total for place, total in enumerate(totals) if place not in out]
    return rounded(mean(kept)), out


def queue_of(seat: PanelSeat) -> QuerySet[ScoreSheet]:
    """The member's sheets in their own order, with how far each is."""
    return (
        ScoreSheet.objects.filter(seat=seat)
        .counted()
        .with_subjects()
        .select_related("panel__rubric", "entry__panel")
        .annotate(scored=Count("scores", filter=Q(scores__value__isnull=False)))
        .order_by("position")
    )


def sheet_total(sheet: ScoreSheet) -> Decimal:
    return sum((score.value for score in sheet.scores.all() if score.value is not None), ZERO)


def scores_by_factor(sheet: ScoreSheet) -> dict[UUID, FactorScore]:
    return {score.factor_id: score for score in sheet.scores.all()}


def unscored(sheet: ScoreSheet) -> list[RubricFactor]:
    have = {score.factor_id for score in sheet.scores.all() if score.value is not None}
    return [factor for factor in scored(sheet.panel.rubric) if factor.pk not in have]


def current_report(panel: ReviewPanel) -> ReviewReport | None:
    """The version that awaits or has the signatures; none while the review is open again."""
    if panel.status not in ("reported", "signed"):
        return None
    return panel.reports.order_by("-version").first()


def unsigned_seats(panel: ReviewPanel) -> list[PanelSeat]:
    report = current_report(panel)
    if report is None:
        return list(panel.seats.confirmed())
    return list(panel.seats.confirmed().exclude(signatures__report=report).select_related("person"))


@implements("R-143")
def results(panel: ReviewPanel) -> list[Result]:
    """The ranked entries. Callable only when every sheet is handed in; a constant number of queries."""
    sheets: dict[int, list[ScoreSheet]] = defaultdict(list)
    rows = (
        ScoreSheet.objects.filter(panel=panel)
        .counted()
        .with_subjects()
        .select_related("seat__person")
        .prefetch_related("scores__factor")
        .order_by("seat__kind", "seat__rank")
    )
    for sheet in rows:
        sheets[sheet.entry_id].append(sheet)
    drafts = [_drafted(found, panel.rubric.trimming) for found in sheets.values()]
    return _ranked_bids(panel, drafts) if panel.procedure_id else _ranked_applications(drafts)


def _ranked_applications(drafts: Sequence[_Draft]) -> list[Result]:
    """One list by score; equals by what the published scheme compares (domain §7.2)."""
    merits = merits_of([draft.entry.application for draft in drafts if draft.entry.application])

    def merit(draft: _Draft) -> Merit:
        return merits[draft.entry.application_id]  # type: ignore[index]  # an application, see panel_has_one_occasion

    ordered = sorted(drafts, key=lambda draft: (-draft.score, *_tie_key(merit(draft)), draft.entry.number))
    notes = {
        later.entry.pk: _why_before(merit(first), merit(later), first.entry)
        for first, later in pairwise(ordered)
        if first.score == later.score
    }
    return [
        Result(
            entry=draft.entry,
            rank=rank,
            score=draft.score,
            suggested_amount=draft.suggested_amount,
            members=draft.members,
            tie_note=notes.get(draft.entry.pk, ""),
        )
        for rank, draft in enumerate(ordered, start=1)
    ]


def _ranked_bids(panel: ReviewPanel, drafts: Sequence[_Draft]) -> list[Result]:
    by_entry = {draft.entry.pk: draft for draft in drafts}
    return [
        Result(
            entry=entry,
            rank=row.rank,
            score=row.total,
            suggested_amount=None,
            members=by_entry[entry.pk].members,
            tie_note=note,
            technical_score=row.offer.technical,
            price_score=row.price_score,
        )
        for entry, row, note in rank_bids(panel, [(draft.entry, draft.score) for draft in drafts])
    ]


def merits_of(applications: Sequence[Application]) -> Mapping[UUID, Merit]:
    """What decides between equals: satisfaction with the applicant's earlier projects, co-funding, time."""
    past = dict(
        Application.objects.filter(
            applicant__in=[application.applicant_id for application in applications], satisfaction__isnull=False
        )
        .values_list("applicant_id")
        .annotate(average=Avg("satisfaction"))
        .values_list("applicant_id", "average")
    )
    return {
        application.pk: Merit(
            satisfaction=past.get(application.applicant_id),
            co_funding_ratio=_ratio(application),
            submitted_at=application.submitted_at,
        )
        for application in applications
    }


@implements("R-140", "R-141")
def inconsistencies(panel: ReviewPanel) -> list[Inconsistency]:
    """Unequal objective factors, points out of range or missing, wrong sums, and members far from the others."""
    factors = scored(panel.rubric)
    sheets = list(
        ScoreSheet.objects.filter(panel=panel)
        .counted()
        .with_subjects()
        .select_related("seat__person")
        .prefetch_related("scores")
        .order_by("entry_id", "seat__kind", "seat__rank")
    )
    by_entry: dict[int, list[ScoreSheet]] = defaultdict(list)
    for sheet in sheets:
        by_entry[sheet.entry_id].append(sheet)
    found = [fault for sheet in sheets for fault in _faults_of(sheet, factors)]
    for group in by_entry.values():
        found += _unequal(group, [factor for factor in factors if factor.objective])
        found += outliers(group, Decimal(_outlier_share(panel)))
    return found


def outliers(group: Sequence[ScoreSheet], share: Decimal) -> list[Inconsistency]:
    """Members whose sum differs from the mean of the others by more than ``share`` of it; flagged, never removed."""
    found = []
    for sheet in group:
        others = [other.total or ZERO for other in group if other is not sheet]
        if not others:
            continue
        middle = mean(others)
        own = sheet.total or ZERO
        if middle and abs(own - middle) > share * middle:
            words = {"own": own, "mean": rounded(middle), "share": f"{(abs(own - middle) / middle * 100):.0f}%"}
            detail = _("总分 %(own)s，其他成员平均 %(mean)s，相差 %(share)s") % words
            found.append(Inconsistency(sheet, Finding.Kind.OUTLIER, detail))
    return found


@dataclass(frozen=True)
class _Draft:
    entry: PanelEntry
    score: Decimal
    suggested_amount: Decimal | None
    members: tuple[MemberScore, ...]


def _drafted(sheets: Sequence[ScoreSheet], trimming: bool) -> _Draft:
    totals = [sheet.total or ZERO for sheet in sheets]
    score, out = panel_score(totals, trimming=trimming)
    amounts = [sheet.suggested_amount for sheet in sheets if sheet.suggested_amount is not None]
    members = tuple(
        MemberScore(sheet, total, place in out) for place, (sheet, total) in enumerate(zip(sheets, totals, strict=True))
    )
    return _Draft(sheets[0].entry, score, median(amounts), members)


def _tie_key(merit: Merit) -> tuple[Decimal, Decimal, float]:
    """Higher satisfaction first (none counts lowest), more co-funding first, earlier first."""
    satisfaction = merit.satisfaction if merit.satisfaction is not None else Decimal(-1)
    moment = merit.submitted_at.timestamp() if merit.submitted_at else float("inf")
    return (-satisfaction, -merit.co_funding_ratio, moment)


def _why_before(first: Merit, later: Merit, winner: PanelEntry) -> str:
    if first.satisfaction != later.satisfaction:
        why = _("以往项目满意度较高")
    elif first.co_funding_ratio != later.co_funding_ratio:
        why = _("配套资金比例较高")
    else:
        why = _("提交时间较早")
    return _("与“%(other)s”同分，对方%(why)s，列于其后") % {"other": winner, "why": why}


def _ratio(application: Application) -> Decimal:
    if not application.requested_amount:
        return ZERO
    return Decimal(application.co_funding_amount) / Decimal(application.requested_amount)


def _faults_of(sheet: ScoreSheet, factors: Sequence[RubricFactor]) -> list[Inconsistency]:
    scores = scores_by_factor(sheet)
    found = []
    for factor in factors:
        value = scores[factor.pk].value if factor.pk in scores else None
        if value is None or not ZERO <= value <= factor.maximum:
            shown = _("未评分") if value is None else str(value)
            detail = _("“%(factor)s”得分%(value)s，应在 0 至 %(maximum)s 分之间") % {
                "factor": factor, "value": shown, "maximum": factor.maximum,
            }  # fmt: skip
            found.append(Inconsistency(sheet, Finding.Kind.RANGE, detail, factor))
    total = sheet_total(sheet)
    if total != sheet.total:
        detail = _("合计记为 %(have)s，各项相加为 %(sum)s") % {"have": sheet.total, "sum": total}
        found.append(Inconsistency(sheet, Finding.Kind.SUM, detail))
    return found


def _unequal(group: Sequence[ScoreSheet], factors: Sequence[RubricFactor]) -> list[Inconsistency]:
    """Every member's sheet is named when an objective factor differs: who is right is not the portal's to say."""
    found = []
    for factor in factors:
        values = {sheet: scores_by_factor(sheet).get(factor.pk) for sheet in group}
        points = {score.value if score else None for score in values.values()}
        if len(points) < 2:
            continue
        shown = "、".join(sorted(str(point) for point in points))
        detail = _("客观因素“%(factor)s”各成员评分不一致（%(points)s）") % {"factor": factor, "points": shown}
        found += [Inconsistency(sheet, Finding.Kind.OBJECTIVE, detail, factor) for sheet in group]
    return found


def _outlier_share(panel: ReviewPanel) -> str:
    return str(panel.value("score_outlier_share"))


def all_members(panel: ReviewPanel) -> list[PanelSeat]:
    """Everyone who was asked, in the drawn order, whatever became of it."""
    return list(panel.seats.select_related("person", "expert__employer").order_by("kind", "rank"))


def member_labels(panel: ReviewPanel) -> dict[UUID, str]:
    """专家1, 专家2 … for the confirmed members: how results speak of them."""
    seats = panel.seats.confirmed().order_by("kind", "rank").values_list("pk", flat=True)
    return {pk: _("专家%(number)s") % {"number": place} for place, pk in enumerate(seats, start=1)}


def seats_in_review(actor: Actor) -> list[PanelSeat]:
    """The person's seats in panels under way, newest first."""
    return list(
        PanelSeat.objects.filter(
            person_id=actor.id, status="confirmed", panel__status__in=("in_session", "scored", "reported")
        )
        .select_related("panel__guide", "panel__procedure", "panel__rubric", "person")
        .order_by("panel__scores_due_on", "panel__number")
    )


def invitations_of(actor: Actor) -> list[PanelSeat]:
    """Seats offered or taken in panels that have not begun."""
    return list(
        PanelSeat.objects.filter(
            person_id=actor.id, status__in=SITTING, panel__status__in=("drawn", "confirmed", "in_session")
        )
        .exclude(status="confirmed", panel__status="in_session")
        .select_related("panel__guide", "panel__procedure", "person")
        .order_by("panel__review_on")
    )


def sheet_counts(panel: ReviewPanel) -> list[tuple[PanelSeat, int, int]]:
    """(seat, sheets handed in, sheets in all) of each member: how many, never how much."""
    rows = (
        panel.seats.confirmed()
        .select_related("person")
        .annotate(
            everything=Count("sheets", filter=~Q(sheets__status="void") & still_judged("sheets__entry__")),
            handed_in=Count("sheets", filter=Q(sheets__status="locked") & still_judged("sheets__entry__")),
        )
        .order_by("kind", "rank")
    )
    return [(seat, seat.handed_in, seat.everything) for seat in rows]  # type: ignore[attr-defined]


@dataclass(frozen=True)
class PlotRow:
    """One entry's range, members and score as places on the scale."""

    title: str
    rank: int | None
    low: Decimal
    high: Decimal
    score: Decimal
    low_x: str
    high_x: str
    score_x: str
    dots: tuple[str, ...]


@dataclass(frozen=True)
class Plot:
    """The spread drawn on one scale that ends at 100 and begins a little below the lowest total."""

    rows: tuple[PlotRow, ...]
    #: (place, points) of each mark of the scale.
    marks: tuple[tuple[str, int], ...]


PLOT_LEFT, PLOT_WIDTH = 20, 640


def spread_plot(rows: Sequence[Result]) -> Plot:
    lowest = min((row.low for row in rows), default=ZERO)
    start = int(max(ZERO, lowest - 5) // 10) * 10

    def place(points: Decimal | int) -> str:
        return f"{PLOT_LEFT + (points - start) * PLOT_WIDTH / (100 - start):.1f}"

    drawn = tuple(
        PlotRow(
            title=str(row.entry),
            rank=row.rank,
            low=row.low,
            high=row.high,
            score=row.score,
            low_x=place(row.low),
            high_x=place(row.high),
            score_x=place(row.score),
            dots=tuple(place(member.total) for member in row.members),
        )
        for row in rows
    )
    return Plot(drawn, tuple((place(points), points) for points in range(start, 101, 10)))


def member_means(rows: Sequence[Result], labels: Mapping[UUID, str]) -> list[tuple[str, Decimal, Decimal]]:
    """(member, own mean, how far from the mean of all): strict and mild members stand out."""
    totals: dict[UUID, list[Decimal]] = defaultdict(list)
    for row in rows:
        for member in row.members:
            totals[member.sheet.seat_id].append(member.total)
    everything = [total for own in totals.values() for total in own]
    if not everything:
        return []
    middle = mean(everything)
    return [
        (labels[seat], rounded(mean(own)), rounded(mean(own) - middle))
        for seat, own in sorted(totals.items(), key=lambda pair: labels[pair[0]])
    ]
