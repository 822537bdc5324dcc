from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class RulesConfig(AppConfig):
    name = "procurement.rules"
    verbose_name = _("规则")

    def ready(self) -> None:
        from procurement.rules import checks  # noqa: F401  registers the system checks
        from procurement.rules.presets import install_presets

        post_migrate.connect(install_presets, sender=self)
