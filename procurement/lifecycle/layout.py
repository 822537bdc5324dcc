"""Where the states and arrows of a lifecycle stand: layers from top to bottom, the main road in the first column.

Lines run only in the gaps between layers and in lanes beside the boxes, so no line ever crosses a box. A row that
leads to the next layer goes through the gap; one that jumps ahead takes a lane on the right, one that goes back a
lane on the left. All rows into the same state share its lane.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

from procurement.lifecycle.definition import Lifecycle

BOX_WIDTH, BOX_HEIGHT, COLUMN_GAP, MARGIN = 156, 46, 34, 14
#: Distance between parallel lines, and the room a gap keeps above and below its lines.
TRACK, GAP_PADDING = 9, 15
#: How far beside the middle of a box the lines of its lanes leave and arrive.
LEAVE, ARRIVE = 22, 44

Pair = tuple[str, str]
Points = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Box:
    x: int
    y: int

    @property
    def centre(self) -> int:
        return self.x + BOX_WIDTH // 2

    @property
    def bottom(self) -> int:
        return self.y + BOX_HEIGHT


@dataclass
class Tracks:
    """Parallel places for spans: overlapping ones never share a place."""

    places: dict[Hashable, int] = field(default_factory=dict)
    taken: list[list[tuple[int, int]]] = field(default_factory=list)

    def put(self, owner: Hashable, low: int, high: int) -> int:
        free = (
            number
            for number, spans in enumerate(self.taken)
            if all(high < begin - TRACK or low > end + TRACK for begin, end in spans)
        )
        number = next(free, len(self.taken))
        if number == len(self.taken):
            self.taken.append([])
        self.taken[number].append((low, high))
        self.places[owner] = number
        return number


@dataclass(frozen=True)
class Drawing:
    boxes: dict[str, Box]
    lines: dict[Pair, Points]
    width: int
    height: int


def lay_out(table: Lifecycle) -> Drawing:
    pairs = list(dict.fromkeys((code, row.target) for row in table.transitions for code in row.source))
    ahead = _forward(table, [pair for pair in pairs if pair[0] != pair[1]])
    layer = _layers(table, ahead)
    column = _columns(table, ahead, layer)
    return _Plan(layer, column, pairs).drawing()


def _forward(table: Lifecycle, pairs: list[Pair]) -> set[Pair]:
    """The pairs that do not lead back onto the way by which their state was reached."""
    targets: dict[str, list[str]] = defaultdict(list)
    for source, target in pairs:
        targets[source].append(target)
    ahead: set[Pair] = set()
    done: set[str] = set()

    def walk(code: str, way: frozenset[str]) -> None:
        for target in targets[code]:
            if target not in way:
                ahead.add((code, target))
                if target not in done:
                    walk(target, way | {target})
        done.add(code)

    walk(table.initial, frozenset({table.initial}))
    return ahead


def _layers(table: Lifecycle, ahead: set[Pair]) -> dict[str, int]:
    """Each state one layer below the lowest state that leads to it."""
    layer = dict.fromkeys(table.codes(), 0)
    for _round in table.states:
        for source, target in ahead:
            layer[target] = max(layer[target], layer[source] + 1)
    return layer


def _columns(table: Lifecycle, ahead: set[Pair], layer: dict[str, int]) -> dict[str, int]:
    """The longest way to a good end in the first column, the other states beside it."""
    ends = [state for state in table.states if state.final] or list(table.states)
    end = max(ends, key=lambda state: (state.tone != "bad", layer[state.code]))
    road, code = {end.code}, end.code
    while code != table.initial:
        before = [source for source, target in ahead if target == code and layer[source] == layer[code] - 1]
        code = min(before, key=table.codes().index)
        road.add(code)
    column: dict[str, int] = {}
    used: dict[int, int] = defaultdict(lambda: 1)
    for code in table.codes():
        if code in road:
            column[code] = 0
        else:
            column[code] = used[layer[code]]
            used[layer[code]] += 1
    return column


class _Plan:
    """Lines are first given tracks and lanes, which tells how wide gaps and margins are; then they get coordinates."""

    def __init__(self, layer: dict[str, int], column: dict[str, int], pairs: Iterable[Pair]) -> None:
        self.layer, self.column = layer, column
        self.pairs = [pair for pair in pairs if pair[0] != pair[1]]
        self.loops = [pair for pair in pairs if pair[0] == pair[1]]
        self.gaps: dict[int, Tracks] = defaultdict(Tracks)
        self.lanes = {"right": Tracks(), "left": Tracks()}
        #: Rough places of columns for sharing tracks; lanes lie far outside.
        self.rough = {code: number * (BOX_WIDTH + COLUMN_GAP) for code, number in column.items()}
        self._assign()

    def _side(self, pair: Pair) -> str:
        step = self.layer[pair[1]] - self.layer[pair[0]]
        return "" if step == 1 else "right" if step > 1 else "left"

    def _assign(self) -> None:
        lanes: dict[tuple[str, str], list[int]] = defaultdict(list)
        spans: dict[tuple[int, Hashable], list[int]] = defaultdict(list)
        for source, target in self.pairs:
            gap, side = self.layer[source], self._side((source, target))
            if side:
                way = 1 if side == "right" else -1
                lanes[side, target] += [gap, self.layer[target] - 1]
                spans[gap, (source, side, target)] += [self.rough[source] + way * LEAVE, way * 10_000]
                spans[self.layer[target] - 1, (target, side)] += [self.rough[target] + way * ARRIVE, way * 10_000]
            elif self.column[source] != self.column[target]:
                spans[gap, (source, "next")] += [self.rough[source], self.rough[target]]
        for (gap, owner), ends in spans.items():
            self.gaps[gap].put(owner, min(ends), max(ends))
        for (side, target), levels in sorted(lanes.items(), key=lambda lane: max(lane[1]) - min(lane[1])):
            self.lanes[side].put(target, min(levels) * 100, max(levels) * 100 + 90)

    def drawing(self) -> Drawing:
        left = MARGIN + len(self.lanes["left"].taken) * TRACK + (TRACK if self.lanes["left"].taken else 0)
        tops = self._tops()
        boxes = {
            code: Box(left + number * (BOX_WIDTH + COLUMN_GAP), tops[self.layer[code]])
            for code, number in self.column.items()
        }
        right = max(box.x for box in boxes.values()) + BOX_WIDTH + (COLUMN_GAP // 2 if self.loops else 0)
        lines = {pair: self._line(pair, boxes, left, right) for pair in self.pairs}
        lines |= {pair: _loop(boxes[pair[0]]) for pair in self.loops}
        width = right + (len(self.lanes["right"].taken) + 1) * TRACK + MARGIN
        last = max(tops)
        below = self._height(last) if last in self.gaps else MARGIN
        return Drawing(boxes, lines, width, tops[last] + BOX_HEIGHT + below)

    def _height(self, gap: int) -> int:
        tracks = len(self.gaps[gap].taken) if gap in self.gaps else 0
        return 2 * GAP_PADDING + max(tracks - 1, 0) * TRACK

    def _tops(self) -> dict[int, int]:
        tops = {0: MARGIN + (self._height(-1) if -1 in self.gaps else 0)}
        for number in range(max(self.layer.values())):
            tops[number + 1] = tops[number] + BOX_HEIGHT + self._height(number)
        return tops

    def _track(self, gap: int, owner: Hashable, boxes: dict[str, Box]) -> int:
        """The height of a line in a gap."""
        above = [box.bottom for code, box in boxes.items() if self.layer[code] == gap]
        top = above[0] if above else MARGIN
        return top + GAP_PADDING + self.gaps[gap].places[owner] * TRACK

    def _line(self, pair: Pair, boxes: dict[str, Box], left: int, right: int) -> Points:
        source, target = pair
        a, b, gap = boxes[source], boxes[target], self.layer[source]
        side = self._side(pair)
        if not side and a.x == b.x:
            return (a.centre, a.bottom), (b.centre, b.y)
        if not side:
            y = self._track(gap, (source, "next"), boxes)
            return (a.centre, a.bottom), (a.centre, y), (b.centre, y), (b.centre, b.y)
        lane = self.lanes[side].places[target]
        x = right + (lane + 1) * TRACK if side == "right" else left - (lane + 1) * TRACK
        way = 1 if side == "right" else -1
        leave = self._track(gap, (source, side, target), boxes)
        arrive = self._track(self.layer[target] - 1, (target, side), boxes)
        return (
            (a.centre + way * LEAVE, a.bottom), (a.centre + way * LEAVE, leave), (x, leave),
            (x, arrive), (b.centre + way * ARRIVE, arrive), (b.centre + way * ARRIVE, b.y),
        )  # fmt: skip


def _loop(box: Box) -> Points:
    """A row that leaves its state where it is."""
    x, middle = box.x + BOX_WIDTH, box.y + BOX_HEIGHT // 2
    return (x, middle - 9), (x + 15, middle - 9), (x + 15, middle + 9), (x, middle + 9)
