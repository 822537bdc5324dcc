"""Filed groups in the navigation of those who keep them, and filings and letters that wait for somebody."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.models import AuthorizationLetter, CommunityFiling
from orgs.models.filing import READERS
from orgs.selectors.filings import GROUP_ROLES, KEEPER_ROLES
from procurement.access import Actor
from procurement.audit.labels import register_action_labels
from procurement.calendars import add_months
from procurement.ui.furniture import NavEntry, Section, register_nav
from procurement.ui.worklists import WorkItem, register_worklist


def register() -> None:
    register_action_labels(
        {"filing.apply": gettext_lazy("申请社区社会组织备案"), "authorization.draft": gettext_lazy("拟定授权委托书")}
    )
    register_worklist(filings_and_letters)
    register_nav(
        NavEntry(gettext_lazy("社区社会组织"), "filings", order=74, section=Section.NETWORK, visible=_keeps_or_reads)
    )


def _keeps_or_reads(actor: Actor | None) -> bool:
    return bool(actor and (actor.sees_everything or actor.roles & {*READERS, *KEEPER_ROLES}))


def filings_and_letters(actor: Actor) -> Iterator[WorkItem]:
    """Filings to decide or to check for their keepers; letters to sign for the groups."""
    keeping = actor.organization_ids(*KEEPER_ROLES)
    if keeping:
        soon = add_months(timezone.localdate(), 1)
        waiting = Q(status="applied") | Q(status="filed", valid_to__lte=soon)
        rows = CommunityFiling.objects.filter(waiting, keeper__in=keeping).select_related("organization", "keeper")
        for filing in rows:
            yield WorkItem(
                title=str(filing),
                url=filing.get_absolute_url(),
                due_on=filing.valid_to,
                step=_("备案") if filing.status == "applied" else _("备案年度检查"),
                organisation=filing.keeper.display_name,
                lifecycle=filing.lifecycle.label,
            )
    group = actor.organization_ids(*GROUP_ROLES)
    if group:
        letters = AuthorizationLetter.objects.filter(status="proposed", executor__in=group)
        for letter in letters.select_related("union", "executor"):
            yield WorkItem(
                title=letter.project_title,
                url=letter.get_absolute_url(),
                step=_("签署授权委托书"),
                organisation=letter.union.display_name,
                lifecycle=letter.lifecycle.label,
            )
