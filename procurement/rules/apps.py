from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class RulesConfig(AppConfig):
    name = "procurement.rules"
    verbose_name = _("规则")

    def ready(self) -> None:
        from procurement.rules import checks  # noqa: F401  registers the system checks
        from procurement.rules.marks import implemented_at
        from procurement.rules.presets import install_presets

        # Rooms beside this one may not import it; they say in their package what they carry out, as dotted names.
        for config in apps.get_app_configs():
            for rule_id, where in getattr(config.module, "IMPLEMENTS", {}).items():
                implemented_at(rule_id, where)
        post_migrate.connect(install_presets, sender=self)
