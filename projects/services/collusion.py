"""Where an application came from, and what the officer concluded about shared grounds (R-078)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from procurement import audit
from procurement.access import Actor, Role, people_holding
from procurement.audit import origin
from procurement.lifecycle.engine import database_now
from procurement.notices import notify
from procurement.privacy.fingerprints import EXACT, fingerprint
from procurement.rules import Refusal, RuleViolation
from projects.models import Application, CollusionNote, CollusionVerdict, Guide, SubmissionTrace
from projects.selectors.collusion import Suspicion, may_look


def keep_trace(application: Application, at: datetime) -> None:
    """Called as an application is handed in; acts without a request (tests, the clock) leave none."""
    address = origin.address.get()
    if address:
        SubmissionTrace.objects.create(application=application, address_fingerprint=fingerprint(EXACT, address), at=at)


@transaction.atomic
def conclude(*, actor: Actor, guide: Guide, suspicion: Suspicion, verdict: str, note: str) -> CollusionNote:
    """The officer writes down what came of it; what is reported goes to finance supervision."""
    if not may_look(actor, guide) or actor.sees_everything:
        raise RuleViolation([Refusal("S-02", _("关联申报由主办单位或采购经办人核实"))])
    made = CollusionNote.objects.create(
        guide=guide,
        ground=suspicion.ground,
        key=suspicion.key,
        applications=suspicion.numbers,
        verdict=verdict,
        note=note.strip(),
        noted_by=actor.person,
        noted_at=database_now(),
    )
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action="collusion.conclude",
        subject=guide.subject,
        case_id=guide.case_id,
        body={"ground": suspicion.ground, "applications": suspicion.numbers, "verdict": verdict},
    )
    supervisors = people_holding(Role.FIN_SUP, guide.finance_id)
    if verdict == CollusionVerdict.REPORTED and supervisors:
        notify(
            template="collusion_reported",
            recipients=supervisors,
            url=f"/guides/{guide.pk}/collusion/",
            context={
                "guide": guide.title,
                "ground": str(suspicion.ground.label),
                "numbers": "、".join(suspicion.numbers),
                "note": made.note,
            },
            key=f"collusion:{made.pk}",
        )
    return made
