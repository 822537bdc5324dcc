"""Changing an issued document: proposed by one person, issued by another, told to everyone who has it (R-113, R-114)."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from procurement.access import Actor, Duty, record_duty
from procurement.audit.canonical import canonical_bytes
from procurement.lifecycle.engine import Attempt, database_now
from procurement.rules import Refusal, RuleViolation
from projects.models import Addendum, Procedure
from projects.selectors.procedures import works_on
from projects.services.document_holders import tell_takers
from projects.services.procedure_notices import publish_change
from projects.services.procedures import journal


@transaction.atomic
def propose_addendum(
    *,
    actor: Actor,
    procedure: Procedure,
    changed: str,
    reason: str = "",
    affects_bids: bool = True,
    new_deadline_at: datetime | None = None,
    at: datetime | None = None,
) -> Addendum:
    """Write an addendum; it says nothing to anybody before a second person issues it.

    Raises RuleViolation: S-02 for a stranger, R-113 after the deadline, for an earlier one, or while another waits.
    """
    moment = at or database_now()
    locked = Procedure.objects.select_for_update(no_key=True, of=("self",)).get(pk=procedure.pk)
    if not works_on(locked, actor):
        raise RuleViolation([Refusal("S-02", _("澄清（修改）由采购经办人或者采购代理机构拟定"))])
    deadline = locked.deadline_at
    if locked.status != "bidding" or deadline is None or moment >= deadline:
        raise RuleViolation([Refusal("R-113", _("投标（响应）已经截止，不能再澄清或者修改采购文件"))])
    if new_deadline_at is not None and new_deadline_at <= deadline:
        raise RuleViolation([Refusal("R-113", _("截止时间只能延长，不能提前"))])
    if locked.addenda.filter(status="proposed").exists():
        raise RuleViolation([Refusal("R-113", _("已有一份澄清（修改）待发布，请先办结"))])
    addendum = Addendum.objects.create(
        procedure=locked,
        case=locked.case,
        changed=changed.strip(),
        reason=reason.strip(),
        affects_bids=affects_bids,
        previous_deadline_at=deadline,
        new_deadline_at=new_deadline_at,
        proposed_by=actor.person,
    )
    record_duty(person_id=actor.person.pk, case_id=locked.duty_scope, duty=Duty.DOCUMENT_AUTHOR, at=moment)
    journal(actor, locked, "addendum.propose", {"addendum": str(addendum.pk), "deadline": str(new_deadline_at or "")})
    return addendum


def issue(attempt: Attempt) -> None:
    """Effect of ``addendum.issue``: numbered and hashed, the deadline moved, earlier bids to be confirmed, all told."""
    addendum: Addendum = attempt.obj
    procedure = Procedure.objects.select_for_update(no_key=True, of=("self",)).get(pk=addendum.procedure_id)
    addendum.number = procedure.addenda.issued().count() + 1
    addendum.issued_at, addendum.issued_by = attempt.at, attempt.actor.person
    addendum.content_sha256 = _digest(addendum)
    addendum.save()
    if addendum.new_deadline_at is not None:
        procedure.deadline_at = addendum.new_deadline_at
    if addendum.affects_bids:
        procedure.reconfirm_after = attempt.at
    procedure.save()
    addendum.procedure = procedure
    publish_change(attempt, addendum)
    attempt.kept |= {"number": addendum.number, "sha256": addendum.content_sha256}
    tell_takers(
        procedure,
        template="addendum_issued",
        context={
            "addendum": addendum.number,
            "changed": addendum.changed,
            "deadline": _minute(procedure.deadline_at) if addendum.new_deadline_at else "",
            "reconfirm": addendum.affects_bids,
        },
        key=f"addendum:{addendum.pk}",
        url=addendum.get_absolute_url(),
    )


def _digest(addendum: Addendum) -> str:
    content = {
        "procedure": addendum.procedure.number,
        "number": addendum.number,
        "changed": addendum.changed,
        "affects_bids": addendum.affects_bids,
        "new_deadline_at": addendum.new_deadline_at,
        "issued_at": addendum.issued_at,
    }
    return hashlib.sha256(canonical_bytes(content)).hexdigest()


def _minute(moment: datetime | None) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else ""
