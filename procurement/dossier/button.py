"""What the case's page shows of its dossier: the one that stands, the one being made, and the button."""

from __future__ import annotations

from procurement.access import Actor
from procurement.documents.models import Job
from procurement.dossier import permission
from procurement.dossier.making import KIND, latest
from procurement.lifecycle.extras import CaseAction
from procurement.lifecycle.models import Case


def dossier_of_case(case: Case, actor: Actor) -> CaseAction | None:
    if not permission.may_read(actor, case):
        return None
    job = Job.objects.active().filter(kind=KIND, requested_by=actor.user, params__case=str(case.pk)).first()
    return CaseAction("dossier/case.html", {"case": case, "files": latest(case), "job": job})
