"""The public handbook: rules with their state in the code, terms, and the numbers in force."""

from itertools import groupby
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from procurement.rules.forms import GlossaryFilterForm, RuleFilterForm
from procurement.rules.glossary import terms
from procurement.rules.marks import RuleState
from procurement.rules.models import RuleSet
from procurement.rules.parameters import PARAMETERS, Parameter
from procurement.rules.rulebook import registry
from procurement.rules.selectors import STATE_TONES, by_section, rule_row, rule_rows, rule_set_rows, state_counts


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    counts = [{"state": state, "count": count, "tone": STATE_TONES[state]} for state, count in state_counts()]
    facts = {
        "rules": len(registry),
        "unverified": sum(not rule.verified for rule in registry.values()),
        "terms": len(terms()),
        "parameters": len(PARAMETERS),
        "rule_sets": RuleSet.objects.approved().valid_on(timezone.localdate()).count(),
    }
    return render(
        request, "handbook/index.html", {"counts": counts, "facts": facts, "lifecycles_url": _lifecycles_url()}
    )


def _lifecycles_url() -> str:
    """The chapter of the room above; empty where that room is not mounted."""
    try:
        return reverse("handbook-lifecycles")
    except NoReverseMatch:
        return ""


@require_safe
def rule_list(request: HttpRequest) -> HttpResponse:
    form = RuleFilterForm(request.GET)
    rows = rule_rows(**form.filters())
    context = {"form": form, "sections": by_section(rows), "found": len(rows), "total": len(registry)}
    return render(request, "handbook/rule_list.html", context)


@require_safe
def rule_detail(request: HttpRequest, rule_id: str) -> HttpResponse:
    if rule_id not in registry:
        raise Http404
    row = rule_row(registry[rule_id])
    context = {
        "row": row,
        "rule": row.rule,
        "parameters": [(item, item.show(item.default)) for item in _parameters_of(rule_id)],
        "unbound": row.state == RuleState.PENDING and bool(row.places),
    }
    return render(request, "handbook/rule_detail.html", context)


def _parameters_of(rule_id: str) -> list[Parameter]:
    return [item for item in PARAMETERS.values() if rule_id in (item.rule_id, *item.rule_by_regime.values())]


@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    form = GlossaryFilterForm(request.GET)
    words = form.cleaned_data["words"] if form.is_valid() else ""
    found = [term for term in terms() if term.matches(words)]
    sections = [(name, list(group)) for name, group in groupby(found, key=lambda term: term.section)]
    return render(request, "handbook/glossary.html", {"form": form, "sections": sections, "found": len(found)})


@require_safe
def parameters(request: HttpRequest) -> HttpResponse:
    return render(request, "handbook/parameters.html", {"rows": rule_set_rows(timezone.localdate())})


@require_safe
def rule_set(request: HttpRequest, pk: UUID) -> HttpResponse:
    shown = get_object_or_404(RuleSet.objects.approved(), pk=pk)
    groups = [
        (name, [_value_row(shown.regime, *entry) for entry in entries])
        for name, entries in groupby(shown.effective(), key=lambda entry: entry[0].group)
    ]
    return render(request, "handbook/rule_set.html", {"rule_set": shown, "groups": groups})


def _value_row(regime: str, parameter: Parameter, value: str, own: bool) -> dict[str, object]:
    return {"parameter": parameter, "value": value, "own": own, "rule": parameter.rule_for(regime)}
