from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistersConfig(AppConfig):
    name = "procurement.registers"
    verbose_name = _("登记表")

    def ready(self) -> None:
        from procurement.audit.labels import register_action_labels
        from procurement.documents import register_job, register_subject
        from procurement.registers.selectors import run_is_visible
        from procurement.registers.services.importing import JOB, carry_out

        register_action_labels({"register.import": _("导入登记表"), "register.export": _("导出登记表")})
        register_subject("registers.importrun", visible=run_is_visible)
        register_job(JOB, carry_out, label=_("导入登记表"))
