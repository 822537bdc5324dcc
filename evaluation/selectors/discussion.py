"""Reads of the members' table: who chairs, who has handed in, how far the scores lie apart, what is still open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet

from evaluation.models import (
    UNSEALED,
    DiscussionNote,
    Finding,
    PanelEntry,
    PanelSeat,
    QuoteInquiry,
    ReviewPanel,
    ReviewReport,
    SeatKind,
)
from evaluation.selectors.scoring import Result, current_report, member_labels, results
from procurement.access import Actor
from procurement.rules import implements


@dataclass(frozen=True)
class Cell:
    """One member's sum for one entry; ``warns`` when a check found something about it."""

    label: str
    sheet_id: UUID
    sheet_url: str
    total: Decimal
    warns: bool
    left_out: bool


@dataclass(frozen=True)
class Said:
    """A note under the label by which the results speak of its author."""

    label: str
    text: str
    written_at: datetime


@dataclass(frozen=True)
class Row:
    """One entry with everything the table says about it."""

    result: Result
    cells: tuple[Cell, ...]
    notes: tuple[Said, ...]
    findings: tuple[Finding, ...]

    @property
    def open(self) -> int:
        """Findings nobody has settled yet; the report waits for them."""
        return sum(finding.settled_at is None for finding in self.findings)


def own_seat(panel: ReviewPanel, actor: Actor) -> PanelSeat | None:
    """The actor's seat, if they sit."""
    return panel.seats.confirmed().filter(person_id=actor.id).select_related("person").first()


def candidates(panel: ReviewPanel) -> QuerySet[PanelSeat]:
    """Members who may be elected: the purchaser's representatives may not."""
    return panel.seats.confirmed().exclude(kind=SeatKind.REPRESENTATIVE).select_related("person")


@implements("R-151")
def chair_of(panel: ReviewPanel) -> PanelSeat | None:
    """The member with the votes of more than half of all seats; nobody after that member has left."""
    tally: Counter[UUID] = Counter(
        panel.chair_votes.filter(voter__status="confirmed", candidate__status="confirmed").values_list(
            "candidate_id", flat=True
        )
    )
    for seat_id, votes in tally.most_common(1):
        if votes * 2 > panel.size:
            return panel.seats.select_related("person").get(pk=seat_id)
    return None


def is_chair(panel: ReviewPanel, actor: Actor) -> bool:
    chair = chair_of(panel)
    return chair is not None and chair.person_id == actor.id


def votes_cast(panel: ReviewPanel) -> list[tuple[PanelSeat, int]]:
    """(candidate, votes), most votes first."""
    tally = Counter(panel.chair_votes.filter(voter__status="confirmed").values_list("candidate_id", flat=True))
    rows = [(seat, tally[seat.pk]) for seat in candidates(panel)]
    return sorted(rows, key=lambda row: -row[1])


@implements("R-139")
def table(panel: ReviewPanel) -> list[Row]:
    """Members × entries, ranked. Nothing before every member has handed in."""
    if panel.status not in UNSEALED:
        return []
    labels = member_labels(panel)
    notes = list(panel.notes.all())
    findings = list(panel.findings.select_related("sheet", "factor").order_by("found_at", "kind"))
    troubled = {finding.sheet_id for finding in findings}
    return [
        Row(
            result=row,
            cells=tuple(
                Cell(
                    label=labels.get(member.sheet.seat_id, ""),
                    sheet_id=member.sheet.pk,
                    sheet_url=member.sheet.get_absolute_url(),
                    total=member.total,
                    warns=member.sheet.pk in troubled,
                    left_out=member.left_out,
                )
                for member in row.members
            ),
            notes=tuple(_said(note, labels) for note in notes if note.entry_id == row.entry.pk),
            findings=tuple(one for one in findings if one.sheet.entry_id == row.entry.pk),
        )
        for row in results(panel)
    ]


def general_notes(panel: ReviewPanel) -> list[Said]:
    labels = member_labels(panel)
    return [_said(note, labels) for note in panel.notes.filter(entry__isnull=True)]


def signing(panel: ReviewPanel) -> tuple[ReviewReport, list[tuple[PanelSeat, str]]] | None:
    """The report with (member, stance or nothing) for each; None while there is no report."""
    report = current_report(panel)
    if report is None:
        return None
    stances = {one.seat_id: one.get_stance_display() for one in report.signatures.all()}
    seats = panel.seats.confirmed().select_related("person").order_by("kind", "rank")
    return report, [(seat, stances.get(seat.pk, "")) for seat in seats]


def inquiries(panel: ReviewPanel) -> list[QuoteInquiry]:
    return list(panel.inquiries.select_related("entry__bid__bidder", "entry__bid__lot").prefetch_related("votes__seat"))


def _said(note: DiscussionNote, labels: Mapping[UUID, str]) -> Said:
    return Said(labels.get(note.author_id, ""), note.text, note.written_at)


def low_quotes(entries: Sequence[PanelEntry], share: Decimal) -> dict[int, Decimal]:
    """Entry → how far below the mean of the others its quote lies (0.42 = 42 %), where that is more than ``share``.

    A hint for the panel and nothing else: whether a quote is abnormal is the members' judgement (R-142).
    """
    quotes = {entry.pk: entry.amount for entry in entries if entry.amount}
    found = {}
    for pk, quote in quotes.items():
        others = [other for key, other in quotes.items() if key != pk]
        if not others:
            continue
        middle = sum(others, Decimal(0)) / len(others)
        below = (middle - quote) / middle
        if below > share:
            found[pk] = below
    return found


def may_read_papers(seat: PanelSeat, actor: Actor) -> bool:
    """The member always; who runs or oversees the panel only when everybody has handed in (R-139)."""
    if seat.person_id == actor.id:
        return seat.status == "confirmed"
    return seat.panel.status in UNSEALED and (seat.panel.is_run_by(actor) or actor.sees_everything)
