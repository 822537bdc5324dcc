"""Steps 11–12: the project is launched, activities and vouchers are booked, the quarter is reported, returned, accepted."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image, ImageDraw

from procurement.demo.stage import Stage
from procurement.lifecycle.engine import perform, system_actor
from projects.models import Report, ReportKind
from projects.selectors.delivery import budget_lines, term_of
from projects.services.ledger import record_activity, record_expense
from projects.services.monitoring import record_visit
from projects.services.plans import Planned, save_plan, start_plan
from projects.services.reports import save_answers

#: One activity every so many days; twenty in a year.
EVERY = 18
HELD = (
    ("讲述电影《城南旧事》两场", "朝外街道社区文化活动中心", 62, "124.0", 12),
    ("讲述电影《英雄儿女》两场", "建外街道永安里社区", 58, "116.5", 11),
    ("讲述电影《我和我的祖国》两场", "朝外街道吉庆里社区", 71, "139.0", 14),
    ("讲述电影《流浪地球》两场、有声图书借阅", "朝外街道社区文化活动中心", 66, "131.0", 13),
    ("讲述电影《那山那人那狗》两场", "建外街道建国里社区", 64, "128.5", 12),
)
ANSWERS = {
    "done": "本季度按计划开展口述电影活动 5 次、每次两场，视障居民由志愿者一对一接送；录制有声图书 12 册；"
    "培训口述志愿者 22 人，考核后上岗。活动签到、照片和支出凭证已登记台账。",
    "problems": "七月高温，两名老年参加者途中不适，已调整为上午开场，并由社区卫生站派人值守；支出进度略低于时间进度，"
    "原因是图书录制集中在第四季度。",
    "next_plan": "第四季度继续每 18 天开展一次活动，完成有声图书 24 册录制，配合中期评估检查。",
    "public_summary": "“心目影院”本季度为视障居民讲述电影 10 场，录制有声图书 12 册，新增口述志愿者 22 人。",
}


def launch(stage: Stage) -> None:
    """Step 11: the plan is entered by the operator and launched by the head."""
    application = stage.application
    term = term_of(application)
    assert term is not None  # noqa: S101  a signed contract has a term
    first, last = term
    plan = start_plan(actor=stage.actor("org"), application=application)
    days = range(4, (last - first).days, EVERY)
    save_plan(
        actor=stage.actor("org"),
        plan=plan,
        supervision_phone="010-8599 0000",
        activities=[
            Planned(first + timedelta(days=day), HELD[n % len(HELD)][0], HELD[n % len(HELD)][1], 60)
            for n, day in enumerate(days)
        ],
    )
    stage.put("plan", plan)
    perform(plan, "plan.launch", actor=stage.actor("org-head"), at=stage.later(working_days=3))


def activities(stage: Stage, *, count: int = len(HELD)) -> None:
    """Entries as a volunteer leader makes them on a phone the same evening, vouchers, and one visit by the hub."""
    application = stage.application
    planned = list(stage.plan.activities.all())
    for number in range(min(count, len(planned))):
        title, place, people, hours, volunteers = HELD[number % len(HELD)]
        _until(stage, planned[number].planned_on, hour=17)
        record_activity(
            actor=stage.actor("org"),
            application=application,
            planned=planned[number],
            held_on=planned[number].planned_on,
            title=title,
            place=place,
            person_times=people,
            service_hours=Decimal(hours),
            volunteers=volunteers,
            volunteers_insured=True,
            materials="无障碍节目单、助盲手杖挂绳",
            materials_count=people,
            summary="志愿者在地铁口接站，口述影像现场讲述，结束后逐一送回。",
            contributions=_contributions(stage, people),
            photos=[photo(number)],
            at=stage.later(hours=2),
        )
    spend(stage)
    visit(stage)


def spend(stage: Stage, *, share: Decimal = Decimal("0.2")) -> None:
    """One voucher on each of the first five lines."""
    day = timezone.localtime(stage.now).date()
    for number, line in enumerate(budget_lines(stage.application)[:5], start=1):
        record_expense(
            actor=stage.actor("org"),
            application=stage.application,
            line=line,
            spent_on=day,
            amount=(line.amount * share).quantize(Decimal("0.01")),
            purpose=f"{line.description}（本季度）",
            payee="北京红丹丹教育文化交流中心员工" if line.item == "staff" else "北京朝外文化服务有限公司",
            voucher_number=f"记-{day:%m}-{number:03d}",
            at=stage.later(minutes=10),
        )


def visit(stage: Stage) -> None:
    """The responsible unit joins an activity and writes down what it saw (R-223)."""
    record_visit(
        actor=stage.actor("hub"),
        application=stage.application,
        kind="joined",
        visited_on=timezone.localtime(stage.now).date(),
        place="朝外街道社区文化活动中心",
        people="张素云、项目专员、社区助残协管员",
        findings="现场到场 60 余人，志愿者一对一陪同，签到表与台账一致；影厅坡道扶手一处松动，已当场告知场地方。",
        advice="建议把接送路线印在节目单背面，方便家属联系。",
        photos=[photo(9)],
        at=stage.later(hours=1),
    )


def quarterly_report(stage: Stage) -> None:
    """Step 12: reported in time, returned once for a vague explanation, corrected, reviewed, accepted."""
    report = stage.application.reports.filter(kind=ReportKind.QUARTERLY).order_by("period_end").first()
    stage.put("report", report)
    fall_due(stage, report)
    write(stage, report, {**ANSWERS, "problems": "无大问题，进展正常。"})
    submit(stage, report)
    perform(
        report,
        "report.return",
        actor=stage.actor("hub"),
        at=stage.later(hours=3),
        code="problems",
        reason="支出进度落后时间进度，请说明原因；七月有参加者身体不适的情况，应写明处置和改进措施。",
    )
    write(stage, report, {"problems": ANSWERS["problems"]})
    stage.later(working_days=1)
    submit(stage, report)
    conclude(stage, report)


def further_reports(stage: Stage) -> None:
    """Every later report whose period has ended by the stage's clock: handed in, reviewed and accepted."""
    today = timezone.localtime(stage.now).date()
    owed = stage.application.reports.owed().filter(period_end__lt=today).exclude(kind=ReportKind.CLOSEOUT)
    for report in owed.order_by("period_end"):
        fall_due(stage, report)
        write(stage, report, ANSWERS)
        submit(stage, report)
        conclude(stage, report)


