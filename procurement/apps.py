from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from procurement.access import Actor


class ProcurementConfig(AppConfig):
    name = "procurement"

    def ready(self) -> None:
        # shared_task finds its broker through the application made here
        from procurement import celery  # noqa: F401
        from procurement.demo.accounts import demo_accounts
        from procurement.ui.furniture import NavEntry, register_demo_accounts, register_nav

        register_demo_accounts(demo_accounts)
        # the journal's room lies below the navigation, so its entry is made here
        register_nav(NavEntry(_("审计日志"), "journal", order=80, visible=_oversees, prefix="/audit/"))


def _oversees(actor: "Actor | None") -> bool:
    return bool(actor and actor.sees_everything)
