from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class LifecycleConfig(AppConfig):
    name = "procurement.lifecycle"
    verbose_name = _("生命周期")

    def ready(self) -> None:
        import_module("procurement.lifecycle.checks")
        post_migrate.connect(_load_shipped_workflows, sender=self)
        self._offer_work()
        self._write_chapter()

    def _write_chapter(self) -> None:
        from procurement.lifecycle.handbook import lifecycles_chapter
        from procurement.rules.handbook import register_chapter

        register_chapter("lifecycles", lifecycles_chapter)

    def _offer_work(self) -> None:
        from procurement.lifecycle.worklist import remind_of_steps, steps_i_owe
        from procurement.notices import register_sweep
        from procurement.ui.worklists import register_worklist

        register_worklist(steps_i_owe)
        register_sweep("case_steps", remind_of_steps)


def _load_shipped_workflows(**kwargs: object) -> None:
    """The shipped templates are part of the schema's meaning: they are there wherever the tables are."""
    from procurement.lifecycle.workflows import load_workflows

    load_workflows()
