"""Dealing large batches on the portal's other pages: the work itself, and whose turn it is."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from evaluation.models import AssignmentRun
from evaluation.services.assignment import JOB
from evaluation.services.assignment_work import carry_out
from procurement.access import Actor, Role
from procurement.audit.labels import register_action_labels
from procurement.documents import register_job
from procurement.ui.worklists import WorkItem, register_worklist


def register() -> None:
    register_job(JOB, carry_out, label=_("集中抽取和分派"))
    register_action_labels({"assignment.plan": _("安排集中分组")})
    register_worklist(assignment_work)


def assignment_work(actor: Actor) -> Iterable[WorkItem]:
    """The office locks and confirms; the witness draws."""
    turns = {"planned": Role.LGO, "proposed": Role.LGO, "locked": Role.PU_CHK}
    rows = AssignmentRun.objects.visible_to(actor).filter(status__in=turns).select_related("guide")
    for run in rows:
        if actor.holds(turns[run.status], run.guide.office_id):
            yield WorkItem(
                run.guide.title,
                run.get_absolute_url(),
                due_on=run.review_on,
                step=run.state.label,
                organisation=run.number,
                lifecycle=run.lifecycle.label,
            )
