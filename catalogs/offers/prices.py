"""The acts of the price library by name; its page is reached from budget lines and plans."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from procurement.audit.labels import register_action_labels


def register() -> None:
    register_action_labels({"price.set": gettext_lazy("登记定价标准")})
