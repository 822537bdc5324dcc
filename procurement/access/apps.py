from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    name = "procurement.access"
    verbose_name = _("权限")

    def ready(self) -> None:
        """Whoever signs in has just proven who they are."""
        from django.contrib.auth.signals import user_logged_in

        user_logged_in.connect(_prove_at_sign_in)


def _prove_at_sign_in(request: Any, **_signal: Any) -> None:
    from procurement.access.proof import prove

    if request is not None:
        prove(request)
