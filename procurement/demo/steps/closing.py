"""Steps 14–16 and 18: the contractor reports, the hub accepts, the firm audits, the office closes and archives."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from orgs.models import Organization
from procurement.calendars import end_of_day
from procurement.demo.stage import Stage
from procurement.demo.steps import delivering
from procurement.lifecycle.engine import perform
from projects.models import Application, IndicatorKind
from projects.selectors.delivery import indicator_rows, spending, term_of, totals_of
from projects.services.acceptances import (
    give_opinion,
    judge_standards,
    name_recipient,
    plan_acceptance,
    record_presence,
)
from projects.services.closeouts import save_closeout, start_closeout
from projects.services.financial_audits import engage_firm, save_fieldwork
from projects.services.ledger import record_activity, record_expense

RECIPIENTS = (
    ("张*", "phone", 5, "每次都来参加，讲得清楚，工作人员和志愿者很耐心。"),
    ("李*", "visit", 4, "希望场次再多一些，周末也能安排。"),
    ("王*", "notice", 5, ""),
)
#: What is entered in the last weeks of the term, in two bookings.
LAST_WEEKS = ("社区集中服务周", "年度成果展示暨志愿者答谢活动")


def submit_closeout(stage: Stage) -> None:
    """Step 14, after the last day of the term: the ledger is brought to its end, the last reports are in."""
    application = stage.application
    term = term_of(application)
    last = term[1] if term else application.ends_on
    if application.status == "in_progress":
        finish_delivery(stage, application, last)
    stage.now = max(stage.now, end_of_day(last) + timedelta(days=5, hours=10))
    delivering.further_reports(stage)
    closeout = start_closeout(actor=stage.actor("org"), application=stage.application, at=stage.now)
    stage.put("closeout", closeout)
    save_closeout(
        actor=stage.actor("org"),
        closeout=closeout,
        indicators={row.indicator.pk: (row.actual or row.indicator.target, "") for row in indicator_rows(application)},
        summary="按申报书和细化方案完成全部活动，服务记录、签到和照片齐全。",
        results=f"{application.summary.rstrip('。')}；服务对象参与面扩大，形成稳定的志愿服务队伍。",
        spending_note="资金专账核算，支出与细化预算一致，结余按规定退回。",
        recipients_confirmation="服务对象签到表和电话回访记录由主责单位抽查确认。",
        problems="周末场地紧张，建议街道统筹安排。",
        self_score=Decimal("94.00"),
    )
    perform(stage.closeout, "closeout.submit", actor=stage.actor("org-head"), at=stage.later(hours=4))


def finish_delivery(stage: Stage, application: Application, last: date) -> None:
    """The last activities bring what the ledger counts to its targets, the last vouchers bring every line to its sum."""
    day = last - timedelta(days=2)
    stage.now = max(stage.now, end_of_day(day))
    counted = [
        row
        for row in indicator_rows(application)
        if row.indicator.kind == IndicatorKind.OUTPUT and row.actual < row.indicator.target
    ]
    people = max(application.beneficiary_count - totals_of(application).person_times, 0)
    for number, title in enumerate(LAST_WEEKS, start=1):
        share = {row.indicator.pk: _part(row.indicator.target - row.actual, number) for row in counted}
        record_activity(
            actor=stage.actor("org"),
            application=application,
            held_on=day - timedelta(days=9 - 3 * number),
            title=title,
            place=application.place[:100],
            person_times=int(_part(Decimal(people), number)),
            service_hours=_part(Decimal(people), number),
            volunteers=24,
            volunteers_insured=True,
            contributions={pk: quantity for pk, quantity in share.items() if quantity > 0},
            photos=[delivering.photo(20 + number)],
            at=stage.later(hours=1),
        )
    for number, row in enumerate(spending(application), start=1):
        if row.left > 0:
            record_expense(
                actor=stage.actor("org"),
                application=application,
                line=row.line,
                spent_on=day,
                amount=row.left,
                purpose=f"{row.line.description}（结清）",
                payee="北京朝外文化服务有限公司",
                voucher_number=f"记-末-{number:03d}",
                at=stage.later(minutes=5),
            )


def _part(whole: Decimal, number: int) -> Decimal:
    """Half to each of the two bookings, the odd one to the second."""
    half = Decimal(int(whole / 2))
    return half if number == 1 else whole - half


def accept(stage: Stage) -> None:
    """Step 15 whole: three recipients notified, two speak, every standard judged, the objection period runs out."""
    perform(stage.closeout, "closeout.accept", actor=stage.actor("hub"), at=stage.later(working_days=2))
    acceptance = plan_acceptance(actor=stage.actor("hub"), application=stage.application, at=stage.now)
    stage.put("acceptance", acceptance)
    people = [
        name_recipient(actor=stage.actor("hub"), acceptance=acceptance, masked_name=name, notified_by=way, at=stage.now)
        for name, way, _level, _words in RECIPIENTS
    ]
    perform(acceptance, "acceptance.notify_recipients", actor=stage.actor("hub"), at=stage.later(hours=1))
    day = timezone.localtime(stage.later(working_days=3)).date()
    perform(
        acceptance,
        "acceptance.visit",
        actor=stage.actor("hub"),
        at=stage.later(hours=2),
        visited_on=day,
        place=stage.application.place,
        findings="查阅活动记录、签到表和支出凭证，现场观摩一场活动。",
    )
    record_presence(
        actor=stage.actor("hub"),
        acceptance=acceptance,
        presence={person.pk: bool(words) for person, (_n, _w, _l, words) in zip(people, RECIPIENTS, strict=True)},
    )
    for person, (_name, _way, level, words) in zip(people, RECIPIENTS, strict=True):
        if words:
            give_opinion(recipient=person, satisfied=level, opinion=words, at=stage.now)
    judge_standards(
        actor=stage.actor("hub"),
        acceptance=acceptance,
        judged={row.pk: (True, "活动台账和现场核对") for row in acceptance.standards.all()},
    )
    perform(
        acceptance,
        "acceptance.draft",
        actor=stage.actor("hub"),
        at=stage.later(hours=3),
        result="pass",
        opinion="项目按合同完成，服务对象评价良好，同意验收。",
    )
    perform(acceptance, "acceptance.send_notice", actor=stage.actor("hub"), at=stage.later(working_days=1))
    stage.now = max(stage.now, end_of_day(stage.acceptance.objection_due_on) + timedelta(hours=10))
    perform(acceptance, "acceptance.finalise", actor=stage.actor("hub"), at=stage.now)


def audit(stage: Stage) -> None:
    """Step 16 whole: one voucher without an invoice is ineligible and goes back."""
    firm = Organization.objects.get(kind="audit_firm")
    engaged = engage_firm(
        actor=stage.actor("office"), application=stage.application, firm=firm, at=stage.later(working_days=1)
    )
    stage.put("financial_audit", engaged)
    perform(engaged, "financial_audit.begin", actor=stage.actor("cpa"), at=stage.later(working_days=1), declared=True)
    lines = list(engaged.lines.select_related("budget_line"))
    found = {line.pk: {"spent": line.spent, "ineligible": Decimal(0)} for line in lines}
    found[lines[-1].pk] |= {"ineligible": Decimal("320.00"), "reason": "一张票据抬头不符", "resolved": True}
    save_fieldwork(
        actor=stage.actor("cpa"),
        financial_audit=engaged,
        scope="抽查全部银行流水和 60% 的支出凭证，核对合同、发票和签收记录。",
        lines=found,
    )
    perform(engaged, "financial_audit.send_draft", actor=stage.actor("cpa"), at=stage.later(working_days=4))
    perform(
        engaged,
        "financial_audit.respond",
        actor=stage.actor("org-head"),
        at=stage.later(working_days=2),
        reason="情况属实，同意退回 320 元。",
    )
    perform(
        engaged,
        "financial_audit.finalise",
        actor=stage.actor("cpa"),
        at=stage.later(working_days=1),
        opinion="qualified",
        conclusion="资金使用基本合规，一笔 320 元支出不合规，应予退回。",
    )


def refund(stage: Stage) -> None:
    """What was wrongly spent or never spent goes back to the treasury."""
    due = getattr(stage.application, "refund", None)
    if due is None:
        return
    stage.put("refund", due)
    perform(
        due,
        "refund.return",
        actor=stage.actor("org"),
        at=stage.later(days=1),
        voucher_number=f"TK{due.pk.hex[:10].upper()}",
    )
    perform(due, "refund.confirm", actor=stage.actor("treasury"), at=stage.later(days=1))


def close(stage: Stage) -> None:
    perform(
        stage.application,
        "application.close",
        actor=stage.actor("office"),
        at=stage.later(working_days=1),
        decision="项目按合同完成，验收、审计和评估材料齐备，同意结项。",
        commendation="列入年度优秀项目案例",
    )


def archive(stage: Stage) -> None:
    perform(stage.application, "application.archive", actor=stage.actor("office"), at=stage.later(working_days=1))


def close_and_archive(stage: Stage) -> None:
    """Step 18 whole."""
    refund(stage)
    close(stage)
    archive(stage)
