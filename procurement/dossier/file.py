"""Everything the chapters of one case start from, read once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q

from evaluation.models import Assessment, PanelEntry, ReviewPanel
from procurement.lifecycle.definition import Transition, lifecycle_named
from procurement.lifecycle.models import Case, CaseParty, CaseStep, TransitionRecord
from projects.models import Application, Contract, Guide

#: Contracts not yet approved for signing are the purchaser's own drafts.
PRIVATE_CONTRACT_STATES = ("draft", "checked")


class NoDossier(Exception):
    """This case has none: nothing was handed in yet, or it is no project's case. The message is for the reader."""


@dataclass(frozen=True)
class Act:
    """One record of the case with the row of the table it performed."""

    record: TransitionRecord
    row: Transition | None

    @property
    def label(self) -> str:
        return str(self.row.label) if self.row else self.record.transition


@dataclass
class CaseFile:
    """One case opened for reading. ``acts`` are all records of the case and of what it rests on, in order."""

    case: Case
    application: Application
    guide: Guide
    steps: list[CaseStep]
    parties: list[CaseParty]
    panel: ReviewPanel | None
    contract: Contract | None
    acts: list[Act]
    #: Kind of each report and evaluation, by which their acts find their chapter.
    kinds: dict[UUID, str] = field(default_factory=dict)

    @property
    def review_is_open(self) -> bool:
        """Names and scores of the panel are nobody's before every member has signed (R-157)."""
        return self.panel is None or self.panel.status != "signed"

    def step(self, code: str) -> CaseStep | None:
        return next((row for row in self.steps if row.step.code == code), None)

    def party(self, part: str) -> str:
        return next((row.name for row in self.parties if row.part == part), "")


def open_file(case: Case) -> CaseFile:
    """Read the case in a constant number of queries. Raises NoDossier."""
    application = (
        Application.objects.filter(case=case)
        .select_related(
            "guide__office", "guide__purchaser", "guide__finance", "guide__treasury", "guide__civil",
            "guide__envelope__finance", "guide__jurisdiction", "guide__rule_set", "category__area", "applicant__region", "hub",
        )
        .first()
    )  # fmt: skip
    if application is None:
        raise NoDossier("该案卷不是项目案卷，没有审计卷宗")
    if application.submitted_at is None:
        raise NoDossier("项目尚未提交申报，没有审计卷宗")
    panel = _panel(application)
    assessments = dict(Assessment.objects.filter(application=application).values_list("pk", "kind"))
    reports = dict(application.reports.values_list("pk", "kind"))
    return CaseFile(
        case=case,
        application=application,
        guide=application.guide,
        steps=list(case.steps.select_related("step", "done_by")),
        parties=list(case.parties.order_by("part")),
        panel=panel,
        contract=(
            application.contracts.exclude(status__in=("cancelled", *PRIVATE_CONTRACT_STATES))
            .select_related("purchaser", "contractor", "responsible_unit", "treasury")
            .order_by("-created_at")
            .first()
        ),
        acts=_acts(case, application, panel),
        kinds={**assessments, **reports},
    )


def _panel(application: Application) -> ReviewPanel | None:
    """The panel whose report counts, else the one at work."""
    entry = (
        PanelEntry.objects.filter(application=application)
        .select_related("panel__rubric", "panel__guide", "panel__procedure")
        .order_by("-is_live", "-panel__created_at")
        .first()
    )
    return entry.panel if entry else None


def _acts(case: Case, application: Application, panel: ReviewPanel | None) -> list[Act]:
    """Records of the case, and of guide, scoring scheme, panel and publicity, which serve many cases."""
    others = _shared_objects(application, panel)
    records = (
        TransitionRecord.objects.filter(Q(case=case) | Q(object_id__in=others))
        .select_related("actor")
        .order_by("at", "recorded_at", "pk")
    )
    return [Act(record, _row(record)) for record in records]


def _shared_objects(application: Application, panel: ReviewPanel | None) -> Sequence[UUID]:
    guide = application.guide
    found = [guide.pk, *guide.rubrics.exclude(status="discarded").values_list("pk", flat=True)]  # type: ignore[attr-defined]
    found += application.publicity_items.values_list("publicity_id", flat=True)
    if guide.envelope_id:
        found.append(guide.envelope_id)
    if panel is not None:
        found += [panel.pk, *panel.seats.values_list("pk", flat=True)]
        found += panel.sheets.filter(entry__application=application).values_list("pk", flat=True)
    return found


def _row(record: TransitionRecord) -> Transition | None:
    """None for a transition that no table carries any more: its record is printed all the same."""
    try:
        return lifecycle_named(record.lifecycle).transition(record.transition)
    except KeyError:
        return None
