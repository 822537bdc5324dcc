"""Effects of the rows by which a procedure becomes public: announcement, publicity of a single source and its end."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from procurement.access import Actor
from procurement.calendars import Period
from procurement.documents import start_job
from procurement.lifecycle.engine import Attempt, database_now, perform, system_actor
from procurement.rules import Refusal, RuleViolation
from projects.models import Procedure, SourceArgument, SourceObjection
from projects.selectors.procedures import available_until
from projects.services.document_holders import tell_takers
from projects.services.procedure_notices import publish_call, publish_source
from projects.services.procedures import journal, locked_draft
from projects.services.procurement_documents import freeze


def announce(attempt: Attempt) -> None:
    """Effect of ``procedure.announce`` and ``procedure.end_publicity``: deadline set, document frozen, call public."""
    procedure: Procedure = attempt.obj
    procedure.announced_at = attempt.at
    procedure.deadline_at = attempt.data["deadline_at"]
    until = attempt.data.get("available_until") or available_until(procedure, attempt.at)
    attempt.kept["document_sha256"] = freeze(procedure, at=attempt.at, until=until)
    attempt.kept["rubric_digest"] = procedure.rubric_digest
    publish_call(attempt)
    start_job(
        kind="procurement_document_pdf",
        actor=attempt.actor,
        case_id=procedure.case_id,
        params={"procedure": str(procedure.pk)},
    )
    tell_takers(
        procedure,
        template="procedure_invitation",
        context={"deadline": _minute(procedure.deadline_at)},
        key=f"procedure-invitation:{procedure.pk}",
    )


@transaction.atomic
def argue_source(*, actor: Actor, procedure: Procedure, argument: str, expert_opinions: str) -> SourceArgument:
    """Write down why only this supplier can do it, and what the specialists say. Raises as ``locked_draft`` does."""
    locked = locked_draft(actor, procedure)
    written, _new = SourceArgument.objects.update_or_create(
        procedure=locked, defaults={"argument": argument.strip(), "expert_opinions": expert_opinions.strip()}
    )
    journal(actor, locked, "procedure.argue", {})
    return written


def publicise(attempt: Attempt) -> None:
    """Effect of ``procedure.publicise``: shown for the working days the rule set asks (R-097)."""
    procedure: Procedure = attempt.obj
    argument = SourceArgument.objects.select_for_update(no_key=True).get(procedure=procedure)
    argument.starts_on = timezone.localtime(attempt.at).date()
    period = Period.parse(str(procedure.rule_set.value("single_source_publicity_days")))
    argument.ends_on = period.due(attempt.at)
    argument.save()
    attempt.kept["ends_on"] = argument.ends_on.isoformat()
    publish_source(attempt, argument=argument.argument, opinions=argument.expert_opinions)


@transaction.atomic
def object_to_source(
    *,
    actor: Actor,
    procedure: Procedure,
    text: str,
    objector_name: str,
    objector_contact: str,
    at: datetime | None = None,
) -> SourceObjection:
    """Anybody may object while a single source is shown; the first objection starts the supplementary argument (R-098).

    Raises RuleViolation R-098 once the period is over.
    """
    moment = at or database_now()
    locked = Procedure.objects.select_for_update(no_key=True, of=("self",)).get(pk=procedure.pk)
    argument = SourceArgument.objects.filter(procedure=locked).first()
    today = timezone.localtime(moment).date()
    is_shown = argument is not None and argument.ends_on is not None and today <= argument.ends_on
    if locked.status not in ("publicised", "arguing") or not is_shown:
        raise RuleViolation([Refusal("R-098", _("公示期已过或者尚未公示，不能再提出异议"))])
    objection = SourceObjection.objects.create(
        procedure=locked,
        text=text.strip(),
        objector_name=objector_name.strip(),
        objector_contact=objector_contact.strip(),
        filed_by=actor.user,
        filed_at=moment,
    )
    journal(actor, locked, "procedure.object", {"objection": str(objection.pk)})
    if locked.status == "publicised":
        perform(locked, "procedure.contest", actor=system_actor(), at=moment)
    return objection


def contest(attempt: Attempt) -> None:
    """Effect of ``procedure.contest``: five working days for the supplementary argument."""
    argument = SourceArgument.objects.select_for_update(no_key=True).get(procedure=attempt.obj)
    period = Period.parse(str(attempt.obj.rule_set.value("single_source_argument_days")))
    argument.supplement_due_on = period.due(attempt.at)
    argument.save()
    attempt.kept["supplement_due_on"] = argument.supplement_due_on.isoformat()


def end_publicity(attempt: Attempt) -> None:
    """Effect of ``procedure.end_publicity``: the supplementary argument is kept, the supplier is asked for its offer."""
    supplement = str(attempt.data.get("supplement", "")).strip()
    if supplement:
        SourceArgument.objects.filter(procedure=attempt.obj).update(supplement=supplement, supplemented_at=attempt.at)
    announce(attempt)


def _minute(moment: datetime | None) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else ""
