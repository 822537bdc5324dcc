"""The minutes of an opening as a paper: who was there, what the set was, what came out of each box (R-117)."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from procurement.access import actor_for
from procurement.documents import Progress, render_pdf, store_generated
from procurement.documents.models import Document, Job
from procurement.rules import records
from projects.models import Bid, Opening, SealedAction


@records("R-117")
def make_minutes(job: Job, progress: Progress) -> Document:
    """Handler of the job kind ``opening_minutes``; ``params`` names the opening."""
    rows = Opening.objects.select_related("procedure__purchaser", "procedure__agent", "opened_by", "witness")
    opening = rows.get(pk=job.params["opening"])
    content = render_pdf("documents/opening_minutes.html", minutes(opening), progress=progress)
    procedure = opening.procedure
    return store_generated(
        actor=actor_for(job.requested_by),
        content=content,
        filename=f"{procedure.number}-开启记录.pdf",
        subject=opening.subject,
        kind="opening_minutes",
        title=_("开启记录"),
        case_id=procedure.case_id,
        organization_id=procedure.host_id,
    )


def minutes(opening: Opening) -> dict[str, Any]:
    """What the paper says."""
    procedure = opening.procedure
    held = procedure.custodians.filter(number__in=opening.shares_used).select_related("person", "organization")
    return {
        "title": _("投标（响应）文件开启记录"),
        "issuer": (procedure.agent or procedure.purchaser).name,
        "reference": procedure.number,
        "issued_at": opening.opened_at,
        "procedure": procedure,
        "opening": opening,
        "custodians": list(held),
        "bids": Bid.objects.filter(procedure=procedure).select_related("lot", "bidder"),
        "leaves": [_leaf(each) for each in opening.leaves],
    }


def _leaf(each: dict[str, Any]) -> dict[str, Any]:
    received = parse_datetime(each["received_at"])
    seconds = timezone.localtime(received).strftime("%Y-%m-%d %H:%M:%S") if received else ""
    return {**each, "label": SealedAction(each["action"]).label, "received": seconds}
