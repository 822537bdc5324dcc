"""The journal's pages, for those who oversee everything (R-284); for everybody else they do not exist."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_POST

from procurement.audit.forms import JournalFilter
from procurement.audit.models import AuditEvent, Checkpoint
from procurement.audit.selectors import journal_page
from procurement.audit.services.journal import PERSONAL, record
from procurement.audit.services.verification import status, verify

CHECKPOINTS_SHOWN = 5


def for_overseers(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer 404 unless the actor holds a seat of audit, discipline or finance supervision."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.actor.sees_everything:  # type: ignore[attr-defined]
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_GET
@for_overseers
def journal(request: HttpRequest) -> HttpResponse:
    """Browse the journal, newest first."""
    form = JournalFilter(request.GET)
    page = journal_page(form.apply(AuditEvent.objects.all()), request.GET)
    return render(request, "audit/journal.html", {"form": form, "page": page, **_chain()})


@require_GET
@for_overseers
def entry(request: HttpRequest, seq: int) -> HttpResponse:
    """Show one entry with everything that was hashed."""
    event = get_object_or_404(AuditEvent.objects.sealed().prefetch_related("salts"), chain__seq=seq)
    content = event.content
    kept = {salt.field: salt.value for salt in event.salts.all()}
    personal = [(field, hashed, kept.get(field)) for field, hashed in content.pop(PERSONAL, {}).items()]
    context = {
        "event": event,
        "content": json.dumps(content, ensure_ascii=False, indent=2) if content else "",
        "personal": personal,
        "covering": Checkpoint.objects.filter(size__gte=seq).order_by("size").first(),
        "older": seq - 1 if seq > 1 else None,
        "newer": seq + 1 if AuditEvent.objects.filter(chain__seq=seq + 1).exists() else None,
    }
    return render(request, "audit/entry.html", context)


@require_POST
@for_overseers
def verify_journal(request: HttpRequest) -> HttpResponse:
    """Recompute the whole journal now; that it was asked for is itself recorded."""
    report = verify()
    actor = request.actor  # type: ignore[attr-defined]
    record(
        actor_id=actor.user.pk,
        actor_label=" · ".join(dict.fromkeys(f"{seat.organization_name} · {seat.role.label}" for seat in actor.seats))[
            :200
        ],
        action="audit.verify",
        subject="audit.auditchain:",
        ok=report.whole,
        body={"size": report.size, "anchors": report.anchors, "first_bad": report.first_bad_seq},
    )
    return render(request, "audit/verified.html", {"report": report, **_chain()})


@require_GET
@for_overseers
def checkpoint(request: HttpRequest, size: int) -> HttpResponse:
    """Hand out a signed checkpoint, to be kept elsewhere."""
    statement = get_object_or_404(Checkpoint, size=size).as_json()
    response = JsonResponse(statement, json_dumps_params={"indent": 2, "sort_keys": True})
    response["Content-Disposition"] = f'attachment; filename="checkpoint-{size:012d}.json"'
    return response


def _chain() -> dict[str, Any]:
    return {"chain": status(), "checkpoints": Checkpoint.objects.order_by("-size")[:CHECKPOINTS_SHOWN]}
