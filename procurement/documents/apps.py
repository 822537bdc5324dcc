from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    name = "procurement.documents"
    verbose_name = _("文件")

    def ready(self) -> None:
        from procurement.documents.selectors import job_visible_to
        from procurement.documents.subjects import register_subject

        register_subject("documents.job", visible=job_visible_to)
