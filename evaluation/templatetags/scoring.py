"""Points and intervals as people write them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django import template
from django.utils.translation import gettext as _

from evaluation.selectors.bench import page_anchor, page_label

register = template.Library()


@register.filter
def points(value: Any) -> str:
    """20, 12.5: without needless zeros."""
    if value in (None, ""):
        return ""
    try:
        return f"{Decimal(str(value)).normalize():f}"
    except InvalidOperation:
        return str(value)


@register.filter
def interval(level: Any, factor: Any) -> str:
    """16–20 分 for the best level, 12–16 分（不含 16）for the others."""
    words = {"low": points(level.low), "high": points(level.high)}
    if level.high == factor.maximum:
        return _("%(low)s–%(high)s 分") % words
    return _("%(low)s–%(high)s 分（不含%(high)s）") % words


@register.filter
def anchor_of(file: Any, page: int) -> str:
    """Where a page of a document stands on the bench."""
    return page_anchor(file.pk, page)


@register.filter
def page_of(file: Any, page: int) -> str:
    """方案书 第12页: how a pinned page is called."""
    return page_label(str(file.title), page)


@register.filter
def signed(value: Decimal) -> str:
    """+1.20, −0.80: a difference with its sign."""
    return f"+{value}" if value > 0 else f"−{abs(value)}" if value < 0 else "0"
