"""The cut line as a workbook: the list, the coverage, the scenarios."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from procurement.registers.workbooks import Book, in_chinese
from projects.cutting import Coverage, Outcome
from projects.models import Application
from projects.selectors.cut_line import Compared


def workbook(rows: list[Application], outcome: Outcome, scenarios: list[Compared]) -> bytes:
    """Three sheets; amounts in yuan, people scaled to the share of the money."""
    with in_chinese():
        target = io.BytesIO()
        book = Book(target)
        _sheet(book, _("测算名单"), _headings(), _lines(rows, outcome))
        _sheet(book, _("覆盖情况"), _coverage_headings(), _coverage(outcome))
        _sheet(book, _("方案比较"), _scenario_headings(), _scenarios(scenarios))
        book.book.close()
        return target.getvalue()


def _sheet(book: Book, title: str, headings: Sequence[str], lines: Iterable[Sequence[Any]]) -> None:
    sheet = book.sheet(title, [max(10, 2 * len(heading)) for heading in headings])
    for column, heading in enumerate(headings):
        sheet.write_string(0, column, heading, book.head)
    for number, line in enumerate(lines, start=1):
        for column, value in enumerate(line):
            book.put(sheet, number, column, value)


def _headings() -> list[str]:
    return [
        _("排名"), _("项目编号"), _("项目名称"), _("申报单位"), _("得分"), _("申请资金"), _("专家建议"),
        _("测算资金"), _("占申请（%）"), _("按比例折算服务人数"), _("街道"),
    ]  # fmt: skip


def _lines(rows: list[Application], outcome: Outcome) -> Iterable[list[Any]]:
    for row, line in zip(rows, outcome.lines, strict=True):
        yield [
            row.review_rank, row.number, row.title, row.applicant.name, row.review_score, row.requested_amount,
            row.review_suggested_amount, line.granted, round(line.share * 100, 2), line.people, line.candidate.street,
        ]  # fmt: skip


def _coverage_headings() -> list[str]:
    return [_("类别"), _("名称"), _("申报项目"), _("资助项目"), _("资金"), _("折算服务人数")]


def _coverage(outcome: Outcome) -> Iterable[list[Any]]:
    parts: tuple[tuple[str, list[Coverage]], ...] = ((_("街道"), outcome.streets), (_("人群"), outcome.groups))
    for kind, found in parts:
        for row in found:
            yield [kind, row.label, row.asked, row.projects, row.money, row.people]


def _scenario_headings() -> list[str]:
    return [_("方案"), _("资助项目"), _("资金"), _("结余"), _("折算服务人数"), _("覆盖街道"), _("覆盖人群")]


def _scenarios(scenarios: list[Compared]) -> Iterable[list[Any]]:
    for each in scenarios:
        outcome = each.outcome
        yield [
            each.scenario.name, len(outcome.above), outcome.spent, outcome.left, outcome.people, each.streets, each.groups,
        ]  # fmt: skip
