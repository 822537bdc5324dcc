"""Making a dossier in the background: read, verify the journal, lay out, keep."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from procurement import audit
from procurement.access import Actor, actor_for
from procurement.documents import Progress, start_job, store_generated
from procurement.documents.models import Document, Job
from procurement.dossier import permission
from procurement.dossier.binding import bind
from procurement.dossier.content import Dossier, build
from procurement.dossier.journal import ensure_checkpoint
from procurement.lifecycle.models import Case

KIND, DATA = "dossier", "dossier_data"
SUBJECT = "lifecycle.case"
#: Of a hundred, reading takes so much; the rest is laying out.
READ = 25


def subject_of(case_id: UUID) -> str:
    return f"{SUBJECT}:{case_id}"


def ask(*, actor: Actor, case: Case) -> Job:
    """Start the work; the caller has checked that the actor may have it.

    The job bears no case: what is done to look at a case is no part of it.
    """
    return start_job(kind=KIND, actor=actor, params={"case": str(case.pk)})


def work(job: Job, progress: Progress) -> Document:
    """Handler of the background job. May run again after a lost worker: it begins anew and stores last."""
    case = Case.objects.select_related("template", "rule_set").get(pk=job.params["case"])
    actor = actor_for(job.requested_by)
    if not permission.may_read(actor, case):
        raise PermissionError(f"{actor.label} no longer has a seat that reads case {case.number}")
    dossier, paper = draw_up(case, progress=progress)
    progress(98, "正在保存卷宗")
    return keep(actor=actor, case=case, dossier=dossier, paper=paper)


def draw_up(case: Case, *, progress: Callable[[int, str], None]) -> tuple[Dossier, bytes]:
    """The document and its paper; progress in percent with what is being done in words."""
    progress = _forward(progress)
    progress(1, "正在核对审计日志并签署检查点")
    ensure_checkpoint(case.pk)
    chapters = max(case.steps.count() + 4, 1)
    told: list[str] = []

    def tell(title: str) -> None:
        told.append(title)
        progress(min(READ, 2 + (READ - 2) * len(told) // chapters), f"正在汇集：{title}")

    dossier = build(case, tell=tell)
    return dossier, bind(dossier, progress=lambda percent, step: progress(READ + percent * (97 - READ) // 100, step))


def _forward(progress: Callable[[int, str], None]) -> Callable[[int, str], None]:
    """Pages are laid out twice, the second time with their number known: the bar does not go back for it."""
    reached = 0

    def tell(percent: int, step: str) -> None:
        nonlocal reached
        reached = max(reached, percent)
        progress(reached, step)

    return tell


def keep(*, actor: Actor, case: Case, dossier: Dossier, paper: bytes) -> Document:
    """Two files: the paper, and its data under the very hash the cover prints, so that either can be verified."""
    name = f"审计卷宗-{case.number}"
    store_generated(
        actor=actor,
        content=dossier.data,
        filename=f"{name}.json",
        subject=subject_of(case.pk),
        kind=DATA,
        title=f"{name}（数据）",
        media_type="application/json",
    )
    document = store_generated(
        actor=actor, content=paper, filename=f"{name}.pdf", subject=subject_of(case.pk), kind=KIND, title=name
    )
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action="dossier.make",
        subject=subject_of(case.pk),
        case_id=case.pk,
        body={"content": dossier.content_hash, "paper": document.sha256, "pages": document.page_count},
    )
    return document


def latest(case: Case) -> list[Document]:
    """The dossier that stands, paper first; empty before one was made."""
    return list(
        Document.objects.for_subject(subject_of(case.pk)).current().filter(kind__in=(KIND, DATA)).order_by("kind")
    )
