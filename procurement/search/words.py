"""Text as the index sees it: lower case, split into pairs of neighbouring characters.

``is_word`` must agree with ``zh_bigrams`` (migration 0001): a pair never spans a blank or a mark, so the words of a
query hold only letters, digits and ideographs, and no quote or backslash ever reaches the text of a query.
"""

from __future__ import annotations

import re

#: Everything that is not part of a word; the same ranges stand in the migration.
SEPARATORS = (
    "\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u2000-\u206f\u3000-\u303f"
    "\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
)
_RUN = re.compile(f"[^{SEPARATORS}]+")
QUERY_MAX = 64
TERMS_MAX = 6


def fold(text: str) -> str:
    return text.replace("\x00", "").lower()


def terms_of(query: str) -> list[str]:
    """What a hit must contain, all of it: the query split at blanks."""
    return list(dict.fromkeys(fold(query)[:QUERY_MAX].split()))[:TERMS_MAX]


def lexemes_of(term: str) -> list[str]:
    """The index words a text with this term must have; a lone character matches by prefix."""
    found: list[str] = []
    for run in _RUN.findall(term):
        pairs = [run[i : i + 2] for i in range(len(run) - 1)]
        found += [f"'{pair}'" for pair in pairs] or [f"'{run}':*"]
    return list(dict.fromkeys(found))


def like(term: str) -> str:
    """The term for LIKE, its wildcards meaning themselves."""
    return "%" + term.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
