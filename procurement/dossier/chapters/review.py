"""Step 5: how the panel was drawn, what every member gave, how the ranking followed, who dissented (R-139 … R-158)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Prefetch

from evaluation.models import (
    DrawCommitment,
    FactorScore,
    PanelDraw,
    PanelSeat,
    RecusalRequest,
    ReviewPanel,
    ReviewReport,
    RubricFactor,
    ScoreSheet,
)
from evaluation.selectors.panels import quota_pairs
from evaluation.selectors.rubrics import leaves
from evaluation.services.scoring import seal_of
from evaluation.verify_draw import problems
from orgs.models import ExpertKind
from procurement.access import Role
from procurement.dossier.blocks import (
    NOTHING,
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
from procurement.dossier.file import CaseFile


def told(file: CaseFile) -> list[Section]:
    panel = file.panel
    if panel is None:
        return [section("评审组", note("尚未组建评审组。"))]
    if file.review_is_open:
        sealed = note("评审报告尚未全体签署。专家名单、抽取记录和评分在签署之后才列入卷宗（R-139、R-157）。")
        return [_panel(panel, []), section("评审记录", sealed)]
    seats = list(panel.seats.select_related("expert__employer", "person", "replaces__person").order_by("kind", "rank"))
    labels = {seat.pk: f"专家{place}" for place, seat in enumerate(_sitting(seats), start=1)}
    return [
        _panel(panel, seats),
        *_draw(panel, seats),
        _recusals(seats),
        _scores(file, panel, seats, labels),
        _findings(file, panel, labels),
        _ranking(file, panel),
        _signatures(panel),
    ]


def _sitting(seats: list[PanelSeat]) -> list[PanelSeat]:
    return [seat for seat in seats if seat.status == "confirmed"]


def _panel(panel: ReviewPanel, seats: list[PanelSeat]) -> Section:
    quota = [f"{ExpertKind(kind).label} {number} 人" for kind, number in quota_pairs(panel)]
    members: list[Block] = []
    if seats:
        members = [
            table(
                ("席位", "姓名", "类别", "工作单位", "抽取顺位", "邀请时间", "结果", "递补"),
                [
                    (
                        str(place),
                        seat.person,
                        seat.get_kind_display(),
                        seat.employer_name,
                        str(seat.rank),
                        seat.invited_at,
                        str(seat.state.label),
                        f"递补{seat.replaces.person}" if seat.replaces else "",
                    )
                    for place, seat in enumerate(seats, start=1)
                ],
                numbers=(4,),
                form="seats",
                caption="受邀专家",
            )
        ]
    return section(
        "评审组",
        facts(
            ("评审组编号", panel.number),
            ("人数", f"{panel.size} 人（{'、'.join(quota)}）"),
            ("评审日期", panel.review_on),
            ("评分截止日", panel.scores_due_on),
            ("开始评审", panel.convened_at),
            ("报告签署完毕", panel.signed_at),
            ("评分办法", f"{panel.rubric.title}（第 {panel.rubric.version} 版）"),
            ("状态", str(panel.state.label)),
        ),
        *members,
    )


def _draw(panel: ReviewPanel, seats: list[PanelSeat]) -> list[Section]:
    """The draw as recorded and as recomputed from its own inputs."""
    draw = PanelDraw.objects.filter(panel=panel).select_related("witness").first()
    locked = DrawCommitment.objects.filter(panel=panel).select_related("made_by").first()
    if draw is None or locked is None:
        return [section("专家抽取", note("没有抽取记录。"))]
    record = draw.record
    names = {str(seat.expert_id): str(seat.person) for seat in seats}
    faults = problems(record)  # type: ignore[no-untyped-call]  # a program of its own, bare Python
    return [
        section(
            "专家抽取",
            facts(
                ("锁定人选范围", f"{locked.made_by}，{instant(locked.made_at)}"),
                ("可抽取人数", str(len(locked.pool))),
                ("不得抽取人数", str(len(locked.exclusions))),
                ("人选范围摘要", locked.pool_root),
                ("回避名单摘要", locked.exclusions_root),
                ("事先承诺", locked.commitment),
                ("公开的随机数", record["nonce"]),
                ("见证人", f"{draw.witness}（{Role(draw.witness_role).label}）"),
                ("见证人所述字句", record["words"]),
                ("抽取时间", draw.drawn_at),
                ("种子", draw.seed),
                ("抽取记录 SHA-256", draw.digest),
                ("按记录重新抽取", "重算一致" if not faults else f"重算不一致：{'、'.join(faults)}"),
            ),
            table(
                ("类别", "顺位", "专家", "结果"),
                [
                    (str(ExpertKind(pick["kind"]).label), str(pick["rank"]), names.get(pick["id"], pick["id"]), outcome)
                    for outcome, picks in (
                        ("抽中", record["selected"]),
                        ("同单位已有成员，跳过", record["passed_over"]),
                    )
                    for pick in picks
                ],
                numbers=(1,),
                caption="抽取结果",
            ),
            table(
                ("专家编号", "类别", "不得抽取的理由"),
                [
                    (row["id"], str(ExpertKind(row["kind"]).label), "；".join(row["reasons"]))
                    for row in locked.exclusions
                ],
                form="exclusions",
                caption="不得抽取的专家",
                empty="没有须回避的专家。",
            ),
        )
    ]


def _recusals(seats: list[PanelSeat]) -> Section:
    rows = (
        RecusalRequest.objects.filter(seat__in=seats).select_related("seat__person", "decided_by").order_by("raised_at")
    )
    return section(
        "回避申请",
        table(
            ("时间", "对象", "申请人", "理由", "专家说明", "决定"),
            [
                (
                    row.raised_at,
                    row.seat.person,
                    row.raised_by,
                    row.ground,
                    row.statement,
                    _decided(row.upheld, row.decision, row.decided_by),
                )
                for row in rows
            ],
            form="recusals",
            empty="没有回避申请。",
        ),
    )


def _decided(upheld: bool | None, why: str, who: object) -> str:
    if upheld is None:
        return "尚未决定"
    return f"{'回避' if upheld else '不回避'}：{why}（{who}）"


def _scores(file: CaseFile, panel: ReviewPanel, seats: list[PanelSeat], labels: dict[UUID, str]) -> Section:
    """One column per member, one line per factor, then sums; then every sheet with its seal."""
    scores = FactorScore.objects.select_related("factor").order_by("factor__position")
    sheets = list(
        ScoreSheet.objects.filter(panel=panel, entry__application=file.application)
        .exclude(status="void")
        .select_related("seat__person", "panel__rubric")
        .prefetch_related(Prefetch("scores", queryset=scores))
        .order_by("seat__kind", "seat__rank")
    )
    if not sheets:
        return section("评分", note("没有评分表。"))
    factors = leaves(panel.rubric)
    return section(
        "评分",
        _score_table(sheets, factors, labels),
        table(
            ("成员", "姓名", "建议资金", "提交时间", "封存摘要", "核验"),
            [
                (
                    labels.get(sheet.seat_id, ""),
                    sheet.seat.person,
                    money(sheet.suggested_amount),
                    sheet.locked_at,
                    sheet.seal,
                    agreement(seal_of(sheet) == sheet.seal) if sheet.seal else "",
                )
                for sheet in sheets
            ],
            numbers=(2,),
            form="seals",
            caption="评分表封存",
        ),
        *(prose(f"{labels.get(sheet.seat_id, '')}总体意见", _words(sheet)) for sheet in sheets),
    )


def _score_table(sheets: list[ScoreSheet], factors: list[RubricFactor], labels: dict[UUID, str]) -> Block:
    given = [{score.factor_id: score.value for score in sheet.scores.all()} for sheet in sheets]
    totals = [sheet.total for sheet in sheets if sheet.total is not None]
    rows = [
        (f"{factor.code} {factor.name}", plain(factor.maximum), *(_points(column.get(factor.pk)) for column in given))
        for factor in factors
    ]
    return table(
        ("评分因素", "满分", *(labels.get(sheet.seat_id, "") for sheet in sheets)),
        rows,
        numbers=tuple(range(1, len(sheets) + 2)),
        form="scores",
        caption="各成员逐项评分",
        total=("合计", plain(panel_total(factors)), *(_points(sheet.total) for sheet in sheets)),
    ) | {"after": _spread(totals)}


def panel_total(factors: list[RubricFactor]) -> Decimal:
    return sum((factor.maximum for factor in factors), Decimal(0))


def _spread(totals: list[Decimal]) -> str:
    if not totals:
        return ""
    average = (sum(totals, Decimal(0)) / len(totals)).quantize(Decimal("0.01"))
    low, high = min(totals), max(totals)
    return f"最高 {plain(high)} 分，最低 {plain(low)} 分，极差 {plain(high - low)} 分，平均 {plain(average)} 分。"


def _points(value: Decimal | None) -> str:
    return NOTHING if value is None else plain(value)


def _words(sheet: ScoreSheet) -> str:
    """The member's opinion, then what they wrote on single factors."""
    single = [f"{score.factor.name}：{score.comment}" for score in sheet.scores.all() if score.comment]
    return "\n".join(part for part in (sheet.comment, *single) if part)


