"""What waits for people in steps 2 to 4 beyond the open step itself: corrections to hand in, standing to confirm."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from procurement.access import Actor, Role
from procurement.ui.worklists import WorkItem
from projects.models import Application
from projects.selectors.applications import APPLICANT_ROLES


def application_work(actor: Actor) -> Iterator[WorkItem]:
    """At most two queries; people who neither apply nor confirm cost none."""
    applying = actor.organization_ids(*APPLICANT_ROLES)
    if applying:
        sent_back = Application.objects.filter(applicant__in=applying, status="supplement").select_related("applicant")
        for application in sent_back:
            yield WorkItem(
                title=_("提交补正：%(title)s") % {"title": application},
                url=reverse("application-tasks", args=[application.pk]),
                due_on=application.supplement_due_on,
                step=_("退回补正"),
                organisation=application.applicant.display_name,
            )
    confirming = actor.organization_ids(Role.CIV)
    if confirming:
        unconfirmed = (
            Application.objects.filter(guide__civil__in=confirming, status="endorsed")
            .exclude(precheck_items__code="civil", precheck_items__passed__isnull=False)
            .select_related("applicant")
        )
        for application in unconfirmed:
            yield WorkItem(
                title=_("确认申报单位资质：%(title)s") % {"title": application},
                url=reverse("application-precheck", args=[application.pk]),
                step=_("汇总初审"),
                organisation=application.applicant.display_name,
            )


def application_is_visible(actor: Actor, application_id: UUID) -> bool:
    """Who may open the files of an application: whoever may open the application."""
    return Application.objects.visible_to(actor).filter(pk=application_id).exists()
