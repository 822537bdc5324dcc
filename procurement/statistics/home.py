"""What the home page says of the published figures."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procurement.access import Actor
from procurement.statistics.selectors import headline_figures
from procurement.ui.home import HomeBlock, Place, StatTile


def published_totals(actor: Actor | None) -> HomeBlock | None:
    """Four totals of Beijing 2010–2015; nothing before they were imported."""
    figures = headline_figures()
    if not figures:
        return None
    tiles = tuple(
        StatTile(
            label=figure.get_indicator_display(),
            value=figure.digits,
            unit=figure.get_unit_display(),
            note=f"{figure.get_place_display()} {figure.period_label}",
        )
        for figure in figures
    )
    return HomeBlock(
        title=_("公开数据"),
        place=Place.FIGURES,
        tiles=tiles,
        more_url=reverse("statistics"),
        more_label=_("全部统计数据"),
        order=70,
    )