def _findings(file: CaseFile, panel: ReviewPanel, labels: dict[UUID, str]) -> Section:
    rows = (
        panel.findings.filter(sheet__entry__application=file.application)
        .select_related("sheet", "factor")
        .order_by("found_at", "kind", "pk")
    )
    return section(
        "一致性检查",
        table(
            ("时间", "成员", "类别", "发现", "成员说明"),
            [
                (row.found_at, labels.get(row.sheet.seat_id, ""), row.get_kind_display(), row.detail, row.explanation)
                for row in rows
            ],
            form="findings",
            empty="没有发现评分不一致、超出范围、合计不符或者明显偏离。",
        ),
    )


def _ranking(file: CaseFile, panel: ReviewPanel) -> Section:
    """The report's lines: the other projects of the batch by number and score, so that the rank can be followed."""
    report = ReviewReport.objects.filter(panel=panel).order_by("-version").first()
    if report is None:
        return section("评审结果", note("没有评审报告。"))
    application = file.application
    own: dict[str, Any] = next(
        (row for row in report.body.get("lines", []) if row.get("number") == application.number), {}
    )
    lines = report.lines.select_related("entry__application").order_by("rank")
    return section(
        "评审结果",
        facts(
            ("评审报告", f"第 {report.version} 版"),
            ("报告 SHA-256", report.digest),
            ("本项目得分", _points(application.review_score)),
            ("本项目排名", str(application.review_rank or "")),
            ("建议资金", money(application.review_suggested_amount)),
            ("同分处理", own.get("tie_note")),
        ),
        table(
            ("名次", "申报编号", "得分", "建议资金", ""),
            [
                (
                    str(line.rank),
                    line.entry.number,
                    plain(line.score),
                    money(line.suggested_amount),
                    "本项目" if line.entry.application_id == application.pk else " ",
                )
                for line in lines
            ],
            numbers=(0, 2, 3),
            caption="同批评审排名",
        ),
    )


def _signatures(panel: ReviewPanel) -> Section:
    report = ReviewReport.objects.filter(panel=panel).order_by("-version").first()
    rows = report.signatures.select_related("seat__person", "entered_by").order_by("signed_at") if report else []
    return section(
        "报告签署",
        table(
            ("成员", "意见", "理由", "签署时间", "所签摘要"),
            [(row.seat.person, row.get_stance_display(), row.reason, row.signed_at, row.digest) for row in rows],
            form="signatures",
            empty="没有签署记录。",
        ),
    )
