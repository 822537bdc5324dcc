"""Steps 13 and 17: the third party's evaluation, its computation as it stood, and the satisfaction survey (R-260 … R-268)."""

from __future__ import annotations

import hashlib
from typing import Any

from evaluation.models import REPORT_OPEN, Assessment, AssessmentKind
from evaluation.selectors.surveys import figures_of
from evaluation.services.assessment_results import final_content
from procurement.dossier.blocks import (
    Block,
    Section,
    agreement,
    facts,
    instant,
    money,
    note,
    plain,
    prose,
    section,
    table,
)
from procurement.dossier.chapters.reports import reports_of
from procurement.dossier.file import CaseFile
from projects.models import ReportKind


def midterm(file: CaseFile) -> list[Section]:
    return [*reports_of(file, ReportKind.MIDTERM), *_assessments(file, AssessmentKind.MIDTERM)]


def final(file: CaseFile) -> list[Section]:
    return _assessments(file, AssessmentKind.FINAL)


def _assessments(file: CaseFile, kind: str) -> list[Section]:
    rows = (
        Assessment.objects.filter(application=file.application, kind=kind)
        .exclude(status="cancelled")
        .select_related("evaluator", "survey")
        .prefetch_related(
            "measures", "contents", "checklist", "site_visits__recorded_by", "opinions__given_by",
            "opinions__answered_by", "declarations__person", "declarations__organization",
        )
        .order_by("round")
    )  # fmt: skip
    sections = [part for row in rows for part in _one(row)]
    return sections or [section("第三方评估", note("尚未安排评估。"))]


def _one(assessment: Assessment) -> list[Section]:
    """A draft is between the evaluator and those who commissioned it; the rest follows once it is out for comment."""
    head = [_order(assessment), _independence(assessment), _scheme(assessment)]
    if assessment.status not in REPORT_OPEN:
        return [*head, section("评估结果", note("评估报告尚未送各方征求意见，送出后列入卷宗。"))]
    return [
        *head,
        _measures(assessment),
        _fieldwork(assessment),
        _contents(assessment),
        _opinions(assessment),
        *_survey(assessment),
        _result(assessment),
    ]


def _order(assessment: Assessment) -> Section:
    return section(
        f"{assessment.get_kind_display()}（第 {assessment.round} 次）",
        facts(
            ("评估编号", assessment.number),
            ("评估机构", assessment.evaluator.name if assessment.evaluator else ""),
            ("选定时间", assessment.selected_at),
            ("评估费用", money(assessment.fee)),
            ("费用承担", assessment.get_fee_paid_by_display()),
            ("完成期限", assessment.due_on),
            ("状态", str(assessment.state.label)),
        ),
        prose("选定理由", assessment.selection_reason),
    )


def _independence(assessment: Assessment) -> Section:
    blocks: list[Block | None] = []
    for row in assessment.declarations.all():
        blocks += [
            facts(("声明单位", row.organization.name), ("签署人", row.person), ("签署时间", row.signed_at)),
            prose("声明内容", "\n".join(str(line) for line in row.statements)),
            prose("评估组成员", row.team),
        ]
    return section("独立性声明", *(blocks or [note("尚未签署独立性声明。")]))


def _scheme(assessment: Assessment) -> Section:
    return section(
        "评估方案",
        facts(
            ("预算执行权重", plain(assessment.weight_budget)),
            ("产出权重", plain(assessment.weight_output)),
            ("效益权重", plain(assessment.weight_benefit)),
            ("满意度权重", plain(assessment.weight_satisfaction)),
            ("时序进度", f"{plain(assessment.progress_share)}%"),
        ),
        prose("评估方案", assessment.scheme),
        prose("抽样和调查办法", assessment.sampling),
    )


def _measures(assessment: Assessment) -> Section:
    return section(
        "指标核实",
        table(
            ("类别", "指标", "目标值", "台账数", "核定数", "来源", "核实说明"),
            [
                (
                    row.get_dimension_display(),
                    row.name,
                    f"{plain(row.target)} {row.unit}",
                    row.reported,
                    row.actual,
                    row.get_source_display(),
                    row.note,
                )
                for row in assessment.measures.all()
            ],
            numbers=(2, 3, 4),
            form="measures",
        ),
        facts(("核定支出", money(assessment.spent_verified))),
    )


