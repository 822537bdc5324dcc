"""Entries in the credit lists: recorded by one, checked by another, ended by the clock or after correction."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.models import CreditAppeal, CreditList, CreditRecord, Organization, RegistrationStatus, Severity
from orgs.models.credit import IN_FORCE, KEEPERS, AppealKind
from orgs.selectors.dossier import EDITORS
from procurement import audit
from procurement.access import Actor
from procurement.calendars import CalendarNotAnnounced, add_months, add_working_days
from procurement.lifecycle.engine import perform, system_actor
from procurement.rules import Refusal, RuleViolation, implements, records, refusal_for_constraint

_STATUS_OF = {CreditList.ABNORMAL: RegistrationStatus.ABNORMAL, CreditList.SERIOUS: RegistrationStatus.SERIOUS}
#: A ban from procurement lasts one to three years (R-280).
BAN_MONTHS = (12, 36)
APPEAL_DAYS = 5


@implements("R-280", "R-281")
@records("R-282", "R-066", "R-283")
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
    at: datetime | None = None,
) -> CreditRecord:
    """Enter a decision. It has no effect until a second person has checked it.

    Raises:
        RuleViolation: when the actor does not keep this list, the decision is not named, or a ban is too short or long.
        ValidationError: when the same decision is already entered, or it ends before it starts.
    """
    _require_keeper(actor, credit_list)
    if not authority.strip() or not document_number.strip():
        raise RuleViolation([Refusal("R-281", _("信用记录须写明作出机关和决定文号"))])
    require_term(credit_list, starts_on, ends_on)
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
        recorded_by=actor.person,
        recorded_at=at or timezone.now(),
    )
    entry.validate_constraints()
    entry.save(force_insert=True)
    _journal(actor, "credit.record", entry)
    return entry


@transaction.atomic
def record_concluded(*, actor: Actor, publish: bool = False, at: datetime | None = None, **fields: Any) -> CreditRecord:
    """Enter what another lifecycle has concluded between several people: it takes effect at once."""
    entry = record(actor=actor, at=at, **fields)
    perform(entry, "credit.publish" if publish else "credit.confirm", actor=system_actor(), at=at)
    return entry


@transaction.atomic
def correct(*, actor: Actor, entry: CreditRecord) -> CreditRecord:
    """Save corrections to an entry nobody has checked yet."""
    _require_keeper(actor, CreditList(entry.credit_list))
    locked = CreditRecord.objects.select_for_update(no_key=True).get(pk=entry.pk)
    if locked.status != "recorded":
        raise RuleViolation([Refusal("R-281", _("已复核的信用记录不能修改；有误的，撤销后重新登记"))])
    require_term(CreditList(entry.credit_list), entry.starts_on, entry.ends_on)
    entry.validate_constraints()
    entry.save()
    _journal(actor, "credit.correct", entry)
    return entry


@transaction.atomic
def file_appeal(
    *, actor: Actor, entry: CreditRecord, kind: AppealKind, statement: str, at: datetime | None = None
) -> CreditAppeal:
    """The organisation objects to an entry, or asks to be taken off after correction."""
    if not any(actor.holds(role, entry.organization_id) for role in EDITORS):
        raise RuleViolation([Refusal("S-02", _("只有被记录单位的经办人或负责人可以提出"))])
    if entry.status not in IN_FORCE:
        raise RuleViolation(
            [Refusal("S-01", _("该记录当前为“%(state)s”，没有需要答复的影响") % {"state": entry.state.label})]
        )
    moment = at or timezone.now()
    appeal = CreditAppeal(
        record=entry,
        kind=kind,
        statement=statement.strip(),
        filed_by=actor.person,
        due_on=_answer_due(timezone.localtime(moment).date()),
    )
    try:
        with transaction.atomic():
            appeal.save(force_insert=True)
    except IntegrityError as error:
        refusal = refusal_for_constraint(error)
        if refusal is None:
            raise
        raise RuleViolation([refusal]) from error
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action="credit.appeal",
        subject=appeal.subject,
        body={"record": str(entry.pk), "kind": str(kind)},
    )
    return appeal


# --- effects --------------------------------------------------------------------------------------------------------


def on_check(attempt: Any) -> None:
    """Effect of credit.publish and credit.confirm: the lists change the registration status at once."""
    entry: CreditRecord = attempt.obj
    if entry.status == "recorded":
        entry.checked_by = attempt.actor.person
    refresh_status(entry.organization, attempt.today, counting=entry)


def on_lift(attempt: Any) -> None:
    """Effect of credit.lift: it stays on file with its last day (R-282)."""
    entry: CreditRecord = attempt.obj
    entry.ends_on = max(attempt.today, entry.starts_on)
    refresh_status(entry.organization, attempt.today, ending=entry)


def on_revoke(attempt: Any) -> None:
    refresh_status(attempt.obj.organization, attempt.today, ending=attempt.obj)


def on_expire(attempt: Any) -> None:
    refresh_status(attempt.obj.organization, attempt.today, ending=attempt.obj)


def on_uphold(attempt: Any) -> None:
    """Effect of credit_appeal.uphold: a wrong entry is revoked, a corrected one lifted, with the same reason."""
    appeal: CreditAppeal = attempt.obj
    appeal.reply = attempt.reason
    name = "credit.revoke" if appeal.kind == AppealKind.OBJECTION else "credit.lift"
    perform(appeal.record, name, actor=attempt.actor, at=attempt.at, reason=attempt.reason)


def on_reject(attempt: Any) -> None:
    attempt.obj.reply = attempt.reason


def sweep(now: datetime) -> int:
    """Every hour: entries past their last day end by themselves; those beginning today take effect."""
    today = timezone.localtime(now).date()
    due = list(CreditRecord.objects.filter(status__in=IN_FORCE, ends_on__lt=today).select_related("organization"))
    for entry in due:
        perform(entry, "credit.expire", actor=system_actor(), at=now)
    beginning = CreditRecord.objects.filter(status__in=IN_FORCE, starts_on=today, credit_list__in=_STATUS_OF)
    for entry in beginning.select_related("organization"):
        refresh_status(entry.organization, today)
    return len(due)


def refresh_status(
    organization: Organization,
    day: date,
    *,
    counting: CreditRecord | None = None,
    ending: CreditRecord | None = None,
) -> None:
    """Registration status as the lists in force say; a revoked registration stays revoked.

    ``counting`` and ``ending`` are entries whose own state is about to change in this transaction.
    """
    if organization.registration_status == RegistrationStatus.REVOKED:
        return
    standing = organization.credit_records.in_force(day)
    if ending is not None:
        standing = standing.exclude(pk=ending.pk)
    lists = set(standing.values_list("credit_list", flat=True))
    if counting is not None and counting.starts_on <= day and (counting.ends_on is None or counting.ends_on >= day):
        lists.add(counting.credit_list)
    status = next((_STATUS_OF[name] for name in (CreditList.SERIOUS, CreditList.ABNORMAL) if name in lists), None)
    organization.registration_status = status or RegistrationStatus.NORMAL
    organization.save(update_fields=["registration_status", "updated_at"])


def _answer_due(day: date) -> date | None:
    try:
        return add_working_days(day, APPEAL_DAYS)
    except CalendarNotAnnounced:
        return None


def require_term(credit_list: CreditList, starts_on: date, ends_on: date | None) -> None:
    if credit_list != CreditList.BAD_CONDUCT:
        return
    shortest, longest = (add_months(starts_on, months) for months in BAN_MONTHS)
    if ends_on is None or not shortest <= ends_on <= longest:
        raise RuleViolation([Refusal("R-280", _("禁止参加政府采购活动的期限为一至三年，须写明终止日期"))])


def _require_keeper(actor: Actor, credit_list: CreditList) -> None:
    if actor.roles & KEEPERS[credit_list] or (actor.user and actor.user.is_system):
        return
    raise RuleViolation([Refusal("S-02", _("您不能登记“%(list)s”") % {"list": CreditList(credit_list).label})])


def _journal(actor: Actor, action: str, entry: CreditRecord) -> None:
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action=action,
        subject=entry.subject,
        body={
            "organization": entry.organization_id,
            "list": entry.credit_list,
            "severity": entry.severity,
            "document_number": entry.document_number,
            "starts_on": entry.starts_on,
            "ends_on": entry.ends_on.isoformat() if entry.ends_on else "",
            "reason": entry.reason,
        },
    )
