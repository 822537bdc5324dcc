"""Step 7: what was publicised, the period counted day by day, objections and their answers (R-174, R-175, R-300)."""

from __future__ import annotations

from decimal import Decimal

from procurement.calendars import CalendarNotAnnounced, Period, explain
from procurement.dossier.blocks import Block, Section, facts, money, note, prose, section, table
from procurement.dossier.file import CaseFile
from projects.models import Publicity, PublicityItem

_WEEKDAYS = "一二三四五六日"


def told(file: CaseFile) -> list[Section]:
    items = (
        PublicityItem.objects.filter(application=file.application)
        .select_related("publicity")
        .order_by("publicity__published_at")
    )
    sections = [part for item in items for part in _notice(item, file)]
    if not sections:
        return [section("公示", note("尚未公示。"))]
    return [*sections, _objections(file)]


def _notice(item: PublicityItem, file: CaseFile) -> list[Section]:
    publicity, shown = item.publicity, item.snapshot
    return [
        section(
            "公示内容",
            facts(
                ("公示编号", publicity.number),
                ("标题", publicity.title),
                ("发布时间", publicity.published_at),
                ("公示期", f"{publicity.starts_on} 至 {publicity.ends_on}"),
                ("状态", str(publicity.state.label)),
                ("异议受理方式", publicity.contact),
                ("公示的项目名称", shown.get("title")),
                ("公示的申报单位", shown.get("applicant")),
                ("公示的拟立项金额", money(Decimal(shown["granted_amount"])) if _is_amount(shown) else ""),
                ("公示序号", str(item.position)),
            ),
        ),
        section("公示期计算", *_count(publicity, file)),
    ]


def _is_amount(shown: dict[str, str]) -> bool:
    return shown.get("granted_amount") not in (None, "", "None")


def _count(publicity: Publicity, file: CaseFile) -> list[Block]:
    """Anyone can count along: every day, what it is, and its number in the period."""
    period = Period.parse(str(file.guide.rule_set.value("publicity_days")))
    if publicity.starts_on is None:
        return [note("公示尚未开始。")]
    try:
        days = explain(publicity.starts_on, period)
    except CalendarNotAnnounced as unknown:
        return [note(str(unknown))]
    rows = [
        (
            line.day,
            f"星期{_WEEKDAYS[line.day.weekday()]}",
            str(line.kind.label) if hasattr(line.kind, "label") else str(line.kind),
            line.name,
            str(line.number) if line.number else "",
            line.note,
        )
        for line in days
    ]
    return [
        facts(("规定期限", str(period)), ("起算日", publicity.starts_on), ("届满日", days[-1].day)),
        table(
            ("日期", "星期", "性质", "节假日", "第几日", "说明"), rows, numbers=(4,), form="days", caption="逐日计算"
        ),
    ]


def _objections(file: CaseFile) -> Section:
    """Who objected, and the code by which they follow the answer, stay out: only whether it was named (R-295)."""
    blocks: list[Block | None] = []
    for row in file.application.objections.order_by("filed_at"):
        blocks += [
            facts(
                ("提出时间", row.filed_at),
                ("是否署名", "署名" if row.objector_name or row.filed_by_id else "匿名"),
                ("复核期限", row.due_on),
                ("复核时间", row.answered_at),
                ("结论", str(row.state.label)),
            ),
            prose("异议内容", row.text),
            prose("复核意见", row.answer),
        ]
    return section("异议和复核", *(blocks or [note("公示期内没有异议。")]))
