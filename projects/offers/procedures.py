"""Procedures in the navigation; files of a procedure and of a bid are read by whoever sees it."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from procurement.access import Actor
from procurement.documents import register_subject
from procurement.ui.furniture import NavEntry, Section, register_nav
from projects.models import Bid, Procedure


def register() -> None:
    register_nav(NavEntry(_("采购项目"), "procedures", order=15, section=Section.PUBLIC))
    register_subject("projects.procedure", visible=_procedure_is_visible)
    register_subject("projects.bid", visible=_bid_is_visible)


def _procedure_is_visible(actor: Actor, subject_id: UUID) -> bool:
    return Procedure.objects.visible_to(actor).filter(pk=subject_id).exists()


def _bid_is_visible(actor: Actor, subject_id: UUID) -> bool:
    return Bid.objects.visible_to(actor).filter(pk=subject_id).exists()
