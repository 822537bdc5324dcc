from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrgsConfig(AppConfig):
    name = "orgs"
    verbose_name = _("组织")

    def ready(self) -> None:
        from orgs.selectors import read_holders, read_seats
        from procurement.access import register_holders, register_seats

        register_seats(read_seats)
        register_holders(read_holders)
