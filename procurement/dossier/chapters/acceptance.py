"""Step 15: every round of acceptance, its standards and evidence, and what recipients said, masked (R-240 … R-247)."""

from __future__ import annotations

from procurement.dossier.blocks import Section, facts, note, prose, section, table
from procurement.dossier.file import CaseFile
from projects.models import Acceptance

_MET = {True: "达到", False: "未达到", None: "未核验"}
_PRESENT = {True: "到场", False: "未到场", None: ""}


def told(file: CaseFile) -> list[Section]:
    rounds = (
        Acceptance.objects.filter(application=file.application)
        .select_related("drafted_by", "replied_by")
        .prefetch_related("standards", "recipients")
        .order_by("round")
    )
    return [part for row in rounds for part in _round(row)] or [section("验收", note("尚未组织验收。"))]


def _round(row: Acceptance) -> list[Section]:
    recipients = list(row.recipients.all())
    spoke = sum(bool(one.opinion) for one in recipients)
    return [
        section(
            f"第 {row.round} 次验收",
            facts(
                ("现场验收日期", row.visited_on),
                ("现场地点", row.place),
                ("结论", row.get_result_display() if row.result else ""),
                ("拟定人", row.drafted_by),
                ("拟定时间", row.drafted_at),
                ("书面通报时间", row.notice_sent_at),
                ("异议期限", row.objection_due_on),
                ("状态", str(row.state.label)),
            ),
            prose("验收情况", row.findings),
            prose("验收意见", row.opinion),
        ),
        section(
            "验收标准",
            table(
                ("序号", "标准", "是否达到", "核验依据"),
                [(str(one.position), one.text, _MET[one.met], one.evidence) for one in row.standards.all()],
                numbers=(0,),
                form="standards",
            ),
        ),
        section(
            "服务对象意见",
            facts(("通知服务对象", f"{len(recipients)} 人"), ("书面意见", f"{spoke} 份")),
            table(
                ("称谓", "通知方式", "通知时间", "到场", "评价", "意见", "意见来源"),
                [
                    (
                        one.masked_name,
                        one.get_notified_by_display(),
                        one.notified_at,
                        _PRESENT[one.present],
                        one.get_satisfied_display() if one.satisfied else "",
                        one.opinion,
                        one.get_opinion_channel_display() if one.opinion_channel else "",
                    )
                    for one in sorted(recipients, key=lambda one: (one.notified_at, one.masked_name, str(one.pk)))
                ],
                form="recipients",
            ),
        ),
        *_afterwards(row),
    ]


def _afterwards(row: Acceptance) -> list[Section]:
    """The contractor's objection and its answer; what had to be put right."""
    found = []
    if row.objection:
        found.append(
            section(
                "异议和答复",
                facts(
                    ("提出时间", row.objected_at),
                    ("答复期限", row.reply_due_on),
                    ("答复时间", row.replied_at),
                    ("答复人", row.replied_by),
                ),
                prose("承接主体异议", row.objection),
                prose("答复", row.reply),
            )
        )
    if row.rectify_due_on or row.rectification:
        found.append(
            section(
                "验收整改",
                facts(("整改期限", row.rectify_due_on), ("完成时间", row.rectified_at)),
                prose("整改情况", row.rectification),
            )
        )
    return found
