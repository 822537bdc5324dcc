"""The cut-line simulator of a grant envelope: draw the line, see whom it reaches, keep scenarios, take them along."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from procurement.access import Role, get_visible_or_404
from procurement.registers.workbooks import XLSX
from projects.cutting import Candidate, Outcome, cut
from projects.forms.cut_line import PREFIX, CutLineForm, ScenarioNameForm
from projects.models import Application, Guide
from projects.selectors.cut_line import available_for, candidates_of, compared, rows_of
from projects.services.cut_scenarios import may_simulate, save_scenario
from projects.services.cut_sheets import workbook


@dataclass(frozen=True)
class Simulation:
    """One request's line through the list."""

    guide: Guide
    rows: list[Application]
    candidates: list[Candidate]
    form: CutLineForm
    outcome: Outcome

    def scenarios(self) -> Any:
        return compared(self.guide, self.guide.scenarios.all(), self.candidates)


class CutLineView(LoginRequiredMixin, View):
    """Everything stands in the address; a saved scenario is one more way to fill it."""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        guide = _guide(request, pk)
        loaded = _scenario_query(guide, request.GET.get("scenario", ""))
        if loaded:
            return redirect(f"{reverse('guide-cut-line', args=[guide.pk])}?{loaded}")
        made = _simulate(guide, request.GET or None)
        context = {
            "guide": guide,
            "form": made.form,
            "outcome": made.outcome,
            "lines": [
                (row, line, made.form.amount_field(line.candidate))
                for row, line in zip(made.rows, made.outcome.lines, strict=True)
            ],
            "scenarios": made.scenarios(),
            "query": request.GET.urlencode(),
            "name_form": ScenarioNameForm(),
            "may_save": may_simulate(request.actor, guide),
        }
        return render(request, "projects/cut_line.html", context)


class CutScenarioSaveView(LoginRequiredMixin, View):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        guide = _guide(request, pk)
        if not may_simulate(request.actor, guide):
            raise Http404
        here = reverse("guide-cut-line", args=[guide.pk])
        name, made = ScenarioNameForm(request.POST), _simulate(guide, request.GET or None)
        if not name.is_valid():
            messages.error(request, _("请填写方案名称"))
            return redirect(f"{here}?{request.GET.urlencode()}")
        save_scenario(actor=request.actor, guide=guide, name=name.cleaned_data["name"], outcome=made.outcome)
        messages.success(request, _("已保存测算方案；审定结论仍由领导小组作出。"))
        return redirect(f"{here}?{request.GET.urlencode()}")


class CutLineSheetView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        made = _simulate(_guide(request, pk), request.GET or None)
        response = HttpResponse(workbook(made.rows, made.outcome, made.scenarios()), content_type=XLSX)
        response["Content-Disposition"] = f'attachment; filename="cut-line-{made.guide.number}.xlsx"'
        return response


def _guide(request: HttpRequest, pk: str) -> Guide:
    """For the leading group, its office, finance and the overseers, as the decision itself."""
    guide = get_visible_or_404(Guide.objects.select_related("envelope", "office"), request.actor, pk=pk)
    bodies = (guide.office_id, guide.finance_id)
    if request.actor.sees_everything or any(
        request.actor.holds(role, body) for role in (Role.LG, Role.LGO, Role.FIN) for body in bodies
    ):
        return guide
    raise Http404


def _simulate(guide: Guide, data: Any) -> Simulation:
    rows = rows_of(guide)
    candidates = candidates_of(guide, rows)
    form = CutLineForm(data, candidates=candidates)
    outcome = cut(
        candidates,
        available=available_for(guide),
        count=form.line_count,
        share=form.part,
        amounts=form.amounts,
    )
    return Simulation(guide, rows, candidates, form, outcome)


def _scenario_query(guide: Guide, wanted: str) -> str:
    """A saved scenario as an address: nobody by the line, everybody by name."""
    scenario = next((each for each in guide.scenarios.all() if str(each.pk) == wanted), None)
    if scenario is None:
        return ""
    return "&".join(["count=0", *(f"{PREFIX}{key}={amount}" for key, amount in scenario.amounts.items())])
