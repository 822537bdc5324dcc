"""Review and evaluation: sums, seals and results are what the sheets say."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from evaluation.models import Assessment, PanelDraw, Rubric, ScoreSheet
from evaluation.selectors.rubrics import digest_of
from evaluation.services.assessment_results import final_content
from evaluation.services.scoring import seal_of
from evaluation.verify_draw import problems
from procurement.invariants.registry import in_sql, invariant

in_sql(
    "E-01",
    _("提交的评分表总分等于各项得分之和"),
    """
    SELECT s.id::text || ' ' || s.total FROM evaluation_scoresheet s
    LEFT JOIN evaluation_factorscore f ON f.sheet_id = s.id
    WHERE s.status = 'locked' GROUP BY s.id HAVING s.total IS DISTINCT FROM SUM(f.value)
    """,
)
in_sql(
    "E-02",
    _("每项得分在零分与该项满分之间，满分与评分办法相同"),
    """
    SELECT f.id::text FROM evaluation_factorscore f JOIN evaluation_rubricfactor r ON r.id = f.factor_id
    WHERE f.value < 0 OR f.value > r.maximum OR f.maximum <> r.maximum
    """,
)
in_sql(
    "E-03",
    _("评审结束后没有未提交的评分表"),
    """
    SELECT s.id::text FROM evaluation_scoresheet s JOIN evaluation_reviewpanel p ON p.id = s.panel_id
    JOIN evaluation_panelentry e ON e.id = s.entry_id
    LEFT JOIN projects_application a ON a.id = e.application_id LEFT JOIN projects_bid b ON b.id = e.bid_id
    WHERE p.status IN ('scored', 'reported', 'signed') AND s.status = 'draft'
      AND COALESCE(a.status, '') <> 'withdrawn' AND COALESCE(b.status, '') <> 'invalid'
    """,
)
in_sql(
    "E-04",
    _("计分的评分表都属于确认参加的成员"),
    """
    SELECT s.id::text FROM evaluation_scoresheet s JOIN evaluation_panelseat t ON t.id = s.seat_id
    WHERE s.status = 'locked' AND t.status <> 'confirmed'
    """,
)
in_sql(
    "E-05",
    _("开始评审后，评审组人数为单数且与确认参加的成员数相同"),
    """
    SELECT p.number FROM evaluation_reviewpanel p
    WHERE p.status IN ('scored', 'reported', 'signed') AND (p.size % 2 = 0 OR p.size <>
        (SELECT COUNT(*) FROM evaluation_panelseat t WHERE t.panel_id = p.id AND t.status = 'confirmed'))
    """,
)
in_sql(
    "E-06",
    _("每个评审组只抽取一次，并有事先的承诺"),
    """
    SELECT p.number FROM evaluation_reviewpanel p
    WHERE p.status IN ('drawn', 'confirmed', 'in_session', 'scored', 'reported', 'signed')
      AND (1 <> (SELECT COUNT(*) FROM evaluation_paneldraw d WHERE d.panel_id = p.id)
        OR NOT EXISTS (SELECT 1 FROM evaluation_drawcommitment c JOIN evaluation_paneldraw d ON d.panel_id = c.panel_id
                       WHERE c.panel_id = p.id AND c.made_at <= d.drawn_at))
    """,
)
in_sql(
    "E-07",
    _("项目的评审得分和排名与签署的报告相同"),
    """
    SELECT a.number FROM projects_application a
    JOIN evaluation_panelentry e ON e.application_id = a.id
    JOIN evaluation_reportline l ON l.report_id = a.review_report_id AND l.entry_id = e.id
    WHERE (a.review_score, a.review_rank) IS DISTINCT FROM (l.score, l.rank::integer)
    """,
)
in_sql(
    "E-08",
    _("未去掉高低分的，报告得分等于各成员总分的平均"),
    """
    SELECT p.number || ' ' || l.score FROM evaluation_reportline l
    JOIN evaluation_reviewreport r ON r.id = l.report_id JOIN evaluation_reviewpanel p ON p.id = r.panel_id
    JOIN evaluation_rubric b ON b.id = p.rubric_id
    WHERE NOT b.trimming AND p.status = 'signed'
      AND r.version = (SELECT MAX(version) FROM evaluation_reviewreport WHERE panel_id = p.id)
      AND COALESCE(l.technical_score, l.score) <> (SELECT ROUND(AVG(s.total), 2) FROM evaluation_scoresheet s
                      WHERE s.entry_id = l.entry_id AND s.status = 'locked')
    """,
)
in_sql(
    "E-09",
    _("生效的评审报告由全体成员签署"),
    """
    SELECT p.number FROM evaluation_reviewpanel p WHERE p.status = 'signed' AND p.size <> (
        SELECT COUNT(*) FROM evaluation_reportsignature g JOIN evaluation_reviewreport r ON r.id = g.report_id
        WHERE r.panel_id = p.id AND g.digest = r.digest
          AND r.version = (SELECT MAX(version) FROM evaluation_reviewreport WHERE panel_id = p.id))
    """,
)
in_sql(
    "E-10",
    _("定稿的评分办法各项合计为一百分"),
    """
    SELECT b.title || ' ' || SUM(f.maximum) FROM evaluation_rubric b JOIN evaluation_rubricfactor f ON f.rubric_id = b.id
    WHERE b.frozen_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM evaluation_rubricfactor c WHERE c.parent_id = f.id)
    GROUP BY b.id HAVING SUM(f.maximum) <> 100 OR b.total <> 100
    """,
)
in_sql(
    "E-11",
    _("每个满意度编码最多一份答卷，并属于同一次测评"),
    """
    SELECT t.id::text FROM evaluation_surveyticket t JOIN evaluation_surveyanswer a ON a.ticket_id = t.id
    GROUP BY t.id HAVING COUNT(*) > 1 OR BOOL_OR(a.survey_id <> t.survey_id)
    """,
)
in_sql(
    "E-12",
    _("公布的评估结果所载有效答卷数等于答卷数"),
    """
    SELECT m.number FROM evaluation_assessment m JOIN evaluation_survey s ON s.assessment_id = m.id
    WHERE m.finalised_at IS NOT NULL AND COALESCE((m.survey_figures ->> 'valid')::int, 0)
       <> (SELECT COUNT(*) FROM evaluation_surveyanswer a WHERE a.survey_id = s.id)
    """,
)
in_sql(
    "E-13",
    _("评估机构不是项目的承接主体、购买主体、主办单位或主责单位"),
    """
    SELECT m.number FROM evaluation_assessment m JOIN projects_application a ON a.id = m.application_id
    JOIN projects_guide g ON g.id = a.guide_id
    WHERE m.evaluator_id IN (a.applicant_id, a.hub_id, g.purchaser_id, g.office_id)
    """,
)


@invariant("E-20", _("提交的评分表与其封存摘要相符"), slow=True)
def seals_hold() -> Iterator[str]:
    sheets = ScoreSheet.objects.filter(status="locked").select_related("panel__rubric").prefetch_related("scores")
    for sheet in sheets.iterator(chunk_size=500):
        if seal_of(sheet) != sheet.seal:
            yield str(sheet.pk)


@invariant("E-21", _("专家抽取可按记录重新得出"), slow=True)
def draws_repeat() -> Iterator[str]:
    for draw in PanelDraw.objects.select_related("panel").iterator(chunk_size=200):
        faults = problems(draw.record)  # type: ignore[no-untyped-call]  # a program of its own, bare Python
        if faults or draw.record.get("seed") != draw.seed:
            yield f"{draw.panel.number}: {'、'.join(faults) or 'seed'}"


@invariant("E-22", _("定稿的评分办法与其内容摘要相符"), slow=True)
def rubrics_hold() -> Iterator[str]:
    for rubric in Rubric.objects.exclude(frozen_at=None).iterator(chunk_size=200):
        if digest_of(rubric) != rubric.digest:
            yield rubric.title


@invariant("E-23", _("定稿的评估结果与其内容摘要相符"), slow=True)
def assessments_hold() -> Iterator[str]:
    rows = Assessment.objects.exclude(finalised_at=None).select_related("application", "evaluator")
    for row in rows.iterator(chunk_size=200):
        if hashlib.sha256(final_content(row)).hexdigest() != row.content_sha256:
            yield row.number
