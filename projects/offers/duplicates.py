"""Exceptions that wait for finance, and the acts around resemblances by name."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procurement.access import Actor, Role
from procurement.audit.labels import register_action_labels
from procurement.ui.worklists import WorkItem, register_worklist
from projects.models import SecondFunding


def register() -> None:
    register_worklist(exceptions_waiting)
    register_action_labels(
        {
            "application.declare_difference": gettext_lazy("说明与相近项目的区别"),
            "second_funding.request": gettext_lazy("申请重复资助例外"),
        }
    )


def exceptions_waiting(actor: Actor) -> list[WorkItem]:
    finance = actor.organization_ids(Role.FIN)
    if not finance:
        return []
    rows = SecondFunding.objects.filter(application__guide__finance__in=finance, status="requested")
    return [
        WorkItem(
            title=str(asked),
            url=asked.get_absolute_url(),
            step=_("决定是否准许"),
            organisation=asked.application.applicant.name,
            lifecycle=asked.lifecycle.label,
        )
        for asked in rows.select_related("application__applicant")[:50]
    ]
