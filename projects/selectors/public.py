"""What everyone may read of a project: what, who, how much, how far, how it ended; never a person (R-285, R-286)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Q, QuerySet, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from procurement.lifecycle.models import CaseStep, StepState
from procurement.rules import implements
from projects.models import (
    PUBLIC_APPLICATION_STATES,
    Application,
    Contract,
    DeliveryTotal,
    Guide,
    GuideArea,
    Publicity,
    Report,
)
from projects.selectors.closeouts import closing_decision
from projects.selectors.delivery import IndicatorRow, indicator_rows, share_of, spent_total, term_of, totals_of

Text = str | Promise
#: What a list row needs; leader, phone and the long answers are not even read.
LIST_FIELDS = (
    "id", "number", "title", "place", "status", "granted_amount", "created_at", "guide__year", "guide__title",
    "applicant__name", "applicant__short_name", "category__name", "category__code",
)  # fmt: skip
#: The words of the list's filter: several states of the desk are one for the public.
PROGRESS: dict[str, tuple[Text, tuple[str, ...]]] = {
    "approved": (_("已立项"), ("approved", "ready_to_sign")),
    "running": (_("实施中"), ("in_progress", "suspended", "rectifying")),
    "closing": (_("结项办理中"), ("closing", "rectifying_final")),
    "closed": (_("已结项"), ("closed", "archived")),
    "failed": (_("终止或结项不通过"), ("terminated", "closed_failed")),
}
GRADES: dict[str, tuple[Text, str]] = {
    "excellent": (_("优"), "good"),
    "good": (_("良"), "good"),
    "fair": (_("中"), "info"),
    "poor": (_("差"), "bad"),
}
FIGURES_KEY, FIGURES_SECONDS = "projects.public.figures", 600
CHOICES_KEY = "projects.public.choices"


@implements("R-285")
def public_projects(*, q: str = "", year: int | None = None, area: str = "", state: str = "") -> QuerySet[Application]:
    """Approved projects, newest first, narrowed by what stands in the address."""
    rows = Application.objects.public().select_related("guide", "applicant", "category").only(*LIST_FIELDS)
    if state in PROGRESS:
        rows = rows.filter(status__in=PROGRESS[state][1])
    if year:
        rows = rows.filter(guide__year=year)
    if area:
        rows = rows.filter(category__area__code=area)
    text = q.strip()
    if text:
        rows = rows.filter(
            Q(number__iexact=text)
            | Q(title__icontains=text)
            | Q(applicant__name__icontains=text)
            | Q(place__icontains=text)
        )
    return rows


def filter_choices() -> dict[str, Any]:
    """Years and areas that occur, and the states; read once in ten minutes."""
    kept: dict[str, Any] | None = cache.get(CHOICES_KEY)
    if kept is None:
        published = Guide.objects.published()
        years = published.order_by("-year").values_list("year", flat=True).distinct()
        areas = GuideArea.objects.filter(guide__in=published).order_by("code", "-guide__year").distinct("code")
        kept = {"years": list(years), "areas": [(area.code, area.name) for area in areas]}
        cache.set(CHOICES_KEY, kept, FIGURES_SECONDS)
    return {**kept, "states": [(code, label) for code, (label, _states) in PROGRESS.items()]}


def progress_of(application: Application) -> tuple[Text, str]:
    """The public word for a state, and its tone."""
    for code, (label, states) in PROGRESS.items():
        if application.status in states:
            return label, {"closed": "good", "running": "info", "closing": "info", "failed": "bad"}.get(code, "neutral")
    return application.state.label, application.state.tone


@dataclass(frozen=True)
class PublicStep:
    """One step as the public sees it: its name and days; who signed for it stays inside."""

    number: int
    title: str
    state: str
    label: Text
    opened_at: datetime | None
    done_at: datetime | None


@dataclass(frozen=True)
class PublicProject:
    """Everything the public page shows of one project."""

    application: Application
    progress: Text
    tone: str
    term: Any
    contract: Contract | None
    steps: list[PublicStep]
    totals: DeliveryTotal
    indicators: list[IndicatorRow]
    spent: Decimal
    publicities: list[Publicity]
    reports: list[Report]
    result: dict[str, Any]

    @property
    def spent_percent(self) -> Decimal:
        granted = self.application.granted_amount or Decimal(0)
        return share_of(self.spent, granted)


def public_project(application: Application) -> PublicProject:
    """A constant number of queries, whatever the project has done."""
    label, tone = progress_of(application)
    contract = (
        Contract.objects.announced()
        .filter(application=application)
        .select_related("purchaser", "contractor")
        .order_by("-announced_at")
        .first()
    )
    notices = Publicity.objects.published().filter(items__application=application).order_by("starts_on").distinct()
    return PublicProject(
        application=application,
        progress=label,
        tone=tone,
        term=term_of(application),
        contract=contract,
        steps=public_steps(application),
        totals=totals_of(application),
        indicators=indicator_rows(application),
        spent=spent_total(application),
        publicities=list(notices),
        reports=list(Report.objects.published().filter(application=application).order_by("period_end")),
        result=public_result(application),
    )


def public_steps(application: Application) -> list[PublicStep]:
    rows = CaseStep.objects.filter(case=application.case_id, step__is_public=True).select_related("step")
    return [
        PublicStep(row.step.number, row.step.title, row.state, StepState(row.state).label, row.opened_at, row.done_at)
        for row in rows
        if row.state != StepState.SKIPPED
    ]


@implements("R-264", "R-293")
def public_result(application: Application) -> dict[str, Any]:
    """How it ended: acceptance, evaluation, the office's decision. Satisfaction is kept only from five answers on."""
    acceptance = application.acceptances.filter(status="final").order_by("-round").first()
    decision = closing_decision(application)
    closed = application.status in ("closed", "archived", "closed_failed")
    grade, tone = GRADES.get(application.final_grade, ("", "neutral"))
    return {
        "acceptance": acceptance,
        "grade": grade,
        "grade_tone": tone,
        "score": application.final_score,
        "satisfaction": application.satisfaction,
        "closed_at": application.closed_at if closed else None,
        "commendation": decision.data.get("commendation", "") if decision and closed else "",
        "any": bool(acceptance or grade or (closed and application.closed_at)),
    }


@dataclass(frozen=True)
class Figures:
    """The public projects as a whole, counted at most once in ten minutes."""

    projects: int
    closed: int
    granted: Decimal
    person_times: int


def public_figures() -> Figures:
    """Cached: the home page is everybody's first page and must not count tables."""
    kept: Figures | None = cache.get(FIGURES_KEY)
    if kept is None:
        counted = Application.objects.public().aggregate(
            projects=Count("pk"),
            closed=Count("pk", filter=Q(status__in=PROGRESS["closed"][1])),
            granted=Sum("granted_amount"),
        )
        served = DeliveryTotal.objects.filter(application__status__in=PUBLIC_APPLICATION_STATES)
        kept = Figures(
            projects=counted["projects"],
            closed=counted["closed"],
            granted=counted["granted"] or Decimal(0),
            person_times=served.aggregate(total=Sum("person_times"))["total"] or 0,
        )
        cache.set(FIGURES_KEY, kept, FIGURES_SECONDS)
    return kept
