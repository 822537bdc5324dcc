"""Dealing a large batch over many panels: asking, locking, drawing, and making panels of what came out."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from evaluation.drawing import digest
from evaluation.models import (
    AssignmentGroup,
    AssignmentRun,
    DrawCommitment,
    PanelDraw,
    PanelEntry,
    ReviewPanel,
    Rubric,
)
from evaluation.selectors.assignment import commitment_of, experts_by_id, field_of, group_label
from evaluation.selectors.panels import reviewable
from evaluation.selectors.rubrics import rubric_of
from evaluation.services.drawing import invite, person_of
from procurement import audit
from procurement.access import Actor, Role
from procurement.documents import start_job
from procurement.lifecycle.engine import Attempt, database_now, perform, system_actor
from procurement.lifecycle.numbering import next_number
from procurement.rules import Refusal, RuleViolation, refusal_for_constraint
from projects.models import Guide

JOB = "evaluation.assignment"


@transaction.atomic
def plan_run(
    *,
    actor: Actor,
    guide: Guide,
    size: int,
    quota: Mapping[str, int],
    cap: int,
    review_on: date,
    scores_due_on: date,
    at: datetime | None = None,
) -> AssignmentRun:
    """Ask for all waiting applications of the guide to be dealt over groups of ``size`` experts, ``cap`` for each.

    Raises RuleViolation when the actor does not run the guide or a dealing is already under way.
    """
    if not actor.holds(Role.LGO, guide.office_id):
        raise RuleViolation([Refusal("S-02", _("评审由领导小组办公室组织"))])
    moment = at or database_now()
    try:
        with transaction.atomic():
            run = AssignmentRun.objects.create(
                number=next_number("assignment", prefix="FZ", year=timezone.localtime(moment).year),
                guide=guide,
                case=guide.case,
                size=size,
                quota=dict(quota),
                cap=cap,
                review_on=review_on,
                scores_due_on=scores_due_on,
            )
    except IntegrityError as error:
        raise RuleViolation([refusal_for_constraint(error) or Refusal("S-01", _("分组参数不合要求"))]) from error
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action="assignment.plan",
        subject=run.subject,
        case_id=run.case_id,
        body={"size": size, "quota": dict(quota), "cap": cap},
    )
    return run


def lock(attempt: Attempt) -> None:
    """Effect of assignment.lock: who may be drawn is fixed, and our secret is promised by its hash."""
    run: AssignmentRun = attempt.obj
    field = field_of(run)
    run.pool = [vars(one) for one in field.pool]
    run.exclusions = [{**vars(one), "reasons": list(one.reasons)} for one in field.exclusions]
    run.nonce = secrets.token_hex(32)
    run.commitment = commitment_of(run)
    run.locked_by, run.locked_at = person_of(attempt.actor), attempt.at
    attempt.kept.update(commitment=run.commitment, pool=len(field.pool), excluded=len(field.exclusions))


def draw(attempt: Attempt) -> None:
    """Effect of assignment.draw: the witness's words complete the seed, and the work begins in the background."""
    run: AssignmentRun = attempt.obj
    run.words = str(attempt.data["words"]).strip()
    run.witness, run.drawn_at = person_of(attempt.actor), attempt.at
    run.witness_role = attempt.seat.role if attempt.seat else ""
    resume(attempt)


def resume(attempt: Attempt) -> None:
    """Effect of assignment.resume: the same list and seed again, for the worker that was lost."""
    run: AssignmentRun = attempt.obj
    run.job = start_job(kind=JOB, actor=attempt.actor, case_id=run.case_id, params={"run": str(run.pk)}, at=attempt.at)


def confirm(attempt: Attempt) -> None:
    """Effect of assignment.confirm: every group with applications becomes a panel whose members are invited.

    Applications withdrawn or given to another panel meanwhile are left out.
    """
    run: AssignmentRun = attempt.obj
    rubric = rubric_of(run.guide)
    if rubric is None:
        raise RuleViolation([Refusal("R-131", _("指南没有定稿的评分办法，不能组织评审"))])
    still = set(reviewable(run.guide).values_list("pk", flat=True))
    batches: dict[UUID, list[UUID]] = defaultdict(list)
    for group_id, application_id in run.places.filter(group__isnull=False).values_list("group_id", "application_id"):
        if application_id in still:
            batches[group_id].append(application_id)
    groups = [group for group in run.groups.all() if batches[group.pk]]
    for group in groups:
        panel = _panel_of(run, group, rubric, batches[group.pk])
        perform(panel, "panel.take_group", actor=system_actor(), at=attempt.at)
    attempt.kept.update(panels=len(groups), applications=sum(len(batch) for batch in batches.values()))


def seat_group(attempt: Attempt) -> None:
    """Effect of panel.take_group: the drawn members are asked, in the drawn order."""
    panel: ReviewPanel = attempt.obj
    record = panel.draw.record
    experts = experts_by_id(pick["id"] for pick in record["selected"])
    for pick in record["selected"]:
        invite(panel, experts[pick["id"]], rank=pick["rank"], seed=record["seed"], at=attempt.at)
    attempt.kept.update(digest=panel.draw.digest, seed=panel.draw.seed)


def _panel_of(run: AssignmentRun, group: AssignmentGroup, rubric: Rubric, batch: list[UUID]) -> ReviewPanel:
    """The panel with its applications and the proof of its draw, as one drawn by itself would have it."""
    panel = ReviewPanel.objects.create(
        number=group_label(run, group.number),
        guide=run.guide,
        office_id=run.guide.office_id,
        case=run.case,
        rubric=rubric,
        size=run.size,
        quota=run.quota,
        review_on=run.review_on,
        scores_due_on=run.scores_due_on,
    )
    PanelEntry.objects.bulk_create(PanelEntry(panel=panel, application_id=pk) for pk in batch)
    record = group.record
    assert run.locked_by and run.locked_at and run.witness and run.drawn_at  # noqa: S101, PT018
    DrawCommitment.objects.create(
        panel=panel,
        pool=record["pool"],
        exclusions=record["exclusions"],
        pool_root=record["pool_root"],
        exclusions_root=record["exclusions_root"],
        commitment=digest(run.nonce),
        nonce=run.nonce,
        made_by=run.locked_by,
        made_at=run.locked_at,
    )
    PanelDraw.objects.create(
        panel=panel,
        record=record,
        digest=group.digest,
        seed=record["seed"],
        witness=run.witness,
        witness_role=run.witness_role,
        drawn_at=run.drawn_at,
    )
    group.panel = panel
    group.save(update_fields=["panel"])
    return panel
