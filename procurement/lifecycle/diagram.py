"""The picture of a lifecycle: states as boxes in layers, rows as arrows. Plain SVG, no script, no library.

A table beside it (``rows_of``) says the same in words, for those who do not see the picture.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from procurement.lifecycle.definition import Lifecycle, rules_of

BOX_WIDTH, BOX_HEIGHT, GAP_X, GAP_Y, MARGIN = 132, 40, 48, 34, 24


@dataclass(frozen=True)
class Spot:
    """The top left corner of a state's box, in SVG units."""

    x: int
    y: int

    @property
    def right(self) -> int:
        return self.x + BOX_WIDTH

    @property
    def middle(self) -> int:
        return self.y + BOX_HEIGHT // 2

    @property
    def centre(self) -> int:
        return self.x + BOX_WIDTH // 2

    @property
    def bottom(self) -> int:
        return self.y + BOX_HEIGHT


def rows_of(table: Lifecycle) -> list[dict[str, object]]:
    """Each row as the handbook prints it: from, act, who, rules, to."""
    return [
        {
            "transition": row,
            "sources": [table.state(code) for code in row.source],
            "target": table.state(row.target),
            "roles": list(dict.fromkeys(who.role.label for who in row.by)),
            "rules": rules_of(row),
        }
        for row in table.transitions
    ]


def draw(table: Lifecycle) -> SafeString:
    spots = _place(table)
    width = max(spot.right for spot in spots.values()) + MARGIN
    height = max(spot.bottom for spot in spots.values()) + MARGIN
    edges = dict.fromkeys((code, row.target) for row in table.transitions for code in row.source)
    return format_html(
        '<svg class="lifecycle-diagram" viewBox="0 0 {} {}" width="{}" height="{}" role="img" aria-label="{}">'
        '<defs><marker id="arrow-{}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0,0 L8,4 L0,8 z" class="lifecycle-arrowhead"/></marker></defs>{}{}</svg>',
        width,
        height,
        width,
        height,
        table.label,
        table.name,
        format_html_join("", "{}", ((_edge(table.name, spots[a], spots[b]),) for a, b in edges)),
        format_html_join("", "{}", ((_box(table, code, spots[code]),) for code in table.codes())),
    )


def _place(table: Lifecycle) -> dict[str, Spot]:
    """Layers by shortest distance from the initial state; order within a layer as in the table."""
    depth = {table.initial: 0}
    queue = deque([table.initial])
    while queue:
        code = queue.popleft()
        for row in table.leaving(code):
            if row.target not in depth:
                depth[row.target] = depth[code] + 1
                queue.append(row.target)
    filled: dict[int, int] = {}
    spots = {}
    for code in table.codes():
        layer = depth.get(code, 0)
        line = filled.get(layer, 0)
        filled[layer] = line + 1
        spots[code] = Spot(MARGIN + line * (BOX_WIDTH + GAP_X), MARGIN + layer * (BOX_HEIGHT + GAP_Y))
    return spots


def _edge(name: str, a: Spot, b: Spot) -> SafeString:
    if b.y > a.y:
        path = f"M{a.centre},{a.bottom} C{a.centre},{a.bottom + GAP_Y} {b.centre},{b.y - GAP_Y} {b.centre},{b.y}"
        kind = "forward"
    else:
        bend = max(a.right, b.right) + GAP_X // 2
        path = f"M{a.right},{a.middle} C{bend},{a.middle} {bend},{b.middle} {b.right},{b.middle}"
        kind = "back"
    return format_html(
        '<path class="lifecycle-edge lifecycle-{}" d="{}" marker-end="url(#arrow-{})"/>', kind, path, name
    )


def _box(table: Lifecycle, code: str, spot: Spot) -> SafeString:
    state = table.state(code)
    return format_html(
        '<g class="lifecycle-state tone-{}"><rect x="{}" y="{}" width="{}" height="{}" rx="6"/>'
        '<text x="{}" y="{}" text-anchor="middle">{}</text></g>',
        state.tone,
        spot.x,
        spot.y,
        BOX_WIDTH,
        BOX_HEIGHT,
        spot.centre,
        spot.middle + 5,
        state.label,
    )
