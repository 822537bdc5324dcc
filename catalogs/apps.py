from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CatalogsConfig(AppConfig):
    name = "catalogs"
    verbose_name = _("目录与预算")

    def ready(self) -> None:
        from catalogs import lifecycle  # noqa: F401  registers the tables
        from catalogs.presets import install
        from catalogs.worklist import money_to_decide
        from procurement.audit.labels import register_action_labels
        from procurement.ui.furniture import NavEntry, Section, register_nav
        from procurement.ui.worklists import register_worklist

        post_migrate.connect(install, sender=self)
        register_action_labels({"envelope.prepare": _("编制资金额度"), "adjustment.propose": _("提出预算调整")})
        register_worklist(money_to_decide)
        register_nav(NavEntry(_("资金额度"), "envelope-list", order=60, section=Section.PUBLIC))
