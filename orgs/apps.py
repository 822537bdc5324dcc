from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class OrgsConfig(AppConfig):
    name = "orgs"
    verbose_name = _("组织")

    def ready(self) -> None:
        from orgs.regions import install

        post_migrate.connect(install, sender=self)
        import_module("orgs.lifecycle")
        for aggregate in (
            "organizations",
            "registrations",
            "registers",
            "standing_registers",
            "network_registers",
            "dossier",
            "credit",
            "revealing",
            "merges",
            "experts",
            "hubs",
            "filings",
            "consortia",
        ):
            import_module(f"orgs.offers.{aggregate}").register()
        import_module("orgs.offers.search").register()
