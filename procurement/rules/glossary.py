"""The field's words: the official Chinese term, the name the code gives it, and the OCDS element it answers to."""

import csv
from dataclasses import dataclass
from functools import cache

from procurement.rules.rulebook import DATA_DIR


@dataclass(frozen=True)
class Term:
    """`ocds` is the path in an OCDS release, empty where the standard has no counterpart."""

    section: str
    term: str
    identifier: str
    ocds: str
    meaning: str

    def matches(self, words: str) -> bool:
        haystack = f"{self.term} {self.identifier} {self.ocds} {self.meaning}".lower()
        return all(word in haystack for word in words.lower().split())


@cache
def terms() -> tuple[Term, ...]:
    with (DATA_DIR / "glossary.csv").open(encoding="utf-8", newline="") as stream:
        return tuple(Term(**row) for row in csv.DictReader(stream))
