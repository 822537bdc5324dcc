"""能否申报: every condition of a guide with its answer for one's own body, or in words for everybody else."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views import View

from orgs.models import Organization
from orgs.selectors.eligibility import answers_to, conditions_for
from procurement.access import get_visible_or_404
from procurement.rules import registry
from projects.models import Guide
from projects.selectors.applications import applying_organizations
from projects.selectors.eligibility import Entry, begun_application, question_about, question_before


class GuideEligibilityView(View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        guide = get_visible_or_404(Guide.objects.select_related("rule_set", "office"), request.actor, pk=pk)
        mine = applying_organizations(request.actor) if request.actor.user else []
        chosen = next(
            (body for body in mine if str(body.pk) == request.GET.get("organization")), mine[0] if mine else None
        )
        if chosen is None:
            rows = conditions_for(guide.rule_set.regime, Entry(guide))
            words = [{"condition": row, "rule": registry[row.rule_id]} for row in rows]
            return render(request, "projects/eligibility.html", {"guide": guide, "conditions": words})
        return render(request, "projects/eligibility.html", self._answers(guide, chosen) | {"organizations": mine})

    def _answers(self, guide: Guide, organization: Organization) -> dict[str, object]:
        today = timezone.localdate()
        application = begun_application(guide, organization)
        question = question_about(application, today) if application else question_before(guide, organization, today)
        answers = answers_to(question)
        return {
            "guide": guide,
            "organization": organization,
            "application": application,
            "answers": answers,
            "blocking": sum(answered.blocks for answered in answers),
            "warning": any(answered.warns for answered in answers),
            "today": today,
        }
