from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    name = "procurement.documents"
    verbose_name = _("文件")

    def ready(self) -> None:
        from procurement.audit.labels import register_action_labels
        from procurement.documents.selectors import job_visible_to
        from procurement.documents.subjects import register_subject

        register_subject("documents.job", visible=job_visible_to)
        register_action_labels(
            {
                "document.store": _("保存文件"),
                "document.publish": _("公开文件"),
                "document.download": _("下载文件"),
                "document.preview": _("查看文件"),
                "document.denied": _("拒绝查看文件"),
                "job.start": _("申请后台任务"),
                "job.cancel": _("取消后台任务"),
                "job.done": _("后台任务完成"),
                "job.fail": _("后台任务未完成"),
            }
        )
