"""The rule registry: 243 rules with their articles, read once from two CSV files.

`data/rules.csv` is the specification (English, with source tags); `data/rules_zh.csv` is what officials read;
`data/platform.csv` adds the few rules of procedure (S-01 …) by which the lifecycle engine itself refuses.
A rule's id is its name everywhere: in guards, refusals, tests, the handbook. Ids are never reused.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.db.models import TextChoices
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

DATA_DIR = Path(__file__).parent / "data"


class Regime(TextChoices):
    """The three legal regimes; rules and terms differ between them."""

    STATUTORY = "statutory", _("政府采购")
    OTHER_PURCHASE = "other_purchase", _("其他政府购买服务")
    GRANT_APPLICATION = "grant_application", _("专项资金申报")


class Effect(TextChoices):
    """What a rule does when it speaks."""

    BLOCK = "block", _("阻断")
    WARN = "warn", _("提示")
    RECORD = "record", _("记录")
    COMPUTE = "compute", _("计算")


class UnknownRule(LookupError):
    """A rule id that the registry does not hold: always a programming error, raised at import."""


@dataclass(frozen=True)
class Rule:
    """One rule. `source` keeps the raw tags, `citation` is the law as an official would quote it.

    `verified` is False when the article was never compared with the official text; it is then shown as 待核.
    """

    id: str
    section: str
    title: str
    text: str
    text_en: str
    regimes: tuple[Regime, ...]
    effect: Effect
    effect_note: str
    source: str
    citation: str
    verified: bool

    def __str__(self) -> str:
        return f"{self.id} {self.title}"

    @property
    def sentence(self) -> str:
        """The rule in the reader's language; only the Chinese text is authoritative."""
        return self.text_en if (get_language() or "").startswith("en") else self.text

    @property
    def for_every_regime(self) -> bool:
        return len(self.regimes) == len(Regime)

    def applies_to(self, regime: str) -> bool:
        return regime in self.regimes


_REGIME_CODES = {"ST": Regime.STATUTORY, "OP": Regime.OTHER_PURCHASE, "GA": Regime.GRANT_APPLICATION}


def _regimes(cell: str) -> tuple[Regime, ...]:
    """`*` anywhere means all regimes; otherwise the codes named in the cell (`ST,(OP)`, `ST W / GA R`)."""
    if "*" in cell:
        return tuple(Regime)
    return tuple(_REGIME_CODES[code] for code in re.findall(r"\b(ST|OP|GA)\b", cell))


def _verified(source: str) -> bool:
    """False when general knowledge [K] is the only authority; [R], our own convention, is no authority."""
    tags = set(re.findall(r"\[([A-Z][A-Za-z0-9]*)", source)) - {"R"}
    return tags != {"K"}


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA_DIR / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


class Rulebook(Mapping[str, Rule]):
    """All rules by id, in the order of the specification."""

    def __init__(self, rules: list[Rule]) -> None:
        self._rules = {rule.id: rule for rule in rules}

    @classmethod
    def load(cls) -> "Rulebook":
        chinese = {row["id"]: row for row in _rows("rules_zh.csv")}
        domain = [_rule(row, chinese[row["id"]]) for row in _rows("rules.csv")]
        return cls(domain + [_rule(row, row) for row in _rows("platform.csv")])

    def __getitem__(self, rule_id: str) -> Rule:
        try:
            return self._rules[rule_id]
        except KeyError:
            raise UnknownRule(f"{rule_id} is not in {DATA_DIR.name}/rules.csv") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._rules)

    def __len__(self) -> int:
        return len(self._rules)

    def __contains__(self, rule_id: object) -> bool:
        return rule_id in self._rules

    @property
    def sections(self) -> list[str]:
        return list(dict.fromkeys(rule.section for rule in self.values()))


def _rule(row: dict[str, str], chinese: dict[str, str]) -> Rule:
    return Rule(
        id=row["id"],
        section=chinese["section_zh"],
        title=chinese["title_zh"],
        text=chinese["text_zh"],
        text_en=row["rule"],
        regimes=_regimes(row["regimes"]),
        effect=Effect(row["effect"]),
        effect_note=row["effect_note"],
        source=row["source"],
        citation=chinese["citation"],
        verified=_verified(row["source"]),
    )


registry = Rulebook.load()
