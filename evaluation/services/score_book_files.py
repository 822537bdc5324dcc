"""The workbook a member takes along: one line per sheet, the scheme beside it, everything but the blanks protected."""

from __future__ import annotations

import io

from django.db import transaction
from django.utils.translation import gettext as _

from evaluation.models import PanelSeat
from evaluation.selectors.bench import stamp_of
from evaluation.selectors.rubrics import scored
from evaluation.selectors.scoring import queue_of, scores_by_factor
from procurement import audit
from procurement.access import Actor
from procurement.registers import Column, Kind
from procurement.registers.workbooks import Book, in_chinese
from procurement.rules import Refusal, RuleViolation

#: Columns nobody fills in; protected in the workbook, and compared when it comes back.
GIVEN = ("position", "number", "title", "body", "stamp")


def columns_of(seat: PanelSeat) -> list[Column]:
    """The workbook's columns, in order; points and words of each factor stand side by side."""
    columns = [
        Column("position", _("顺序"), Kind.INTEGER, required=True, width=6),
        Column("number", _("编号"), Kind.CODE, required=True, width=18),
        Column("title", _("评审对象"), Kind.TEXT, required=True, width=28),
        Column("body", _("单位"), Kind.TEXT, required=True, width=28),
    ]
    for factor in scored(seat.panel.rubric):
        name = f"{factor.code} {factor.name}"
        columns += [
            Column(f"value-{factor.pk}", f"{name}（0–{factor.maximum.normalize():f}）", Kind.DECIMAL, False, width=14),
            Column(
                f"note-{factor.pk}", _("%(factor)s评语") % {"factor": name}, Kind.TEXT, False, max_length=500, width=24
            ),
        ]
    if _suggests(seat):
        columns.append(Column("suggested_amount", _("建议资金（元）"), Kind.DECIMAL, False, width=16))
    return [
        *columns,
        Column("comment", _("总体意见"), Kind.TEXT, False, max_length=4000, width=40),
        Column("stamp", _("版本（勿改）"), Kind.CODE, required=True, width=28),
    ]


def workbook_of(*, actor: Actor, seat: PanelSeat) -> bytes:
    """Every sheet of the member, one line each, with the scheme on a second sheet. Only the member gets it."""
    only_the_member(actor, seat)
    with in_chinese(), transaction.atomic():
        content = _written(seat)
        note_in_journal(actor, seat, "sheet.book_download", {})
        return content


def _written(seat: PanelSeat) -> bytes:
    target = io.BytesIO()
    made = Book(target)
    columns = columns_of(seat)
    page = made.sheet(_("评分"), [column.width for column in columns])
    open_cell = made.book.add_format({"num_format": "@", "quote_prefix": True, "locked": False, "text_wrap": True})
    open_number = made.book.add_format({"num_format": "0.##", "locked": False})
    for place, column in enumerate(columns):
        page.write_string(0, place, column.label, made.head)
    sheets = queue_of(seat).prefetch_related("scores")
    for row, sheet in enumerate(sheets, start=1):
        given = {
            "position": sheet.position, "number": sheet.entry.number, "title": sheet.entry.title,
            "body": sheet.entry.caption, "stamp": stamp_of(sheet), "comment": sheet.comment,
            "suggested_amount": sheet.suggested_amount,
        }  # fmt: skip
        for factor_id, score in scores_by_factor(sheet).items():
            given |= {f"value-{factor_id}": score.value, f"note-{factor_id}": score.comment}
        for place, column in enumerate(columns):
            value = given.get(column.name)
            if column.name in GIVEN:
                made.put(page, row, place, value)
            elif value is None or value == "":
                page.write_blank(row, place, None, open_number if column.kind == Kind.DECIMAL else open_cell)
            elif column.kind == Kind.DECIMAL:
                page.write_number(row, place, float(value), open_number)
            else:
                made.put(page, row, place, value, open_cell)
    page.protect("", {"format_columns": True, "format_rows": True})
    page.freeze_panes(1, 3)
    _scheme(made, seat)
    made.book.close()
    return target.getvalue()


def _scheme(made: Book, seat: PanelSeat) -> None:
    """The second sheet: each factor with its levels and their sentences, to score by."""
    page = made.sheet(_("评分标准"), [30, 10, 12, 14, 70])
    for place, title in enumerate((_("评分因素"), _("满分"), _("档次"), _("分值"), _("评分标准"))):
        page.write_string(0, place, title, made.head)
    row = 1
    for factor in scored(seat.panel.rubric):
        for level in factor.levels.all():
            interval = f"{level.low.normalize():f}–{level.high.normalize():f}"
            for place, cell in enumerate((str(factor), factor.maximum, level.label, interval, level.anchor)):
                made.put(page, row, place, cell, made.wrapped if place == 4 else None)
            row += 1


def _suggests(seat: PanelSeat) -> bool:
    return seat.panel.guide_id is not None


def only_the_member(actor: Actor, seat: PanelSeat) -> None:
    if actor.id != seat.person_id or seat.status != "confirmed":
        raise RuleViolation([Refusal("R-139", _("评分表只能由评审成员本人下载和填写"))])


def note_in_journal(actor: Actor, seat: PanelSeat, action: str, body: dict[str, int]) -> None:
    """That it was taken and brought back, without a single point in it."""
    audit.record(
        actor_id=actor.id, actor_label=actor.label, action=action, subject=seat.subject, case_id=None, body=body
    )
