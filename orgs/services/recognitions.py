"""A body asks to be a hub; the leading group checks, publicises, recognises, reviews every year, and may end it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.models import HubRecognition, HubReview, Organization, ReviewVerdict
from orgs.selectors.parameters import rule_value_at
from orgs.selectors.recognitions import APPLICANT_ROLES
from orgs.selectors.supervision import supervision_figures
from orgs.services.affiliations import settle_loss
from procurement import audit
from procurement.access import Actor
from procurement.calendars import Period, add_months
from procurement.lifecycle.engine import Attempt, database_now
from procurement.rules import Refusal, RuleViolation, implements

#: A recognition is reviewed a year after it was given or last reviewed.
REVIEW_AFTER_MONTHS = 12


@transaction.atomic
def apply_for(
    *,
    actor: Actor,
    organization: Organization,
    tier: str,
    field: str,
    office: Organization,
    grounds: str,
    at: datetime | None = None,
) -> HubRecognition:
    """Ask to be recognised. One tier per field: a second request in the same field is refused (R-083)."""
    moment = at or database_now()
    if not any(actor.holds(role, organization.pk) for role in APPLICANT_ROLES):
        raise RuleViolation([Refusal("S-02", _("枢纽认定由本单位负责人申请"))])
    field = field.strip()
    same = HubRecognition.objects.filter(organization=organization, field=field)
    if (standing := (same.pending() | same.in_force()).first()) is not None:
        raise RuleViolation(
            [
                Refusal(
                    "R-083",
                    _("本单位在“%(field)s”领域已有%(tier)s枢纽的认定或申请（%(state)s）")
                    % {"field": field, "tier": standing.get_tier_display(), "state": standing.state.label},
                )
            ]
        )
    recognition = HubRecognition.objects.create(
        organization=organization, tier=tier, field=field, office=office, grounds=grounds.strip()
    )
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action="hub_recognition.apply",
        subject=recognition.subject,
        body={
            "organization": str(organization.pk),
            "tier": tier,
            "field": field,
            "office": str(office.pk),
            "at": moment.isoformat(),
        },
    )
    return recognition


# --- effects of the table's rows --------------------------------------------------------------------------------


def check(attempt: Attempt) -> None:
    """Effect: the checklist as entered stands on the recognition (R-082)."""
    attempt.obj.checklist = attempt.data["checklist"]


@implements("R-083")
def publicise(attempt: Attempt) -> None:
    """Effect: the public period is counted in working days from the rule set of the office's place."""
    recognition: HubRecognition = attempt.obj
    days = str(rule_value_at(recognition.office, "publicity_days", attempt.today))
    recognition.publicity_from = attempt.today
    recognition.publicity_until = Period.parse(days).due(attempt.today)
    attempt.kept["until"] = recognition.publicity_until.isoformat()


def recognise(attempt: Attempt) -> None:
    """Effect: a hub from today on; the database copies the mark to the organisation."""
    recognition: HubRecognition = attempt.obj
    recognition.document_number = attempt.data["document_number"].strip()
    recognition.recognised_on = attempt.today
    recognition.review_due_on = add_months(attempt.today, REVIEW_AFTER_MONTHS)


def end(attempt: Attempt) -> None:
    attempt.obj.ended_on = attempt.today


def renew(attempt: Attempt) -> None:
    """Effect: another year, and the figures it was decided on."""
    recognition: HubRecognition = attempt.obj
    _review(attempt, ReviewVerdict.RENEWED, attempt.data.get("note", ""))
    recognition.review_due_on = add_months(attempt.today, REVIEW_AFTER_MONTHS)


def warn(attempt: Attempt) -> None:
    _review(attempt, ReviewVerdict.WARNED, attempt.reason)


def lose(attempt: Attempt) -> None:
    """Effect of revoking and of handing over: members, waiting endorsements and their people follow (R-083)."""
    recognition: HubRecognition = attempt.obj
    successor: Organization | None = attempt.data.get("successor")
    recognition.ended_on, recognition.successor = attempt.today, successor
    if attempt.transition.target == "revoked":
        _review(attempt, ReviewVerdict.REVOKED, attempt.reason)
    loss = settle_loss(
        actor=attempt.actor, recognition=recognition, successor=successor, on=attempt.today, at=attempt.at
    )
    attempt.kept["members"] = len(loss.member_ids)


def _review(attempt: Attempt, verdict: ReviewVerdict, note: str) -> None:
    recognition: HubRecognition = attempt.obj
    figures = supervision_figures(recognition.organization, attempt.today)
    HubReview.objects.create(
        recognition=recognition,
        year=timezone.localtime(attempt.at).year,
        verdict=verdict,
        note=note,
        figures=figures,
        decided_by=attempt.actor.person,
        decided_at=attempt.at,
    )
    attempt.kept["figures"] = figures
