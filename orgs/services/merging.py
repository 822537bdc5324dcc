"""Two records of one body become one, and apart again; each row that moves is written down.

Every foreign key to an organisation is found by asking the models, so nothing a later app adds is forgotten.
Rows the database refuses to move (sealed, immutable, conflicting) and papers already handed in stay with the old
record; the people of the standing body hold its seats too (``selectors.seats``), so nothing is lost to them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import ForeignKey, Model
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from orgs.models import MergedRow, MoveOutcome, Organization, OrganizationMerge, SuspectPair
from orgs.selectors.authorities import civil_authority_for
from procurement import audit
from procurement.access import Actor, Role
from procurement.lifecycle.models import LifecycleModel
from procurement.rules import Refusal, RuleViolation

#: Who may ask for a merge in any body, and who in their own.
KEEPERS = frozenset({Role.CIV, Role.SYS})
EXAMPLES = 3


@dataclass(frozen=True)
class Move:
    """What became of one row, or would become of it."""

    field: ForeignKey[Any, Any]
    row: Model
    outcome: MoveOutcome
    held_by: str = ""


@dataclass(frozen=True)
class MoveLine:
    """Rows of one kind with one outcome, as the preview shows them."""

    what: str | Promise
    as_what: str | Promise
    outcome: MoveOutcome
    count: int
    because: str
    examples: tuple[str, ...]

    @property
    def tone(self) -> str:
        return {"moved": "good", "kept": "neutral", "conflict": "warn"}[self.outcome.value]


class _Rehearsed(Exception):
    """Ends a rehearsal: everything is taken back."""


@transaction.atomic
def propose(*, actor: Actor, source: Organization, target: Organization, grounds: str) -> OrganizationMerge:
    """Ask that ``source`` become part of ``target``; civil affairs decides.

    Raises:
        RuleViolation: S-02 for people of neither body, S-03 without grounds, S-01 when one is merged already,
            S-04 where no civil affairs authority answers for the place.
    """
    mine = actor.organization_ids(Role.ORG_H)
    if not (actor.roles & KEEPERS or {source.pk, target.pk} & mine):
        raise RuleViolation([Refusal("S-02", _("只有民政部门、系统管理员或单位负责人可以提出合并"))])
    if not grounds.strip():
        raise RuleViolation([Refusal("S-03", _("提出合并须写明依据"))])
    refused = standing_refusals(source, target)
    authority = civil_authority_for(source.region)
    if authority is None:
        refused.append(Refusal("S-04", _("%(place)s尚无民政部门在本平台办理") % {"place": source.region.full_name}))
    if OrganizationMerge.objects.filter(source=source, status="proposed").exists():
        refused.append(Refusal("S-01", _("%(name)s已有合并正在办理") % {"name": source.name}))
    if refused or authority is None:
        raise RuleViolation(refused)
    merge = OrganizationMerge.objects.create(
        source=source, target=target, grounds=grounds.strip(), proposed_by=actor.person, authority=authority
    )
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action="merge.propose",
        subject=merge.subject,
        body={"source": source.pk, "target": target.pk, "grounds": merge.grounds},
    )
    return merge


def standing_refusals(source: Organization, target: Organization) -> list[Refusal]:
    """Why these two cannot be merged as they stand."""
    if source.pk == target.pk:
        return [Refusal("S-04", _("单位不能与自己合并"))]
    return [
        Refusal("S-01", _("%(name)s已并入%(other)s") % {"name": body.name, "other": body.merged_into.name})
        for body in (source, target)
        if body.merged_into is not None
    ]


def rehearse(merge: OrganizationMerge) -> list[MoveLine]:
    """What the merge would do, found by doing it and taking it back."""
    moves: list[Move] = []
    lines: list[MoveLine] = []
    try:
        with transaction.atomic():
            moves = list(_move_all(merge.source, merge.target))
            lines = _lines(moves)
            raise _Rehearsed
    except _Rehearsed:
        return lines


def on_merge(attempt: Any) -> None:
    """Effect of ``merge.decide``: rows move, each written down; the old record leads to the standing body."""
    merge: OrganizationMerge = attempt.obj
    source, target = _locked(merge)
    moves = list(_move_all(source, target))
    MergedRow.objects.bulk_create(
        MergedRow(
            merge=merge,
            model=move.field.model._meta.label_lower,
            field=move.field.attname,
            row=str(move.row.pk),
            outcome=move.outcome,
            held_by=move.held_by[:80],
        )
        for move in moves
    )
    source.merged_into = target
    source.save(update_fields=["merged_into", "updated_at"])
    attempt.kept |= Counter(str(move.outcome) for move in moves)


def on_undo(attempt: Any) -> None:
    """Effect of ``merge.undo``: exactly the rows that moved go back.

    Raises:
        RuleViolation: when a fact entered since would clash with a row going back.
    """
    merge: OrganizationMerge = attempt.obj
    source, target = _locked(merge)
    rows = list(merge.rows.filter(outcome=MoveOutcome.MOVED))
    for moved in reversed(rows):
        model = apps.get_model(moved.model)
        try:
            with transaction.atomic():
                model._base_manager.filter(pk=moved.row, **{moved.field: target.pk}).update(**{moved.field: source.pk})
        except DatabaseError as error:
            words = {"what": model._meta.verbose_name, "why": _reason(model, _held_by(error))}
            raise RuleViolation([Refusal("S-01", _("“%(what)s”不能退回原单位：%(why)s") % words)]) from error
    source.merged_into = None
    source.save(update_fields=["merged_into", "updated_at"])
    attempt.kept["returned"] = len(rows)


@transaction.atomic
def dismiss(*, actor: Actor, pair: SuspectPair, reason: str, at: Any) -> SuspectPair:
    """These are two bodies: the pair leaves the list and stays out of it."""
    if not actor.roles & KEEPERS:
        raise RuleViolation([Refusal("S-02", _("疑似重复由民政部门或系统管理员处理"))])
    if not reason.strip():
        raise RuleViolation([Refusal("S-03", _("排除重复须写明理由"))])
    pair.dismissed_at, pair.dismissed_by, pair.dismissal = at, actor.person, reason.strip()
    pair.save(update_fields=["dismissed_at", "dismissed_by", "dismissal"])
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action="duplicate.dismiss",
        subject=f"orgs.suspectpair:{pair.pk}",
        body={"first": pair.first_id, "second": pair.second_id, "reason": pair.dismissal},
    )
    return pair


def label_of(model: str) -> str:
    """How people call the rows of a model."""
    return str(apps.get_model(model)._meta.verbose_name)


def field_label(model: str, attname: str) -> str:
    fields = apps.get_model(model)._meta.concrete_fields
    return next((str(field.verbose_name) for field in fields if field.attname == attname), attname)


def references() -> list[ForeignKey[Any, Any]]:
    """Every column that points at an organisation, of every model installed, in a settled order."""
    own = {OrganizationMerge, SuspectPair, MergedRow}
    models = (model for model in apps.get_models(include_auto_created=True) if model not in own)
    found = [
        field
        for model in models
        if model._meta.managed and not model._meta.proxy
        for field in model._meta.local_concrete_fields
        if isinstance(field, ForeignKey) and field.related_model is Organization
    ]
    return sorted(found, key=lambda field: (field.model._meta.label_lower, field.attname))


def _locked(merge: OrganizationMerge) -> tuple[Organization, Organization]:
    """Both bodies, locked in one order whatever the direction of the merge."""
    keys = [merge.source_id, merge.target_id]
    rows = Organization.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=keys).order_by("pk")
    found = {row.pk: row for row in rows}
    return found[merge.source_id], found[merge.target_id]


def _move_all(source: Organization, target: Organization) -> Iterator[Move]:
    for field in references():
        for row in field.model._base_manager.filter(**{field.attname: source.pk}).order_by("pk"):
            yield _move(field, row, target)


def _move(field: ForeignKey[Any, Any], row: Model, target: Organization) -> Move:
    """One row, in a savepoint of its own: what the database refuses stays where it is."""
    if isinstance(row, LifecycleModel) and row.status != row.lifecycle.initial:
        return Move(field, row, MoveOutcome.KEPT, "handed_in")
    try:
        with transaction.atomic():
            field.model._base_manager.filter(pk=row.pk).update(**{field.attname: target.pk})
    except IntegrityError as error:
        return Move(field, row, _outcome_of(error), _held_by(error))
    except DatabaseError:
        return Move(field, row, MoveOutcome.KEPT, "immutable")
    return Move(field, row, MoveOutcome.MOVED)


#: SQLSTATEs of a unique and of an exclusion constraint.
_CLASHES = {"23505", "23P01"}


def _outcome_of(error: IntegrityError) -> MoveOutcome:
    return MoveOutcome.CONFLICT if getattr(error.__cause__, "pgcode", "") in _CLASHES else MoveOutcome.KEPT


def _held_by(error: DatabaseError) -> str:
    diagnostics = getattr(error.__cause__, "diag", None)
    return getattr(diagnostics, "constraint_name", None) or "immutable"


def _lines(moves: list[Move]) -> list[MoveLine]:
    groups: dict[tuple[ForeignKey[Any, Any], MoveOutcome, str], list[Model]] = defaultdict(list)
    for move in moves:
        groups[(move.field, move.outcome, move.held_by)].append(move.row)
    return [
        MoveLine(
            what=str(field.model._meta.verbose_name),
            as_what=field.verbose_name,
            outcome=outcome,
            count=len(rows),
            because=_reason(field.model, held_by) if held_by else "",
            examples=tuple(str(row) for row in rows[:EXAMPLES]) if held_by else (),
        )
        for (field, outcome, held_by), rows in groups.items()
    ]


def _reason(model: type[Model], held_by: str) -> str:
    """The sentence of the constraint that holds a row back."""
    if held_by == "handed_in":
        return _("已提交、签署或封存，文本和署名保持原样")
    named = (rule for rule in model._meta.constraints if rule.name == held_by)
    sentence = next((rule.violation_error_message for rule in named if rule.violation_error_message), None)
    return str(sentence) if sentence else _("记录已锁定，不得更改")
