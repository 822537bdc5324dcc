"""Step 1: what was published, from which money, and by which scheme applications are judged (R-019, R-131)."""

from __future__ import annotations

from evaluation.models import Rubric
from evaluation.selectors.rubrics import digest_of, tree
from procurement.dossier.blocks import (
    NOTHING,
    Block,
    Section,
    agreement,
    facts,
    money,
    note,
    plain,
    prose,
    section,
    table,
)
from procurement.dossier.file import CaseFile


def told(file: CaseFile) -> list[Section]:
    return [_guide(file), _money(file), _areas(file), _rubric(file)]


def _guide(file: CaseFile) -> Section:
    guide = file.guide
    addenda = [(row.published_at, row.text, row.new_closes_at) for row in guide.addenda.all()]
    return section(
        "申报指南",
        facts(
            ("指南编号", guide.number),
            ("名称", guide.title),
            ("年度", str(guide.year)),
            ("适用地区", str(guide.jurisdiction)),
            ("主办单位", guide.office.name),
            ("购买主体", guide.purchaser.name),
            ("财政部门", guide.finance.name),
            ("支付机构", guide.treasury.name),
            ("民政部门", guide.civil.name),
            ("规则集", str(guide.rule_set)),
            ("发布时间", guide.published_at),
            ("申报开始", guide.opens_at),
            ("申报截止", guide.closes_at),
            ("项目最迟完成日", guide.project_ends_by),
        ),
        prose("工作要求", guide.summary),
        prose("申报条件", guide.requirements),
        table(("发布时间", "补充通知", "新的截止时间"), addenda, caption="补充通知", empty="没有补充通知。"),
    )


def _money(file: CaseFile) -> Section:
    """The fund envelope and what of it was promised to this project, entry by entry."""
    envelope = file.guide.envelope
    if envelope is None:
        return section("资金额度", note("指南未关联资金额度。"))
    entries = envelope.entries.filter(subject=file.application.subject).select_related("actor").order_by("at", "pk")
    return section(
        "资金额度",
        facts(
            ("资金额度", envelope.title),
            ("预算年度", str(envelope.fiscal_year)),
            ("资金来源", envelope.source_label),
            ("批准部门", envelope.finance.name),
            ("批准文号", envelope.approval_number),
            ("批准时间", envelope.approved_at),
            ("批准额度", money(envelope.approved_amount)),
        ),
        table(
            ("时间", "类别", "金额", "安排后合计", "经办人"),
            [(row.at, row.kind_label, money(row.amount), money(row.committed_after), row.actor) for row in entries],
            numbers=(2, 3),
            caption="本项目占用额度的记录",
            empty="尚未安排。",
        ),
    )


def _areas(file: CaseFile) -> Section:
    rows = []
    for area in file.guide.areas.prefetch_related("categories"):
        names = [f"{one.code} {one.name}{'（示例）' if one.is_example else ''}" for one in area.categories.all()]
        rows.append((f"{area.code} {area.name}", "；".join(names)))
    return section("申报方面和类别", table(("方面", "类别"), rows, form="pairs"))


def _rubric(file: CaseFile) -> Section:
    rubric = Rubric.objects.filter(guide=file.guide).exclude(frozen_at=None).order_by("-version").first()
    if rubric is None:
        return section("评分办法", note("指南未附评分办法。"))
    return section(
        "评分办法",
        facts(
            ("名称", f"{rubric.title}（第 {rubric.version} 版）"),
            ("定稿时间", rubric.frozen_at),
            ("满分", plain(rubric.total)),
            ("汇总办法", "去掉一个最高分和一个最低分后平均" if rubric.trimming else "各成员总分的算术平均"),
            ("内容摘要 SHA-256", rubric.digest),
            ("内容摘要核验", agreement(digest_of(rubric) == rubric.digest)),
        ),
        _factors(rubric),
    )


def _factors(rubric: Rubric) -> Block:
    rows = []
    for factor in tree(rubric):
        levels = "；".join(
            f"{one.label} {plain(one.low)}–{plain(one.high)} 分：{one.anchor}" for one in factor.levels.all()
        )
        nature = "" if getattr(factor, "is_group", False) else ("客观" if factor.objective else "主观")
        points = NOTHING if getattr(factor, "is_group", False) else plain(factor.maximum)
        rows.append((factor.code, factor.name, nature, points, levels or factor.description))
    return table(
        ("编号", "评分因素", "性质", "满分", "评分标准"), rows, numbers=(3,), form="factors", caption="评分因素"
    )
