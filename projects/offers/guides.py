"""Guides and publicity on the home page, in the navigation, in worklists and under the clock."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, Role
from procurement.audit.labels import register_action_labels
from procurement.documents import register_subject
from procurement.notices import register_sweep
from procurement.ui.furniture import NavEntry, Section, register_nav
from procurement.ui.home import HomeBlock, HomeEntry, Place, register_home_block
from procurement.ui.worklists import WorkItem, register_worklist
from projects.models import Guide, Objection, Publicity
from projects.services.guides import close_due
from projects.services.publicity import end_due


def register() -> None:
    register_sweep("guide_deadlines", close_due)
    register_sweep("publicity_periods", end_due)
    register_action_labels(
        {
            "guide.start": _("起草申报指南"),
            "guide.revise": _("修改申报指南"),
            "guide.addendum": _("发布补充通知"),
            "objection.file": _("提出公示异议"),
        }
    )
    register_worklist(guide_work)
    register_home_block(open_guides)
    register_home_block(latest_publicity)
    register_nav(NavEntry(_("申报指南"), "guides", order=10))
    register_nav(NavEntry(_("公示"), "publicities", order=20, section=Section.PUBLIC))
    register_subject("projects.guide", visible=_guide_is_visible)


def guide_work(actor: Actor) -> Iterable[WorkItem]:
    """Guides to check, objections to recheck, money to review."""
    leading = actor.organization_ids(Role.LG)
    for guide in Guide.objects.filter(status="checking", office__in=leading):
        yield WorkItem(guide.title, guide.get_absolute_url(), step=_("指南审批"), organisation=guide.number)
    office = actor.organization_ids(Role.LGO)
    rows = Objection.objects.open().filter(application__guide__office__in=office).select_related("application")
    for objection in rows:
        yield WorkItem(
            objection.application.title,
            objection.get_absolute_url(),
            due_on=objection.due_on,
            step=_("异议复核"),
            organisation=objection.code,
        )


def open_guides(actor: Actor | None) -> HomeBlock:
    rows = Guide.objects.filter(status="open").order_by("closes_at")[:5]
    return HomeBlock(
        title=_("正在受理的申报指南"),
        place=Place.MAIN,
        entries=tuple(
            HomeEntry(row.title, row.get_absolute_url(), on=row.closes_at, label=_("截止"), tone="info") for row in rows
        ),
        more_url="/guides/",
        empty=_("目前没有正在受理的指南；指南一般在每年年初发布。"),
    )


def latest_publicity(actor: Actor | None) -> HomeBlock:
    rows = Publicity.objects.published().order_by("-created_at")[:5]
    return HomeBlock(
        title=_("公示"),
        place=Place.MAIN,
        entries=tuple(
            HomeEntry(row.title, row.get_absolute_url(), on=row.starts_on, label=row.state.label, tone=row.state.tone)
            for row in rows
        ),
        more_url="/publicity/",
        empty=_("目前没有公示。"),
    )


def _guide_is_visible(actor: Actor, subject_id: UUID) -> bool:
    return Guide.objects.visible_to(actor).filter(pk=subject_id).exists()
