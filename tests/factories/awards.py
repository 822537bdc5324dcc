"""Official notices and awards at a given point; for rooms that begin there."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from procurement.lifecycle.models import LifecycleModel
from projects.models import OfficialNotice, Procedure
from projects.notice_forms import FieldKind, notice_form


def filled(kind: str) -> dict[str, Any]:
    """Something in every required blank of a form."""
    return {
        field.name: [{name: str(label) for name, label in field.columns}]
        if field.kind == FieldKind.ROWS
        else str(field.label)
        for field in notice_form(kind).fields
        if field.required
    }


def make_notice(procedure: Procedure, kind: str = "failed", **fields: Any) -> OfficialNotice:
    """A draft with every required blank filled in."""
    return OfficialNotice.objects.create(
        number=f"GG-{procedure.number}-{kind}",
        kind=kind,
        title=f"{procedure.title}{notice_form(kind).label}",
        issuer=procedure.purchaser,
        procedure=procedure,
        fields={**filled(kind), **fields},
    )


def specimens(procedure: Procedure) -> dict[str, LifecycleModel]:
    """A published notice of the specimen procedure, for the exhaustive test of every table."""
    notice = make_notice(procedure)
    now = timezone.now()
    OfficialNotice.objects.filter(pk=notice.pk).update(published_at=now, starts_on=timezone.localdate(now))
    return {"official_notice": notice}
