"""The work behind a dealing: draw the groups, gather ties and subjects, solve, keep the outcome."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from evaluation.drawing import Candidate, Exclusion, draw_record, record_digest
from evaluation.models import AssignmentGroup, AssignmentPlace, AssignmentRun
from evaluation.selectors.assignment import (
    experts_by_id,
    forbidden_pairs,
    group_label,
    knows,
    quota_of,
    waiting,
)
from evaluation.spreading import Spread, digest_of, proves_optimal, spread
from orgs.models import Expert
from procurement.documents import Progress
from procurement.documents.models import Document, Job
from procurement.lifecycle.engine import perform, system_actor
from projects.models import Application

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: What a member who does not know the subject costs, shared by the members of the group; ties of that are
#: broken by a few points from the seed, so that neither number nor name decides.
STRANGER = 100
CHANCE = 10


@dataclass(frozen=True)
class Problem:
    """What the solver is given: rows are applications in the order of their numbers, columns the drawn groups."""

    applications: Sequence[Application]
    groups: Sequence[Sequence[Expert]]
    cost: NDArray[np.int64]
    allowed: NDArray[np.bool_]
    fitting: NDArray[np.int64]


def carry_out(job: Job, progress: Progress) -> Document | None:
    """Repeated after a crash it finds the run settled, or gives the same result: list and seed are fixed."""
    run = AssignmentRun.objects.select_related("guide", "case").get(pk=UUID(job.params["run"]))
    if run.status != "drawing":
        return None
    progress(5, _("读取申报项目和专家名单"))
    applications = waiting(run)
    progress(15, _("抽取各组专家"))
    records = draw_groups(run, -(-len(applications) // run.cap) or 1)
    short = next((n for n, record in enumerate(records, 1) if len(record["selected"]) < run.size), None)
    if short is not None:
        words = {"number": short, "size": run.size, "have": len(records[short - 1]["selected"])}
        sentence = _("抽到第 %(number)s 组时只余 %(have)s 名可同组的专家，不足 %(size)s 人") % words
        perform(run, "assignment.give_up", actor=system_actor(), reason=sentence)
        return None
    progress(35, _("核对回避关系"))
    problem = pose(run, applications, records)
    progress(55, _("计算最优分派"))
    began = time.monotonic()
    caps = [run.cap] * len(problem.groups)
    found = spread(problem.cost, problem.allowed, need=1, caps=caps)
    run.solver_ms = int((time.monotonic() - began) * 1000)
    progress(80, _("证明没有更优的分派"))
    run.proven = proves_optimal(found, problem.cost, problem.allowed, caps=caps)
    progress(90, _("保存结果"))
    keep(run, records, problem, found)
    return None


def draw_groups(run: AssignmentRun, number: int) -> list[dict[str, Any]]:
    """One draw after the other from what is left of the locked list; each can be verified by itself (R-153)."""
    left = [Candidate(**row) for row in run.pool]
    out = [Exclusion(row["id"], row["kind"], tuple(row["reasons"])) for row in run.exclusions]
    records = []
    for place in range(1, number + 1):
        record = draw_record(
            panel=group_label(run, place),
            pool=left,
            exclusions=out,
            quota=quota_of(run),
            nonce=run.nonce,
            words=run.words,
            committed_at=run.locked_at.isoformat() if run.locked_at else "",
            drawn_at=run.drawn_at.isoformat() if run.drawn_at else "",
        )
        records.append(record)
        taken = {pick["id"] for pick in record["selected"]}
        reason = "R-159 " + _("已抽入第 %(number)s 组") % {"number": place}
        out = [*out, *(Exclusion(one.id, one.kind, (reason,)) for one in left if one.id in taken)]
        left = [one for one in left if one.id not in taken]
    return records


def pose(run: AssignmentRun, applications: Sequence[Application], records: Sequence[dict[str, Any]]) -> Problem:
    """Ties and subjects as two matrices; every look-up is one query for all."""
    import numpy as np

    people = experts_by_id(pick["id"] for record in records for pick in record["selected"])
    groups = [[people[pick["id"]] for pick in record["selected"]] for record in records]
    group_of = {expert.pk: place for place, group in enumerate(groups) for expert in group}
    row_of = {application.pk: place for place, application in enumerate(applications)}
    allowed = np.ones((len(applications), len(groups)), dtype=bool)
    for expert, application in forbidden_pairs(list(people.values()), applications, run):
        allowed[row_of[application], group_of[expert]] = False
    categories = {application.category_id: application.category for application in applications}
    known = {
        pk: np.array([sum(knows(expert, category) for expert in group) for group in groups], dtype=np.int64)
        for pk, category in categories.items()
    }
    shape = (len(applications), len(groups))
    fitting = np.array([known[application.category_id] for application in applications], dtype=np.int64).reshape(shape)
    return Problem(applications, groups, _cost(fitting, run.size, records[0]["seed"]), allowed, fitting)


def _cost(fitting: NDArray[np.int64], size: int, seed: str) -> NDArray[np.int64]:
    import numpy as np

    chance = np.frombuffer(hashlib.shake_256(bytes.fromhex(seed)).digest(fitting.size), dtype=np.uint8)
    return (size - fitting) * STRANGER // size + (chance.reshape(fitting.shape) % CHANCE).astype(np.int64)


@transaction.atomic
def keep(run: AssignmentRun, records: Sequence[dict[str, Any]], problem: Problem, found: Spread) -> None:
    groups = AssignmentGroup.objects.bulk_create(
        AssignmentGroup(run=run, number=number, record=record, digest=record_digest(record))
        for number, record in enumerate(records, start=1)
    )
    through = AssignmentGroup.experts.through
    through.objects.bulk_create(
        through(assignmentgroup_id=group.pk, expert_id=expert.pk)
        for group, members in zip(groups, problem.groups, strict=True)
        for expert in members
    )
    places = []
    for row, application in enumerate(problem.applications):
        column = next(iter(found.columns_of(row)), None)
        places.append(
            AssignmentPlace(
                run=run,
                application=application,
                group=None if column is None else groups[column],
                fitting=0 if column is None else int(problem.fitting[row, column]),
                reason="" if column is not None else _why(problem, row),
            )
        )
    AssignmentPlace.objects.bulk_create(places, batch_size=1_000)
    run.inputs_digest = digest_of(
        {
            "seed": records[0]["seed"],
            "applications": [application.number for application in problem.applications],
            "groups": [record_digest(record) for record in records],
            "cap": run.cap,
            "cost": hashlib.sha256(problem.cost.tobytes()).hexdigest(),
            "allowed": hashlib.sha256(problem.allowed.tobytes()).hexdigest(),
        }
    )
    run.result_digest = digest_of([[p.application.number, p.group.number if p.group else 0] for p in places])
    run.save(update_fields=["proven", "solver_ms", "inputs_digest", "result_digest"])
    perform(run, "assignment.propose", actor=system_actor())


def _why(problem: Problem, row: int) -> str:
    if not problem.allowed[row].any():
        return str(_("各组均有专家与申报单位存在应当回避的关系"))
    return str(_("没有回避关系的各组已满，请提高每组上限或另组评审组"))
