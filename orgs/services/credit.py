"""Entries in the credit lists, and what they do to an organisation's standing."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.models import CreditList, CreditRecord, Organization, RegistrationStatus, Severity
from procurement import audit
from procurement.access import Actor, Role
from procurement.rules import Refusal, RuleViolation, implements, records

#: Who keeps which list (domain §5.2, and the concluding bodies for conduct within a project).
KEEPERS: dict[str, frozenset[Role]] = {
    CreditList.PENALTY: frozenset({Role.CIV, Role.FIN_SUP}),
    CreditList.INVESTIGATION: frozenset({Role.CIV, Role.FIN_SUP}),
    CreditList.ABNORMAL: frozenset({Role.CIV}),
    CreditList.SERIOUS: frozenset({Role.CIV}),
    CreditList.BAD_CONDUCT: frozenset({Role.FIN_SUP}),
    CreditList.BREACH: frozenset({Role.FIN_SUP, Role.LGO, Role.PU_SIGN}),
    CreditList.EVALUATION: frozenset({Role.LGO, Role.PU_SIGN, Role.TPE, Role.FIN}),
}

_STATUS_OF = {CreditList.ABNORMAL: RegistrationStatus.ABNORMAL, CreditList.SERIOUS: RegistrationStatus.SERIOUS}


@implements("R-280", "R-281")
@records("R-282", "R-066")
@transaction.atomic
def record(
    *,
    actor: Actor,
    organization: Organization,
    credit_list: CreditList,
    authority: str,
    document_number: str,
    reason: str,
    starts_on: date,
    ends_on: date | None = None,
    severity: Severity = Severity.MINOR,
    remedy: str = "",
    is_published: bool = False,
    at: datetime | None = None,
) -> CreditRecord:
    """Enter a decision. The abnormal and serious lists change the registration status at once.

    Raises:
        RuleViolation: when the actor does not keep this list, or the decision is not named.
        ValidationError: when the same decision is already entered, or it ends before it starts.
    """
    _require_keeper(actor, credit_list)
    if not authority.strip() or not document_number.strip():
        raise RuleViolation([Refusal("R-281", _("信用记录须写明作出机关和决定文号"))])
    entry = CreditRecord(
        organization=organization,
        credit_list=credit_list,
        severity=severity,
        authority=authority.strip(),
        document_number=document_number.strip(),
        reason=reason.strip(),
        remedy=remedy.strip(),
        starts_on=starts_on,
        ends_on=ends_on,
        is_published=is_published,
        recorded_by=actor.user,
        recorded_at=at or timezone.now(),
    )
    entry.validate_constraints()
    entry.save(force_insert=True)
    refresh_status(organization)
    _journal(actor, "credit.record", entry)
    return entry


@transaction.atomic
def lift(*, actor: Actor, entry: CreditRecord, on: date, reason: str) -> CreditRecord:
    """End an entry after correction; it stays on file with its last day (R-282)."""
    _require_keeper(actor, CreditList(entry.credit_list))
    if not reason.strip():
        raise RuleViolation([Refusal("S-03", _("移出名录须写明理由"))])
    entry.ends_on = max(on, entry.starts_on)
    entry.save(update_fields=["ends_on"])
    refresh_status(entry.organization)
    _journal(actor, "credit.lift", entry, reason=reason.strip())
    return entry


def refresh_status(organization: Organization, on: date | None = None) -> None:
    """Registration status as the lists in force say; a revoked registration stays revoked."""
    if organization.registration_status == RegistrationStatus.REVOKED:
        return
    day = on or timezone.localdate()
    lists = set(organization.credit_records.in_force(day).values_list("credit_list", flat=True))
    status = next((_STATUS_OF[name] for name in (CreditList.SERIOUS, CreditList.ABNORMAL) if name in lists), None)
    organization.registration_status = status or RegistrationStatus.NORMAL
    organization.save(update_fields=["registration_status", "updated_at"])


def _require_keeper(actor: Actor, credit_list: CreditList) -> None:
    if actor.roles & KEEPERS[credit_list] or (actor.user and actor.user.is_system):
        return
    raise RuleViolation([Refusal("S-02", _("您不能登记“%(list)s”") % {"list": CreditList(credit_list).label})])


def _journal(actor: Actor, action: str, entry: CreditRecord, reason: str = "") -> None:
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action=action,
        subject=f"orgs.creditrecord:{entry.pk}",
        body={
            "organization": entry.organization_id,
            "list": entry.credit_list,
            "severity": entry.severity,
            "document_number": entry.document_number,
            "starts_on": entry.starts_on,
            "ends_on": entry.ends_on.isoformat() if entry.ends_on else "",
            "reason": reason or entry.reason,
        },
    )
