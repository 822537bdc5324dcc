"""Shared grounds on the pages of a guide and of an application, for officers only (R-078)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procurement.access import Actor
from procurement.audit.labels import register_action_labels
from projects.panels import Panel, register_guide_panel, register_panel
from projects.selectors.collusion import may_look, suspicions_about

#: While the office still weighs the application.
WEIGHED = ("submitted", "endorsed", "supplement", "prechecked", "under_review", "scored")


def register() -> None:
    register_action_labels({"collusion.conclude": gettext_lazy("核实关联申报")})
    register_guide_panel("collusion", way_to_grounds)
    register_panel("collusion", grounds_of_application)


def way_to_grounds(guide: Any, actor: Actor) -> Panel | None:
    if guide.status in ("draft", "checking", "approved") or not may_look(actor, guide):
        return None
    return Panel(_("关联申报核对"), "projects/collusion/guide_panel.html", {"guide": guide})


def grounds_of_application(application: Any, actor: Actor) -> Panel | None:
    """Nothing for the applicant, and nothing when there is nothing."""
    guide = application.guide
    if application.status not in WEIGHED or application.applicant_id in actor.organization_ids():
        return None
    if not may_look(actor, guide) or not (found := suspicions_about(application)):
        return None
    context = {"guide": guide, "application": application, "found": found}
    return Panel(_("关联申报核对"), "projects/collusion/panel.html", context)
