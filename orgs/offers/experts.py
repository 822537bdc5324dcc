"""The pool in the navigation of those who may read it, an expert's own desk, applications in the worklist."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from orgs.models import ExpertAdmission
from orgs.selectors.experts import may_read_pool
from procurement.access import Actor, Role
from procurement.audit.labels import register_action_labels
from procurement.ui.furniture import NavEntry, Section, register_nav
from procurement.ui.worklists import WorkItem, register_worklist


def register() -> None:
    register_action_labels(
        {
            "expert_admission.draft": _("填写专家入库申请"),
            "expert.employment": _("申报任职经历"),
            "expert.kin": _("申报亲属关系"),
            "expert.activate": _("专家恢复在库"),
            "expert.rest": _("专家暂停评审"),
            "expert.bar": _("登记禁止参加评审"),
        }
    )
    register_worklist(admissions_to_decide)
    register_nav(NavEntry(_("评审专家库"), "expert-pool", order=76, section=Section.NETWORK, visible=_reads))
    register_nav(NavEntry(_("我的专家登记"), "my-expert", order=77, section=Section.NETWORK, visible=_is_expert))


def admissions_to_decide(actor: Actor) -> Iterable[WorkItem]:
    offices = actor.organization_ids(Role.LGO)
    if not offices:
        return
    rows = ExpertAdmission.objects.filter(status="applied", office__in=offices).select_related("person", "office")
    for row in rows:
        yield WorkItem(str(row), row.get_absolute_url(), step=str(_("审核入库")), organisation=row.office.name)


def _reads(actor: Actor | None) -> bool:
    return actor is not None and may_read_pool(actor)


def _is_expert(actor: Actor | None) -> bool:
    return actor is not None and actor.holds(Role.EXP)
