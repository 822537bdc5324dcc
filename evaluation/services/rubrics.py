"""Taking a scheme from the library, adjusting it while it is a draft, and freezing it with the guide."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from evaluation.models import Aspect, Rubric, RubricFactor, RubricLevel, ScoringMethod
from evaluation.selectors.rubrics import digest_of, draft_of, leaves, library, may_change, owner, rubric_of, tree
from procurement import audit
from procurement.access import Actor
from procurement.lifecycle.engine import Attempt, perform
from procurement.rules import Refusal, Regime, RuleViolation, refusal_for_constraint
from projects.models import Guide, Procedure
from projects.services import guides, procedure_rubrics


@transaction.atomic
def attach_from_library(*, actor: Actor, occasion: Guide | Procedure, code: str, at: datetime | None = None) -> Rubric:
    """Copy a scheme of the library, check and freeze it, and tell the occasion: everything in one act.

    For a procedure the caller vouches that the factors were compared with the conditions (R-130).
    """
    rubric = draft_from_library(actor=actor, occasion=occasion, code=code)
    if rubric.procedure_id:
        rubric.conditions_compared = True
        rubric.save()
    perform(rubric, "rubric.freeze", actor=actor, at=at)
    return rubric


@transaction.atomic
def draft_from_library(*, actor: Actor, occasion: Guide | Procedure, code: str) -> Rubric:
    """A draft for this guide or procedure, copied from the library. A draft already begun must be given up first."""
    entry = library()[code]
    rubric = _new_version(occasion, code=code, entry=entry)
    _require_runner(actor, rubric)
    if not may_change(occasion):
        refusal = _("“%(title)s”已发布或已送复核，评分办法不得更改") % {"title": occasion.title}
        raise RuleViolation([Refusal("R-131", refusal)])
    if draft_of(occasion) is not None:
        raise RuleViolation([Refusal("R-131", _("已有一份评分办法草稿，请先定稿或放弃"))])
    rubric.save()
    _copy_factors(rubric, entry["factors"], parent=None)
    _journal(actor, rubric, "rubric.start", {"code": code, "version": rubric.version})
    return rubric


@transaction.atomic
def revise(
    *,
    actor: Actor,
    rubric: Rubric,
    title: str,
    note: str,
    trimming: bool = False,
    factors: Mapping[UUID, Mapping[str, Any]],
    **bids: Any,
) -> Rubric:
    """Change the draft's words and points.

    ``bids`` are what only a procedure's scheme has: ``requirements``, ``fixed_price``, ``conditions_compared``.
    ``factors`` maps a factor to its new ``name``, ``description``, ``maximum``, ``objective`` and ``levels``
    (rows of label, low, high, anchor). A group's maximum follows from its parts.
    """
    locked = _draft_locked(actor, rubric)
    locked.title, locked.note, locked.trimming = title.strip(), note.strip(), trimming
    for name, value in bids.items():
        setattr(locked, name, value)
    with _constraints_as_refusals():
        for factor in leaves(locked):
            if factor.pk in factors:
                _change(factor, factors[factor.pk])
        _add_up(locked)
        locked.save()
    _journal(actor, locked, "rubric.revise", {"total": str(locked.total), "version": locked.version})
    return locked


@transaction.atomic
def add_factor(
    *, actor: Actor, rubric: Rubric, name: str, maximum: Decimal, parent: RubricFactor | None = None
) -> Rubric:
    """One more scored factor at the end, or in the group ``parent``, with four levels to be put into words."""
    locked = _draft_locked(actor, rubric)
    code = _next_code(locked, parent)
    with _constraints_as_refusals():
        factor = RubricFactor.objects.create(
            rubric=locked, parent=parent, code=code, name=name.strip(), maximum=maximum, position=0
        )
        quarter = (maximum / 4).quantize(Decimal("0.5"))
        bounds = [Decimal(0), quarter, quarter * 2, quarter * 3, maximum]
        RubricLevel.objects.bulk_create(
            RubricLevel(factor=factor, label=label, low=low, high=high, anchor="")
            for label, low, high in zip(("差", "中", "良", "优"), bounds, bounds[1:], strict=False)
        )
        _renumber(locked)
        _add_up(locked)
        locked.save()
    _journal(actor, locked, "rubric.revise", {"added": code, "total": str(locked.total)})
    return locked


@transaction.atomic
def remove_factor(*, actor: Actor, factor: RubricFactor) -> Rubric:
    """The factor with its levels; a group goes with its last part."""
    locked = _draft_locked(actor, factor.rubric)
    parent, code = factor.parent, factor.code
    factor.delete()
    if parent is not None and not parent.children.exists():  # type: ignore[attr-defined]
        parent.delete()
    _add_up(locked)
    locked.save()
    _journal(actor, locked, "rubric.revise", {"removed": code, "total": str(locked.total)})
    return locked


def freeze(attempt: Attempt) -> None:
    """Effect of rubric.freeze: the earlier version steps back, the guide learns title, total and digest."""
    rubric: Rubric = attempt.obj
    earlier = rubric_of(rubric.occasion)
    if earlier is not None:
        perform(earlier, "rubric.supersede", actor=attempt.actor, at=attempt.at)
    rubric.total = sum((factor.maximum for factor in leaves(rubric)), Decimal(0))
    rubric.digest = digest_of(rubric)
    rubric.frozen_at = attempt.at
    if rubric.guide_id is not None:
        guides.attach_rubric(
            guide_id=rubric.guide_id,
            rubric_id=rubric.pk,
            title=rubric.title,
            total=rubric.total,
            digest=rubric.digest,
        )
    elif rubric.procedure is not None and rubric.procedure.status == "draft":
        procedure_rubrics.attach_rubric(
            procedure_id=rubric.procedure.pk, rubric_id=rubric.pk, title=rubric.title, digest=rubric.digest
        )
    attempt.kept["digest"] = rubric.digest


def _draft_locked(actor: Actor, rubric: Rubric) -> Rubric:
    locked = Rubric.objects.select_for_update(no_key=True).get(pk=rubric.pk)
    _require_runner(actor, locked)
    if locked.status != "draft":
        raise RuleViolation([Refusal("R-131", _("评分办法已定稿，不得更改；公布前可以另拟新版"))])
    return locked


@contextmanager
def _constraints_as_refusals() -> Iterator[None]:
    """A constraint that refuses speaks with its own sentence."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        refusal = refusal_for_constraint(error)
        if refusal is None:
            raise
        raise RuleViolation([refusal]) from error


