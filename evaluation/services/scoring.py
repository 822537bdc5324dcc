"""Saving points as they are typed, handing a sheet in, checking the whole, sending sheets back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from evaluation.models import FactorScore, Finding, ReopenGround, ReviewPanel, ScoreSheet
from evaluation.selectors.bench import pins_text
from evaluation.selectors.rubrics import scored
from evaluation.selectors.scoring import inconsistencies, sheet_total
from procurement import audit
from procurement.access import Actor
from procurement.lifecycle.engine import Attempt, database_now, perform, system_actor
from procurement.notices import notify
from procurement.rules import Refusal, RuleViolation, implements, refusal_for_constraint

#: Saves closer together than this are one editing session, and one line in the journal.
SESSION = timedelta(minutes=30)


@dataclass(frozen=True)
class Entry:
    """What was typed for one factor; ``value`` None means not scored yet."""

    value: Decimal | None
    comment: str = ""
    #: [(document, page), …] as evidence; None leaves them as they are.
    pins: Sequence[tuple[str, int]] | None = None


@implements("R-139", "R-132")
@transaction.atomic
def save_sheet(
    *,
    actor: Actor,
    sheet: ScoreSheet,
    entries: Mapping[UUID, Entry],
    comment: str | None = None,
    suggested_amount: Decimal | None = None,
    keep_amount: bool = True,
    at: datetime | None = None,
) -> ScoreSheet:
    """Keep what the member typed. Only the member, only while the sheet is a draft; the database holds to both.

    ``comment`` None and ``keep_amount`` leave those as they are, so that one factor can be saved alone.
    Raises RuleViolation with the sentence of the constraint that refused.
    """
    locked = ScoreSheet.objects.select_for_update(no_key=True, of=("self",)).select_related("seat").get(pk=sheet.pk)
    if actor.id != locked.seat.person_id:
        raise RuleViolation([Refusal("R-139", _("评分表只能由评审成员本人填写"))])
    if locked.status != "draft":
        raise RuleViolation([Refusal("R-139", _("评分表已提交，得分不得更改"))])
    moment = at or database_now()
    began = locked.saved_at is None or moment - locked.saved_at > SESSION
    try:
        with transaction.atomic():
            for factor_id, entry in entries.items():
                _put(locked, factor_id, entry, moment)
    except IntegrityError as error:
        refusal = refusal_for_constraint(error)
        if refusal is None:
            raise
        raise RuleViolation([refusal]) from error
    if comment is not None:
        locked.comment = comment.strip()
    if not keep_amount:
        _check_amount(locked, suggested_amount)
        locked.suggested_amount = suggested_amount
    locked.saved_at = moment
    locked.save()
    if began:
        _journal(actor, locked)
    return locked


def lock(attempt: Attempt) -> None:
    """Effect of sheet.lock: the sum is fixed and sealed; the last sheet closes the scoring.

    The panel's row is locked first, so that of two members handing in at once the second sees the first.
    """
    sheet: ScoreSheet = attempt.obj
    panel = ReviewPanel.objects.select_for_update(no_key=True).get(pk=sheet.panel_id)
    sheet.total = sheet_total(sheet)
    sheet.locked_at = attempt.at
    sheet.seal = seal_of(sheet)
    sheet.save()
    attempt.kept["seal"] = sheet.seal
    others = panel.sheets.counted().exclude(pk=sheet.pk).exclude(status="locked")
    if not others.exists() and panel.seats.confirmed().count() == panel.size:
        perform(panel, "panel.close_scoring", actor=system_actor(), at=attempt.at, sheet=sheet.pk)


def unlock(attempt: Attempt) -> None:
    """Effect of sheet.reopen: what was handed in stays in the record of this change."""
    sheet: ScoreSheet = attempt.obj
    attempt.kept["earlier"] = _plain(sheet)
    attempt.kept["earlier_seal"] = sheet.seal
    sheet.findings.filter(settled_at__isnull=True).update(settled_at=attempt.at)


def check_consistency(attempt: Attempt) -> None:
    """Effect of panel.close_scoring: what does not fit now is written down; outliers are asked to explain (R-141).

    Earlier findings are closed: what still does not fit is found again.
    """
    panel: ReviewPanel = attempt.obj
    checked = panel.findings.filter(settled_at__isnull=True).exclude(kind=Finding.Kind.ASKED)
    checked.update(settled_at=attempt.at)
    explained = set(
        panel.findings.filter(kind=Finding.Kind.OUTLIER, explained_at__isnull=False).values_list("sheet_id", "detail")
    )
    for fault in inconsistencies(panel):
        if (fault.sheet.pk, fault.detail) in explained:
            continue
        finding = Finding.objects.create(
            panel=panel,
            sheet=fault.sheet,
            factor=fault.factor,
            kind=fault.kind,
            detail=fault.detail,
            found_at=attempt.at,
        )
        if fault.kind == Finding.Kind.OUTLIER:
            _ask(finding)
    attempt.kept["findings"] = panel.findings.filter(settled_at__isnull=True).count()


def reopen(attempt: Attempt) -> None:
    """Effect of panel.reopen: the named sheets go back to their members, on one of the four legal grounds (R-141)."""
    ground = ReopenGround(attempt.data["ground"])
    for sheet in attempt.data["sheets"]:
        perform(sheet, "sheet.reopen", actor=attempt.actor, at=attempt.at, reason=f"{ground.label}：{attempt.reason}")


@transaction.atomic
def explain(*, actor: Actor, finding: Finding, explanation: str, at: datetime | None = None) -> Finding:
    """The member says why the sum is far from the others'; the score itself stays."""
    locked = (
        Finding.objects.select_for_update(no_key=True, of=("self",)).select_related("sheet__seat").get(pk=finding.pk)
    )
    if actor.id != locked.sheet.seat.person_id:
        raise RuleViolation([Refusal("R-141", _("说明由评分的成员本人作出"))])
    if locked.settled_at is not None:
        raise RuleViolation([Refusal("R-141", _("该事项已经处理"))])
    if len(explanation.strip()) < 10:
        raise RuleViolation([Refusal("R-141", _("说明不少于 10 个字"))])
    locked.explanation = explanation.strip()
    locked.explained_at = locked.settled_at = at or database_now()
    locked.save()
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action="sheet.explain",
        subject=locked.sheet.subject,
        case_id=None,
        body={"finding": str(locked.pk)},
    )
    return locked


