"""What projects tell the network of hubs, and what they do when a hub is lost."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.selectors.supervision import register_supervision
from orgs.services.affiliations import register_follow_up
from procurement.access import Actor
from procurement.audit.labels import register_action_labels
from projects.panels import Panel, register_panel
from projects.selectors.applications import may_edit
from projects.selectors.supervision import count_hubs, count_members
from projects.services.rerouting import follow


def register() -> None:
    register_action_labels({"application.reroute": gettext_lazy("变更主责单位")})
    register_supervision(members=count_members, hubs=count_hubs)
    register_follow_up("waiting_endorsements", follow)
    register_panel("hub_to_choose", hub_to_choose)


def hub_to_choose(application: Any, actor: Actor) -> Panel | None:
    """Only for the applicant of something whose hub is gone."""
    if application.status != "submitted" or application.hub_id is not None or not may_edit(application, actor):
        return None
    return Panel(_("主责单位"), "projects/application/hub_lost.html", {"application": application})
