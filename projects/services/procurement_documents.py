"""Writing a procurement document part by part, freezing it with the announcement, and drawing it up as a paper."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction

from procurement.access import Actor, actor_for
from procurement.documents import Progress, render_pdf, store_generated
from procurement.documents.models import Document, Job
from projects.models import Procedure, ProcurementDocument
from projects.selectors.procurement_documents import Part
from projects.services.procedures import journal, locked_draft


@transaction.atomic
def save_part(*, actor: Actor, procedure: Procedure, part: Part, **words: Any) -> ProcurementDocument:
    """Keep what was written in one part. Raises as ``locked_draft`` does."""
    locked = locked_draft(actor, procedure)
    document = ProcurementDocument.objects.select_for_update(no_key=True).get(procedure=locked)
    for name in part.fields:
        if name in words:
            setattr(document, name, words[name])
    document.save()
    journal(actor, locked, "procedure.write", {"part": part.code})
    return document


def freeze(procedure: Procedure, *, at: datetime, until: date) -> str:
    """From now on the document is as it was read: returns the SHA-256 over every word of it.

    Part of the announcement's transaction; the procedure already carries its deadline.
    """
    document = ProcurementDocument.objects.select_for_update(no_key=True).get(procedure=procedure)
    document.procedure = procedure
    document.frozen_at, document.available_until = at, until
    document.content_sha256 = document.digest()
    document.save()
    return document.content_sha256


def make_document_pdf(job: Job, progress: Progress) -> Document:
    """Handler of the job kind ``procurement_document_pdf``; ``params`` names the procedure. Public once announced."""
    procedure = Procedure.objects.select_related("purchaser", "agent").get(pk=job.params["procedure"])
    document = ProcurementDocument.objects.get(procedure=procedure)
    context = {
        "procedure": procedure,
        "document": document,
        "lots": procedure.lots.all(),
        "title": f"{procedure.title}采购文件",
        "issuer": (procedure.agent or procedure.purchaser).name,
        "reference": procedure.number,
        "issued_at": document.frozen_at,
    }
    return store_generated(
        actor=actor_for(job.requested_by),
        content=render_pdf("documents/procurement_document.html", context, progress=progress),
        filename=f"{procedure.number}.pdf",
        subject=procedure.subject,
        kind="procurement_document",
        title=f"{procedure.title}采购文件",
        case_id=procedure.case_id,
        organization_id=procedure.host_id,
    )
