"""The picture of a consortium: who carries which share, around whom. Plain geometry; the table beside it says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import cos, pi, sin

from orgs.models import ConsortiumMember, MemberPart

CENTRE, OUTER, INNER, LABEL = 160, 130, 78, 104
PARTNER_RING, DOT = 148, 9
#: Alternating shades, so that neighbours part; named in the style sheet.
SHADES = 4


@dataclass(frozen=True)
class Segment:
    """A provider's share as a slice of the ring."""

    number: int
    member: ConsortiumMember
    path: str
    shade: int
    x: float
    y: float


@dataclass(frozen=True)
class Dot:
    """A partner without a share, on the outside."""

    number: int
    member: ConsortiumMember
    x: float
    y: float


@dataclass(frozen=True)
class Ring:
    segments: tuple[Segment, ...]
    dots: tuple[Dot, ...]
    support: ConsortiumMember | None
    numbers: dict[str, int]

    @property
    def size(self) -> int:
        return 2 * CENTRE


def ring_of(members: Sequence[ConsortiumMember]) -> Ring:
    """Members numbered as in the table; shares as angles, equal slices while nobody has a share yet."""
    numbers = {str(member.pk): number for number, member in enumerate(members, start=1)}
    providers = [member for member in members if member.part == MemberPart.PROVIDER]
    partners = [member for member in members if member.part == MemberPart.PARTNER]
    total = sum((member.share for member in providers), Decimal(0))
    segments, begin = [], 0.0
    for position, member in enumerate(providers):
        part = float(member.share / total) if total else 1 / len(providers)
        middle = begin + part / 2
        segments.append(
            Segment(
                number=numbers[str(member.pk)],
                member=member,
                path=_slice(begin, begin + part),
                shade=position % SHADES,
                x=_x(middle, LABEL),
                y=_y(middle, LABEL),
            )
        )
        begin += part
    dots = tuple(
        Dot(
            numbers[str(member.pk)],
            member,
            _x(place / len(partners), PARTNER_RING),
            _y(place / len(partners), PARTNER_RING),
        )
        for place, member in enumerate(partners)
    )
    support = next((member for member in members if member.part == MemberPart.SUPPORT), None)
    return Ring(tuple(segments), dots, support, numbers)


def _slice(begin: float, end: float) -> str:
    """A piece of the ring between two fractions of the circle; the full circle is drawn as nearly one."""
    end = min(end, begin + 0.9999)
    wide = int(end - begin > 0.5)
    outer = (_x(begin, OUTER), _y(begin, OUTER)), (_x(end, OUTER), _y(end, OUTER))
    inner = (_x(end, INNER), _y(end, INNER)), (_x(begin, INNER), _y(begin, INNER))
    return (
        f"M{outer[0][0]} {outer[0][1]}A{OUTER} {OUTER} 0 {wide} 1 {outer[1][0]} {outer[1][1]}"
        f"L{inner[0][0]} {inner[0][1]}A{INNER} {INNER} 0 {wide} 0 {inner[1][0]} {inner[1][1]}Z"
    )


def _x(fraction: float, radius: float) -> float:
    return round(CENTRE + radius * sin(2 * pi * fraction), 2)


def _y(fraction: float, radius: float) -> float:
    return round(CENTRE - radius * cos(2 * pi * fraction), 2)
