"""Step 11: the plan, the ledger of services and money, who looked in, what went wrong and was put right (R-220 … R-229)."""

from __future__ import annotations

from decimal import Decimal

from procurement.dossier.blocks import Block, Section, facts, money, note, percent, plain, prose, section, table
from procurement.dossier.file import CaseFile
from projects.models import Activity, Application, ChangeRequest, EarlyWarning, Expense, Reallocation, Rectification
from projects.selectors.delivery import indicator_rows, spending, totals_of


def told(file: CaseFile) -> list[Section]:
    application = file.application
    return [
        _plan(application),
        _activities(application),
        _indicators(application),
        _spending(application),
        _vouchers(application),
        _visits(application),
        *_rectifications(application),
        _warnings(application),
        *_changes(application),
    ]


def _plan(application: Application) -> Section:
    plan = getattr(application, "plan", None)
    if plan is None:
        return section("活动计划", note("尚未编制活动计划。"))
    return section(
        "活动计划",
        facts(("启动时间", plan.launched_at), ("监督电话", plan.supervision_phone), ("状态", str(plan.state.label))),
        prose("组织实施安排", plan.approach),
        table(
            ("计划日期", "活动", "地点", "预计人次"),
            [(row.planned_on, row.title, row.place, str(row.person_times)) for row in plan.activities.all()],
            numbers=(3,),
            form="plan",
        ),
    )


def _activities(application: Application) -> Section:
    """The ledger as it grew: entries and the reversals that took some back."""
    rows = Activity.objects.filter(application=application).select_related("reverses", "recorded_by").order_by("number")
    totals = totals_of(application)
    return section(
        "服务台账",
        facts(
            ("活动场次", f"{totals.activities:,}"),
            ("服务人次", f"{totals.person_times:,}"),
            ("服务时长", f"{plain(totals.service_hours)} 小时"),
            ("志愿者人次", f"{totals.volunteers:,}"),
            ("发放物资", f"{totals.materials_count:,} 件"),
        ),
        table(
            ("序号", "日期", "活动", "地点", "人次", "小时", "志愿者", "登记"),
            [
                (
                    str(row.number),
                    row.held_on,
                    _title(row),
                    row.place,
                    f"{row.person_times:,}",
                    plain(row.service_hours),
                    str(row.volunteers),
                    row.recorded_at,
                )
                for row in rows
            ],
            numbers=(0, 4, 5, 6),
            form="ledger",
            caption="活动记录",
            empty="尚无活动记录。",
        ),
    )


def _title(row: Activity) -> str:
    return f"冲正第 {row.reverses.number} 号：{row.reason}" if row.reverses else row.title


def _indicators(application: Application) -> Section:
    return section(
        "指标进展",
        table(
            ("指标", "目标值", "台账累计", "完成率"),
            [
                (
                    row.indicator.name,
                    f"{plain(row.indicator.target)} {row.indicator.unit}",
                    plain(row.actual),
                    f"{plain(row.percent)}%",
                )
                for row in indicator_rows(application)
            ],
            numbers=(1, 2, 3),
        ),
    )


def _spending(application: Application) -> Section:
    rows = spending(application)
    spent = sum((row.spent for row in rows), Decimal("0.00"))
    budget = sum((row.budget for row in rows), Decimal("0.00"))
    moves = (
        Reallocation.objects.filter(application=application)
        .select_related("source", "target", "made_by", "change")
        .order_by("made_at", "pk")
    )
    return section(
        "预算执行",
        table(
            ("用途", "批复", "调剂", "已支出", "结余", "执行率"),
            [
                (
                    row.line.description,
                    money(row.line.amount),
                    money(row.moved),
                    money(row.spent),
                    money(row.left),
                    percent(row.spent, row.budget),
                )
                for row in rows
            ],
            numbers=(1, 2, 3, 4, 5),
            form="spending",
            total=("合计", "", "", money(spent), money(budget - spent), percent(spent, budget)),
        ),
        table(
            ("时间", "调出", "调入", "金额", "理由", "变更编号", "办理人"),
            [
                (
                    row.made_at,
                    row.source.description,
                    row.target.description,
                    money(row.amount),
                    row.reason,
                    row.change.number if row.change else "",
                    row.made_by,
                )
                for row in moves
            ],
            numbers=(3,),
            caption="科目调剂",
            empty="没有科目调剂。",
        ),
    )


