"""The network in the navigation, and recognitions that wait for somebody."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.models import HubRecognition
from procurement.access import Actor, Role
from procurement.audit.labels import register_action_labels
from procurement.ui.furniture import NavEntry, Section, register_nav
from procurement.ui.worklists import WorkItem, register_worklist


def register() -> None:
    register_action_labels(
        {
            "hub_recognition.apply": gettext_lazy("申请枢纽认定"),
            "affiliation.join": gettext_lazy("登记枢纽成员"),
            "affiliation.leave": gettext_lazy("终止枢纽联系"),
        }
    )
    register_worklist(recognitions_to_decide)
    register_nav(NavEntry(gettext_lazy("枢纽网络"), "hub-network", order=72, section=Section.NETWORK))


def recognitions_to_decide(actor: Actor) -> Iterator[WorkItem]:
    """One query for those who sit in a leading group or its office; none for others."""
    office, leaders = actor.organization_ids(Role.LGO), actor.organization_ids(Role.LG)
    if not office and not leaders:
        return
    today = timezone.localdate()
    waiting = HubRecognition.objects.filter(
        Q(office__in=office, status__in=("applied", "reviewed"))
        | Q(office__in=leaders, status="checked")
        | Q(office__in=leaders, status="publicised", publicity_until__lt=today)
        | Q(office__in=leaders, status__in=("recognised", "renewed", "warned"), review_due_on__lte=today)
    ).select_related("organization")
    steps = {
        "applied": _("核对资格"),
        "checked": _("审议"),
        "reviewed": _("公示"),
        "publicised": _("认定"),
    }
    for recognition in waiting:
        yield WorkItem(
            title=str(recognition),
            url=reverse("hub-recognition", args=[recognition.pk]),
            due_on=recognition.review_due_on,
            step=steps.get(recognition.status, _("年度审核")),
            organisation=recognition.organization.display_name,
            lifecycle=recognition.lifecycle.label,
        )
