"""The case on two pages: where every step stands, the money from request to refund, who acted and in which duty."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from procurement.access import Duty, conflicts_of
from procurement.access.models import DutyException, DutyRecord
from procurement.dossier.acts import name_of
from procurement.dossier.blocks import Section, facts, instant, money, note, percent, plain, section, table
from procurement.dossier.file import CaseFile
from procurement.lifecycle.models import StepState
from projects.selectors.delivery import spent_total

#: Duties whose holders nobody knows before the panel has signed.
_SEALED = (Duty.PANEL_MEMBER,)


def told(file: CaseFile) -> list[Section]:
    return [_case(file), _steps(file), _money(file), _people(file), _duties(file)]


def _case(file: CaseFile) -> Section:
    case = file.case
    return section(
        "案卷",
        facts(
            ("程序", f"{case.template.title}（第 {case.template.version} 版）"),
            ("适用规则集", str(case.rule_set)),
            ("立卷时间", case.opened_at),
            ("结卷时间", case.closed_at),
            ("办理记录", f"{len(file.acts)} 条"),
        ),
    )


def _steps(file: CaseFile) -> Section:
    return section(
        "各步骤办理情况",
        table(
            ("序号", "步骤", "责任单位", "开始", "期限", "完成", "状态"),
            [
                (
                    str(row.step.number),
                    row.step.title,
                    file.party(row.step.party) or [str(label) for label in row.step.role_labels],
                    _day(row.opened_at),
                    row.due_on,
                    _day(row.done_at),
                    str(StepState(row.state).label),
                )
                for row in file.steps
            ],
            numbers=(0,),
            form="steps",
        ),
    )


def _day(moment: object) -> str:
    return instant(moment)[:10] if moment else ""  # type: ignore[arg-type]


def _money(file: CaseFile) -> Section:
    application, contract = file.application, file.contract
    spent = spent_total(application)
    refund = getattr(application, "refund", None)
    return section(
        "资金总况",
        facts(
            ("申请资金", money(application.requested_amount)),
            ("批复资金", money(application.granted_amount)),
            ("合同金额", money(contract.amount) if contract else ""),
            ("已拨资金", money(contract.paid_total) if contract else ""),
            ("项目支出", money(spent)),
            ("支出占已拨", percent(spent, contract.paid_total) if contract else ""),
            ("应退资金", money(refund.amount) if refund else ""),
            ("配套资金", money(application.co_funding_amount)),
            ("评审得分", plain(application.review_score) if application.review_score is not None else ""),
            ("结项评估得分", plain(application.final_score) if application.final_score is not None else ""),
        ),
    )


def _people(file: CaseFile) -> Section:
    """Everybody who acted, as whom, and how often; the clock's own acts among them."""
    counted: dict[tuple[str, str, str], list[str]] = {}
    for act in file.acts:
        role = str(act.record.get_role_display()) if act.record.role else ""
        key = (name_of(act, file), act.record.organization_name, role)
        counted.setdefault(key, []).append(instant(act.record.at))
    return section(
        "经办人员",
        table(
            ("姓名", "单位", "角色", "办理次数", "首次", "末次"),
            [(*key, str(len(times)), times[0], times[-1]) for key, times in counted.items()],
            numbers=(3,),
            form="people",
        ),
    )


def _duties(file: CaseFile) -> Section:
    """Who held which duty, and whether two that may not meet in one person did (domain §5.3)."""
    held = list(
        DutyRecord.objects.filter(case_id=file.case.pk)
        .exclude(duty__in=_SEALED if file.review_is_open else ())
        .select_related("person")
        .order_by("at", "duty", "pk")
    )
    granted = set(DutyException.objects.filter(case_id=file.case.pk).values_list("person_id", "duty"))
    clashes = sorted(set(_clashes(held, granted)))
    return section(
        "职责分设",
        table(
            ("职责", "人员", "承担时间"),
            [(str(Duty(row.duty).label), row.person, row.at) for row in held],
            empty="没有职责记录。",
        ),
        note("；".join(clashes) + "。" if clashes else "核对结果：没有不相容的职责集于一人。"),
    )


def _clashes(held: list[DutyRecord], granted: set[tuple[UUID, str]]) -> Iterable[str]:
    mine: dict[UUID, set[str]] = {}
    for row in held:
        mine.setdefault(row.person_id, set()).add(row.duty)
    for row in held:
        for other, rule_id in conflicts_of(Duty(row.duty)):
            if other.value not in mine[row.person_id] or other.value < row.duty:
                continue
            excused = {(row.person_id, row.duty), (row.person_id, other.value)} & granted
            words = f"{row.person}同时承担“{Duty(row.duty).label}”和“{other.label}”（{rule_id}）"
            yield f"{words}，经批准的例外" if excused else words
