"""Reads about reports: rows of a list, frozen figures as people read them, what changed between two versions."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.models import Report, ReportVersion
from projects.selectors.delivery import share_of

#: What each report says in words: code, label, hint, least length.
ANSWERS = (
    (
        "done",
        gettext_lazy("进展情况"),
        gettext_lazy("本期做了什么、谁参加、效果怎样；数据由台账自动汇总，不必重抄。"),
        30,
    ),
    (
        "problems",
        gettext_lazy("问题和偏差原因"),
        gettext_lazy("指标或支出落后于计划的，说明原因；没有问题也请写明。"),
        4,
    ),
    ("next_plan", gettext_lazy("下一步安排"), gettext_lazy("下期活动安排和改进措施。"), 10),
    ("public_summary", gettext_lazy("公开摘要"), gettext_lazy("通过后向社会公开，请勿写个人姓名、电话、住址。"), 20),
)


@dataclass(frozen=True)
class Changed:
    """One answer that reads otherwise than in the version before, line by line."""

    label: str
    version: int
    lines: list[tuple[str, str]]


def for_list(rows: QuerySet[Report]) -> QuerySet[Report]:
    return rows.select_related("application__applicant").defer("answers", "figures", "application__answers")


def figures_shown(figures: dict[str, Any]) -> dict[str, Any]:
    """Frozen JSON with its numbers turned back into numbers, ready for a page."""
    if not figures:
        return {}
    return {
        "period": _numbers(figures["period"]),
        "cumulative": _numbers(figures["cumulative"]),
        "indicators": [
            row | {name: Decimal(row[name]) for name in ("target", "period", "actual", "percent")}
            for row in figures["indicators"]
        ],
        "lines": [
            row
            | {name: Decimal(row[name]) for name in ("budget", "period", "spent")}
            | {"percent": share_of(Decimal(row["spent"]), Decimal(row["budget"]))}
            for row in figures["lines"]
        ],
        "granted": Decimal(figures["granted"]),
    }


def differences(versions: list[ReportVersion]) -> list[Changed]:
    """What the last correction changed in the words, newest version against the one before."""
    if len(versions) < 2:
        return []
    before, after = versions[-2], versions[-1]
    return [
        Changed(str(label), after.number, _lines(before.answers.get(code, ""), after.answers.get(code, "")))
        for code, label, *_rest in ANSWERS
        if before.answers.get(code, "") != after.answers.get(code, "")
    ]


def _lines(before: str, after: str) -> list[tuple[str, str]]:
    """(what, text) pairs: kept, removed, added."""
    words = {" ": _("未变"), "-": _("删去"), "+": _("新增")}
    found = difflib.ndiff(before.splitlines(), after.splitlines())
    return [(str(words[line[0]]), line[2:]) for line in found if line[0] in words]


def _numbers(row: dict[str, Any]) -> dict[str, Any]:
    decimals = {name: Decimal(row[name]) for name in ("service_hours", "spent") if name in row}
    return row | decimals
