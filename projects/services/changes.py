"""Change requests: what stands now is kept beside what is asked; approval applies it in the same transaction (R-228)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from procurement.access import Actor
from procurement.lifecycle.engine import Attempt, database_now
from procurement.lifecycle.numbering import next_number
from procurement.rules import Refusal, RuleViolation, implements
from projects.models import Application, BeneficiaryGroup, ChangeItem, ChangeKind, ChangeRequest, Reallocation
from projects.selectors.changes import FIELDS
from projects.services.contractor import journal, person, require_contractor

CHANGEABLE = ("ready_to_sign", "in_progress", "rectifying", "suspended")


@dataclass(frozen=True)
class Move:
    """Money asked to move between two lines."""

    source: UUID
    target: UUID
    amount: Decimal


@transaction.atomic
def save_change(
    *,
    actor: Actor,
    application: Application,
    kind: str,
    reason: str,
    effect_on_service: str = "",
    values: Mapping[str, Any] | None = None,
    moves: Sequence[Move] = (),
    change: ChangeRequest | None = None,
    at: datetime | None = None,
) -> ChangeRequest:
    """Draw up or rewrite a draft. ``values`` maps a field of the application, or an indicator's id, to what is asked.

    Raises:
        RuleViolation: S-02 for strangers, S-01 when the project cannot change or the request is no longer a draft.
    """
    moment = at or database_now()
    require_contractor(actor, application)
    if application.status not in CHANGEABLE or (change is not None and change.status != "draft"):
        raise RuleViolation([Refusal("S-01", _("现在不能填写变更申请"))])
    if change is None:
        number = next_number("change", prefix="BG", year=timezone.localtime(moment).year)
        change = ChangeRequest(number=number, application=application, case=application.case, kind=kind)
    change.reason, change.effect_on_service = reason.strip(), effect_on_service.strip()
    change.save()
    change.items.all().delete()
    items = _moves_as_items(application, moves) if kind == ChangeKind.BUDGET else _values_as_items(change, values or {})
    for position, item in enumerate(items):
        item.change, item.position = change, position
        item.save()
    journal(actor, application, "change.save", change.subject, {"kind": kind, "items": len(items)})
    return change


def submit(attempt: Attempt) -> None:
    attempt.obj.submitted_at = attempt.at
    attempt.kept["items"] = [item.label for item in attempt.obj.items.all()]


@implements("R-228")
def apply(attempt: Attempt) -> None:
    """Effect of change.approve: the project reads as approved from this moment."""
    change: ChangeRequest = attempt.obj
    application = Application.objects.select_for_update(no_key=True, of=("self",)).get(pk=change.application_id)
    items = list(change.items.all())
    if change.kind == ChangeKind.BUDGET:
        _move_money(attempt, change, items)
    elif change.kind == ChangeKind.INDICATORS:
        for item in items:
            application.indicators.filter(pk=item.target).update(target=Decimal(str(item.after)))
    else:
        for item in items:
            setattr(application, item.target, item.after)
        application.save(update_fields=[*(item.target for item in items), "updated_at"])
    change.applied_at = attempt.at
    attempt.kept["applied"] = [item.label for item in items]


def _move_money(attempt: Attempt, change: ChangeRequest, items: list[ChangeItem]) -> None:
    for item in items:
        move: dict[str, str] = item.after or {}
        Reallocation.objects.create(
            application_id=change.application_id,
            source_id=move["source"],
            target_id=move["target"],
            amount=Decimal(move["amount"]),
            reason=change.reason[:300],
            change=change,
            made_by=person(attempt.actor),
            made_at=attempt.at,
        )


def _values_as_items(change: ChangeRequest, values: Mapping[str, Any]) -> list[ChangeItem]:
    application = change.application
    if change.kind == ChangeKind.INDICATORS:
        rows = {str(row.pk): row for row in application.indicators.all()}
        return [
            ChangeItem(
                target=target,
                label=rows[target].name,
                before=str(rows[target].target),
                after=str(Decimal(str(after)).quantize(Decimal("0.01"))),
                before_text=f"{rows[target].target.normalize():f} {rows[target].unit}",
                after_text=f"{Decimal(str(after)).normalize():f} {rows[target].unit}",
            )
            for target, after in values.items()
            if target in rows and Decimal(str(after)) != rows[target].target
        ]
    return [
        ChangeItem(
            target=target,
            label=str(Application._meta.get_field(target).verbose_name),  # type: ignore[union-attr]
            before=getattr(application, target),
            after=after,
            before_text=_in_words(target, getattr(application, target)),
            after_text=_in_words(target, after),
        )
        for target, after in values.items()
        if target in FIELDS[change.kind] and after != getattr(application, target)
    ]


def _moves_as_items(application: Application, moves: Sequence[Move]) -> list[ChangeItem]:
    lines = {line.pk: line for line in application.budget_lines.all()}
    return [
        ChangeItem(
            target=f"{move.source}:{move.target}",
            label=str(_("预算科目调剂")),
            before=None,
            after={"source": str(move.source), "target": str(move.target), "amount": str(move.amount)},
            before_text=f"{lines[move.source].description}：{lines[move.source].amount:,.2f}",
            after_text=_("调出 %(amount)s 元至“%(line)s”")
            % {"amount": f"{move.amount:,.2f}", "line": lines[move.target].description},
        )
        for move in moves
        if move.source in lines and move.target in lines and move.source != move.target and move.amount > 0
    ]


def _in_words(target: str, value: Any) -> str:
    if target == "beneficiary_groups":
        return "、".join(str(BeneficiaryGroup(code).label) for code in value or [])
    return "" if value is None else str(value)
