"""The contractor's closeout report, and the end of a project: closed, refunded, archived."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from procurement import audit
from procurement.access import Actor, Role
from procurement.calendars import add_months
from procurement.lifecycle.engine import Attempt, perform
from procurement.rules import Refusal, RuleViolation, implements, records
from projects.models import Application, ArchiveItem, Closeout, IndicatorResult
from projects.selectors.closeouts import archive_checklist
from projects.services.contracts import running_contract

EDITABLE = ("summary", "results", "spending_note", "problems", "recipients_confirmation", "self_score")


@transaction.atomic
def start_closeout(*, actor: Actor, application: Application, at: datetime | None = None) -> Closeout:
    """The contractor's draft; there is one per project."""
    _require_contractor(actor, application)
    if application.status not in ("in_progress", "closing", "rectifying_final"):
        raise RuleViolation([Refusal("S-01", _("项目不在实施中，不能办理结项"))])
    closeout = Closeout.objects.filter(application=application).first()
    if closeout is None:
        closeout = Closeout(application=application, case=application.case)
        closeout.save()
    return closeout


@transaction.atomic
def save_closeout(
    *,
    actor: Actor,
    closeout: Closeout,
    indicators: dict[Any, tuple[Decimal, str]] | None = None,
    at: datetime | None = None,
    **parts: Any,
) -> Closeout:
    """Keep what was typed, complete or not. ``indicators`` maps an indicator's id to (actual, note)."""
    locked = Closeout.objects.select_for_update(no_key=True).get(pk=closeout.pk)
    _require_contractor(actor, locked.application)
    if locked.status not in ("draft", "returned"):
        raise RuleViolation([Refusal("S-01", _("结项报告已提交，退回后才能修改"))])
    for name in EDITABLE:
        if name in parts:
            setattr(locked, name, parts[name])
    locked.save()
    for indicator_id, (actual, note) in (indicators or {}).items():
        IndicatorResult.objects.update_or_create(
            closeout=locked, indicator_id=indicator_id, defaults={"actual": actual, "note": note}
        )
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action="closeout.save",
        subject=locked.subject,
        case_id=locked.case_id,
        body={"fields": sorted(set(parts) & set(EDITABLE)), "indicators": len(indicators or {})},
    )
    return locked


def submit(attempt: Attempt) -> None:
    """Effect of closeout.submit: the project enters its closing stage."""
    closeout: Closeout = attempt.obj
    closeout.submitted_at = attempt.at
    if closeout.application.status == "in_progress":
        perform(closeout.application, "application.begin_closeout", actor=attempt.actor, at=attempt.at)


@implements("R-260")
def close(attempt: Attempt) -> None:
    """Effect of application.close: the contract is completed with the project."""
    application: Application = attempt.obj
    application.closed_at = attempt.at
    contract = running_contract(application)
    if contract is not None and contract.status == "performing":
        perform(contract, "contract.complete", actor=attempt.actor, at=attempt.at)


@implements("R-289")
@records("R-290")
def archive(attempt: Attempt) -> None:
    """Effect of application.archive: the list of papers is written once, with hashes, and kept for the years R-289 says."""
    application: Application = attempt.obj
    keep_until = add_months(attempt.today, 12 * attempt.value("archive_years"))
    common = {
        "application": application,
        "archived_at": attempt.at,
        "archived_by": attempt.actor.user,
        "keep_until": keep_until,
    }
    for row in archive_checklist(application):
        entries = row.found or (("", ""),)
        ArchiveItem.objects.bulk_create(
            ArchiveItem(
                code=row.code,
                label=str(row.label),
                reference=reference,
                sha256=sha256,
                absent_because=row.not_applicable if not reference else "",
                **common,
            )
            for reference, sha256 in entries
        )
    if application.case is not None:
        application.case.closed_at = attempt.at
        application.case.save(update_fields=["closed_at"])
    attempt.kept["keep_until"] = keep_until.isoformat()


def _require_contractor(actor: Actor, application: Application) -> None:
    if not any(actor.holds(role, application.applicant_id) for role in (Role.ORG, Role.ORG_H)):
        raise RuleViolation([Refusal("S-02", _("结项报告由承接主体编制"))])
