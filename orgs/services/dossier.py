"""Papers of the dossier: registered once, verified once, called for before they run out, replaced by newer ones."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.models import AnnualInspection, InspectionResult, Organization, Qualification
from orgs.models.standing import OPEN_PAPER, SEVERAL, VERIFIED
from orgs.selectors.dossier import EDITORS, PAPER, SUBJECT, expiring_before, file_of, notice_day
from procurement import audit, documents
from procurement.access import Actor, Role, people_holding
from procurement.documents.models import Document
from procurement.lifecycle.engine import perform, system_actor
from procurement.notices import notify
from procurement.rules import Refusal, RuleViolation, records


def may_edit_papers(actor: Actor, organization: Organization) -> bool:
    return any(actor.holds(role, organization.pk) for role in EDITORS)


@transaction.atomic
def add_paper(*, actor: Actor, paper: Qualification, upload: UploadedFile[Any] | None = None) -> Qualification:
    """Register a paper as a draft, with its scan when one was chosen.

    Raises RuleViolation when the same file already stands verified in the dossier: what has not changed is not
    handed in again. Raises UploadRefused when the file is not accepted; nothing is kept then.
    """
    _require_editor(actor, paper.organization)
    paper.save(force_insert=True)
    if upload is not None:
        _attach(actor, paper, upload)
    _journal(actor, "qualification.add", paper)
    return paper


@transaction.atomic
def revise_paper(*, actor: Actor, paper: Qualification, upload: UploadedFile[Any] | None = None) -> Qualification:
    """Change a draft or a returned paper; a new scan becomes the next version."""
    _require_editor(actor, paper.organization)
    locked = Qualification.objects.select_for_update(no_key=True).get(pk=paper.pk)
    if locked.status not in OPEN_PAPER:
        raise RuleViolation([Refusal("R-051", _("已提交核验的材料不能修改，请登记新的材料"))])
    paper.save()
    if upload is not None:
        _attach(actor, paper, upload)
    _journal(actor, "qualification.revise", paper)
    return paper


def on_submit(attempt: Any) -> None:
    """Effect of qualification.submit: the record keeps which bytes were handed in."""
    document = file_of(attempt.obj)
    attempt.kept["sha256"] = document.sha256 if document else ""


def on_verify(attempt: Any) -> None:
    """Effect of qualification.verify: the paper counts from now, and older ones of its kind step back."""
    paper: Qualification = attempt.obj
    paper.verified_at = attempt.at
    document = file_of(paper)
    attempt.kept["sha256"] = document.sha256 if document else ""
    _supersede_older(paper, attempt.at)


@transaction.atomic
def take_from_registry(*, actor: Actor, paper: Qualification, at: datetime | None = None) -> Qualification:
    """A certificate from civil affairs' own list: verified by where it comes from, without a scan."""
    if not actor.holds(Role.CIV):
        raise RuleViolation([Refusal("S-02", _("登记机关的证书由民政部门导入"))])
    moment = at or timezone.now()
    taken = Qualification(
        pk=paper.pk,
        status=VERIFIED,
        verified_at=moment,
        **{
            name: getattr(paper, name)
            for name in ("organization", "kind", "title", "number", "issuer", "issued_on", "expires_on")
        },
    )
    taken.save(force_insert=True)
    _supersede_older(taken, moment)
    _journal(actor, "qualification.import", taken)
    return taken


def _supersede_older(paper: Qualification, at: datetime) -> None:
    """What stood until now in the place this paper takes."""
    older = Q(pk=paper.replaces_id) if paper.kind in SEVERAL else Q(kind=paper.kind)
    standing = Qualification.objects.filter(older, organization=paper.organization, status=VERIFIED)
    for other in standing.exclude(pk=paper.pk):
        perform(other, "qualification.supersede", actor=system_actor(), at=at)


