"""Step 12: every quarterly report, each version handed in with its figures, and why any was sent back (R-222)."""

from __future__ import annotations

import hashlib
from typing import Any

import jcs
from django.db.models import Prefetch

from procurement.dossier.blocks import Block, Section, agreement, facts, note, prose, section, table
from procurement.dossier.file import CaseFile
from projects.models import Report, ReportKind, ReportVersion, ReturnReason
from projects.selectors.reports import ANSWERS

_RETURNS = ("report.return", "report.send_back")


def told(file: CaseFile) -> list[Section]:
    return reports_of(file, ReportKind.QUARTERLY) or [section("季度报告", note("尚无到期的季度报告。"))]


def reports_of(file: CaseFile, kind: str) -> list[Section]:
    """One section per report, and one per version of it."""
    versions = ReportVersion.objects.select_related("submitted_by").order_by("number")
    rows = (
        Report.objects.filter(application=file.application, kind=kind)
        .prefetch_related(Prefetch("versions", queryset=versions))
        .order_by("period_end")
    )
    return [part for row in rows for part in (_report(row, file), *(_version(row, v) for v in row.versions.all()))]


def _report(report: Report, file: CaseFile) -> Section:
    returned = [act for act in file.acts if act.record.object_id == report.pk and act.record.transition in _RETURNS]
    return section(
        str(report),
        facts(
            ("报告期", f"{report.period_start} 至 {report.period_end}"),
            ("提交期限", report.due_on),
            ("提交时间", report.submitted_at),
            ("通过时间", report.accepted_at),
            ("状态", str(report.state.label)),
            ("主责单位意见", report.review_note),
        ),
        table(
            ("退回时间", "退回人", "原因类别", "退回说明"),
            [
                (act.record.at, act.record.actor, _reason(act.record.data.get("code")), act.record.reason)
                for act in returned
            ],
            form="returns",
            caption="退回记录",
            empty="没有退回。",
        ),
    )


def _reason(code: Any) -> str:
    return str(ReturnReason(code).label) if code in ReturnReason.values else ""


def _version(report: Report, version: ReportVersion) -> Section:
    computed = hashlib.sha256(jcs.canonicalize({"answers": version.answers, "figures": version.figures})).hexdigest()
    return section(
        f"{report}（{version}）",
        facts(
            ("提交人", version.submitted_by),
            ("提交时间", version.submitted_at),
            ("内容 SHA-256", version.content_sha256),
            ("内容核验", agreement(computed == version.content_sha256)),
        ),
        *(prose(str(label), version.answers.get(code)) for code, label, *_rest in ANSWERS),
        *figures(version.figures),
    )


def figures(kept: dict[str, Any]) -> list[Block]:
    """What the ledger said when the version was handed in, frozen with it."""
    if not kept:
        return []
    own, upto = kept.get("period", {}), kept.get("cumulative", {})
    rows = (
        ("activities", "活动场次"),
        ("person_times", "服务人次"),
        ("service_hours", "服务时长（小时）"),
        ("volunteers", "志愿者人次"),
        ("spent", "支出（元）"),
    )
    return [
        table(
            ("数据", "本期", "累计"),
            [(label, str(own.get(code, "")), str(upto.get(code, ""))) for code, label in rows],
            numbers=(1, 2),
            caption="台账数据（提交时）",
        ),
        table(
            ("指标", "目标", "本期", "累计", "完成率"),
            [
                (row["name"], f"{row['target']} {row['unit']}", row["period"], row["actual"], f"{row['percent']}%")
                for row in kept.get("indicators", [])
            ],
            numbers=(1, 2, 3, 4),
            caption="指标（提交时）",
        ),
    ]
