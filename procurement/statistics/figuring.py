"""How numbers and periods are written, the same on the page, in the files and in formulas."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _


def plain(value: Decimal) -> Decimal:
    """Without trailing zeros and without an exponent."""
    whole = value.to_integral_value()
    return whole if value == whole else value.normalize()


def period_label(start: date, end: date) -> str:
    """2012 年, 2010—2015 年, or the day for a figure of one day."""
    if start == end:
        return end.isoformat()
    if start.year == end.year:
        return _("%(year)s 年") % {"year": start.year}
    return _("%(first)s—%(last)s 年") % {"first": start.year, "last": end.year}
