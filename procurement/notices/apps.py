from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "procurement.notices"
    verbose_name = _("通知")

    def ready(self) -> None:
        from procurement.notices import tasks  # noqa: F401 - the process that wakes the dispatcher must know its task
        from procurement.notices.registry import register_sweep
        from procurement.notices.services.reminders import remind_due

        register_sweep("reminders", remind_due)
        self._count_unread_in_the_page_head()

    def _count_unread_in_the_page_head(self) -> None:
        """The page head lies below this room, so it is given the counter instead of importing it."""
        from procurement.notices.selectors import unread_count
        from procurement.ui.furniture import register_inbox

        register_inbox(unread_count)
