"""The evaluation report and the survey's poster and slips as papers, drawn up in the background."""

from __future__ import annotations

from typing import Any

import qrcode
import qrcode.image.svg
from django.urls import reverse

from evaluation.models import Assessment, Party, Survey
from evaluation.selectors.surveys import public_figures
from evaluation.services.assessment_results import REPORT
from procurement.access import actor_for
from procurement.documents import Progress, render_pdf, store_generated
from procurement.documents.models import Document, Job

SURVEY_PAPERS = "survey_papers"


def make_report_pdf(job: Job, progress: Progress) -> Document:
    """Handler of the job kind ``assessment_report``; ``params`` names the assessment."""
    assessment = Assessment.objects.select_related("application__applicant", "application__guide", "evaluator").get(
        pk=job.params["assessment"]
    )
    content = render_pdf("documents/assessment_report.html", report_context(assessment), progress=progress)
    return store_generated(
        actor=actor_for(job.requested_by),
        content=content,
        filename=f"{assessment.number}.pdf",
        subject=assessment.subject,
        kind=REPORT,
        title=f"{assessment.number} {assessment.application.title}{assessment.get_kind_display()}",
        case_id=assessment.case_id,
        organization_id=assessment.evaluator_id,
    )


def report_context(assessment: Assessment) -> dict[str, Any]:
    opinions = {row.party: row for row in assessment.opinions.all()}
    return {
        "assessment": assessment,
        "application": assessment.application,
        "title": assessment.application.title,
        "issuer": assessment.evaluator.name if assessment.evaluator else "",
        "reference": assessment.number,
        "issued_at": assessment.finalised_at,
        "computation": assessment.computation,
        "survey": public_figures(assessment.survey_figures),
        "contents": assessment.contents.all(),
        "opinions": [opinions[party] for party in Party.values if party in opinions],
        "declaration": assessment.declarations.filter(organization=assessment.evaluator_id).first(),
        "visits": assessment.site_visits.all(),
    }


def qr_svg(text: str, *, size: float = 10) -> str:
    """A QR code as an SVG element to stand inside a page or a paper; black on white, four modules of quiet zone."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=size, border=4)
    code.add_data(text)
    code.make(fit=True)
    image = code.make_image(image_factory=qrcode.image.svg.SvgPathImage)
    return str(image.to_string(encoding="unicode"))


def make_survey_papers(job: Job, progress: Progress) -> Document:
    """Handler of the job kind ``survey_papers``: one poster, then every slip with its own code."""
    survey = Survey.objects.select_related("assessment__application", "assessment__evaluator").get(
        pk=job.params["survey"]
    )
    base = str(job.params["base_url"]).rstrip("/")
    assessment = survey.assessment
    evaluator = assessment.evaluator
    context = {
        "survey": survey,
        "application": assessment.application,
        "title": "请您评一评",
        "issuer": evaluator.name if evaluator else "",
        "reference": assessment.number,
        "entry_url": f"{base}{reverse('survey-entry')}",
        "poster": qr_svg(f"{base}{reverse('survey-entry')}"),
        "slips": [
            {"ticket": ticket, "qr": qr_svg(f"{base}{ticket.get_absolute_url()}")}
            for ticket in survey.tickets.filter(person__isnull=True, answers__isnull=True)
        ],
    }
    return store_generated(
        actor=actor_for(job.requested_by),
        content=render_pdf("documents/survey_papers.html", context, progress=progress),
        filename=f"{assessment.number}-survey.pdf",
        subject=survey.subject,
        kind=SURVEY_PAPERS,
        title=f"{assessment.number} 满意度测评海报和答卷条",
        case_id=survey.case_id,
        organization_id=assessment.evaluator_id,
    )
