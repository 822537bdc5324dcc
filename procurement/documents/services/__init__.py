from procurement.documents.inspection import Seen, inspect_in_memory
from procurement.documents.services.generating import RenderFailed, content_hash, pdf_from_html, render_html, render_pdf
from procurement.documents.services.previewing import PageUnavailable, page_image
from procurement.documents.services.running import cancel_job, job_finished, requeue_lost_jobs, run_job, start_job
from procurement.documents.services.storing import publish, store, store_generated, store_opened, sweep_orphans

__all__ = [
    "PageUnavailable",
    "RenderFailed",
    "Seen",
    "cancel_job",
    "content_hash",
    "inspect_in_memory",
    "job_finished",
    "page_image",
    "pdf_from_html",
    "publish",
    "render_html",
    "render_pdf",
    "requeue_lost_jobs",
    "run_job",
    "start_job",
    "store",
    "store_generated",
    "store_opened",
    "sweep_orphans",
]
