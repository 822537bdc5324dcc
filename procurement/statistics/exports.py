"""CSV of the figures. With a byte-order mark, without which spreadsheets show Chinese as garbage."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from procurement.statistics.figuring import plain

if TYPE_CHECKING:
    from procurement.statistics.derived import Derived
    from procurement.statistics.indicators import Place
    from procurement.statistics.models import PublishedFigure

BOM = "\ufeff"


def figures_csv(figures: Iterable[PublishedFigure]) -> str:
    """Each figure as published, and as the plain number it stands for."""
    head = [
        _("地区代码"), _("地区"), _("起"), _("止"), _("指标代码"), _("指标"), _("数值"), _("单位"), _("折合"),
        _("精确程度"), _("统计范围"), _("口径"), _("来源"), _("网址"), _("说明"),
    ]  # fmt: skip
    return _csv(head, (_figure_row(figure) for figure in figures))


def _figure_row(figure: PublishedFigure) -> list[str]:
    return [
        figure.place,
        figure.get_place_display(),
        figure.period_from.isoformat(),
        figure.period_to.isoformat(),
        figure.indicator,
        figure.get_indicator_display(),
        f"{plain(figure.value):f}",
        figure.get_unit_display(),
        f"{plain(figure.amount):f}",
        figure.get_qualifier_display(),
        figure.get_scope_display(),
        figure.get_standing_display(),
        figure.source.citation,
        figure.source.url,
        figure.note,
    ]


def derived_csv(rows: Iterable[tuple[Place, Derived]]) -> str:
    """Each computed figure with its formula."""
    head = [
        _("地区代码"),
        _("地区"),
        _("期间"),
        _("指标代码"),
        _("指标"),
        _("数值"),
        _("单位"),
        _("计算式"),
        _("来源代码"),
    ]
    return _csv(
        head,
        (
            [
                place.value,
                str(place.label),
                derived.period,
                derived.code,
                str(derived.label),
                f"{derived.value:f}",
                str(derived.unit),
                derived.formula,
                derived.source_id,
            ]
            for place, derived in rows
        ),
    )


def _csv(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows(rows)
    return BOM + out.getvalue()
