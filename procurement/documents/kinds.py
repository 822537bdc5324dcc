"""The kinds of background work. An app registers each kind it can do in its `apps.py: ready()`."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from procurement.documents.models import Document, Job


class JobCancelled(Exception):
    """Raised by `progress` when the requester gave up, or when another worker took the job over."""


class Progress(Protocol):
    """Tell how far the work is. Raises JobCancelled when there is no point in going on."""

    def __call__(self, percent: int, step: str) -> None: ...


Handler = Callable[["Job", Progress], "Document | None"]


class JobKind(NamedTuple):
    label: "StrOrPromise"
    handler: Handler


_kinds: dict[str, JobKind] = {}


def register_job(kind: str, handler: Handler, *, label: "StrOrPromise" = "") -> None:
    """`handler(job, progress)` does the work and returns its document (see `store_generated`).

    It may run more than once for one job: a worker can be lost at any line. It must therefore build
    its result anew and store it last; `store_generated` makes storing the same bytes twice harmless.
    """
    _kinds[kind] = JobKind(label or kind, handler)


def job_kind(kind: str) -> JobKind:
    """KeyError names an unknown kind; asking for one is a programming error."""
    return _kinds[kind]


def job_label(kind: str) -> "StrOrPromise":
    """What people call this kind of work; old jobs outlive the code that made them."""
    found = _kinds.get(kind)
    return found.label if found else kind
