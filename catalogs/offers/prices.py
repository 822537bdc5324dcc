"""The price library in the navigation, and its acts by name."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from procurement.audit.labels import register_action_labels
from procurement.ui.furniture import NavEntry, Section, register_nav


def register() -> None:
    register_action_labels({"price.set": gettext_lazy("登记定价标准")})
    register_nav(NavEntry(gettext_lazy("费用标准"), "prices", order=63, section=Section.MONEY))