def seal_of(sheet: ScoreSheet) -> str:
    """SHA-256 over the sheet with a salt of its own: the record can prove the points later without showing them now."""
    text = json.dumps(_plain(sheet), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{sheet.salt}{text}".encode()).hexdigest()


def _plain(sheet: ScoreSheet) -> dict[str, Any]:
    scores = {score.factor_id: score for score in sheet.scores.all()}
    return {
        "sheet": str(sheet.pk),
        "scores": [
            [
                factor.code,
                str(scores[factor.pk].value),
                scores[factor.pk].comment,
                *pins_text(scores[factor.pk].pins).split(),
            ]
            for factor in scored(sheet.panel.rubric)
            if factor.pk in scores
        ],
        "total": str(sheet.total),
        "comment": sheet.comment,
        "suggested_amount": str(sheet.suggested_amount),
    }


def _put(sheet: ScoreSheet, factor_id: UUID, entry: Entry, at: datetime) -> None:
    words: dict[str, Any] = {
        "value": entry.value,
        "comment": entry.comment.strip()[:500],
        "saved_at": at,
        "maximum": Decimal(0),
    }
    if entry.pins is not None:
        words["pins"] = [list(pin) for pin in entry.pins]
    FactorScore.objects.update_or_create(sheet=sheet, factor_id=factor_id, defaults=words)


def _check_amount(sheet: ScoreSheet, amount: Decimal | None) -> None:
    if amount is None:
        return
    asked = sheet.entry.amount if sheet.entry.suggests_amount else None
    if asked is None or not 0 <= amount <= asked:
        raise RuleViolation([Refusal("S-04", _("建议资金须在 0 元与申请资金之间"))])


def _ask(finding: Finding) -> None:
    notify(
        template="score_explanation",
        recipients=[finding.sheet.seat.person],
        url=finding.sheet.get_absolute_url(),
        context={"application": str(finding.sheet.entry), "detail": finding.detail},
        key=f"finding-{finding.pk}",
    )


def _journal(actor: Actor, sheet: ScoreSheet) -> None:
    """One line for an editing session, without a single point in it."""
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action="sheet.save",
        subject=sheet.subject,
        case_id=None,
        body={"position": sheet.position},
    )
