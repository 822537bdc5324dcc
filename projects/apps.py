from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProjectsConfig(AppConfig):
    name = "projects"
    verbose_name = _("项目")

    def ready(self) -> None:
        import_module("projects.lifecycle")
        for aggregate in (
            "guides",
            "applications",
            "eligibility",
            "procedures",
            "quote_rounds",
            "sealing",
            "official_notices",
            "remedies",
            "hotline",
            "awards",
            "contracts",
            "delivery",
            "closeouts",
            "hubs",
            "custody",
            "collusion",
            "track_records",
            "revealing",
        ):
            import_module(f"projects.offers.{aggregate}").register()
        import_module("projects.offers.search").register()
