"""Reading the journal for pages and dossiers."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Max, Min, Q
from django.http import QueryDict

from procurement.audit.models import AuditChain, AuditEvent, Checkpoint
from procurement.audit.models.journal import AuditEventQuerySet

PAGE_SIZE = 30
#: Looking at a case, and work in the background, leave it as it is: a dossier made afterwards must be the same.
READING = Q(action__startswith="job.") | Q(
    action__in=("document.download", "document.preview", "document.denied", "dossier.make")
)


@dataclass(frozen=True)
class JournalPage:
    """One page of entries; the links keep the filters and are empty where there is nothing more."""

    rows: list[AuditEvent]
    previous_url: str
    next_url: str


def journal_page(journal: AuditEventQuerySet, query: QueryDict, *, size: int = PAGE_SIZE) -> JournalPage:
    """Page by place in the chain, newest first, in two queries at any depth: `before` walks back, `after` forward."""
    before, after = _place(query.get("before")), _place(query.get("after"))
    journal = journal.sealed().prefetch_related("salts")
    if after is not None:
        rows = list(journal.newer_than(after).oldest_first()[: size + 1])
        newer, older, rows = len(rows) > size, True, rows[:size][::-1]
    else:
        rows = list((journal.older_than(before) if before is not None else journal).newest_first()[: size + 1])
        newer, older, rows = before is not None, len(rows) > size, rows[:size]
    return JournalPage(
        rows=rows,
        previous_url=_link(query, "after", rows[0].chain.seq) if rows and newer else "",
        next_url=_link(query, "before", rows[-1].chain.seq) if rows and older else "",
    )


def _place(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def _link(query: QueryDict, direction: str, seq: int) -> str:
    kept = query.copy()
    for name in ("before", "after"):
        kept.pop(name, None)
    kept[direction] = str(seq)
    return f"?{kept.urlencode()}"


@dataclass(frozen=True)
class CaseJournal:
    """Which part of the journal a case rests on, for its dossier; ``head`` is the last entry's link."""

    first: int
    last: int
    count: int
    head: str
    checkpoint: Checkpoint | None


def case_journal(case_id: UUID) -> CaseJournal | None:
    """Return the range of a case's changes and the first checkpoint that covers them all; None before any entry."""
    span = case_changes(case_id).aggregate(first=Min("chain__seq"), last=Max("chain__seq"), count=Count("chain__seq"))
    if not span["count"]:
        return None
    checkpoint = Checkpoint.objects.filter(size__gte=span["last"]).order_by("size").first()
    head = AuditChain.objects.get(seq=span["last"])
    return CaseJournal(checkpoint=checkpoint, head=bytes(head.hash).hex(), **span)


def case_changes(case_id: UUID) -> AuditEventQuerySet:
    """Sealed entries of a case without those that only looked at it."""
    return AuditEvent.objects.for_case(case_id).exclude(READING).sealed()
