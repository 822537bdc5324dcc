"""Keeping what supervisors saw: visits, joined activities, calls, with photos (R-223, R-224)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.models import Organization
from procurement import documents
from procurement.access import Actor, Role, Seat
from procurement.lifecycle import steps
from procurement.lifecycle.engine import database_now
from procurement.lifecycle.models import Part
from procurement.rules import Refusal, RuleViolation, records
from projects.models import Application, MonitoringVisit, VisitKind
from projects.services.contractor import journal, person

PHOTO = "photo"
#: Kinds of visit that take place somewhere, so that there is something to photograph.
ON_SITE = (VisitKind.SITE, VisitKind.JOINED, VisitKind.UNANNOUNCED)


@records("R-223", "R-224")
@transaction.atomic
def record_visit(
    *,
    actor: Actor,
    application: Application,
    kind: str,
    visited_on: date,
    people: str,
    findings: str,
    place: str = "",
    advice: str = "",
    photos: Iterable[UploadedFile[bytes]] = (),
    at: datetime | None = None,
) -> MonitoringVisit:
    """One visit as its maker saw it.

    Raises:
        RuleViolation: S-02 unless the person supervises the project, R-223 for a visit on site without a photo or
            on a day to come.
        UploadRefused: a photo is not what it says; nothing is kept then.
    """
    moment = at or database_now()
    seat = supervising_seat(application, actor)
    if seat is None:
        raise RuleViolation([Refusal("S-02", _("督导记录由主责单位或支持性社会组织登记"))])
    pictures = list(photos)
    if visited_on > timezone.localtime(moment).date():
        raise RuleViolation([Refusal("R-223", _("督导日期 %(day)s 尚未到来") % {"day": visited_on})])
    if kind in ON_SITE and not pictures:
        raise RuleViolation([Refusal("R-223", _("现场督导请至少上传一张照片"))])
    visit = MonitoringVisit.objects.create(
        application=application,
        kind=kind,
        visited_on=visited_on,
        place=place.strip(),
        people=people.strip(),
        findings=findings.strip(),
        advice=advice.strip(),
        organization_id=seat.organization_id,
        recorded_by=person(actor),
        recorded_at=moment,
    )
    for number, picture in enumerate(pictures, start=1):
        documents.store(
            actor=actor,
            upload=picture,
            subject=visit.subject,
            kind=PHOTO,
            title=_("督导照片 %(n)s") % {"n": number},
            case_id=application.case_id,
            organization_id=seat.organization_id,
        )
    journal(actor, application, "visit.record", visit.subject, {"kind": kind, "photos": len(pictures)})
    return visit


@records("R-224")
@transaction.atomic
def entrust_support(*, actor: Actor, application: Application, organization: Organization) -> None:
    """Name the support body that monitors the project; from then on it reads the case and records its visits.

    Raises:
        RuleViolation: S-02 for anyone but the office or the buyer, R-224 for a body with a part of its own.
    """
    if not may_entrust(application, actor) or application.case is None:
        raise RuleViolation([Refusal("S-02", _("支持性社会组织由办公室或购买主体委托"))])
    if organization.pk in (application.applicant_id, application.hub_id):
        raise RuleViolation([Refusal("R-224", _("承接主体和主责单位不能同时作为本项目的支持性社会组织"))])
    steps.set_party(application.case, Part.SUPPORT, organization.pk, organization.name)
    journal(actor, application, "support.entrust", application.subject, {"organization": str(organization.pk)})


def may_entrust(application: Application, actor: Actor) -> bool:
    guide = application.guide
    return actor.holds(Role.LGO, guide.office_id) or actor.holds(Role.PU_BUY, guide.purchaser_id)


def supervising_seat(application: Application, actor: Actor) -> Seat | None:
    """The seat in which the person supervises: the responsible unit, or the support body of the case."""
    if application.hub_id and (seat := actor.seat(Role.RU, application.hub_id)):
        return seat
    if application.case_id is None:
        return None
    bodies = application.case.parties.values_list("organization_id", flat=True) if application.case else ()
    return next((seat for body in bodies if (seat := actor.seat(Role.SUP, body))), None)
