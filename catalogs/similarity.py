"""How alike two needs read: shared pairs of neighbouring characters, with what they are sorted under.

Chinese needs no word list for this; pairs of characters carry the words (助餐, 独居, 夜间).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

#: What the words weigh against the groups named; both needs are of one street and field already.
TEXT_WEIGHT, GROUP_WEIGHT = 0.8, 0.2
#: From here a pair is shown to the officer as perhaps the same.
NEAR = 0.3


@dataclass(frozen=True)
class Likeness:
    """``total`` from 0 to 1, and its two parts, so that the officer sees what it rests on."""

    total: float
    text: float
    groups: float

    @property
    def percent(self) -> int:
        return round(self.total * 100)

    @property
    def text_percent(self) -> int:
        return round(self.text * 100)

    @property
    def groups_percent(self) -> int:
        return round(self.groups * 100)


def bigrams(text: str) -> frozenset[str]:
    """Pairs of neighbouring letters and characters; punctuation, spaces and width do not count."""
    letters = "".join(sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum())
    if len(letters) < 2:
        return frozenset({letters} - {""})
    return frozenset(letters[i : i + 2] for i in range(len(letters) - 1))


def jaccard(left: frozenset[str], right: frozenset[str]) -> float:
    """Shared of all; two empty sets have nothing in common to judge by and count as alike."""
    if not left and not right:
        return 1.0
    return len(left & right) / len(left | right)


def likeness(left: tuple[str, list[str]], right: tuple[str, list[str]]) -> Likeness:
    """Each side as (text, group codes)."""
    text = jaccard(bigrams(left[0]), bigrams(right[0]))
    groups = jaccard(frozenset(left[1]), frozenset(right[1]))
    return Likeness(total=TEXT_WEIGHT * text + GROUP_WEIGHT * groups, text=text, groups=groups)