def _next_code(rubric: Rubric, parent: RubricFactor | None) -> str:
    """1, 2 … or A, B …, as the scheme counts; 1.3 after 1.2 in a group."""
    codes = sorted(rubric.factors.filter(parent=parent).values_list("code", flat=True), key=_counting)  # type: ignore[attr-defined]
    if not codes:
        return f"{parent.code}.1" if parent else "1"
    *head, last = re.findall(r"\d+|\D", codes[-1])
    return "".join(head) + (str(int(last) + 1) if last.isdigit() else chr(ord(last) + 1))


def _counting(code: str) -> list[tuple[int, str]]:
    """1.10 after 1.9."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.findall(r"\d+|\D", code)]


def _renumber(rubric: Rubric) -> None:
    """Groups before their parts, new ones at the end of their level."""
    rows = sorted(rubric.factors.all(), key=lambda row: _counting(row.code))  # type: ignore[attr-defined]
    for place, row in enumerate(rows, start=1):
        RubricFactor.objects.filter(pk=row.pk).update(position=place)


def _new_version(occasion: Guide | Procedure, *, code: str, entry: Mapping[str, Any]) -> Rubric:
    latest = Rubric.objects.filter(**owner(occasion)).order_by("-version").first()
    return Rubric(
        **owner(occasion),
        case=occasion.case,
        code=code,
        title=entry["title"],
        version=latest.version + 1 if latest else 1,
        note=entry["note"],
        source=entry["source"],
        trimming=entry.get("trimming", False) and _is_grant(occasion),
        method=entry.get("method", ScoringMethod.POINTS),
        requirements=entry.get("requirements", ""),
        total=sum((Decimal(str(row["maximum"])) for row in entry["factors"]), Decimal(0)),
    )


def _is_grant(occasion: Guide | Procedure) -> bool:
    """Only among applications for a grant may a highest and a lowest score be left out (R-146)."""
    return isinstance(occasion, Guide) or occasion.regime == Regime.GRANT_APPLICATION


def _copy_factors(rubric: Rubric, rows: list[dict[str, Any]], *, parent: RubricFactor | None) -> None:
    for row in rows:
        factor = RubricFactor.objects.create(
            rubric=rubric,
            parent=parent,
            code=row["code"],
            name=row["name"],
            description=row.get("description", ""),
            maximum=Decimal(str(row["maximum"])),
            objective=row.get("objective", False),
            aspect=row.get("aspect", Aspect.SERVICE),
            evidence="files" if rubric.procedure_id else row.get("evidence", ""),
            position=rubric.factors.count() + 1,
        )
        _copy_factors(rubric, row.get("parts", []), parent=factor)
        RubricLevel.objects.bulk_create(
            RubricLevel(factor=factor, label=label, low=Decimal(str(low)), high=Decimal(str(high)), anchor=anchor)
            for label, low, high, anchor in row.get("levels", [])
        )


def _change(factor: RubricFactor, wanted: Mapping[str, Any]) -> None:
    factor.name = wanted["name"].strip()
    factor.description = wanted["description"].strip()
    factor.maximum = wanted["maximum"]
    factor.objective = wanted["objective"]
    factor.aspect = wanted.get("aspect") or factor.aspect
    factor.save()
    factor.levels.all().delete()
    RubricLevel.objects.bulk_create(RubricLevel(factor=factor, **level) for level in wanted["levels"])


def _add_up(rubric: Rubric) -> None:
    rows = tree(rubric)
    for row in rows:
        if row.is_group:  # type: ignore[attr-defined]
            row.maximum = sum((part.maximum for part in rows if part.parent_id == row.pk), Decimal(0))
            row.save(update_fields=["maximum"])
    rubric.total = sum((row.maximum for row in rows if not row.is_group), Decimal(0))  # type: ignore[attr-defined]


def _require_runner(actor: Actor, rubric: Rubric) -> None:
    if not rubric.is_run_by(actor):
        raise RuleViolation([Refusal("S-02", _("评分办法由主办单位（采购人、采购代理机构）编制"))])


def _journal(actor: Actor, rubric: Rubric, action: str, body: dict[str, Any]) -> None:
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action=action,
        subject=rubric.subject,
        case_id=rubric.case_id,
        body=body,
    )
