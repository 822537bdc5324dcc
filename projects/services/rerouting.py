"""When a hub is no hub any more, what waited for its opinion goes to another, and everyone is told."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.models import HubAffiliation, Organization
from orgs.selectors.supervision import current_affiliations
from orgs.services.affiliations import Loss
from procurement import audit
from procurement.access import Actor, Role, people_holding
from procurement.lifecycle import steps
from procurement.lifecycle.engine import database_now
from procurement.notices import notify
from procurement.rules import Refusal, RuleViolation, implements
from projects.models import Application, Contract
from projects.selectors.applications import APPLICANT_ROLES, may_edit
from projects.selectors.supervision import ENDORSING

#: A successor takes these over with everything else.
UNDER_WAY = (
    "endorsed", "supplement", "prechecked", "under_review", "scored", "proposed", "funds_confirmed", "in_publicity",
    "objected", "publicised", "approved", "ready_to_sign", "in_progress", "suspended", "rectifying", "closing",
    "rectifying_final",
)  # fmt: skip


def follow(loss: Loss) -> None:
    """Registered with the loss of a hub: waiting endorsements are re-routed; a successor takes the rest too."""
    mine = Application.objects.filter(hub=loss.hub)
    if loss.is_still_hub:
        mine = mine.filter(applicant__in=loss.member_ids)
    rows = mine.select_for_update(of=("self",)).select_related("applicant", "case__rule_set")
    for application in rows.filter(status="submitted"):
        hub = _next_hub(application, loss)
        _assign(application, hub, actor=loss.actor, at=loss.at, before=loss.hub, restart=True)
    if loss.successor is not None:
        for application in rows.filter(status__in=UNDER_WAY).exclude(applicant=loss.successor):
            _assign(application, loss.successor, actor=loss.actor, at=loss.at, before=loss.hub, restart=False)


@implements("R-061")
@transaction.atomic
def choose_hub(*, actor: Actor, application: Application, hub: Organization, at: datetime | None = None) -> Application:
    """The applicant names another hub for what its former hub can no longer recommend."""
    locked = Application.objects.select_for_update(of=("self",)).select_related("applicant", "case__rule_set").get(
        pk=application.pk
    )  # fmt: skip
    if not may_edit(locked, actor):
        raise RuleViolation([Refusal("S-02", _("主责单位由申报单位选择"))])
    if locked.status != "submitted" or locked.hub_id is not None:
        raise RuleViolation([Refusal("S-01", _("只有原主责单位不再是枢纽、尚未推荐的申报需要另选主责单位"))])
    if not hub.is_hub:
        raise RuleViolation([Refusal("R-061", _("%(org)s不是枢纽型社会组织，不能作为主责单位") % {"org": hub.name})])
    if hub.pk == locked.applicant_id:
        raise RuleViolation([Refusal("R-084", _("主责单位不得审核本单位申报的项目，请选择其他主责单位"))])
    _assign(locked, hub, actor=actor, at=at or database_now(), before=None, restart=True)
    return locked


def _next_hub(application: Application, loss: Loss) -> Organization | None:
    """The successor, else another hub that leads the applicant; never the applicant itself (R-084)."""
    if loss.successor is not None and loss.successor.pk != application.applicant_id:
        return loss.successor
    today = timezone.localtime(loss.at).date()
    others = (
        current_affiliations(today)
        .filter(member=application.applicant, hub__is_hub=True)
        .exclude(hub__in=[loss.hub.pk, application.applicant_id])
    )
    tie: HubAffiliation | None = others.select_related("hub").order_by("valid_from", "id").first()
    return tie.hub if tie else None


def _assign(
    application: Application,
    hub: Organization | None,
    *,
    actor: Actor,
    at: datetime,
    before: Organization | None,
    restart: bool,
) -> None:
    application.hub = hub
    application.save(update_fields=["hub", "updated_at"])
    Contract.objects.filter(application=application, responsible_unit=before).update(responsible_unit=hub)
    case = application.case
    if case is not None and hub is not None:
        steps.set_party(case, "hub", hub.pk, hub.name)
    elif case is not None:
        case.parties.filter(part="hub").delete()
    if restart and hub is not None and case is not None:
        # The new hub has its full term from today.
        steps.open_step(case, ENDORSING, at=at)
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action="application.reroute",
        subject=application.subject,
        case_id=application.case_id,
        body={"from": str(before.pk) if before else "", "to": str(hub.pk) if hub else "", "at": at.isoformat()},
    )
    _tell(application, hub, before, at)


def _tell(application: Application, hub: Organization | None, before: Organization | None, at: datetime) -> None:
    told = [*((role, application.applicant_id) for role in APPLICANT_ROLES), *([(Role.RU, hub.pk)] if hub else [])]
    people = {person.pk: person for role, body in told for person in people_holding(role, body)}
    if people:
        notify(
            template="application_rerouted",
            recipients=list(people.values()),
            case_id=application.case_id,
            url=application.get_absolute_url(),
            context={
                "object": str(application),
                "number": application.number,
                "before": before.name if before else "",
                "hub": hub.name if hub else "",
                "waiting": application.status == "submitted",
            },
            key=f"reroute:{application.pk}:{at.isoformat()}",
        )
