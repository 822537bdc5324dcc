from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from procurement.audit.labels import register_action_labels

ACTIONS = {
    "identity.link": _("关联统一身份"),
    "factor.set_up": _("启用动态验证码"),
    "factor.codes": _("生成备用码"),
    "factor.code_used": _("用备用码登录或确认"),
    "factor.remove": _("停用动态验证码"),
    "factor.reset": _("重置动态验证码"),
    "sessions.end_others": _("退出其他登录"),
    "password.change": _("修改密码"),
}


class AccountsConfig(AppConfig):
    name = "procurement.accounts"
    verbose_name = _("账号安全")

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from procurement.accounts.services.sessions import note_sign_in

        user_logged_in.connect(note_sign_in)
        register_action_labels(ACTIONS)
