"""The contract as a paper: drawn up in the background once both heads have signed; same content, same bytes."""

from __future__ import annotations

from procurement.access import actor_for
from procurement.documents import Progress, render_pdf, store_generated
from procurement.documents.models import Document, Job
from projects.models import Contract
from projects.selectors.contracts import signature_parties


def make_contract_pdf(job: Job, progress: Progress) -> Document:
    """Handler of the job kind ``contract_pdf``; ``params`` names the contract."""
    contract = Contract.objects.select_related("purchaser", "contractor", "responsible_unit").get(
        pk=job.params["contract"]
    )
    context = {
        "contract": contract,
        "title": contract.subject_matter,
        "issuer": contract.purchaser.name,
        "reference": contract.number,
        "issued_at": contract.signed_at,
        "payments": contract.payments.order_by("tranche"),
        "parties": signature_parties(contract),
        "signatures": contract.signatures.select_related("person"),
    }
    content = render_pdf("documents/contract.html", context, progress=progress)
    document = store_generated(
        actor=actor_for(job.requested_by),
        content=content,
        filename=f"{contract.number}.pdf",
        subject=contract.subject,
        kind="contract",
        title=f"{contract.number} {contract.subject_matter}",
        case_id=contract.case_id,
        organization_id=contract.purchaser_id,
    )
    return document
