"""Applications in the navigation, in worklists, as owners of files, and in the journal's words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from procurement.audit.labels import register_action_labels
from procurement.documents import register_subject
from procurement.ui.furniture import NavEntry, Section, register_nav
from procurement.ui.worklists import register_worklist
from projects.offers import duplicates
from projects.selectors.work import application_is_visible, application_work


def register() -> None:
    duplicates.register()
    register_subject("projects.application", visible=application_is_visible)
    register_worklist(application_work)
    register_nav(
        NavEntry(
            _("申报项目"),
            "applications",
            order=30,
            section=Section.WORK,
            visible=lambda actor: bool(actor and actor.seats),
        )
    )
    register_action_labels(
        {
            "application.start": _("开始申报"),
            "application.draft": _("填写申报"),
            "application.check": _("核对初审清单"),
        }
    )
