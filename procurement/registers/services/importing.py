"""From an uploaded file to settled rows: receive, read, check, write, report."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from procurement import audit
from procurement.access import Actor, actor_for
from procurement.documents import Progress, start_job, store, store_generated
from procurement.documents.models import Document, Job
from procurement.registers.models import ImportRun, Outcome
from procurement.registers.registry import Register, registers
from procurement.registers.services.checking import Plan, check_sheet
from procurement.registers.services.reading import Sheet, SheetRefused, read_sheet
from procurement.registers.services.writing import LinesRefused, alone, write_plan
from procurement.registers.workbooks import XLSX, in_chinese, wrong_lines_workbook

JOB = "registers.import"
#: Reasons kept for the page; the report has all.
SHOWN = 200


def start_import(
    *, actor: Actor, register: Register[Any], upload: UploadedFile[bytes], check_only: bool = False
) -> ImportRun:
    """Take the file in and ask for the work. Raises UploadRefused, PermissionError.

    The same file sent twice by the same person while the first is under way gives the first.
    """
    if not register.may_import(actor):
        raise PermissionError(register.name)
    with transaction.atomic():
        run = ImportRun.objects.create(register=register.name, requested_by=actor.person, check_only=check_only)
        run.source = store(
            actor=actor, upload=upload, subject=run.subject, kind="register-import", title=str(register.label)
        )
        earlier = same_under_way(run)
        if earlier is not None:
            transaction.set_rollback(True)
            return earlier
        run.job = start_job(kind=JOB, actor=actor, params={"run": str(run.pk)})
        run.save(update_fields=["source", "job"])
    return run


def same_under_way(run: ImportRun) -> ImportRun | None:
    assert run.source is not None  # noqa: S101
    return (
        ImportRun.objects.filter(
            register=run.register,
            requested_by=run.requested_by,
            outcome=Outcome.PENDING,
            check_only=run.check_only,
            source__received_sha256=run.source.received_sha256,
            job__state__in=["queued", "running"],
        )
        .exclude(pk=run.pk)
        .first()
    )


def carry_out(job: Job, progress: Progress) -> Document | None:
    """The background work. Repeated after a crash it finds the run settled, or does all of it anew."""
    with in_chinese():
        return _carry_out(job, progress)


def _carry_out(job: Job, progress: Progress) -> Document | None:
    run = ImportRun.objects.select_related("source", "requested_by").get(pk=UUID(job.params["run"]))
    if not run.is_pending:
        return run.report
    register, actor = registers()[run.register], actor_for(run.requested_by)
    if not register.may_import(actor):
        settle(run, actor, Outcome.REFUSED, reason=_("您已不再担任可以导入的岗位。"))
        return None
    assert run.source is not None  # noqa: S101
    try:
        progress(5, _("读取文件"))
        sheet = read_sheet(run.source.path, register.import_columns)
    except SheetRefused as refusal:
        settle(run, actor, Outcome.REFUSED, reason=str(refusal))
        return None
    with alone(register):
        return digest(run, register, actor, sheet, progress)


def digest(run: ImportRun, register: Register[Any], actor: Actor, sheet: Sheet, progress: Progress) -> Document | None:
    """Checked outside the transaction, so that its progress is seen while it runs."""
    plan = check_sheet(register, actor, sheet, progress)
    run.total = len(sheet.lines)
    if plan.wrong:
        return reject(run, register, actor, sheet, plan)
    counts = {"created": len(plan.created), "updated": len(plan.updated), "unchanged": plan.unchanged}
    if run.check_only:
        settle(run, actor, Outcome.CHECKED, **counts)
    elif not plan.created and not plan.updated:
        settle(run, actor, Outcome.UNCHANGED, **counts)
    else:
        progress(75, _("写入 %s 行") % (len(plan.created) + len(plan.updated)))
        try:
            with transaction.atomic():
                write_plan(register, actor, plan)
                settle(run, actor, Outcome.APPLIED, **counts)
        except LinesRefused:
            return reject(run, register, actor, sheet, plan)
    return None


def reject(run: ImportRun, register: Register[Any], actor: Actor, sheet: Sheet, plan: Plan) -> Document:
    """Nothing was written; the wrong lines go back with the reason beside each."""
    reasons = [reason for line in plan.wrong for reason in line.reasons]
    report = store_generated(
        actor=actor,
        content=wrong_lines_workbook(str(register.label), sheet.headings, plan.wrong),
        filename=_("%s-错误行.xlsx") % register.label,
        subject=run.subject,
        kind="register-import-report",
        title=_("错误行及原因"),
        media_type=XLSX,
    )
    settle(run, actor, Outcome.REJECTED, wrong=len(plan.wrong), problems=reasons[:SHOWN], report=report)
    return report


def settle(run: ImportRun, actor: Actor, outcome: Outcome, **facts: Any) -> None:
    with transaction.atomic():
        run.outcome, run.settled_at = outcome, timezone.now()
        for name, value in facts.items():
            setattr(run, name, value)
        run.save()
        audit.record(
            actor_id=actor.id or run.requested_by_id,
            actor_label=actor.label or str(run.requested_by),
            action="register.import",
            subject=run.subject,
            ok=outcome not in (Outcome.REJECTED, Outcome.REFUSED),
            body={
                "register": run.register,
                "outcome": str(outcome),
                "sha256": run.source.received_sha256 if run.source else "",
                **{name: getattr(run, name) for name in ("total", "created", "updated", "unchanged", "wrong")},
            },
        )
