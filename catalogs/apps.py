from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CatalogsConfig(AppConfig):
    name = "catalogs"
    verbose_name = _("目录与预算")

    def ready(self) -> None:
        from catalogs.presets import install
        from catalogs.shipped import install as install_shipped
        from catalogs.shipped import install_policies

        post_migrate.connect(install, sender=self)
        post_migrate.connect(install_shipped, sender=self)
        post_migrate.connect(install_policies, sender=self)
        import_module("catalogs.lifecycle")
        for aggregate in (
            "envelopes",
            "needs",
            "market_registers",
            "budgets",
            "prices",
            "guidance",
            "registers",
            "policies",
            "catalogue_register",
        ):
            import_module(f"catalogs.offers.{aggregate}").register()
        import_module("catalogs.offers.search").register()
