from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProjectsConfig(AppConfig):
    name = "projects"
    verbose_name = _("项目")

    def ready(self) -> None:
        import_module("projects.lifecycle")
        self._offer_applications()
        for aggregate in ("guides", "contracts"):
            import_module(f"projects.offers.{aggregate}").register()

    def _offer_applications(self) -> None:
        from procurement.documents import register_subject
        from procurement.ui.furniture import NavEntry, register_nav
        from procurement.ui.worklists import register_worklist
        from projects.selectors.work import application_is_visible, application_work

        register_subject("projects.application", visible=application_is_visible)
        register_worklist(application_work)
        register_nav(
            NavEntry(_("申报项目"), "applications", order=30, visible=lambda actor: bool(actor and actor.seats))
        )
