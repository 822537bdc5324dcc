"""Registrations that wait for this person, invitations to be mailed, and where to register in the navigation."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.models import Registration
from orgs.models.registration import OPEN_TO_APPLICANT
from orgs.services.invitations import mail_waiting
from procurement.access import Actor, Role
from procurement.audit.labels import register_action_labels
from procurement.notices import register_sweep
from procurement.ui.furniture import NavEntry, Section, register_nav
from procurement.ui.worklists import WorkItem, register_worklist


def register() -> None:
    register_action_labels(
        {
            "account.open": gettext_lazy("注册账号"),
            "registration.draft": gettext_lazy("填写单位登记申请"),
            "registration.revise": gettext_lazy("修改单位登记申请"),
            "invitation.issue": gettext_lazy("发出任职邀请"),
            "invitation.accept": gettext_lazy("接受任职邀请"),
            "invitation.revoke": gettext_lazy("撤回任职邀请"),
        }
    )
    register_worklist(registrations_to_handle)
    register_sweep("orgs.invitations", _mail)
    label, prefix = gettext_lazy("单位登记"), "/orgs/regist"
    for name, shown in (("register", _is_visitor), ("registration-list", _is_somebody)):
        register_nav(NavEntry(label, name, order=71, visible=shown, prefix=prefix, section=Section.NETWORK))


def _is_somebody(actor: Actor | None) -> bool:
    return actor is not None and actor.id is not None


def _is_visitor(actor: Actor | None) -> bool:
    return not _is_somebody(actor)


def registrations_to_handle(actor: Actor) -> list[WorkItem]:
    """The own applications still open to write, and those the own authority has been asked to check; one query."""
    if actor.id is None:
        return []
    asked = Q(status="submitted", authority__in=actor.organization_ids(Role.CIV))
    mine = Q(applicant=actor.id, status__in=OPEN_TO_APPLICANT)
    return [_item(row) for row in Registration.objects.filter(asked | mine).order_by("created_at")]


def _item(row: Registration) -> WorkItem:
    steps = {"submitted": _("核验并登记"), "returned": _("补正并重新提交")}
    return WorkItem(
        title=row.name,
        url=row.get_absolute_url(),
        step=steps.get(row.status, _("填写并提交")),
        organisation=row.name,
        lifecycle=row.lifecycle.label,
    )


def _mail(now: datetime) -> None:
    mail_waiting(now)
