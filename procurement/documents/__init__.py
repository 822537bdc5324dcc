"""Files people hand in, files the portal draws up, and the long work of drawing them up.

What other rooms use is named here. Models are imported lazily: this package is read while apps load.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from procurement.documents.kinds import JobCancelled, Progress, register_job
from procurement.documents.refusals import UploadRefused
from procurement.documents.subjects import register_subject

if TYPE_CHECKING:
    from procurement.documents.inspection import Seen, inspect_in_memory
    from procurement.documents.services.generating import RenderFailed, content_hash, pdf_from_html, render_pdf
    from procurement.documents.services.running import job_finished, start_job
    from procurement.documents.services.storing import publish, store, store_generated, store_opened

__all__ = [
    "JobCancelled",
    "Progress",
    "RenderFailed",
    "Seen",
    "UploadRefused",
    "content_hash",
    "inspect_in_memory",
    "job_finished",
    "pdf_from_html",
    "publish",
    "register_job",
    "register_subject",
    "render_pdf",
    "start_job",
    "store",
    "store_generated",
    "store_opened",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(name)
    return getattr(import_module("procurement.documents.services"), name)
