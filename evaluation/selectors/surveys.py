"""What the answers say: n, response rate, mean, spread; hidden from the public below five (R-266, R-293)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from evaluation.models import Channel, Level, Survey, SurveyAnswer
from procurement.rules import implements

#: Below this many answers figures could point at a person (R-293).
SMALLEST_PUBLIC = 5
#: Code of each question → the words of the form. The third is the one that counts people satisfied.
QUESTIONS = {
    "attitude": _("工作人员的服务态度，您满意吗？"),
    "effect": _("服务对您有帮助吗？您对效果满意吗？"),
    "overall": _("总的来说，您对这个项目满意吗？"),
}
SATISFIED = (Level.VERY_SATISFIED, Level.SATISFIED)


@dataclass(frozen=True)
class QuestionFigures:
    code: str
    label: Any
    mean: Decimal
    #: (label of the level, how many) from best to worst.
    spread: tuple[tuple[Any, int], ...]


@dataclass(frozen=True)
class SurveyFigures:
    """``mean`` is Σ of all level values ÷ (3 × n); ``satisfied_percent`` counts the overall question."""

    tickets: int
    valid: int
    mean: Decimal
    satisfied_percent: Decimal
    response_percent: Decimal
    questions: tuple[QuestionFigures, ...]
    channels: tuple[tuple[Any, int], ...]

    @property
    def is_public(self) -> bool:
        return self.valid >= SMALLEST_PUBLIC

    def as_json(self) -> dict[str, Any]:
        return {
            "tickets": self.tickets,
            "valid": self.valid,
            "mean": str(self.mean),
            "satisfied_percent": str(self.satisfied_percent),
            "response_percent": str(self.response_percent),
            "questions": [
                {
                    "code": q.code,
                    "label": str(q.label),
                    "mean": str(q.mean),
                    "spread": [[str(label), count] for label, count in q.spread],
                }
                for q in self.questions
            ],
        }


def mean_of(total: int, count: int) -> Decimal:
    return _half_up(Fraction(total, count)) if count else Decimal("0.00")


def percent_of(part: int, whole: int) -> Decimal:
    return _half_up(Fraction(100 * part, whole)) if whole else Decimal("0.00")


def figures_of(survey: Survey) -> SurveyFigures:
    """Two queries whatever the number of answers."""
    answers = list(survey.answers.order_by().values_list(*QUESTIONS, "channel"))
    *columns, channel_column = zip(*answers, strict=True) if answers else [()] * (len(QUESTIONS) + 1)
    counts = {code: Counter(column) for code, column in zip(QUESTIONS, columns, strict=True)}
    channels = Counter(channel_column)
    valid = sum(counts["overall"].values())
    totals = {code: sum(level * n for level, n in counter.items()) for code, counter in counts.items()}
    tickets = survey.tickets.count()
    return SurveyFigures(
        tickets=tickets,
        valid=valid,
        mean=mean_of(sum(totals.values()), valid * len(QUESTIONS)),
        satisfied_percent=percent_of(sum(counts["overall"][level] for level in SATISFIED), valid),
        response_percent=percent_of(valid, tickets),
        questions=tuple(
            QuestionFigures(
                code, label, mean_of(totals[code], valid), tuple((lv.label, counts[code][lv.value]) for lv in Level)
            )
            for code, label in QUESTIONS.items()
        ),
        channels=tuple((channel.label, channels[channel.value]) for channel in Channel),
    )


def _half_up(value: Fraction) -> Decimal:
    return Decimal((value * 200 + 1).__floor__() // 2).scaleb(-2)


@implements("R-293")
def public_figures(kept: dict[str, Any]) -> dict[str, Any] | None:
    """What may be shown to everyone of the figures kept with a result; None below five answers."""
    return kept if kept and int(kept.get("valid", 0)) >= SMALLEST_PUBLIC else None


def comments_of(survey: Survey) -> QuerySet[SurveyAnswer]:
    """Free words, without when or by which way they came; none below five answers."""
    rows = SurveyAnswer.objects.filter(survey=survey).exclude(comment="")
    return rows.order_by("comment") if survey.answers.count() >= SMALLEST_PUBLIC else rows.none()
