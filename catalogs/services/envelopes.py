"""Money is promised and taken back here, under a row lock; two deciders at once can never exceed it (R-018)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from catalogs.models import BudgetAdjustment, BudgetLine, EntryKind, EnvelopeEntry, FundEnvelope
from catalogs.models.envelope import APPROVED
from procurement import audit
from procurement.access import Actor, Role
from procurement.lifecycle.engine import database_now
from procurement.money import format_yuan, yuan
from procurement.rules import Refusal, RuleViolation, implements

PREPARERS = (Role.LGO, Role.PU_FIN)


def may_prepare(actor: Actor, envelope: FundEnvelope) -> bool:
    return any(actor.holds(role, envelope.office_id) for role in PREPARERS)


@transaction.atomic
def prepare(*, actor: Actor, envelope: FundEnvelope, at: datetime | None = None) -> FundEnvelope:
    """Save a new draft, or the corrections to one; anything past draft is refused (R-017)."""
    _require_preparer(actor, envelope)
    is_new = envelope._state.adding
    if not is_new:
        _require_draft(FundEnvelope.objects.select_for_update(no_key=True).get(pk=envelope.pk))
    envelope.save()
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action="envelope.prepare" if is_new else "envelope.revise",
        subject=envelope.subject,
        case_id=None,
        ok=True,
        body={"fiscal_year": envelope.fiscal_year, "source": envelope.source, "amount": str(envelope.amount)},
    )
    return envelope


@transaction.atomic
def propose_adjustment(
    *,
    actor: Actor,
    envelope: FundEnvelope,
    delta: Decimal,
    grounds: str,
    line: BudgetLine | None = None,
    at: datetime | None = None,
) -> BudgetAdjustment:
    """Draft a change of an approved envelope, or of one line of it; nothing moves until finance approves it (R-017)."""
    _require_preparer(actor, envelope)
    if (line or envelope).status != APPROVED:
        raise RuleViolation([Refusal("R-017", _("额度尚未批准，可直接修改，不需要预算调整"))])
    adjustment = BudgetAdjustment.objects.create(
        envelope=envelope, line=line, delta=yuan(delta), grounds=grounds.strip()
    )
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action="adjustment.propose",
        subject=adjustment.subject,
        case_id=None,
        ok=True,
        body={"envelope": str(envelope.pk), "delta": str(adjustment.delta), "grounds": adjustment.grounds},
    )
    return adjustment


@implements("R-018")
@transaction.atomic
def commit(
    envelope: FundEnvelope, amount: Decimal, *, actor: Actor, subject: str = "", at: datetime | None = None
) -> FundEnvelope:
    """Promise ``amount`` yuan out of the envelope.

    Raises:
        RuleViolation: R-013 when it is not approved, R-018 when less than ``amount`` is left.
    """
    locked, amount = _lock(envelope), _positive(amount)
    if locked.status != APPROVED:
        raise RuleViolation([Refusal("R-013", _("“%(title)s”尚未经财政部门批准") % {"title": locked.title})])
    if amount > locked.available:
        raise RuleViolation([_exceeds(locked, amount)])
    return _move(locked, EntryKind.COMMIT, amount, actor=actor, subject=subject, at=at)


@transaction.atomic
def release(
    envelope: FundEnvelope, amount: Decimal, *, actor: Actor, subject: str = "", at: datetime | None = None
) -> FundEnvelope:
    """Give back ``amount`` yuan promised earlier; never more than is promised."""
    locked, amount = _lock(envelope), _positive(amount)
    if amount > locked.committed_total:
        words = {"amount": format_yuan(amount), "committed": format_yuan(locked.committed_total)}
        raise RuleViolation([Refusal("R-018", _("退回%(amount)s超过已安排的%(committed)s") % words)])
    return _move(locked, EntryKind.RELEASE, -amount, actor=actor, subject=subject, at=at)


def on_approve(attempt: Any) -> None:
    """Effect of ``envelope.approve``: the figures become the law they are measured by."""
    envelope: FundEnvelope = attempt.obj
    envelope.approved_amount = envelope.amount
    envelope.approval_number = attempt.data["approval_number"].strip()
    envelope.approved_at = attempt.at
    envelope.save(update_fields=["approved_amount", "approval_number", "approved_at", "updated_at"])
    attempt.kept["amount"] = str(envelope.amount)


def on_adjust(attempt: Any) -> None:
    """Effect of ``adjustment.approve``: the envelope or its line follows, and the ledger says why."""
    adjustment: BudgetAdjustment = attempt.obj
    adjustment.approval_number = attempt.data["approval_number"].strip()
    adjustment.save(update_fields=["approval_number", "updated_at"])
    if adjustment.line is not None:
        _adjust_line(adjustment.line, adjustment.delta, attempt)
        return
    envelope = _lock(adjustment.envelope)
    envelope.amount += adjustment.delta
    envelope.save(update_fields=["amount", "updated_at"])
    EnvelopeEntry.objects.create(
        envelope=envelope,
        kind=EntryKind.ADJUST,
        amount=adjustment.delta,
        subject=adjustment.subject,
        committed_after=envelope.committed_total,
        actor=attempt.actor.user,
        at=attempt.at,
    )
    attempt.kept["amount"] = str(envelope.amount)


def _adjust_line(line: BudgetLine, delta: Decimal, attempt: Any) -> None:
    """A line grows out of its envelope and gives back to it; the envelope itself stays as it is."""
    move = commit if delta > 0 else release
    move(line.envelope, abs(delta), actor=attempt.actor, subject=line.subject, at=attempt.at)
    locked = BudgetLine.objects.select_for_update(of=("self",), no_key=True).get(pk=line.pk)
    locked.amount += delta
    locked.save(update_fields=["amount", "updated_at"])
    attempt.kept["amount"] = str(locked.amount)


def _lock(envelope: FundEnvelope) -> FundEnvelope:
    return FundEnvelope.objects.select_for_update(of=("self",), no_key=True).get(pk=envelope.pk)


def _move(
    locked: FundEnvelope, kind: EntryKind, signed: Decimal, *, actor: Actor, subject: str, at: datetime | None
) -> FundEnvelope:
    locked.committed_total += signed
    locked.save(update_fields=["committed_total", "updated_at"])
    EnvelopeEntry.objects.create(
        envelope=locked,
        kind=kind,
        amount=signed,
        subject=subject,
        committed_after=locked.committed_total,
        actor=actor.person,
        at=at or database_now(),
    )
    return locked


def _positive(amount: Decimal) -> Decimal:
    amount = yuan(amount)
    if amount <= 0:
        raise ValueError(_("安排或退回的金额须大于零。"))
    return amount


def _exceeds(envelope: FundEnvelope, amount: Decimal) -> Refusal:
    return Refusal(
        "R-018",
        _("“%(title)s”可安排余额%(left)s，本次需要%(amount)s")
        % {"title": envelope.title, "left": format_yuan(envelope.available), "amount": format_yuan(amount)},
    )


def _require_preparer(actor: Actor, envelope: FundEnvelope) -> None:
    if not may_prepare(actor, envelope):
        raise RuleViolation([Refusal("S-02", _("资金额度只能由主管单位的领导小组办公室或财务审批人编制"))])


def _require_draft(envelope: FundEnvelope) -> None:
    if envelope.status != "draft":
        raise RuleViolation([Refusal("R-017", _("额度已提交或批准，不能直接修改"))])
