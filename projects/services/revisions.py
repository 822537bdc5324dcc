"""R-179: what was granted, not what was asked, is what the scheme and budget must say before signing."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from procurement import audit
from procurement.access import Actor, Role
from procurement.money import yuan
from procurement.rules import Refusal, RuleViolation, implements
from projects.models import Application, BudgetLine, BudgetVersion


def granted_lines(application: Application) -> list[BudgetLine]:
    return list(application.budget_lines.filter(version=BudgetVersion.GRANTED))


@transaction.atomic
def begin_revision(*, actor: Actor, application: Application) -> list[BudgetLine]:
    """Copy the requested budget as the start of the granted one; a revision begun is left as it is."""
    _require_applicant(actor, application)
    if not granted_lines(application):
        BudgetLine.objects.bulk_create(
            BudgetLine(
                application=application,
                version=BudgetVersion.GRANTED,
                item=line.item,
                description=line.description,
                unit=line.unit,
                quantity=line.quantity,
                unit_price=line.unit_price,
                amount=line.amount,
                position=line.position,
            )
            for line in application.budget_lines.filter(version=BudgetVersion.REQUESTED)
        )
    return granted_lines(application)


@implements("R-179")
@transaction.atomic
def save_revision(
    *, actor: Actor, application: Application, lines: Iterable[dict[str, Any]], scheme: str = ""
) -> Decimal:
    """Keep what was entered, even when it does not add up yet; returns the sum. The guard refuses an unequal sum."""
    locked = Application.objects.select_for_update(no_key=True).get(pk=application.pk)
    _require_applicant(actor, locked)
    locked.budget_lines.filter(version=BudgetVersion.GRANTED).delete()
    kept = [
        BudgetLine(
            application=locked,
            version=BudgetVersion.GRANTED,
            amount=yuan(line["quantity"] * line["unit_price"]),
            position=position,
            **line,
        )
        for position, line in enumerate(lines)
    ]
    BudgetLine.objects.bulk_create(kept)
    locked.answers = {**locked.answers, "revised_scheme": scheme}
    locked.save(update_fields=["answers", "updated_at"])
    total = sum((line.amount for line in kept), Decimal(0))
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action="application.revision_saved",
        subject=locked.subject,
        case_id=locked.case_id,
        body={"lines": len(kept), "total": str(total)},
    )
    return total


def _require_applicant(actor: Actor, application: Application) -> None:
    if not any(actor.holds(role, application.applicant_id) for role in (Role.ORG, Role.ORG_H)):
        raise RuleViolation([Refusal("S-02", _("预算由承接主体按批复资金细化"))])
    if application.status != "approved":
        raise RuleViolation([Refusal("S-01", _("只有已立项、尚未提交细化方案的项目可以修改预算"))])
