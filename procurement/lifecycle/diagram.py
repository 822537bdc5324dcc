"""The picture of a lifecycle: states as boxes, rows as arrows. Plain SVG, no script, no library.

A table beside it (``rows_of``) says the same in words, for those who do not see the picture.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from procurement.access import Role
from procurement.lifecycle.definition import By, Lifecycle, State, Text, Transition, rules_of
from procurement.lifecycle.layout import BOX_HEIGHT, BOX_WIDTH, Box, Pair, Points, lay_out
from procurement.lifecycle.workflows import shipped_step_titles
from procurement.rules import Rule, registry

#: Widths of a full and of a half character, to break a label that does not fit on one line.
FULL, HALF, LINE = 14, 7.4, 17
CORNER = 5


@dataclass(frozen=True)
class HandbookRow:
    """A row as the handbook prints it: from, act, to, who, rules, whom it tells, which step it ends or opens."""

    transition: Transition
    sources: tuple[State, ...]
    target: State
    roles: tuple[Text, ...]
    told: tuple[Text, ...]
    rules: tuple[Rule, ...]
    completes: tuple[str, ...]
    opens: tuple[str, ...]


def rows_of(table: Lifecycle) -> list[HandbookRow]:
    return [row_of(table, row) for row in table.transitions]


def row_of(table: Lifecycle, row: Transition) -> HandbookRow:
    titles = shipped_step_titles()
    return HandbookRow(
        transition=row,
        sources=tuple(table.state(code) for code in row.source),
        target=table.state(row.target),
        roles=_labels(row.by),
        told=_labels(row.tells),
        rules=tuple(registry[rule_id] for rule_id in rules_of(row)),
        completes=tuple(titles[code] for code in row.completes),
        opens=tuple(titles[code] for code in row.opens),
    )


def _labels(people: Iterable[By]) -> tuple[Text, ...]:
    """The clock acts as the system; each role once, in the table's order."""
    return tuple(dict.fromkeys(_("系统自动") if who.role == Role.SYS else who.role.label for who in people))


def draw(table: Lifecycle) -> SafeString:
    drawing = lay_out(table)
    return format_html(
        '<svg class="lifecycle-diagram" viewBox="0 0 {} {}" width="{}" height="{}" role="img" aria-label="{}">{}{}{}</svg>',
        drawing.width,
        drawing.height,
        drawing.width,
        drawing.height,
        _("“%(name)s”流程图：%(states)d 个状态，逐项说明见下表") % {"name": table.label, "states": len(table.states)},
        format_html_join(
            "", "{}", ((_arrowhead(table.name, tone),) for tone in ("neutral", "info", "good", "warn", "bad"))
        ),
        format_html_join("", "{}", ((_line(table, pair, points),) for pair, points in drawing.lines.items())),
        format_html_join("", "{}", ((_box(table, code, box),) for code, box in drawing.boxes.items())),
    )


def _arrowhead(name: str, tone: str) -> SafeString:
    return format_html(
        '<defs><marker id="arrow-{}-{}" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="7" markerHeight="7"'
        ' orient="auto"><path d="M0,0.5 L8,4 L0,7.5 z" class="lifecycle-arrowhead tone-{}"/></marker></defs>',
        name,
        tone,
        tone,
    )


def _line(table: Lifecycle, pair: Pair, points: Points) -> SafeString:
    """In the colour of the state it leads to; what it stands for is told when pointed at."""
    source, target = (table.state(code) for code in pair)
    acts = "、".join(str(row.label) for row in table.leaving(source.code) if row.target == target.code)
    return format_html(
        '<g class="lifecycle-edge tone-{}"><title>{} → {}：{}</title><path d="{}" marker-end="url(#arrow-{}-{})"/></g>',
        target.tone,
        source.label,
        target.label,
        acts,
        _rounded(points),
        table.name,
        target.tone,
    )


def _rounded(points: Points) -> str:
    """A path with softened corners."""
    path = [f"M{points[0][0]},{points[0][1]}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        near, far = _towards(corner, before), _towards(corner, after)
        path.append(f"L{near[0]},{near[1]} Q{corner[0]},{corner[1]} {far[0]},{far[1]}")
    path.append(f"L{points[-1][0]},{points[-1][1]}")
    return " ".join(path)


def _towards(corner: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    def step(here: int, there: int) -> int:
        return here + max(-CORNER, min(CORNER, there - here))

    return step(corner[0], other[0]), step(corner[1], other[1])


def _box(table: Lifecycle, code: str, box: Box) -> SafeString:
    state = table.state(code)
    lines = _broken(str(state.label))
    first = box.y + BOX_HEIGHT // 2 + 5 - (len(lines) - 1) * LINE // 2
    kind = " lifecycle-start" if code == table.initial else " lifecycle-end" if state.final else ""
    return format_html(
        '<g class="lifecycle-state tone-{}{}"><rect x="{}" y="{}" width="{}" height="{}" rx="{}"/>{}</g>',
        state.tone,
        kind,
        box.x,
        box.y,
        BOX_WIDTH,
        BOX_HEIGHT,
        BOX_HEIGHT // 2 if code == table.initial or state.final else 6,
        format_html_join(
            "",
            '<text x="{}" y="{}" text-anchor="middle">{}</text>',
            ((box.centre, first + number * LINE, line) for number, line in enumerate(lines)),
        ),
    )


def _broken(label: str) -> list[str]:
    """One line where it fits, else two of about the same length, broken at a space in English."""
    if _width(label) <= BOX_WIDTH - 16:
        return [label]
    places = [n for n, sign in enumerate(label) if sign == " "] or range(1, len(label))
    cut = min(places, key=lambda n: abs(_width(label[:n]) - _width(label[n:])))
    return [label[:cut].strip(), label[cut:].strip()]


def _width(text: str) -> float:
    return sum(FULL if ord(sign) > 0x2E80 else HALF for sign in text)
