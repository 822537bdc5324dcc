"""Keys, bid rooms and openings on the procedure's page, in worklists, under the clock, and their files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procurement.access import Actor
from procurement.audit.labels import register_action_labels
from procurement.documents import register_job, register_subject
from procurement.notices import register_sweep
from procurement.ui.worklists import WorkItem, register_worklist
from projects.models import Opening, Procedure
from projects.panels import Panel, register_procedure_panel
from projects.selectors.procedures import may_take_part
from projects.selectors.sealing import (
    bidding_for,
    keys_ready,
    opening_of,
    public_keys,
    reads_the_set,
    rooms_not_in,
    shares_to_confirm,
    to_open,
)
from projects.services.opening import MINUTES, close_due
from projects.services.opening_minutes import make_minutes


def register() -> None:
    register_action_labels(
        {
            "sealing.name_custodians": gettext_lazy("指定密钥保管人"),
            "sealing.make_keys": gettext_lazy("生成投标密钥"),
            "sealing.discard_keys": gettext_lazy("作废投标密钥"),
            "sealing.confirm_share": gettext_lazy("核对密钥份额"),
            "sealing.attend": gettext_lazy("开启现场签到"),
            "sealing.received": gettext_lazy("接收密封投标（响应），开启时公开"),
        }
    )
    register_sweep("bid_deadlines", close_due)
    register_job(MINUTES, make_minutes, label=gettext_lazy("生成开启记录"))
    register_subject("projects.opening", visible=_opening_is_visible)
    register_procedure_panel("sealing", sealing_panel)
    register_worklist(sealing_work)


def sealing_panel(procedure: Procedure, actor: Actor) -> Panel | None:
    """For the house that runs it its keys, for bidders the way in, for everybody the published root."""
    inside = actor.sees_everything or Procedure.objects.worked_on_by(actor).filter(pk=procedure.pk).exists()
    mine = bidding_for(actor, procedure) if procedure.status == "bidding" else []
    may_bid = any(may_take_part(procedure, each.pk) for each in mine)
    opening = opening_of(procedure)
    shows_keys = actor.user is not None and (inside or bool(public_keys(procedure)))
    if not (may_bid or opening or shows_keys):
        return None
    context = {
        "procedure": procedure,
        "opening": opening,
        "may_bid": may_bid,
        "shows_keys": shows_keys,
        "ready": shows_keys and keys_ready(procedure),
    }
    return Panel(_("密封和开启"), "projects/sealing/panel.html", context)


def sealing_work(actor: Actor) -> Iterator[WorkItem]:
    for room in rooms_not_in(actor):
        yield WorkItem(
            room.procedure.title,
            room.get_absolute_url(),
            due_on=room.procedure.deadline_at,
            step=_("尚未提交投标（响应）"),
            organisation=room.organization.display_name,
            lifecycle=_("采购项目"),
        )
    for share in shares_to_confirm(actor):
        yield _about(share.procedure, reverse("key-share-check", args=[share.procedure_id]), _("核对密钥份额"))
    for procedure in to_open(actor, timezone.now()):
        yield _about(procedure, reverse("opening", args=[procedure.pk]), _("开启投标（响应）文件"))


def _about(procedure: Procedure, url: str, step: str) -> WorkItem:
    return WorkItem(procedure.title, url, step=step, organisation=procedure.number, lifecycle=procedure.lifecycle.label)


def _opening_is_visible(actor: Actor, subject_id: UUID) -> bool:
    opening: Any = Opening.objects.visible_to(actor).filter(pk=subject_id).select_related("procedure").first()
    return opening is not None and reads_the_set(actor, opening.procedure)
