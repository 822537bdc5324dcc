from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DossierConfig(AppConfig):
    name = "procurement.dossier"
    verbose_name = _("审计卷宗")

    def ready(self) -> None:
        from procurement.audit.labels import register_action_labels
        from procurement.documents import register_job, register_subject
        from procurement.dossier import permission
        from procurement.dossier.button import dossier_of_case
        from procurement.dossier.making import KIND, SUBJECT, work
        from procurement.lifecycle.extras import register_case_action

        register_job(KIND, work, label=_("审计卷宗"))
        register_subject(SUBJECT, visible=permission.files_visible_to)
        register_case_action("dossier", dossier_of_case)
        register_action_labels({"dossier.make": _("生成审计卷宗")})
