from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogsConfig(AppConfig):
    name = "catalogs"
    verbose_name = _("目录与预算")

    def ready(self) -> None:
        from catalogs import lifecycle  # noqa: F401  registers the tables