def _fieldwork(assessment: Assessment) -> Section:
    seen = {True: "已查阅", False: "未提供", None: "未查阅"}
    visits = [
        block
        for row in assessment.site_visits.all()
        for block in (
            facts(
                ("走访日期", row.visited_on),
                ("地点", row.place),
                ("参加人员", row.people),
                ("记录人", row.recorded_by),
            ),
            prose("走访情况", row.findings),
        )
    ]
    return section(
        "查阅和走访",
        table(
            ("材料", "是否查阅", "说明"),
            [(row.label, seen[row.seen], row.note) for row in assessment.checklist.all()],
            caption="查阅材料",
        ),
        *(visits or [note("没有走访记录。")]),
    )


def _contents(assessment: Assessment) -> Section:
    return section(
        "评价内容",
        table(
            ("内容", "评价情况", "依据材料"),
            [(row.get_code_display(), row.finding, row.evidence) for row in assessment.contents.all()],
            form="contents",
        ),
        prose("购买主体资金使用绩效", assessment.purchaser_performance),
        prose("承接主体服务绩效", assessment.contractor_performance),
    )


def _opinions(assessment: Assessment) -> Section:
    adopted = {True: "采纳", False: "不采纳", None: ""}
    return section(
        "各方意见",
        table(
            ("评价主体", "意见", "是否有异议", "提出人和时间", "答复", "是否采纳"),
            [
                (
                    row.get_party_display(),
                    row.text,
                    row.objects_to_draft,
                    f"{row.given_by}\n{instant(row.given_at)}",
                    f"{row.answer}\n{row.answered_by} {instant(row.answered_at)}" if row.answer else "",
                    adopted[row.adopted],
                )
                for row in assessment.opinions.all()
            ],
            form="opinions",
            empty="尚未收到意见。",
        ),
    )


def _survey(assessment: Assessment) -> list[Section]:
    """n, response, mean and spread; single answers and words are nobody's but the survey's (R-266, R-292)."""
    survey = getattr(assessment, "survey", None)
    if survey is None or survey.opened_at is None:
        return [section("满意度测评", note("本次评估未开展满意度测评。"))]
    kept = assessment.survey_figures or figures_of(survey).as_json()
    questions = kept.get("questions", [])
    levels = [label for label, _count in questions[0]["spread"]] if questions else []
    return [
        section(
            "满意度测评",
            facts(
                ("开放时间", survey.opened_at),
                ("截止日期", survey.closes_on),
                ("截止时间", survey.closed_at),
                ("发放编码", f"{kept.get('tickets', 0)} 份"),
                ("有效答卷（n）", f"{kept.get('valid', 0)} 份"),
                ("回收率", f"{kept.get('response_percent', '0')}%"),
                ("满意度指数（均值）", kept.get("mean")),
                ("总体满意比例", f"{kept.get('satisfied_percent', '0')}%"),
            ),
            table(
                ("问题", *levels, "均值"),
                [(row["label"], *(str(count) for _label, count in row["spread"]), row["mean"]) for row in questions],
                numbers=tuple(range(1, len(levels) + 2)),
                form="survey",
                caption="答卷分布（份）",
                empty="没有答卷。",
            ),
        )
    ]


def _result(assessment: Assessment) -> Section:
    computation = assessment.computation or {}
    return section(
        "评估结果",
        *_computation(computation),
        facts(
            ("得分", assessment.score),
            ("等级", assessment.get_grade_display() if assessment.grade else ""),
            ("定稿时间", assessment.finalised_at),
            ("公布时间", assessment.published_at),
            ("报告内容 SHA-256", assessment.content_sha256),
            ("内容核验", _checked(assessment)),
        ),
        prose("评估结论", assessment.summary),
        prose("存在问题", assessment.problems),
        prose("改进建议", assessment.advice),
    )


def _checked(assessment: Assessment) -> str:
    if not assessment.content_sha256:
        return ""
    return agreement(hashlib.sha256(final_content(assessment)).hexdigest() == assessment.content_sha256)


def _computation(kept: dict[str, Any]) -> list[Block]:
    parts = kept.get("parts", [])
    if not parts:
        return [note("尚未定稿，没有得分。")]
    lines = [
        (part["label"], line["name"], line.get("expected", ""), line.get("actual", ""), f"{line.get('percent', '')}%")
        for part in parts
        for line in part.get("lines", [])
    ]
    return [
        table(
            ("部分", "权重", "完成率", "得分"),
            [
                (row["label"], row["weight"], f"{row['percent']}%" if row["percent"] else "未测量", row["points"])
                for row in parts
            ],
            numbers=(1, 2, 3),
            caption="得分计算",
        ),
        table(
            ("部分", "指标", "应完成", "核定", "完成率"),
            lines,
            numbers=(2, 3, 4),
            form="computation",
            caption="逐项计算",
        ),
    ]