def fall_due(stage: Stage, report: Report) -> None:
    _until(stage, report.period_end + timedelta(days=1), hour=9)
    if report.status == "not_due":
        perform(report, "report.fall_due", actor=system_actor(), at=stage.now)


def write(stage: Stage, report: Report, answers: dict[str, str]) -> None:
    saved = save_answers(
        actor=stage.actor("org"),
        report=report,
        answers=answers,
        version=2**31,
        sitting="demo",
        at=stage.later(working_days=1),
    )
    report.edition = saved.report.edition


def submit(stage: Stage, report: Report) -> None:
    perform(report, "report.submit", actor=stage.actor("org-head"), at=stage.later(hours=2))


def conclude(stage: Stage, report: Report) -> None:
    perform(
        report,
        "report.review",
        actor=stage.actor("hub"),
        at=stage.later(hours=4),
        note="已核对签到表和台账，参加过一次现场活动，进展属实，同意报送。",
    )
    perform(report, "report.accept", actor=stage.actor("office"), at=stage.later(working_days=1))


@cache
def picture(number: int) -> bytes:
    """A drawn hall: a screen, rows of seats, lights; small, and another for every number."""
    image = Image.new("RGB", (640, 480), (38 + number * 12 % 60, 44, 66))
    draw = ImageDraw.Draw(image)
    draw.rectangle((120, 60, 520, 240), fill=(228, 232, 238 - number * 9 % 60))
    draw.polygon(((120, 240), (520, 240), (600, 470), (40, 470)), fill=(92, 70, 58))
    for row in range(4):
        for seat in range(7 + row):
            left = 320 - (7 + row) * 28 + seat * 56
            top = 270 + row * 48
            draw.ellipse((left, top, left + 30, top + 30), fill=(196 - row * 14, 150 + seat * number % 40, 120))
    out = BytesIO()
    image.save(out, "JPEG", quality=70)
    return out.getvalue()


def photo(number: int) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"活动现场{number + 1}.jpg", picture(number), content_type="image/jpeg")


def _contributions(stage: Stage, people: int) -> dict[Any, Decimal]:
    """Two showings each time, and everyone who came, on the indicators counted in those units."""
    by_unit = {"场": Decimal(2), "人次": Decimal(people)}
    return {
        indicator.pk: by_unit[indicator.unit]
        for indicator in stage.application.indicators.all()
        if indicator.unit in by_unit
    }


def _until(stage: Stage, day: date, *, hour: int) -> None:
    """The clock moves to that hour of the day, never back."""
    stage.now = max(stage.now, timezone.make_aware(datetime.combine(day, time(hour))))
