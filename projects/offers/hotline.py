"""The hotline in navigation and worklists, on the page of a project, and its clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procurement.access import Actor
from procurement.audit.labels import register_action_labels
from procurement.notices import register_sweep
from procurement.ui.furniture import NavEntry, Section, register_nav
from procurement.ui.worklists import WorkItem, register_worklist
from projects.models import HotlineCall
from projects.models.hotline import HANDLER_ROLES, HOTLINE_ROLES
from projects.panels import Panel, register_panel
from projects.services.hotline import sweep


def register() -> None:
    register_action_labels({"hotline.receive": gettext_lazy("受理居民反映")})
    register_sweep("hotline", sweep, every=timedelta(hours=1))
    register_worklist(calls_to_do)
    register_panel("hotline", calls_about)
    register_nav(NavEntry(gettext_lazy("服务热线"), "hotline", order=28, section=Section.PUBLIC))


def calls_about(application: Any, actor: Actor) -> Panel | None:
    """What residents reported about this project, for those who may read the calls."""
    calls = HotlineCall.objects.visible_to(actor).filter(application=application)
    if not calls:
        return None
    return Panel(_("居民反映"), "projects/hotline/panel.html", {"calls": calls})


def calls_to_do(actor: Actor) -> Iterator[WorkItem]:
    """Calls to hand on, and calls to answer."""
    offices, handlers = actor.organization_ids(*HOTLINE_ROLES), actor.organization_ids(*HANDLER_ROLES)
    if offices:
        yield from _items(HotlineCall.objects.filter(status="filed", office__in=offices), _("受理并交办居民反映"))
    if handlers:
        yield from _items(HotlineCall.objects.filter(status="dispatched", handler__in=handlers), _("答复居民反映"))


def _items(rows: Any, step: str) -> Iterator[WorkItem]:
    for call in rows.select_related("street")[:50]:
        yield WorkItem(
            title=str(call),
            url=call.get_absolute_url(),
            due_on=call.due_on,
            step=step,
            organisation=call.street.name,
            lifecycle=call.lifecycle.label,
        )
