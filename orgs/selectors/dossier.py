"""The dossier of an organisation: which papers it holds, which run out soon, which are missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import models
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.models import Organization, Qualification, QualificationKind
from procurement.access import Actor, Role
from procurement.documents.models import Document
from procurement.rules import Regime
from procurement.rules.parameters import parameter

#: Seats that may keep their own organisation's profile and papers.
EDITORS = (Role.ORG, Role.ORG_H, Role.UNI, Role.SUP, Role.RU, Role.TPE)
#: A paper is called for this long before its last day.
NOTICE_DAYS = 60
PAPER = "paper"
SUBJECT = "orgs.qualification"


class Holding(models.TextChoices):
    """How the organisation stands with one kind of paper."""

    VALID = "valid", gettext_lazy("有效")
    EXPIRING = "expiring", gettext_lazy("即将到期")
    PENDING = "pending", gettext_lazy("待核验")
    RETURNED = "returned", gettext_lazy("已退回")
    DRAFT = "draft", gettext_lazy("待提交")
    EXPIRED = "expired", gettext_lazy("已过期")
    MISSING = "missing", gettext_lazy("缺少")

    @property
    def tone(self) -> str:
        return {"valid": "good", "expiring": "warn", "pending": "info", "returned": "warn", "draft": "neutral"}.get(
            self.value, "bad"
        )


@dataclass(frozen=True)
class DossierRow:
    """One kind of paper with the newest one held, and what to do about it."""

    kind: QualificationKind
    holding: Holding
    paper: Qualification | None
    document: Document | None
    #: Regimes in which a procedure asks for it.
    asked_in: str
    todo: str = ""
    url: str = ""


def in_words(day: date) -> str:
    """2026年3月1日, as a letter would write it."""
    return dateformat.format(day, _("Y年n月j日"))


def file_of(paper: Qualification) -> Document | None:
    """The scan, newest version."""
    return Document.objects.for_subject(paper.subject).of_kind(PAPER).current().order_by("-created_at").first()


def files_of(papers: Iterable[Qualification]) -> dict[UUID, Document]:
    """The scans of many papers in one query."""
    found = Document.objects.filter(subject_type=SUBJECT, subject_id__in=[paper.pk for paper in papers], kind=PAPER)
    return {document.subject_id: document for document in found.current().order_by("created_at")}


def required_kinds(regime: str) -> tuple[str, ...]:
    """Papers a procedure of the regime asks for unless its rule set says otherwise (R-051)."""
    return tuple(str(code) for code in parameter("required_papers").default_for(regime))  # type: ignore[union-attr]


def awaiting_verification() -> QuerySet[Qualification]:
    """The civil affairs' queue, longest waiting first."""
    return Qualification.objects.filter(status="submitted").select_related("organization").order_by("updated_at", "id")


def dossier_of(organization: Organization, on: date, *, may_edit: bool) -> list[DossierRow]:
    """Two queries: every kind some procedure asks for, then whatever else is held."""
    papers = list(organization.qualifications.exclude(status="withdrawn").order_by("-issued_on", "-created_at"))
    files = files_of(papers)
    asked = {
        str(kind): "、".join(str(regime.label) for regime in Regime if kind in required_kinds(regime))
        for kind in QualificationKind
    }
    rows = []
    for kind in QualificationKind:
        held = [paper for paper in papers if paper.kind == kind]
        if not held and not asked[kind]:
            continue
        shown: list[Qualification | None] = [*_shown(held, on)] or [None]
        rows += [_row(kind, paper, files, asked[kind], on, may_edit=may_edit, owner=organization) for paper in shown]
    return rows


def expiring_before(day: date) -> QuerySet[Qualification]:
    """Verified papers whose last day comes by ``day`` and whose people have not been told."""
    return Qualification.objects.filter(status="verified", expires_on__lte=day, reminded_at=None)


def notice_day(on: date) -> date:
    return on + timedelta(days=NOTICE_DAYS)


def may_read_dossier(actor: Actor, organization: Organization) -> bool:
    own = organization.pk in actor.organization_ids()
    return own or actor.sees_everything or actor.holds(Role.CIV)


def _shown(held: list[Qualification], on: date) -> list[Qualification]:
    """What counts now and what is on its way; a paper that ran out only while nothing newer stands."""
    living = [paper for paper in held if paper.is_usable(on) or paper.status in ("draft", "submitted", "returned")]
    return living or [paper for paper in held if paper.status in ("verified", "expired")][:1]


def _holding(paper: Qualification | None, on: date) -> Holding:
    if paper is None:
        return Holding.MISSING
    if paper.status in ("draft", "submitted", "returned"):
        return {"draft": Holding.DRAFT, "submitted": Holding.PENDING, "returned": Holding.RETURNED}[paper.status]
    if not paper.is_usable(on):
        return Holding.EXPIRED
    soon = paper.expires_on is not None and paper.expires_on <= notice_day(on)
    return Holding.EXPIRING if soon else Holding.VALID


def _row(
    kind: QualificationKind,
    paper: Qualification | None,
    files: dict[UUID, Document],
    asked_in: str,
    on: date,
    *,
    may_edit: bool,
    owner: Organization,
) -> DossierRow:
    holding = _holding(paper, on)
    todo, url = _todo(holding, kind, paper, owner) if may_edit else ("", "")
    document = files.get(paper.pk) if paper else None
    return DossierRow(kind, holding, paper, document, asked_in, todo, url)


def _todo(
    holding: Holding, kind: QualificationKind, paper: Qualification | None, owner: Organization
) -> tuple[str, str]:
    new = f"{reverse('qualification-add', args=[owner.pk])}?kind={kind}"
    if holding == Holding.MISSING or paper is None:
        return _("登记材料"), new
    if holding in (Holding.EXPIRED, Holding.EXPIRING):
        return _("登记新材料"), f"{new}&replaces={paper.pk}"
    if holding in (Holding.DRAFT, Holding.RETURNED):
        return _("修改并提交"), paper.get_absolute_url()
    return "", ""
