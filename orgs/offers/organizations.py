"""The register in the navigation, papers for those whose they are, seats for whoever asks."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from orgs.models import Qualification
from orgs.selectors.seats import read_holders, read_seats
from procurement.access import Actor, register_holders, register_seats
from procurement.audit.labels import register_action_labels
from procurement.documents.subjects import register_subject
from procurement.ui.furniture import NavEntry, Section, register_nav


def register() -> None:
    register_action_labels(
        {
            "credit.record": _("记入信用记录"),
            "credit.lift": _("移出信用记录"),
            "membership.grant": _("授予角色"),
            "membership.revoke": _("撤销角色"),
            "organization.update": _("更新单位信息"),
            "qualification.add": _("登记资质证书"),
        }
    )
    register_seats(read_seats)
    register_holders(read_holders)
    register_subject("orgs.qualification", visible=_paper_is_visible)
    register_nav(NavEntry(_("单位名录"), "organization-list", order=70, prefix="/orgs/", section=Section.NETWORK))


def _paper_is_visible(actor: Actor, subject_id: UUID) -> bool:
    mine = Qualification.objects.filter(pk=subject_id, organization__in=actor.organization_ids())
    return actor.sees_everything or mine.exists()
