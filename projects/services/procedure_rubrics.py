"""Evaluation reports downward which scoring scheme belongs to a procedure."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from procurement.rules import Refusal, RuleViolation
from projects.models import Procedure


def attach_rubric(*, procedure_id: UUID, rubric_id: UUID, title: str, digest: str) -> Procedure:
    """The document on its way to the check, and ever after, keeps the scheme it was written with (R-131)."""
    procedure = Procedure.objects.select_for_update(no_key=True).get(pk=procedure_id)
    if procedure.status != "draft":
        raise RuleViolation([Refusal("R-131", _("采购文件已送复核，评分办法不得更改；须改的先退回修改"))])
    procedure.rubric_id, procedure.rubric_title, procedure.rubric_digest = rubric_id, title, digest
    procedure.save()
    return procedure
