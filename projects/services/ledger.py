"""The ledger's one door: entries are added, mistakes are taken back by reversals, nothing is rewritten (R-220).

Sums are kept by the database with each entry (projects/models/activity.py, ledger.py); nobody adds them up here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from procurement import documents
from procurement.access import Actor, Role
from procurement.lifecycle.engine import database_now
from procurement.rules import Refusal, RuleViolation, implements, records
from projects.models import (
    Activity,
    Application,
    BudgetLine,
    Contribution,
    EntryDraft,
    Expense,
    PlannedActivity,
    Reallocation,
)
from projects.selectors.delivery import budget_lines, spending, term_of
from projects.services.contractor import journal, person, require_contractor, require_running

PHOTO = "photo"
VOUCHER = "voucher"
MAX_PHOTOS = 9


@records("R-230")
@implements("R-220")
@transaction.atomic
def record_activity(
    *,
    actor: Actor,
    application: Application,
    held_on: date,
    title: str,
    place: str,
    person_times: int,
    photos: Iterable[UploadedFile[bytes]],
    service_hours: Decimal = Decimal(0),
    volunteers: int = 0,
    volunteers_insured: bool = False,
    materials: str = "",
    materials_count: int = 0,
    summary: str = "",
    planned: PlannedActivity | None = None,
    contributions: Mapping[UUID, Decimal] | None = None,
    entry_id: UUID | None = None,
    at: datetime | None = None,
) -> Activity:
    """Add one activity with at least one photo. ``entry_id`` makes a repeated request find its first entry.

    Raises:
        RuleViolation: S-02 for strangers, S-01 when the project does not run, R-220 for a missing photo, a day to
            come or outside the term.
        UploadRefused: a photo is not what it says; nothing is kept then.
    """
    moment = at or database_now()
    require_contractor(actor, application)
    locked = _lock(application)
    repeated = Activity.objects.filter(pk=entry_id, application=locked).first() if entry_id else None
    if repeated is not None:
        return repeated
    pictures = list(photos)
    require_running(locked)
    _refuse(_activity_faults(locked, held_on, len(pictures), timezone.localtime(moment).date()))
    activity = Activity.objects.create(
        id=entry_id or uuid4(),
        application=locked,
        number=_next(Activity, locked),
        planned=planned,
        held_on=held_on,
        title=title.strip(),
        place=place.strip(),
        summary=summary.strip(),
        person_times=person_times,
        service_hours=service_hours,
        volunteers=volunteers,
        volunteers_insured=volunteers_insured,
        materials=materials.strip(),
        materials_count=materials_count,
        recorded_by=person(actor),
        recorded_at=moment,
    )
    _contribute(activity, contributions or {})
    for number, picture in enumerate(pictures, start=1):
        documents.store(
            actor=actor,
            upload=picture,
            subject=activity.subject,
            kind=PHOTO,
            title=_("%(title)s 照片 %(n)s") % {"title": activity.title, "n": number},
            case_id=locked.case_id,
            organization_id=locked.applicant_id,
        )
    EntryDraft.objects.filter(application=locked, person=actor.user).delete()
    journal(actor, locked, "activity.record", activity.subject, _activity_body(activity))
    return activity


@implements("R-220")
@transaction.atomic
def reverse_activity(*, actor: Actor, activity: Activity, reason: str, at: datetime | None = None) -> Activity:
    """Take an entry back: a second entry with the same figures, opposite in sign, and the reason."""
    require_contractor(actor, activity.application)
    locked = _lock(activity.application)
    require_running(locked)
    _refuse(_reversal_faults(activity, reason))
    reversal = Activity.objects.create(
        application=locked,
        number=_next(Activity, locked),
        planned=activity.planned,
        reverses=activity,
        reason=reason.strip(),
        held_on=activity.held_on,
        title=activity.title,
        place=activity.place,
        person_times=-activity.person_times,
        service_hours=-activity.service_hours,
        volunteers=-activity.volunteers,
        materials=activity.materials,
        materials_count=-activity.materials_count,
        recorded_by=person(actor),
        recorded_at=at or database_now(),
    )
    for row in activity.contributions.all():
        Contribution.objects.create(activity=reversal, indicator_id=row.indicator_id, quantity=-row.quantity)
    journal(
        actor, locked, "activity.reverse", reversal.subject, {"reverses": str(activity.pk), "reason": reversal.reason}
    )
    return reversal


@records("R-221")
@transaction.atomic
def record_expense(
    *,
    actor: Actor,
    application: Application,
    line: BudgetLine,
    spent_on: date,
    amount: Decimal,
    purpose: str,
    payee: str,
    voucher_number: str,
    scan: UploadedFile[bytes] | None = None,
    entry_id: UUID | None = None,
    at: datetime | None = None,
) -> Expense:
    """Book a voucher on a budget line. Going above the line is recorded as it is; the report has to explain it.

    Raises:
        RuleViolation: S-02, S-01, R-220 for a wrong day, line or a voucher already booked on the line.
        UploadRefused: the scan is not what it says.
    """
    moment = at or database_now()
    require_contractor(actor, application)
    locked = _lock(application)
    repeated = Expense.objects.filter(pk=entry_id, application=locked).first() if entry_id else None
    if repeated is not None:
        return repeated
    require_running(locked)
    _refuse(_expense_faults(locked, line, spent_on, amount, voucher_number, timezone.localtime(moment).date()))
    expense = Expense.objects.create(
        id=entry_id or uuid4(),
        application=locked,
        number=_next(Expense, locked),
        line=line,
        spent_on=spent_on,
        amount=amount,
        purpose=purpose.strip(),
        payee=payee.strip(),
        voucher_number=voucher_number.strip(),
        recorded_by=person(actor),
        recorded_at=moment,
    )
    if scan is not None:
        documents.store(
            actor=actor,
            upload=scan,
            subject=expense.subject,
            kind=VOUCHER,
            title=_("凭证 %(number)s") % {"number": expense.voucher_number},
            case_id=locked.case_id,
            organization_id=locked.applicant_id,
        )
    body = {"line": str(line.pk), "amount": amount, "voucher": expense.voucher_number, "spent_on": spent_on}
    journal(actor, locked, "expense.record", expense.subject, body)
    return expense


@implements("R-220")
@transaction.atomic
def reverse_expense(*, actor: Actor, expense: Expense, reason: str, at: datetime | None = None) -> Expense:
    require_contractor(actor, expense.application)
    locked = _lock(expense.application)
    require_running(locked)
    _refuse(_reversal_faults(expense, reason))
    reversal = Expense.objects.create(
        application=locked,
        number=_next(Expense, locked),
        line=expense.line,
        reverses=expense,
        reason=reason.strip(),
        spent_on=expense.spent_on,
        amount=-expense.amount,
        purpose=expense.purpose,
        payee=expense.payee,
        voucher_number=expense.voucher_number,
        recorded_by=person(actor),
        recorded_at=at or database_now(),
    )
    journal(
        actor, locked, "expense.reverse", reversal.subject, {"reverses": str(expense.pk), "reason": reversal.reason}
    )
    return reversal


@implements("R-227")
@transaction.atomic
def reallocate(
    *,
    actor: Actor,
    application: Application,
    source: BudgetLine,
    target: BudgetLine,
    amount: Decimal,
    reason: str,
    at: datetime | None = None,
) -> Reallocation:
    """Move money between two lines by notice, up to the rule set's share of the line it leaves.

    Raises:
        RuleViolation: R-227 above the share (a change request is needed then) or above what the line has left.
    """
    if not actor.holds(Role.ORG_H, application.applicant_id):
        raise RuleViolation([Refusal("S-02", _("预算调剂由承接主体负责人办理"))])
    locked = _lock(application)
    require_running(locked)
    _refuse(_reallocation_faults(locked, source, target, amount, reason))
    move = Reallocation.objects.create(
        application=locked,
        source=source,
        target=target,
        amount=amount,
        reason=reason.strip(),
        made_by=person(actor),
        made_at=at or database_now(),
    )
    body = {"source": str(source.pk), "target": str(target.pk), "amount": amount, "reason": move.reason}
    journal(actor, locked, "reallocation.notice", f"projects.reallocation:{move.pk}", body)
    return move


@transaction.atomic
def save_entry_draft(
    *, actor: Actor, application: Application, values: Mapping[str, str], at: datetime | None = None
) -> EntryDraft:
    """Keep what is typed into the entry form; nobody else reads it and it is gone once the entry stands."""
    require_contractor(actor, application)
    require_running(application)
    draft, _new = EntryDraft.objects.update_or_create(
        application=application,
        person=actor.user,
        defaults={"values": dict(values), "saved_at": at or database_now()},
    )
    return draft


def notice_room(application: Application, source: BudgetLine) -> Decimal:
    """How much may still leave a line by notice alone."""
    share = Decimal(str(application.case.rule_set.value("reallocation_share"))) if application.case else Decimal("0.10")
    moved = Reallocation.objects.filter(source=source, change=None).aggregate(total=Sum("amount"))["total"]
    limit: Decimal = (source.amount * share).quantize(Decimal("0.01"))
    return limit - (moved or Decimal(0))


def _lock(application: Application) -> Application:
    return Application.objects.select_for_update(no_key=True, of=("self",)).get(pk=application.pk)


def _next(model: type[Any], application: Application) -> int:
    """The application's row is locked: two entries never get one number."""
    last = model.objects.filter(application=application).aggregate(last=Max("number"))["last"]
    return int(last or 0) + 1


