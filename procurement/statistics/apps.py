from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StatisticsConfig(AppConfig):
    name = "procurement.statistics"
    verbose_name = _("统计")

    def ready(self) -> None:
        from procurement.statistics.home import published_totals
        from procurement.ui.furniture import NavEntry, register_nav
        from procurement.ui.home import register_home_block

        register_nav(NavEntry(_("统计数据"), "statistics", order=70))
        register_home_block(published_totals)
