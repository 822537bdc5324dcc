"""A refusal is a sentence naming its rule and article: the same on the button, in the API and in the test."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse

from procurement.rules.rulebook import Rule, registry


@dataclass(frozen=True)
class Refusal:
    """Why something may not happen (or, with `warning`, may happen only with a written justification).

    `message` speaks about the case at hand ("本单位本年度已申报 2 项，上限 2 项"); rule and article are looked up.
    """

    rule_id: str
    message: str
    warning: bool = False

    def __post_init__(self) -> None:
        registry[self.rule_id]  # an unknown id must fail where it is written, not where it is shown
        object.__setattr__(self, "message", str(self.message))

    def __str__(self) -> str:
        return f"{self.rule_id} {self.message} · {self.authority}"

    @property
    def rule(self) -> Rule:
        return registry[self.rule_id]

    @property
    def authority(self) -> str:
        return f"依据：{self.rule.citation}"

    @property
    def url(self) -> str:
        """The rule's page in the handbook; empty where the handbook is not mounted."""
        try:
            return reverse("handbook-rule", args=[self.rule_id])
        except NoReverseMatch:
            return ""

    def as_json(self) -> dict[str, Any]:
        return {
            "rule": self.rule_id,
            "title": self.rule.title,
            "message": self.message,
            "citation": self.rule.citation,
            "verified": self.rule.verified,
            "warning": self.warning,
            "sentence": str(self),
            "url": self.url,
        }


class RuleViolation(Exception):
    """Raised by a service when rules refuse; carries every refusal, not only the first."""

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        self.refusals = tuple(refusals)
        super().__init__("；".join(str(refusal) for refusal in self.refusals))
