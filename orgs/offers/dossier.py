"""The dossier in navigation and worklists, its files, and the clock that lets papers expire."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.models import Qualification
from orgs.selectors.dossier import EDITORS, notice_day
from orgs.services.dossier import sweep
from procurement.access import Actor, Role
from procurement.audit.labels import register_action_labels
from procurement.documents.subjects import register_subject
from procurement.notices import register_sweep
from procurement.ui.furniture import NavEntry, Section, register_nav
from procurement.ui.worklists import WorkItem, register_worklist


def register() -> None:
    register_action_labels(
        {
            "qualification.add": gettext_lazy("登记资质材料"),
            "qualification.revise": gettext_lazy("修改资质材料"),
            "qualification.import": gettext_lazy("由登记机关导入证书"),
            "inspection.record": gettext_lazy("登记年检结论"),
        }
    )
    register_sweep("qualifications", sweep, every=timedelta(hours=1))
    register_subject("orgs.qualification", visible=_paper_is_visible)
    register_worklist(papers_to_do)
    register_nav(
        NavEntry(
            gettext_lazy("资质档案"),
            "my-dossier",
            order=71,
            section=Section.NETWORK,
            visible=lambda actor: bool(actor and actor.organization_ids(*EDITORS)),
        )
    )


def papers_to_do(actor: Actor) -> Iterator[WorkItem]:
    """One query for the own papers, one for civil affairs' queue."""
    mine = actor.organization_ids(*EDITORS)
    if mine:
        soon = notice_day(timezone.localdate())
        papers = Qualification.objects.filter(organization__in=mine).select_related("organization")
        for paper in papers.filter(status="returned") | papers.filter(status="verified", expires_on__lte=soon):
            renewing = paper.status == "verified"
            yield WorkItem(
                title=_("更新%(paper)s") % {"paper": paper.kind_label} if renewing else str(paper),
                url=paper.get_absolute_url(),
                due_on=paper.expires_on if renewing else None,
                step=_("材料即将到期") if renewing else _("材料被退回"),
                organisation=paper.organization.display_name,
            )
    if actor.holds(Role.CIV):
        for paper in Qualification.objects.filter(status="submitted").select_related("organization")[:50]:
            yield WorkItem(
                title=str(paper),
                url=paper.get_absolute_url(),
                step=_("核验资质材料"),
                organisation=paper.organization.display_name,
                lifecycle=paper.lifecycle.label,
            )


def _paper_is_visible(actor: Actor, subject_id: UUID) -> bool:
    """Whoever may read the paper may open its scan."""
    return Qualification.objects.visible_to(actor).filter(pk=subject_id).exists()