def sweep(now: datetime) -> None:
    """Every hour: papers past their last day expire, those within sixty days of it are called for."""
    today = timezone.localtime(now).date()
    expire_due(now, today)
    call_for_renewal(now, today)


def expire_due(now: datetime, today: date) -> int:
    due = list(Qualification.objects.filter(status=VERIFIED, expires_on__lt=today))
    for paper in due:
        perform(paper, "qualification.expire", actor=system_actor(), at=now)
    return len(due)


def call_for_renewal(now: datetime, today: date) -> int:
    """Told once per paper, to everybody who may renew it."""
    due = list(expiring_before(notice_day(today)).filter(expires_on__gte=today).select_related("organization"))
    for paper in due:
        people = {user.pk: user for role in EDITORS for user in people_holding(role, paper.organization_id)}
        notify(
            template="paper_expiring",
            recipients=list(people.values()),
            url=paper.get_absolute_url(),
            context={
                "paper": paper.kind_label,
                "number": paper.number,
                "day": paper.expires_on.isoformat() if paper.expires_on else "",
                "organization": paper.organization.name,
            },
            key=f"qualification:{paper.pk}:expiring",
        )
        paper.reminded_at = now
        paper.save(update_fields=["reminded_at", "updated_at"])
    return len(due)


@records("R-055")
@transaction.atomic
def record_inspection(
    *,
    actor: Actor,
    organization: Organization,
    year: int,
    result: InspectionResult,
    decided_on: date,
    reason: str = "",
) -> AnnualInspection:
    """Civil affairs enters the verdict of one year; a verdict already there is corrected only with a reason."""
    if not actor.holds(Role.CIV):
        raise RuleViolation([Refusal("S-02", _("年检（年报）结论由民政部门登记"))])
    if organization.pk in actor.organization_ids():
        raise RuleViolation([Refusal("R-069", _("您在该单位任职，须由其他民政人员登记"))])
    known = AnnualInspection.objects.select_for_update().filter(organization=organization, year=year).first()
    if known is not None and not reason.strip():
        raise RuleViolation([Refusal("S-03", _("该年度已有年检结论，更正须写明理由"))])
    before = known.result if known else ""
    inspection = known or AnnualInspection(organization=organization, year=year)
    inspection.result, inspection.decided_on = result, decided_on
    inspection.save()
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action="inspection.record",
        subject=f"orgs.organization:{organization.pk}",
        body={"year": year, "result": str(result), "before": before, "reason": reason.strip()},
    )
    return inspection


def _attach(actor: Actor, paper: Qualification, upload: UploadedFile[Any]) -> Document:
    document = documents.store(
        actor=actor,
        upload=upload,
        subject=paper.subject,
        organization_id=paper.organization_id,
        kind=PAPER,
        title=paper.kind_label,
        supersedes=file_of(paper),
    )
    _refuse_unchanged(paper, document)
    return document


def _refuse_unchanged(paper: Qualification, document: Document) -> None:
    """The same bytes as a paper of this kind that is verified and in date are already in the dossier."""
    today = timezone.localdate()
    standing = Qualification.objects.usable(today).filter(organization=paper.organization, kind=paper.kind)
    same = Document.objects.filter(
        subject_type=SUBJECT, subject_id__in=standing.exclude(pk=paper.pk).values("pk"), sha256=document.sha256
    )
    if same.exists():
        raise RuleViolation(
            [Refusal("R-051", _("该文件与已核验的%(kind)s相同；未变化的材料不用重复上传") % {"kind": paper.kind_label})]
        )


def _journal(actor: Actor, action: str, paper: Qualification) -> None:
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action=action,
        subject=paper.subject,
        body={"organization": paper.organization_id, "kind": paper.kind, "number": paper.number},
    )


def _require_editor(actor: Actor, organization: Organization) -> None:
    if not may_edit_papers(actor, organization):
        raise RuleViolation([Refusal("S-02", _("只有本单位的经办人或负责人可以登记材料"))])