def _vouchers(application: Application) -> Section:
    """Vouchers without their payees: a payee may be a private person (R-292)."""
    rows = Expense.objects.filter(application=application).select_related("line", "reverses").order_by("number")
    return section(
        "支出明细",
        table(
            ("序号", "日期", "凭证号", "预算科目", "用途", "金额"),
            [
                (
                    str(row.number),
                    row.spent_on,
                    row.voucher_number,
                    row.line.description,
                    f"冲正第 {row.reverses.number} 号：{row.reason}" if row.reverses else row.purpose,
                    money(row.amount),
                )
                for row in rows
            ],
            numbers=(0, 5),
            form="vouchers",
            empty="尚无支出记录。",
        ),
    )


def _visits(application: Application) -> Section:
    blocks: list[Block | None] = []
    for row in application.visits.select_related("organization", "recorded_by").order_by("visited_on", "recorded_at"):
        blocks += [
            facts(
                ("日期", row.visited_on),
                ("方式", row.get_kind_display()),
                ("单位", row.organization.name),
                ("地点", row.place),
                ("参加人员", row.people),
                ("记录人", row.recorded_by),
            ),
            prose("了解到的情况", row.findings),
            prose("意见建议", row.advice),
        ]
    return section("督导记录", *(blocks or [note("没有督导记录。")]))


def _rectifications(application: Application) -> list[Section]:
    rows = (
        Rectification.objects.filter(application=application)
        .select_related("issuer", "concluded_by")
        .order_by("issued_at", "number")
    )
    sections = [
        section(
            f"整改 {row.number}",
            facts(
                ("下达单位", row.issuer.name),
                ("来源", row.get_origin_display()),
                ("下达时间", row.issued_at),
                ("对应的合同约定", row.contract_term),
                ("整改期限", row.due_on),
                ("提交整改情况", row.responded_at),
                ("复查时间", row.concluded_at),
                ("复查人", row.concluded_by),
                ("结论", str(row.state.label)),
            ),
            prose("发现的问题", row.finding),
            prose("整改要求", row.requirement),
            prose("整改情况", row.response),
            prose("复查结论", row.conclusion),
        )
        for row in rows
    ]
    return sections or [section("整改", note("没有责令整改。"))]


def _warnings(application: Application) -> Section:
    rows = (
        EarlyWarning.objects.filter(application=application)
        .select_related("handler", "stop_confirmed_by")
        .order_by("raised_at", "pk")
    )
    return section(
        "预警",
        table(
            ("时间", "级别", "处置层级", "事实", "依据", "处置单位", "响应期限", "状态和结果"),
            [
                (
                    row.raised_at,
                    row.get_level_display(),
                    row.get_tier_display(),
                    row.facts,
                    row.basis,
                    row.handler.name,
                    row.respond_by,
                    "\n".join(part for part in (str(row.state.label), _stop(row), row.outcome) if part),
                )
                for row in rows
            ],
            form="warnings",
            empty="没有预警。",
        ),
    )


def _stop(row: EarlyWarning) -> str:
    if row.stop_confirmed_by is None:
        return "暂停付款" if row.payments_stopped else ""
    return f"{'维持' if row.payments_stopped else '解除'}暂停付款（{row.stop_confirmed_by}）：{row.stop_reason}"


def _changes(application: Application) -> list[Section]:
    rows = (
        ChangeRequest.objects.filter(application=application)
        .exclude(status="draft")
        .prefetch_related("items")
        .order_by("submitted_at", "number")
    )
    sections = [
        section(
            f"变更 {row.number}",
            facts(
                ("变更事项", row.get_kind_display()),
                ("提交时间", row.submitted_at),
                ("生效时间", row.applied_at),
                ("结论", str(row.state.label)),
            ),
            prose("变更理由", row.reason),
            prose("对服务的影响和保障措施", row.effect_on_service),
            table(
                ("内容", "变更前", "变更后"),
                [(item.label, item.shown_before, item.shown_after) for item in row.items.all()],
            ),
        )
        for row in rows
    ]
    return sections or [section("变更", note("没有变更申请。"))]
