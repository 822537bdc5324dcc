"""What must hold before two records are merged, and before they are taken apart again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _

from orgs.models import MoveOutcome, OrganizationMerge
from procurement.lifecycle.models import LifecycleModel
from procurement.rules import guard


@guard("S-01")
def both_stand_alone(attempt: Any) -> list[str]:
    merge: OrganizationMerge = attempt.obj
    return [
        _("%(name)s已并入%(other)s") % {"name": body.name, "other": body.merged_into.name}
        for body in (merge.source, merge.target)
        if body.merged_into is not None
    ]


@guard("S-01")
def nothing_since_forbids_it(attempt: Any) -> Iterator[str]:
    """Exact return only: a row that has changed hands, was handed in or is gone since cannot go back."""
    merge: OrganizationMerge = attempt.obj
    if merge.target.merged_into is not None:
        yield _("%(name)s其后又并入%(other)s，须先撤销后一次合并") % {
            "name": merge.target.name,
            "other": merge.target.merged_into.name,
        }
    moved: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in merge.rows.filter(outcome=MoveOutcome.MOVED):
        moved[(row.model, row.field)].append(row.row)
    for (label, field), keys in moved.items():
        yield from _changed_since(merge, label, field, keys)


def _changed_since(merge: OrganizationMerge, label: str, field: str, keys: list[str]) -> Iterator[str]:
    model = apps.get_model(label)
    found = {str(row.pk): row for row in model._base_manager.filter(pk__in=keys)}
    for key in keys:
        row = found.get(key)
        words = {"what": model._meta.verbose_name, "row": str(row) if row else key}
        if row is None:
            yield _("合并时转移的“%(what)s”（%(row)s）已不存在") % words
        elif getattr(row, field) != merge.target_id:
            yield _("合并时转移的“%(what)s”（%(row)s）其后已转到其他单位") % words
        elif isinstance(row, LifecycleModel) and row.status != row.lifecycle.initial:
            words["state"] = str(row.state.label)
            yield _("合并时转移的“%(what)s”（%(row)s）其后已办理到“%(state)s”，不能再退回原单位") % words
