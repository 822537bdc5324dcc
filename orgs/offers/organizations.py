"""The register in the navigation, papers for those whose they are, seats for whoever asks."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from orgs.selectors.seats import read_holders, read_seats
from procurement.access import register_holders, register_seats
from procurement.audit.labels import register_action_labels
from procurement.ui.furniture import NavEntry, Section, register_nav


def register() -> None:
    register_action_labels(
        {
            "membership.grant": _("授予角色"),
            "membership.revoke": _("撤销角色"),
            "organization.update": _("更新单位信息"),
        }
    )
    register_seats(read_seats)
    register_holders(read_holders)
    register_nav(NavEntry(_("单位名录"), "organization-list", order=70, prefix="/orgs/", section=Section.NETWORK))
