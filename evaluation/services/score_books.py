"""A member's sheets as one workbook: taken along, filled in without a network, handed back whole or not at all.

Each line carries a stamp of its sheet. A sheet that was changed or handed in since the download refuses the file, so that
nothing newer is written over; a file with one wrong cell writes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from evaluation.models import PanelSeat, RubricFactor, ScoreSheet
from evaluation.selectors.bench import plain_number, stamp_of, state_of
from evaluation.selectors.rubrics import scored
from evaluation.selectors.scoring import queue_of
from evaluation.services.score_book_files import columns_of, note_in_journal, only_the_member
from evaluation.services.scoring import Entry, save_sheet
from procurement.access import Actor
from procurement.documents import UploadRefused, storage
from procurement.documents.inspection import receive
from procurement.registers import Line
from procurement.registers.services.checking import read_line
from procurement.registers.services.reading import Sheet, SheetRefused, read_sheet
from procurement.registers.workbooks import in_chinese
from procurement.rules import RuleViolation, implements

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

AMOUNT_MAX = Decimal(10) ** 12


@dataclass
class Outcome:
    """What became of an uploaded file: sheets written, or the sentences that refused it."""

    written: int = 0
    unchanged: int = 0
    reasons: list[str] = field(default_factory=list)


@implements("R-139")
def take_in(*, actor: Actor, seat: PanelSeat, upload: UploadedFile[bytes], at: datetime | None = None) -> Outcome:
    """Write the whole file, or nothing of it and say why. Raises RuleViolation only for a stranger."""
    only_the_member(actor, seat)
    try:
        with storage.quarantine() as room, in_chinese():
            inspected = receive(upload, room)
            sheet = read_sheet(inspected.path, columns_of(seat))
    except UploadRefused as refusal:
        return Outcome(reasons=[refusal.message])
    except SheetRefused as refusal:
        return Outcome(reasons=[str(refusal)])
    return _apply(actor, seat, sheet, at)


@transaction.atomic
def _apply(actor: Actor, seat: PanelSeat, book: Sheet, at: datetime | None) -> Outcome:
    """Under lock from the comparison to the last write, so that nothing comes between the two."""
    held = {
        sheet.entry.number: sheet
        for sheet in ScoreSheet.objects.filter(pk__in=queue_of(seat).values("pk"))
        .select_for_update(no_key=True, of=("self",))
        .with_subjects()
        .select_related("panel__rubric", "seat")
        .prefetch_related("scores")
    }
    factors = scored(seat.panel.rubric)
    seen: dict[str, int] = {}
    changed: list[tuple[ScoreSheet, dict[str, Any]]] = []
    for line in book.lines:
        read_line(book, line)
        number = line.values.get("number", "")
        sheet = held.get(number)
        if not line.is_right:
            continue
        if sheet is None:
            line.refuse("number", _("不在您的评分表中"))
        elif number in seen:
            line.refuse("number", _("与第 %(number)s 行重复") % {"number": seen[number]})
        elif _check(line, sheet, factors):
            changed.append((sheet, line.values))
        seen.setdefault(number, line.number)
    reasons = [reason for line in book.lines for reason in line.reasons]
    if not reasons:
        reasons = _write(actor, changed, factors, at)
    if reasons:
        transaction.set_rollback(True)
        return Outcome(reasons=reasons)
    note_in_journal(actor, seat, "sheet.book_upload", {"written": len(changed)})
    return Outcome(written=len(changed), unchanged=len(book.lines) - len(changed))


def _check(line: Line, sheet: ScoreSheet, factors: Sequence[RubricFactor]) -> bool:
    """Whether the line says something new that may be written; what is wrong with it is refused on the line."""
    for factor in factors:
        value = line.values.get(f"value-{factor.pk}")
        if value is not None and not 0 <= value <= factor.maximum:
            line.refuse(
                f"value-{factor.pk}", _("应在 0 至 %(maximum)s 分之间") % {"maximum": f"{factor.maximum.normalize():f}"}
            )
    amount = line.values.get("suggested_amount")
    if amount is not None and not 0 <= amount <= (sheet.entry.amount or AMOUNT_MAX):
        line.refuse("suggested_amount", _("应在 0 元与申请资金之间"))
    if not line.is_right or not _differs(line, sheet, factors):
        return False
    if sheet.status != "draft":
        line.refuse("", _("评分表已提交，得分不得更改（R-139）"))
    elif line.values["stamp"] != stamp_of(sheet):
        line.refuse("stamp", _("下载之后平台上已有更改，请重新下载后再填写"))
    return line.is_right


def _differs(line: Line, sheet: ScoreSheet, factors: Sequence[RubricFactor]) -> bool:
    """An empty cell is an empty field: the workbook showed what was there when it was taken along."""
    held = state_of(sheet)
    for factor in factors:
        value, note, _pins = held[str(factor.pk)]
        if [plain_number(line.values.get(f"value-{factor.pk}")), line.values.get(f"note-{factor.pk}", "")] != [
            value,
            note,
        ]:
            return True
    if sheet.entry.suggests_amount and plain_number(line.values.get("suggested_amount")) != held["suggested_amount"][0]:
        return True
    return str(line.values.get("comment", "")) != held["comment"][0]


def _write(
    actor: Actor,
    changed: Sequence[tuple[ScoreSheet, dict[str, Any]]],
    factors: Sequence[RubricFactor],
    at: datetime | None,
) -> list[str]:
    for sheet, values in changed:
        try:
            save_sheet(
                actor=actor,
                sheet=sheet,
                entries={
                    factor.pk: Entry(values.get(f"value-{factor.pk}"), values.get(f"note-{factor.pk}", ""))
                    for factor in factors
                },
                comment=values.get("comment", ""),
                suggested_amount=values.get("suggested_amount"),
                keep_amount=not sheet.entry.suggests_amount,
                at=at,
            )
        except RuleViolation as violation:
            return [f"{sheet.entry}：{refusal}" for refusal in violation.refusals]
    return []
