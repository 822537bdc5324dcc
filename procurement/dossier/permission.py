"""Who may have a dossier: the overseers (R-284), and those of the case's office, purchaser and finance who answer for it."""

from __future__ import annotations

from uuid import UUID

from procurement.access import Actor, Role
from procurement.lifecycle.models import Case, CaseParty, Part
from projects.models import Application

_READERS: dict[str, tuple[Role, ...]] = {
    Part.OFFICE: (Role.LGO, Role.LG),
    Part.PURCHASER: (
        Role.PU_BUY, Role.PU_CHK, Role.PU_SIGN, Role.PU_ACC, Role.PU_PAY, Role.PU_FIN,
    ),
    Part.FINANCE: (Role.FIN,),
}  # fmt: skip


def may_read(actor: Actor, case: Case) -> bool:
    """Whether this person may make and read the dossier. False while nothing was handed in: there is none then."""
    if actor.user is None or not _has_one(case.pk):
        return False
    return actor.sees_everything or _answers_for(actor, case.pk)


def files_visible_to(actor: Actor, case_id: UUID) -> bool:
    case = Case.objects.filter(pk=case_id).first()
    return case is not None and may_read(actor, case)


def _has_one(case_id: UUID) -> bool:
    return Application.objects.filter(case_id=case_id, submitted_at__isnull=False).exists()


def _answers_for(actor: Actor, case_id: UUID) -> bool:
    parties = dict(CaseParty.objects.filter(case_id=case_id).values_list("part", "organization_id"))
    return any(part in parties and parties[part] in actor.organization_ids(*roles) for part, roles in _READERS.items())
