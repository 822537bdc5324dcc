"""The checklist of the formal check: the office ticks its lines, civil affairs its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from procurement import audit
from procurement.access import Actor
from procurement.lifecycle.engine import database_now
from procurement.rules import Refusal, RuleViolation
from projects.models import Application, PrecheckItem
from projects.selectors.applications import CHECKLIST, CIVIL_CHECK, holds_civil, holds_office


@dataclass(frozen=True)
class Verdict:
    passed: bool | None
    note: str = ""


def may_check(application: Application, actor: Actor) -> tuple[str, ...]:
    """Codes of the lines this person may tick."""
    office = tuple(code for code, _label in CHECKLIST) if holds_office(application, actor) else ()
    civil = (CIVIL_CHECK[0],) if holds_civil(application, actor) else ()
    return office + civil


@transaction.atomic
def record_check(
    *, actor: Actor, application: Application, verdicts: Mapping[str, Verdict], at: datetime | None = None
) -> None:
    """Store what was checked; a line that fails says what is wrong.

    Raises RuleViolation when the application is not at the formal check, the person has no say, or a failure
    is left unexplained.
    """
    locked = (
        Application.objects.select_for_update(no_key=True, of=("self",)).select_related("guide").get(pk=application.pk)
    )
    allowed = may_check(locked, actor)
    _refuse_unless_checkable(locked, allowed, verdicts)
    moment = at or database_now()
    labels = dict((*CHECKLIST, CIVIL_CHECK))
    changed = []
    for code, verdict in verdicts.items():
        item, _new = PrecheckItem.objects.get_or_create(
            application=locked, code=code, defaults={"label": str(labels[code])}
        )
        if (item.passed, item.note) == (verdict.passed, verdict.note.strip()):
            continue
        item.passed, item.note = verdict.passed, verdict.note.strip()
        item.checked_by, item.checked_at = actor.user, moment
        item.save()
        changed.append(code)
    if changed:
        audit.record(
            actor_id=actor.id,
            actor_label=actor.label,
            action="application.check",
            subject=locked.subject,
            case_id=locked.case_id,
            body={code: {True: "yes", False: "no", None: ""}[verdicts[code].passed] for code in changed},
        )


def _refuse_unless_checkable(
    application: Application, allowed: tuple[str, ...], verdicts: Mapping[str, Verdict]
) -> None:
    found = []
    if application.status != "endorsed":
        found.append(Refusal("S-01", _("当前状态为“%(state)s”，不在初审环节") % {"state": application.state.label}))
    if not set(verdicts) <= set(allowed):
        found.append(Refusal("S-02", _("初审清单由领导小组办公室核对，资质一项由民政部门确认")))
    if any(verdict.passed is False and not verdict.note.strip() for verdict in verdicts.values()):
        found.append(Refusal("S-03", _("未通过的项目须写明问题")))
    if found:
        raise RuleViolation(found)
