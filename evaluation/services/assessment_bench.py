"""The evaluator's bench: findings, measures and opinions as they are typed, ledger figures confirmed, visits recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from evaluation.models import (
    Assessment,
    Party,
    PartyOpinion,
    SiteVisit,
)
from evaluation.selectors import assessments as selectors
from evaluation.services.assessments import journal
from procurement.access import Actor, Duty, conflict_for
from procurement.audit.models import AuditEvent
from procurement.documents import store
from procurement.lifecycle.engine import database_now
from procurement.rules import Refusal, RuleViolation, implements

PHOTO = "visit_photo"
#: One line in the journal for a sitting at the bench, however often it saves itself.
SITTING = timedelta(minutes=30)
_TEXTS = ("purchaser_performance", "contractor_performance", "summary", "problems", "advice")


class StaleEdition(Exception):
    """Somebody else saved the bench meanwhile; the message is for the person typing."""


@transaction.atomic
def save_bench(
    *, actor: Actor, assessment: Assessment, entered: Mapping[str, Any], edition: int, at: datetime | None = None
) -> Assessment:
    """Store what stands on the bench: figures, the eight contents, both sides, papers, opinions, conclusion.

    ``entered`` holds plain fields by name, and under ``measures``, ``contents``, ``checklist`` and ``opinions``
    a mapping from row to its values. Nothing here has to be complete yet; the guards judge that.

    Raises:
        RuleViolation: when the actor is not the evaluator at work, or holds a duty that excludes it (R-265).
        StaleEdition: when another person saved since ``edition``; nothing is stored.
    """
    moment = at or database_now()
    locked = Assessment.objects.select_for_update(of=("self",), no_key=True).get(pk=assessment.pk)
    _require_writer(actor, locked)
    if edition != locked.edition:
        raise StaleEdition(_("另一位评估人员刚刚保存过，请刷新后重填您的修改"))
    for name in _TEXTS:
        if name in entered:
            setattr(locked, name, str(entered[name] or "").strip())
    if "spent_verified" in entered:
        locked.spent_verified = entered["spent_verified"]
    locked.edition += 1
    locked.save()
    for row in locked.measures.all():
        _assign(row, entered.get("measures", {}).get(str(row.pk)), ("actual", "share", "note"))
    for content in locked.contents.all():
        _assign(content, entered.get("contents", {}).get(content.code), ("finding", "evidence"))
    for item in locked.checklist.all():
        _assign(item, entered.get("checklist", {}).get(str(item.pk)), ("seen", "note"))
    for party, text in entered.get("opinions", {}).items():
        _write_opinion(actor, locked, Party(party), str(text or "").strip(), moment)
    if not _sitting_is_noted(actor, locked):
        journal(actor, locked, "assessment.save", {"edition": locked.edition})
    return locked


def _sitting_is_noted(actor: Actor, assessment: Assessment) -> bool:
    noted = AuditEvent.objects.about(assessment.subject).by_actor(actor.person.pk).of_action("assessment.save")
    return noted.between(since=database_now() - SITTING).exists()


def _assign(row: Any, values: Mapping[str, Any] | None, names: Sequence[str]) -> None:
    if values is None:
        return
    changed = [name for name in names if name in values and getattr(row, name) != values[name]]
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        row.save(update_fields=changed)


def _write_opinion(actor: Actor, assessment: Assessment, party: Party, text: str, at: datetime) -> None:
    """The evaluator writes its own opinion and sums up the recipients'; never the purchaser's or contractor's."""
    if party not in (Party.RECIPIENTS, Party.THIRD_PARTY) or not text:
        return
    PartyOpinion.objects.update_or_create(
        assessment=assessment,
        party=party,
        defaults={"text": text, "given_by": actor.person, "given_at": at},
    )


@transaction.atomic
def refresh_from_ledger(*, actor: Actor, assessment: Assessment) -> int:
    """Read the ledger's figures again; verified figures stay as they are. Returns how many changed."""
    _require_writer(actor, assessment)
    ledger = selectors.ledger_figures(assessment.application)
    changed = 0
    for row in assessment.measures.filter(indicator__isnull=False):
        actual = ledger.get(row.indicator_id)
        if actual is not None and actual != row.reported:
            row.reported = actual
            row.save(update_fields=["reported"])
            changed += 1
    return changed


@transaction.atomic
def adopt_ledger(*, actor: Actor, assessment: Assessment) -> int:
    """The evaluator confirms the ledger for every figure still open; returns how many were confirmed."""
    _require_writer(actor, assessment)
    locked = Assessment.objects.select_for_update(of=("self",), no_key=True).get(pk=assessment.pk)
    confirmed = 0
    for row in locked.measures.filter(actual__isnull=True, reported__isnull=False):
        row.actual = row.reported
        row.save(update_fields=["actual"])
        confirmed += 1
    if locked.spent_verified is None:
        locked.spent_verified = selectors.spent_so_far(locked.application)
        confirmed += 1
    locked.edition += 1
    locked.save(update_fields=["spent_verified", "edition", "updated_at"])
    journal(actor, locked, "assessment.adopt_ledger", {"confirmed": confirmed})
    return confirmed


@implements("R-265")
@transaction.atomic
def record_site_visit(
    *,
    actor: Actor,
    assessment: Assessment,
    visited_on: date,
    place: str,
    people: str,
    findings: str,
    photos: Sequence[UploadedFile[bytes]],
    at: datetime | None = None,
) -> SiteVisit:
    """A visit with at least one photograph; a working paper that is never rewritten.

    Raises:
        RuleViolation: when no photograph comes with it or the actor is not the evaluator at work.
        UploadRefused: when a photograph is not one.
    """
    _require_writer(actor, assessment)
    if not photos:
        raise RuleViolation([Refusal("R-265", _("走访记录须附现场照片"))])
    visit = SiteVisit.objects.create(
        assessment=assessment,
        visited_on=visited_on,
        place=place.strip(),
        people=people.strip(),
        findings=findings.strip(),
        recorded_by=actor.person,
        recorded_at=at or database_now(),
    )
    for number, photo in enumerate(photos, start=1):
        store(
            actor=actor,
            upload=photo,
            subject=visit.subject,
            kind=PHOTO,
            title=_("走访照片 %(n)s") % {"n": number},
            case_id=assessment.case_id,
            organization_id=assessment.evaluator_id,
        )
    journal(actor, assessment, "assessment.visit", {"visit": str(visit.pk), "photos": len(photos)})
    return visit


def _require_writer(actor: Actor, assessment: Assessment) -> None:
    if not selectors.may_write(assessment, actor):
        raise RuleViolation([Refusal("S-02", _("评估实施和征求意见期间，由评估机构填写"))])
    clash = conflict_for(person_id=actor.person.pk, case_id=assessment.duty_scope, duty=Duty.EVALUATOR)
    if clash is not None:
        held, rule_id = clash
        raise RuleViolation([Refusal(rule_id, _("您在本项目中已承担“%(held)s”，不得参加评估") % {"held": held.label})])
