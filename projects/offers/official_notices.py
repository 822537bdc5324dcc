"""Official notices in the navigation, on the procedure's page, under the clock."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, Role
from procurement.documents import register_subject
from procurement.notices import register_sweep
from procurement.ui.furniture import NavEntry, Section, register_nav
from projects.models import OfficialNotice, Procedure
from projects.panels import Panel, register_procedure_panel
from projects.services.official_notices import expire_due


def register() -> None:
    register_nav(NavEntry(_("公告公示"), "official-notices", order=16, section=Section.PUBLIC))
    register_sweep("official_notice_periods", expire_due)
    register_subject("projects.officialnotice", visible=_notice_is_visible)
    register_procedure_panel("official_notices", notices_panel)


def notices_panel(procedure: Procedure, actor: Actor) -> Panel | None:
    """Every notice of the procedure, oldest first; those who run it, and its supervisor, may draft another."""
    rows = list(OfficialNotice.objects.visible_to(actor).filter(procedure=procedure).order_by("created_at"))
    runs = (
        actor.holds(Role.PU_BUY, procedure.purchaser_id)
        or actor.holds(Role.FIN_SUP, procedure.finance_id)
        or (procedure.agent_id is not None and actor.holds(Role.AGT, procedure.agent_id))
    )
    if not rows and not runs:
        return None
    context = {"rows": rows, "procedure": procedure, "may_draft": runs}
    return Panel(str(_("公告公示")), "projects/notices/panel.html", context)


def _notice_is_visible(actor: Actor, subject_id: UUID) -> bool:
    return OfficialNotice.objects.visible_to(actor).filter(pk=subject_id).exists()
