from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "procurement.audit"
    verbose_name = _("审计日志")

    def ready(self) -> None:
        """Rights are set after every migration: a role made later is restricted at the next one."""
        from procurement.audit.services.rights import restrict_app_role

        post_migrate.connect(restrict_app_role, sender=self)
