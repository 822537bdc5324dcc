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


def _load_shipped_workflows(**kwargs: object) -> None:
    """The shipped templates are part of the schema's meaning: they are there wherever the tables are."""
    from procurement.lifecycle.workflows import load_workflows

    load_workflows()