def _refuse(faults: list[Refusal]) -> None:
    if faults:
        raise RuleViolation(faults)


def _contribute(activity: Activity, contributions: Mapping[UUID, Decimal]) -> None:
    known = set(activity.application.indicators.values_list("pk", flat=True))
    for indicator_id, quantity in contributions.items():
        if indicator_id not in known:
            raise RuleViolation([Refusal("R-220", _("指标不属于本项目"))])
        if quantity:
            Contribution.objects.create(activity=activity, indicator_id=indicator_id, quantity=quantity)


def _activity_faults(application: Application, held_on: date, photos: int, today: date) -> list[Refusal]:
    faults = _day_faults(application, held_on, today, _("活动日期"))
    if not photos:
        faults.append(Refusal("R-220", _("请至少上传一张活动照片")))
    if photos > MAX_PHOTOS:
        faults.append(Refusal("R-220", _("一次最多上传 %(n)s 张照片") % {"n": MAX_PHOTOS}))
    if not hasattr(application, "plan") or application.plan.status != "launched":
        faults.append(Refusal("R-220", _("项目尚未启动，请先提交活动计划并启动")))
    return faults


def _expense_faults(
    application: Application, line: BudgetLine, spent_on: date, amount: Decimal, voucher: str, today: date
) -> list[Refusal]:
    faults = _day_faults(application, spent_on, today, _("支出日期"))
    if amount <= 0:
        faults.append(Refusal("R-220", _("支出金额须大于零")))
    if line.pk not in {row.pk for row in budget_lines(application)}:
        faults.append(Refusal("R-221", _("该科目不在批复预算中，项目资金不得列支")))
    if Expense.objects.standing().filter(application=application, line=line, voucher_number=voucher.strip()).exists():
        faults.append(Refusal("R-220", _("凭证 %(number)s 已在该科目登记，不得重复登记") % {"number": voucher.strip()}))
    return faults


