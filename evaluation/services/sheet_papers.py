"""A member's sheets on paper: every factor with points, words and pages, the sum, the seal, and the signature."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from evaluation.models import PanelSeat, ReportSignature, RubricFactor, ScoreSheet
from evaluation.selectors.rubrics import scored
from evaluation.selectors.scoring import current_report, member_labels, scores_by_factor
from procurement.access import Actor, actor_for
from procurement.documents import Progress, render_pdf, start_job, store_generated
from procurement.documents.models import Document, Job
from procurement.rules import Refusal, RuleViolation, records

JOB = "score_sheets"


def request_papers(*, actor: Actor, seat: PanelSeat) -> Job:
    """Ask for the PDF in the background. Only when every sheet is handed in: a paper of a draft would be signed too early."""
    if not is_complete(seat):
        raise RuleViolation([Refusal("R-139", _("全部评分表提交后方可打印"))])
    return start_job(kind=JOB, actor=actor, case_id=None, params={"seat": str(seat.pk)}, at=timezone.now())


def write_papers(job: Job, progress: Progress) -> Document:
    """Handler of the background job; the same sheets give the same bytes."""
    seat = PanelSeat.objects.select_related("panel__office", "panel__rubric", "person").get(pk=job.params["seat"])
    progress(10, "")
    content = render_pdf("documents/score_sheets.html", papers_context(seat), progress=progress)
    return store_generated(
        actor=actor_for(job.requested_by),
        content=content,
        filename=f"评分表-{seat.panel.number}-{member_labels(seat.panel).get(seat.pk, '')}.pdf",
        subject=seat.subject,
        kind=JOB,
        title=f"{seat.panel.occasion.title}评分表",
        case_id=None,
        organization_id=seat.panel.office_id,
    )


def is_complete(seat: PanelSeat) -> bool:
    sheets = ScoreSheet.objects.filter(seat=seat).counted()
    return sheets.exists() and not sheets.exclude(status="locked").exists()


@records("R-158")
def papers_context(seat: PanelSeat) -> dict[str, Any]:
    sheets = (
        ScoreSheet.objects.filter(seat=seat).counted().with_subjects().prefetch_related("scores").order_by("position")
    )
    factors = scored(seat.panel.rubric)
    report = current_report(seat.panel)
    signature = ReportSignature.objects.filter(seat=seat, report=report).first() if report else None
    rows = list(sheets)
    return {
        "title": f"{seat.panel.occasion.title}评分表",
        "issuer": seat.panel.office.name,
        "reference": seat.panel.number,
        "issued_at": max((sheet.locked_at for sheet in rows if sheet.locked_at), default=None),
        "seat": seat,
        "label": member_labels(seat.panel).get(seat.pk, ""),
        "sheets": [(sheet, _lines(sheet, factors)) for sheet in rows],
        "report": report,
        "signature": signature,
    }


def _lines(sheet: ScoreSheet, factors: list[RubricFactor]) -> list[dict[str, Any]]:
    scores = scores_by_factor(sheet)
    return [
        {
            "factor": factor,
            "value": scores[factor.pk].value if factor.pk in scores else None,
            "comment": scores[factor.pk].comment if factor.pk in scores else "",
            "pages": "、".join(f"第{page}页" for _document, page in scores[factor.pk].pins)
            if factor.pk in scores
            else "",
        }
        for factor in factors
    ]
