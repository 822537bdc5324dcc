"""The inbox: each person reads their own messages, and only those."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from procurement.access import Role, get_visible_or_404
from procurement.notices import selectors
from procurement.notices.models import Message
from procurement.notices.services.inbox import mark_all_read, mark_read
from procurement.ui.paging import keyset_page


@require_safe
@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    """Unread first: they are what opens, unless there are none or everything was asked for."""
    unread = selectors.unread_count(request.actor)
    show = request.GET.get("show") or ("unread" if unread else "all")
    rows = selectors.inbox(request.actor, unread_only=show == "unread")
    page = keyset_page(rows, request, order=("-created_at", "-id"))
    context = {
        "page": page,
        "show": show,
        "unread": unread,
        "tabs": _tabs(show, unread),
        "administrator": request.actor.holds(Role.SYS),
    }
    return render(request, "notices/inbox.html", context)


def _tabs(show: str, unread: int) -> list[dict[str, Any]]:
    return [
        {"label": _("未读"), "url": "?show=unread", "current": show == "unread", "count": unread},
        {"label": _("全部"), "url": "?show=all", "current": show != "unread", "count": None},
    ]


@require_safe
@login_required
def message(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Reading does not mark: a link scanner or a prefetch must not read a person's mail for them."""
    found = get_visible_or_404(Message.objects.all(), request.actor, pk=pk)
    return render(request, "notices/message.html", {"message": found})


@require_POST
@login_required
def open_message(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Mark read, then go to what the message is about."""
    found = get_visible_or_404(Message.objects.all(), request.actor, pk=pk)
    mark_read(actor=request.actor, message=found)
    if url_has_allowed_host_and_scheme(found.url, allowed_hosts=None):
        return redirect(found.url)
    return redirect("inbox-message", pk=found.pk)


@require_POST
@login_required
def read_all(request: HttpRequest) -> HttpResponse:
    count = mark_all_read(actor=request.actor)
    messages.success(
        request,
        ngettext("已将 %(count)d 封站内信标为已读。", "已将 %(count)d 封站内信标为已读。", count) % {"count": count},
    )
    return redirect("inbox")
