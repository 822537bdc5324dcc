"""The panel's report: drawn up from the sheets, signed member by member, then told to the projects below."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from evaluation.models import (
    DiscussionNote,
    PanelSeat,
    ReportLine,
    ReportSignature,
    ReviewPanel,
    ReviewReport,
    SeatKind,
    Stance,
)
from evaluation.models.entry import SUBJECT_PATHS
from evaluation.selectors.discussion import chair_of, inquiries
from evaluation.selectors.panels import quota_pairs
from evaluation.selectors.scoring import Result, all_members, current_report, results, unsigned_seats
from evaluation.services import reading
from evaluation.services.drawing import person_of
from orgs.models import ExpertKind
from procurement.access import actor_for
from procurement.documents import Progress, render_pdf, start_job, store_generated
from procurement.documents.models import Document, Job
from procurement.lifecycle.engine import Attempt, perform, system_actor
from procurement.notices import notify
from procurement.rules import implements, records
from projects.models import Procedure
from projects.services import bid_reviews, reviews

JOB = "review_report"


@implements("R-143")
def draw_up(attempt: Attempt) -> None:
    """Effect of panel.report: one more version, with everything the paper says, and the members asked to sign."""
    panel: ReviewPanel = attempt.obj
    ranking = results(panel)
    latest = panel.reports.order_by("-version").first()
    body = _body(panel, ranking)
    report = ReviewReport.objects.create(
        panel=panel,
        version=latest.version + 1 if latest else 1,
        body=body,
        digest=_digest(body),
        drawn_up_by=person_of(attempt.actor),
        drawn_up_at=attempt.at,
    )
    ReportLine.objects.bulk_create(
        ReportLine(
            report=report,
            entry=row.entry,
            lot_number=row.entry.lot_number,
            rank=row.rank,
            score=row.score,
            technical_score=row.technical_score,
            price_score=row.price_score,
            suggested_amount=row.suggested_amount,
        )
        for row in ranking
    )
    for seat in panel.seats.confirmed().select_related("person"):
        notify(
            template="report_to_sign",
            recipients=[seat.person],
            url=report.get_absolute_url(),
            context={"panel": panel.number, "guide": panel.occasion.title, "version": report.version},
            key=f"sign-{report.pk}-{seat.pk}",
        )
    attempt.kept.update(version=report.version, digest=report.digest)


@records("R-158")
def sign(attempt: Attempt) -> None:
    """Effect of seat.sign: agreement, or dissent with its reason; the last signature concludes."""
    seat: PanelSeat = attempt.obj
    stance = Stance(attempt.data.get("stance") or Stance.AGREES)
    reason = str(attempt.data.get("opinion", "")).strip() if stance == Stance.DISSENTS else ""
    _enter(seat, stance, reason, attempt)


@implements("R-158")
def deem(attempt: Attempt) -> None:
    """Effect of seat.deem_agreed: neither signed nor objected in writing within the term."""
    _enter(attempt.obj, Stance.DEEMED, attempt.reason, attempt)


def conclude(attempt: Attempt) -> None:
    """Effect of panel.conclude: every application gets its score; members read no more; the paper is drawn up."""
    panel: ReviewPanel = attempt.obj
    panel.signed_at = attempt.at
    report = _awaiting(panel)
    if panel.procedure is not None:
        _rank_bids(panel.procedure, report, at=attempt.at)
    else:
        _rank_applications(report, at=attempt.at)
    for seat in panel.seats.confirmed():
        reading.dismiss(panel, person_id=seat.person_id, at=attempt.at)
    attempt.kept.update(version=report.version, digest=report.digest)
    request_paper(report)


def _rank_applications(report: ReviewReport, *, at: datetime) -> None:
    for line in report.lines.select_related("entry__application"):
        application = line.entry.application
        if application and application.status == "under_review":
            reviews.record_ranking(
                application=application,
                score=line.score,
                rank=cast(int, line.rank),  # only a bid may be without a place
                suggested_amount=line.suggested_amount,
                report_id=report.pk,
                at=at,
            )


def _rank_bids(procedure: Procedure, report: ReviewReport, *, at: datetime) -> None:
    standings = [
        bid_reviews.Standing(line.entry.bid, line.rank, line.score, line.technical_score, line.price_score)
        for line in report.lines.select_related("entry__bid")
        if line.entry.bid is not None
    ]
    conclusion = bid_reviews.Conclusion(
        panel_id=report.panel_id,
        panel_number=report.panel.number,
        report_id=report.pk,
        report_version=report.version,
        members=[_named(seat) for seat in report.panel.seats.confirmed().select_related("person", "expert__employer")],
        lines=[_told_below(line) for line in report.body["lines"]],
    )
    bid_reviews.record_ranking(procedure=procedure, standings=standings, conclusion=conclusion, at=at)


def _named(seat: PanelSeat) -> dict[str, str]:
    """A member as the result notice will name them, with what opens the hash published at the draw (R-157)."""
    return {
        "name": str(seat.person),
        "kind": seat.kind,
        "employer": seat.employer_name,
        "salt": seat.name_salt,
        "commitment": seat.name_commitment,
    }


def _told_below(line: dict[str, Any]) -> dict[str, Any]:
    told = {name: line[name] for name in ("lot", "rank", "technical", "price", "tie_note")}
    members = [{name: one[name] for name in ("label", "total", "comment")} for one in line["members"]]
    return {"bid": line["entry"], "total": line["score"], "members": members, **told}


def request_paper(report: ReviewReport) -> None:
    """Ask the background for the PDF in the name of whoever drew the report up."""
    start_job(
        kind=JOB,
        actor=actor_for(report.drawn_up_by),
        case_id=report.panel.case_id,
        params={"report": str(report.pk)},
        at=timezone.now(),
    )


def write_paper(job: Job, progress: Progress) -> Document:
    """Handler of the background job; the same report gives the same bytes."""
    report = ReviewReport.objects.select_related("panel__office", "panel__guide", "panel__procedure").get(
        pk=job.params["report"]
    )
    progress(10, "")
    content = render_pdf("documents/review_report.html", paper_context(report), progress=progress)
    return store_generated(
        actor=actor_for(report.drawn_up_by),
        content=content,
        filename=f"评审报告-{report.panel.number}-第{report.version}版.pdf",
        subject=report.subject,
        kind=JOB,
        title=f"{report.body['title']}（第{report.version}版）",
        case_id=None,
        organization_id=report.panel.office_id,
    )


def paper_context(report: ReviewReport) -> dict[str, Any]:
    return {
        "title": report.body["title"],
        "issuer": report.panel.office.name,
        "reference": report.panel.number,
        "issued_at": report.drawn_up_at,
        "report": report,
        "body": report.body,
        "signatures": list(report.signatures.select_related("seat__person").order_by("seat__kind", "seat__rank")),
    }


def _awaiting(panel: ReviewPanel) -> ReviewReport:
    """The version being signed; the tables let nobody come here without one."""
    report = current_report(panel)
    if report is None:
        raise LookupError(f"panel {panel.number} has no report to sign")
    return report


def _enter(seat: PanelSeat, stance: Stance, reason: str, attempt: Attempt) -> None:
    """One signature; with the last one the panel concludes in the same transaction."""
    panel = ReviewPanel.objects.select_for_update(no_key=True).get(pk=seat.panel_id)
    report = _awaiting(panel)
    ReportSignature.objects.create(
        report=report,
        seat=seat,
        stance=stance,
        reason=reason,
        digest=report.digest,
        entered_by=person_of(attempt.actor),
        signed_at=attempt.at,
    )
    attempt.kept.update(stance=str(stance), version=report.version, digest=report.digest)
    if not unsigned_seats(panel):
        perform(panel, "panel.conclude", actor=system_actor(), at=attempt.at)


def _body(panel: ReviewPanel, ranking: Sequence[Result]) -> dict[str, Any]:
    """Everything the paper says, frozen as plain data. Members appear by label; names are with the signatures."""
    seats = list(panel.seats.confirmed().select_related("person"))
    labels = {seat.pk: f"专家{place}" for place, seat in enumerate(seats, start=1)}
    chair = chair_of(panel)
    return {
        "title": f"{panel.occasion.title}专家评审报告",
        "panel": panel.number,
        "guide": panel.occasion.number,
        "rubric": {"title": panel.rubric.title, "version": panel.rubric.version, "digest": panel.rubric.digest},
        "trimming": panel.rubric.trimming,
        "convened_at": timezone.localtime(panel.convened_at).isoformat() if panel.convened_at else "",
        "draw": {"digest": panel.draw.digest, "drawn_at": timezone.localtime(panel.draw.drawn_at).isoformat()},
        "composition": _composition(panel),
        "members": [[labels[seat.pk], str(seat.get_kind_display())] for seat in seats],
        "changes": _changes(panel),
        "lines": [_line(row, labels) for row in ranking],
        "findings": _findings(panel, labels),
        "chair": labels.get(chair.pk, "") if chair else "",
        "discussion": [[str(note.entry or ""), labels.get(note.author_id, ""), note.text] for note in _notes(panel)],
        "quotes": [
            [str(one.entry), one.ground, one.answer, str(one.get_outcome_display())] for one in inquiries(panel)
        ],
    }


def _composition(panel: ReviewPanel) -> list[list[Any]]:
    drawn = [[str(ExpertKind(kind).label), number] for kind, number in quota_pairs(panel)]
    return [*drawn, [str(SeatKind.REPRESENTATIVE.label), panel.representatives]] if panel.representatives else drawn


def _line(row: Result, labels: dict[UUID, str]) -> dict[str, Any]:
    return {
        "rank": row.rank,
        "entry": str(row.entry.subject.pk),
        "number": row.entry.number,
        "title": row.entry.title,
        "lot": row.entry.lot_number,
        "applicant": row.entry.caption,
        "score": str(row.score),
        "technical": _text(row.technical_score),
        "price": _text(row.price_score),
        "requested": _text(row.entry.amount),
        "suggested": _text(row.suggested_amount),
        "low": str(row.low),
        "high": str(row.high),
        "members": [
            {
                "label": labels[member.sheet.seat_id],
                "total": str(member.total),
                "left_out": member.left_out,
                "seal": member.sheet.seal,
                "comment": member.sheet.comment,
            }
            for member in row.members
        ],
        "tie_note": row.tie_note,
    }


def _changes(panel: ReviewPanel) -> list[list[str]]:
    """Who stepped out, by kind and reason, without a name."""
    rows = all_members(panel)
    return [[str(seat.get_kind_display()), str(seat.state.label)] for seat in rows if seat.status != "confirmed"]


def _findings(panel: ReviewPanel, labels: dict[UUID, str]) -> list[list[str]]:
    rows = panel.findings.filter(explained_at__isnull=False).with_subjects()
    return [[str(row.sheet.entry), labels.get(row.sheet.seat_id, ""), row.detail, row.explanation] for row in rows]


def _notes(panel: ReviewPanel) -> QuerySet[DiscussionNote]:
    return panel.notes.select_related(*(f"entry__{path}" for path in SUBJECT_PATHS))


def _digest(body: dict[str, Any]) -> str:
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _text(amount: Decimal | None) -> str:
    return "" if amount is None else str(amount)
