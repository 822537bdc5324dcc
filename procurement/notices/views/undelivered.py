"""Notices the portal gave up on, for the system administrator: who was not reached, why, and another try."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from procurement.access import Role
from procurement.notices import selectors
from procurement.notices.models import Outbox
from procurement.notices.services.dispatch import retry_failed


@require_safe
@login_required
def undelivered(request: HttpRequest) -> HttpResponse:
    _require_administrator(request)
    context = {"entries": selectors.undelivered(), "waiting": selectors.waiting_mail_count()}
    return render(request, "notices/undelivered.html", context)


@require_POST
@login_required
def retry(request: HttpRequest, pk: UUID) -> HttpResponse:
    _require_administrator(request)
    entry = get_object_or_404(Outbox.objects.failed(), pk=pk)
    retry_failed(outbox=entry)
    messages.success(request, _("已重新排入发送队列。"))
    return redirect("inbox-undelivered")


def _require_administrator(request: HttpRequest) -> None:
    """404, not 403: the page does not exist for anyone else."""
    if not request.actor.holds(Role.SYS):
        raise Http404
