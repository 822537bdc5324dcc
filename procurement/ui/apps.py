from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UiConfig(AppConfig):
    name = "procurement.ui"
    verbose_name = _("界面")

    def ready(self) -> None:
        from procurement.ui.furniture import NavEntry, register_nav

        register_nav(NavEntry(_("首页"), "home", order=0))
        register_nav(NavEntry(_("我的待办"), "worklist", order=10, visible=lambda actor: bool(actor and actor.user)))
        register_nav(NavEntry(_("办事手册"), "handbook", order=90))
