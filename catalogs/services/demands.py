"""Specifications are written, discussed with the public and listed here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from catalogs.models import DemandFeedback, DemandItem, Need, PurchasePlan
from catalogs.selectors.demands import suppliers_named_in
from catalogs.specification import SELF_CHECK, words_of
from procurement import audit
from procurement.access import Actor, Role
from procurement.lifecycle.engine import database_now, perform, system_actor
from procurement.rules import Refusal, RuleViolation, implements, records

#: States in which the author may change the words: before review, and after the public has been answered.
EDITABLE = ("draft", "answered")
#: Who may say which plan takes a demand up.
PLANNERS = (Role.PU_DEM, Role.PU_BUY, Role.PU_FIN, Role.LGO)


def may_write(actor: Actor, item: DemandItem) -> bool:
    return actor.holds(Role.PU_DEM, item.office_id)


def may_edit(actor: Actor, item: DemandItem) -> bool:
    return item.status in EDITABLE and may_write(actor, item)


@implements("R-039")
@records("R-036")
@transaction.atomic
def save(*, actor: Actor, item: DemandItem, needs: Iterable[Need] = ()) -> DemandItem:
    """Keep a draft and look for names of suppliers in its words; ``needs`` are those it answers."""
    _require_author(actor, item)
    is_new = item._state.adding
    if not is_new:
        stored = DemandItem.objects.select_for_update(of=("self",), no_key=True).get(pk=item.pk)
        if stored.status not in EDITABLE:
            raise RuleViolation([Refusal("S-01", _("需求已提交，不能直接修改"))])
    item.named_suppliers = suppliers_named_in(words_of(item))
    item.save()
    link_needs(item, needs)
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action="demand.draft" if is_new else "demand.revise",
        subject=item.subject,
        body={"title": item.title, "street": item.street_id, "field": item.field},
    )
    return item


@transaction.atomic
def confirm_self_check(*, actor: Actor, item: DemandItem, points: Iterable[str]) -> None:
    """The author's word that the specification points at nobody (R-039)."""
    _require_author(actor, item)
    locked = DemandItem.objects.select_for_update(of=("self",), no_key=True).get(pk=item.pk)
    if locked.status not in EDITABLE:
        raise RuleViolation([Refusal("S-01", _("需求已提交，不能直接修改"))])
    locked.self_check = [code for code in SELF_CHECK if code in set(points)]
    locked.save(update_fields=["self_check", "updated_at"])
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action="demand.self_check",
        subject=item.subject,
        body={"points": locked.self_check},
    )


def link_needs(item: DemandItem, needs: Iterable[Need]) -> None:
    """Accepted needs of the same body that no other demand answers yet."""
    keys = [need.pk for need in needs]
    Need.objects.filter(pk__in=keys, status="accepted", office=item.office_id, demand_item__isnull=True).update(
        demand_item=item
    )


@transaction.atomic
def take_into_plan(*, actor: Actor, item: DemandItem, plan: PurchasePlan) -> DemandItem:
    """A confirmed or catalogued demand is taken up by a purchase plan of the same body.

    Raises:
        RuleViolation: S-02 for a stranger, S-01 before it is confirmed or when the plans are of different bodies.
    """
    locked = DemandItem.objects.select_for_update(of=("self",), no_key=True).get(pk=item.pk)
    if not any(actor.holds(role, locked.office_id) for role in PLANNERS):
        raise RuleViolation([Refusal("S-02", _("列入购买计划由本单位的需求编制人、采购经办人或财务审批人办理"))])
    if locked.status not in ("confirmed", "catalogued"):
        raise RuleViolation([Refusal("S-01", _("需求确认后才能列入购买计划"))])
    if plan.budget_line.department_id != locked.office_id or plan.status == "withdrawn":
        raise RuleViolation([Refusal("S-01", _("只能列入本单位有效的购买计划"))])
    locked.plan = plan
    locked.save(update_fields=["plan", "updated_at"])
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action="demand.plan",
        subject=item.subject,
        body={"plan": plan.number},
    )
    item.refresh_from_db()
    return item


@transaction.atomic
def give_feedback(
    *,
    actor: Actor,
    item: DemandItem,
    text: str,
    giver: str,
    channel: str,
    at: datetime | None = None,
) -> DemandFeedback:
    """Keep what somebody says while the public is asked; officers enter what came by the other channels."""
    moment = at or database_now()
    locked = DemandItem.objects.select_for_update(of=("self",), no_key=True).get(pk=item.pk)
    if locked.status != "consulting":
        raise RuleViolation([Refusal("R-046", _("目前不在征求意见期间"))])
    feedback = DemandFeedback.objects.create(
        item=locked, text=text.strip(), giver=giver, channel=channel, filed_at=moment, recorded_by=actor.user
    )
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action="demand.feedback",
        subject=item.subject,
        body={"feedback": str(feedback.pk), "channel": channel, "giver": giver},
    )
    return feedback


@implements("R-046")
@transaction.atomic
def answer_feedback(
    *, actor: Actor, feedback: DemandFeedback, use: str, answer: str, at: datetime | None = None
) -> DemandFeedback:
    """Say how one opinion was used, and why. Possible until the consultation is closed."""
    item = DemandItem.objects.select_for_update(of=("self",), no_key=True).get(pk=feedback.item_id)
    _require_author(actor, item)
    if item.status != "consulting":
        raise RuleViolation([Refusal("R-046", _("征求意见已结束，答复不能再改"))])
    feedback.use, feedback.answer = use, answer.strip()
    feedback.answered_by, feedback.answered_at = actor.person, at or database_now()
    feedback.save(update_fields=["use", "answer", "answered_by", "answered_at"])
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action="demand.answer_feedback",
        subject=item.subject,
        body={"feedback": str(feedback.pk), "use": use},
    )
    return feedback


def on_consult(attempt: Any) -> None:
    """Effect of ``demand.consult``."""
    item: DemandItem = attempt.obj
    item.consultation_channels = list(attempt.data["channels"])
    item.consultation_started_on = attempt.today
    item.consultation_ends_on = attempt.data["ends_on"]


def on_close_consultation(attempt: Any) -> None:
    """Effect of ``demand.close_consultation``."""
    item: DemandItem = attempt.obj
    item.consultation_closed_at = attempt.at
    item.consultation_summary = str(attempt.data.get("summary", "")).strip()


def on_list(attempt: Any) -> None:
    """Effect of ``demand.list``: the needs behind it are answered by it."""
    item: DemandItem = attempt.obj
    item.listed_at = attempt.at
    item.save(update_fields=["listed_at", "updated_at"])
    for need in item.needs.filter(status="accepted").order_by("pk"):
        perform(need, "need.adopt", actor=system_actor(), at=attempt.at)


def on_withdraw(attempt: Any) -> None:
    """Effect of ``demand.withdraw``: needs not yet answered are free for another demand."""
    attempt.obj.needs.filter(status="accepted").update(demand_item=None)


def _require_author(actor: Actor, item: DemandItem) -> None:
    if not may_write(actor, item):
        raise RuleViolation([Refusal("S-02", _("需求只能由本单位的需求编制人编制"))])