def _day_faults(application: Application, on: date, today: date, label: str) -> list[Refusal]:
    term = term_of(application)
    if on > today:
        return [Refusal("R-220", _("%(label)s %(day)s 尚未到来") % {"label": label, "day": on})]
    if term and not term[0] <= on <= term[1]:
        words = {"label": label, "day": on, "first": term[0], "last": term[1]}
        return [Refusal("R-220", _("%(label)s %(day)s 不在合同期 %(first)s 至 %(last)s 内") % words)]
    return []


def _reversal_faults(entry: Activity | Expense, reason: str) -> list[Refusal]:
    if entry.is_reversal:
        return [Refusal("R-220", _("冲正记录不能再冲正，请重新登记"))]
    if type(entry).objects.filter(reverses=entry).exists():
        return [Refusal("R-220", _("该记录已经冲正"))]
    if len(reason.strip()) < 4:
        return [Refusal("R-220", _("请写明冲正理由"))]
    return []


def _reallocation_faults(
    application: Application, source: BudgetLine, target: BudgetLine, amount: Decimal, reason: str
) -> list[Refusal]:
    rows = {row.line.pk: row for row in spending(application)}
    if source.pk not in rows or target.pk not in rows or source.pk == target.pk:
        return [Refusal("R-227", _("请选择批复预算中的两个不同科目"))]
    faults = []
    if amount <= 0 or amount > rows[source.pk].left:
        words = {"line": source.description, "left": f"{rows[source.pk].left:,.2f}"}
        faults.append(Refusal("R-227", _("“%(line)s”可调出 %(left)s 元") % words))
    room = notice_room(application, source)
    if amount > room:
        words = {"line": source.description, "room": f"{max(room, Decimal(0)):,.2f}"}
        faults.append(
            Refusal("R-227", _("“%(line)s”备案调剂余额为 %(room)s 元，超出部分须提交预算变更申请经批准") % words)
        )
    if len(reason.strip()) < 4:
        faults.append(Refusal("R-227", _("请写明调剂理由")))
    return faults


def _activity_body(activity: Activity) -> dict[str, Any]:
    return {
        "number": activity.number,
        "held_on": activity.held_on,
        "person_times": activity.person_times,
        "service_hours": activity.service_hours,
        "contributions": {str(row.indicator_id): row.quantity for row in activity.contributions.all()},
    }
