"""Consortia in the navigation and in the worklists of those whose turn it is."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from orgs.models import Consortium, ConsortiumChange, SteeringSeat
from procurement.access import Actor, Role
from procurement.audit.labels import register_action_labels
from procurement.ui.furniture import NavEntry, Section, register_nav
from procurement.ui.worklists import WorkItem, register_worklist


def register() -> None:
    register_action_labels(
        {
            "consortium.start": _("发起组团或联合体"),
            "consortium.edit": _("修改组团或联合体"),
            "consortium.invite": _("列入成员名单"),
            "consortium.remove": _("移出成员名单"),
            "consortium.ballot": _("推选指导小组代表"),
            "consortium.support": _("登记支持性服务合同"),
            "consortium_change.draw": _("起草成员变动申请"),
            "consortium_change.vote": _("指导小组表决"),
        }
    )
    register_worklist(consortium_work)
    register_nav(NavEntry(_("组团和联合体"), "consortium-list", order=74, section=Section.NETWORK))


def consortium_work(actor: Actor) -> Iterable[WorkItem]:
    """Texts to sign, offers to approve, changes to vote on and to consent to."""
    heads, buyers = actor.organization_ids(Role.ORG_H, Role.SUP), actor.organization_ids(Role.PU_SIGN, Role.LGO)
    if heads:
        unsigned = Consortium.objects.filter(
            status="signing", members__organization__in=heads, members__signed_at=None, members__left_on=None
        )
        yield from (_item(row, str(row), _("签署协议")) for row in unsigned.select_related("lead").distinct())
    if buyers:
        asked = Consortium.objects.filter(status="submitted", purchaser__in=buyers).select_related("lead")
        yield from (_item(row, str(row), _("同意组团或联合")) for row in asked)
        endorsed = ConsortiumChange.objects.filter(status="endorsed", consortium__purchaser__in=buyers)
        rows = endorsed.select_related("organization", "consortium")
        yield from (_item(row, str(row), _("同意成员变动")) for row in rows)
    voters = actor.organization_ids(Role.ORG_H, Role.CIV, Role.SUP)
    if voters:
        seats = SteeringSeat.objects.filter(organization__in=voters, until=None)
        open_votes = ConsortiumChange.objects.filter(status="asked", consortium__steering__in=seats).exclude(
            votes__seat__in=seats
        )
        rows = open_votes.select_related("organization", "consortium").distinct()
        yield from (_item(row, str(row), _("指导小组表决")) for row in rows)


def _item(row: Consortium | ConsortiumChange, title: str, step: object) -> WorkItem:
    organisation = row.lead if isinstance(row, Consortium) else row.organization
    return WorkItem(title, row.get_absolute_url(), step=str(step), organisation=organisation.name)
