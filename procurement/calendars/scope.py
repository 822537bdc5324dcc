"""How words of measure and of precedence are read (R-306, R-307)."""

from typing import Any, Protocol, TypeVar


class Comparable(Protocol):
    """Anything ordered: money, days, scores."""

    def __lt__(self, other: Any, /) -> bool: ...
    def __le__(self, other: Any, /) -> bool: ...


T = TypeVar("T")
C = TypeVar("C", bound=Comparable)

#: From the mildest to the strictest effect of a rule.
EFFECTS = ("record", "compute", "warn", "block")


def at_least(value: C, number: C) -> bool:
    """以上, 届满: the number itself is included (R-306, Civil Code art. 1259)."""
    return number <= value


def at_most(value: C, number: C) -> bool:
    """以下, 以内: the number itself is included (R-306)."""
    return value <= number


def below(value: C, number: C) -> bool:
    """不满: the number itself is excluded (R-306)."""
    return value < number


def beyond(value: C, number: C) -> bool:
    """超过, 以外: the number itself is excluded (R-306)."""
    return number < value


def prevailing(*, national: T | None, local: T | None) -> T | None:
    """National law prevails where it speaks; otherwise the local document applies (R-307)."""
    return local if national is None else national


def strictest(*effects: str) -> str:
    """Of several effects on one act the strictest is the one the portal applies (R-307)."""
    return max(effects, key=EFFECTS.index)
