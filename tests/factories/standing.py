"""Papers of a dossier and entries of the credit lists, brought where a test wants them by those who do so."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pgtrigger
from django.utils import timezone

from orgs.models import AppealKind, CreditList, CreditRecord, Organization, Qualification, QualificationKind
from orgs.services import credit
from procurement.access import Actor, Role
from procurement.demo.stage import Stage
from procurement.demo.steps.applying import sample
from procurement.documents import store_generated
from procurement.lifecycle.engine import perform
from procurement.lifecycle.models import LifecycleModel
from tests.factories.people import make_actor, make_social_organization


def make_paper(
    organization: Organization | None = None,
    *,
    kind: str = QualificationKind.TAX,
    status: str = "verified",
    **fields: Any,
) -> Qualification:
    """A paper with its scan, in ``status``."""
    today = timezone.localdate()
    values: dict[str, Any] = {
        "number": f"证字第{Qualification.objects.count() + 1}号",
        "issued_on": today - timedelta(days=300),
    }
    values.setdefault("expires_on", today + timedelta(days=300))
    paper = Qualification.objects.create(
        organization=organization or make_social_organization(), kind=kind, status=status, **{**values, **fields}
    )
    attach_scan(paper, make_actor(Role.ORG, paper.organization))
    return paper


def attach_scan(paper: Qualification, actor: Actor) -> None:
    """The scan, without the inspection an upload goes through (that has tests of its own)."""
    store_generated(
        actor=actor,
        content=sample("申报承诺书.pdf"),
        filename="扫描件.pdf",
        subject=paper.subject,
        kind="paper",
        title=paper.kind_label,
    )


def run_out(paper: Qualification, day: date) -> None:
    """Give a verified paper another last day, past the trigger that keeps it as it was handed in."""
    with pgtrigger.ignore("orgs.Qualification:paper_is_fixed"):
        Qualification.objects.filter(pk=paper.pk).update(expires_on=day)


def standing_specimens(stage: Stage) -> dict[str, LifecycleModel]:
    """One paper of the stage's applicant, verified."""
    paper = make_paper(stage.application.applicant, status="draft")
    perform(paper, "qualification.submit", actor=stage.actor("org"))
    perform(paper, "qualification.verify", actor=stage.actor("civil"))
    entry = make_entry(stage.application.applicant, credit_list="evaluation", status="recorded")
    perform(entry, "credit.publish", actor=make_actor(Role.LGO))
    appeal = credit.file_appeal(
        actor=stage.actor("org"), entry=entry, kind=AppealKind.REPAIR, statement="问题已整改，请予移出。"
    )
    return {"qualification": paper, "credit": entry, "credit_appeal": appeal}


def make_entry(organization: Organization, **fields: Any) -> CreditRecord:
    """An entry of a credit list that counts, as if checked and in force."""
    number = CreditRecord.objects.count() + 1
    values = {
        "credit_list": CreditList.PENALTY,
        "status": "confirmed",
        "authority": "朝阳区民政局",
        "document_number": f"朝民罚〔2025〕{number}号",
        "reason": "未按章程开展活动",
        "remedy": "改正后可申请信用修复。",
        "starts_on": timezone.localdate() - timedelta(days=5),
        "recorded_by": make_actor(Role.CIV).user,
        "recorded_at": timezone.now(),
    }
    return CreditRecord.objects.create(organization=organization, **{**values, **fields})
