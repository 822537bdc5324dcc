"""The scheme on the guide's page: everyone reads it there, the office sets it there."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evaluation.models import Rubric
from evaluation.selectors.rubrics import draft_of, rubric_of, tree
from procurement.access import Actor, Role
from procurement.audit.labels import register_action_labels
from projects.models import Guide
from projects.panels import Panel, register_guide_panel


def register() -> None:
    register_guide_panel("rubric", rubric_panel)
    register_action_labels(
        {"rubric.start": gettext_lazy("选用评分办法"), "rubric.revise": gettext_lazy("修改评分办法")}
    )


def rubric_panel(guide: Guide, actor: Actor) -> Panel | None:
    """评分办法: the frozen scheme, or the office's way to one."""
    rubric = rubric_of(guide)
    is_office = actor.holds(Role.LGO, guide.office_id)
    may_set = is_office and guide.status in ("draft", "checking", "approved")
    if rubric is None and not may_set:
        return None
    if rubric is not None and not Rubric.objects.visible_to(actor).filter(pk=rubric.pk).exists():
        return None
    context: dict[str, Any] = {
        "guide": guide,
        "rubric": rubric,
        "factors": tree(rubric) if rubric else [],
        "draft": draft_of(guide) if may_set else None,
        "may_set": may_set,
    }
    return Panel(_("评分办法"), "evaluation/rubric_panel.html", context)
