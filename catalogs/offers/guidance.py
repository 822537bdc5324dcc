"""Catalogues and wishes in the navigation, in worklists, under the clock."""

from __future__ import annotations

from datetime import timedelta
from itertools import chain

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogs.models import CatalogueProposal, GuidanceCatalogue
from catalogs.services.guidance import supersede_due
from procurement.access import Actor, Role
from procurement.audit.labels import register_action_labels
from procurement.notices import register_sweep
from procurement.ui.furniture import NavEntry, Section, register_nav
from procurement.ui.worklists import WorkItem, register_worklist


def register() -> None:
    register_action_labels(
        {
            "catalogue.open": gettext_lazy("编制新版目录"),
            "catalogue.add_item": gettext_lazy("增加目录条目"),
            "catalogue.revise_item": gettext_lazy("修改目录条目"),
            "catalogue.remove_item": gettext_lazy("删除目录条目"),
            "catalogue.map_codes": gettext_lazy("对应采购品目"),
            "catalogue_proposal.save": gettext_lazy("起草目录调整建议"),
            "purchase_check.answer": gettext_lazy("核对禁购清单"),
        }
    )
    register_sweep("catalogue_editions", supersede_due, every=timedelta(hours=1))
    register_worklist(catalogues_to_decide)
    register_worklist(proposals_to_answer)
    register_nav(NavEntry(gettext_lazy("购买服务目录"), "catalogue-list", order=50, section=Section.MARKET))


def catalogues_to_decide(actor: Actor) -> list[WorkItem]:
    """Drafts and approved editions of the own office, and what was sent up to the own government."""
    compiling, approving = actor.organization_ids(Role.FIN, Role.LGO), actor.organization_ids(Role.LG, Role.FIN)
    if not compiling and not approving:
        return []
    rows = GuidanceCatalogue.objects.select_related("compiler")
    found = chain(
        rows.filter(compiler__in=compiling, status__in=("draft", "approved")),
        rows.filter(approver__in=approving, status="submitted"),
    )
    steps = {"draft": _("编制并报批"), "submitted": _("同级政府批准"), "approved": _("公布目录")}
    return [
        WorkItem(
            title=str(row),
            url=row.get_absolute_url(),
            step=steps[row.status],
            organisation=row.compiler.name if row.compiler else "",
            lifecycle=row.lifecycle.label,
        )
        for row in found
    ]


def proposals_to_answer(actor: Actor) -> list[WorkItem]:
    """What finance has to answer, and one's own drafts (returned ones among them)."""
    answering = actor.organization_ids(Role.FIN)
    rows = CatalogueProposal.objects.select_related("organization", "item")
    waiting = rows.waiting().filter(reviewer__in=answering) if answering else rows.none()
    return [
        WorkItem(
            title=str(row),
            url=row.get_absolute_url(),
            step=_("提交建议") if row.status == "draft" else _("答复目录调整建议"),
            organisation=row.organization.name,
            lifecycle=row.lifecycle.label,
        )
        for row in chain(rows.filter(proposer=actor.id, status="draft"), waiting)
    ]
