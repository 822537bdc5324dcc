"""Showing a single source to everybody, and what follows an objection (R-097, R-098)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from procurement.lifecycle.engine import Attempt
from procurement.rules import guard
from projects.models import SourceArgument


@guard("R-097")
def only_a_single_source_is_shown(attempt: Attempt) -> str | None:
    return None if attempt.obj.kind == "single_source" else _("只有单一来源采购须公示供应商")


@guard("R-097")
def source_is_argued(attempt: Attempt) -> str | None:
    if SourceArgument.objects.filter(procedure=attempt.obj).exists():
        return None
    return _("公示须附只能从唯一供应商处采购的论证和专业人员意见")


@guard("R-097")
def publicity_has_run(attempt: Attempt) -> str | None:
    argument = SourceArgument.objects.filter(procedure=attempt.obj).first()
    if argument is not None and argument.ends_on is not None and attempt.today > argument.ends_on:
        return None
    day = argument.ends_on.isoformat() if argument and argument.ends_on else "—"
    return _("公示期至 %(day)s，期满后方可发出响应邀请") % {"day": day}


@guard("R-098")
def objections_are_argued(attempt: Attempt) -> str | None:
    """After an objection the supplementary argument is put down first; where it holds, another method is chosen."""
    if attempt.obj.status != "arguing" or str(attempt.data.get("supplement", "")).strip():
        return None
    return _("公示期内收到异议，须补充论证并写明结论；异议成立的，终止采购后改用其他方式")
