"""A union begins an application for a group that is not registered (R-070 to R-072)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from orgs.guards.filing import letter_refusals
from orgs.models import AuthorizationLetter
from procurement import audit
from procurement.access import Actor
from procurement.lifecycle.engine import database_now
from procurement.rules import RuleViolation, implements
from projects.models import Application, Guide, ProxyApplication
from projects.services.applications import start_application


@implements("R-070", "R-072")
@transaction.atomic
def start_for_group(
    *, actor: Actor, guide: Guide, letter: AuthorizationLetter, at: datetime | None = None
) -> Application:
    """A draft of the union naming the group that carries it out; filing and letter must be valid now.

    The group counts against the cap of applications, the union answers for the contract.
    """
    moment = at or database_now()
    refused = letter_refusals(letter, amount=None, until=None, today=timezone.localtime(moment).date())
    if refused:
        raise RuleViolation(refused)
    application = start_application(
        actor=actor, guide=guide, applicant=letter.union, at=moment, executor=letter.executor
    )
    ProxyApplication.objects.create(
        application=application, union=letter.union, executor=letter.executor, letter=letter
    )
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action="application.start_proxy",
        subject=application.subject,
        case_id=application.case_id,
        body={"letter": letter.number, "executor": str(letter.executor_id)},
    )
    return application
