"""Planning a panel, its members coming and going, and opening the review."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from secrets import token_hex
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from evaluation.drawing import order_of
from evaluation.models import (
    ConductGrade,
    ExpertConduct,
    PanelEntry,
    PanelSeat,
    RecusalRequest,
    ReviewPanel,
    ScoreSheet,
)
from evaluation.selectors.panels import before_panel, reviewable
from evaluation.selectors.rubrics import rubric_of
from evaluation.services import reading
from evaluation.services.drawing import invite_next, person_of
from orgs.models import ExpertKind
from procurement import audit
from procurement.access import Actor, Duty, Role, record_duty
from procurement.lifecycle.engine import Attempt, database_now, perform, system_actor
from procurement.lifecycle.numbering import next_number
from procurement.notices import notify
from procurement.rules import Refusal, RuleViolation, records, refusal_for_constraint
from projects.models import Application, Guide


def usual_quota(size: int) -> dict[str, int]:
    """Seats dealt to the four kinds in turn, so that every kind sits (R-160)."""
    kinds = ExpertKind.values
    return {kind: size // len(kinds) + (place < size % len(kinds)) for place, kind in enumerate(kinds)}


@transaction.atomic
def plan_panel(
    *,
    actor: Actor,
    guide: Guide,
    review_on: date,
    scores_due_on: date,
    applications: Iterable[Application] | None = None,
    size: int = 5,
    quota: Mapping[str, int] | None = None,
    at: datetime | None = None,
) -> ReviewPanel:
    """A panel for a batch of prechecked applications; all that wait when none are named."""
    _require_office(actor, guide)
    moment = at or database_now()
    rubric = rubric_of(guide)
    if rubric is None:
        raise RuleViolation([Refusal("R-131", _("指南没有定稿的评分办法，不能组织评审"))])
    waiting = {application.pk: application for application in reviewable(guide)}
    wanted = [application.pk for application in applications] if applications is not None else list(waiting)
    if not wanted or not set(wanted) <= set(waiting):
        raise RuleViolation([Refusal("R-153", _("请选择初审通过、尚未交其他评审组的申报项目"))])
    panel = ReviewPanel.objects.create(
        number=next_number("panel", prefix="PS", year=timezone.localtime(moment).year),
        guide=guide,
        office_id=guide.office_id,
        case=guide.case,
        rubric=rubric,
        size=size,
        quota=dict(quota) if quota else usual_quota(size),
        review_on=review_on,
        scores_due_on=scores_due_on,
    )
    PanelEntry.objects.bulk_create(PanelEntry(panel=panel, application_id=pk) for pk in wanted)
    journal(actor, panel, "panel.plan", {"size": size, "quota": panel.quota, "applications": len(wanted)})
    return panel


def confirm(attempt: Attempt) -> None:
    """Effect of seat.confirm: the duty is held in every case before the panel; the last one completes it."""
    seat: PanelSeat = attempt.obj
    panel = ReviewPanel.objects.select_for_update(no_key=True).get(pk=seat.panel_id)
    seat.answered_at = attempt.at
    if panel.procedure is not None and panel.procedure.opened_at is not None:
        seat.declared_at = attempt.at  # the form named the bidders
    for scope in duties_of(panel):
        record_duty(person_id=seat.person_id, case_id=scope, duty=Duty.PANEL_MEMBER, at=attempt.at)
    if panel.status == "in_session":
        _open_sheets(panel, seat, at=attempt.at)
    elif panel.status == "drawn" and panel.seats.confirmed().exclude(pk=seat.pk).count() + 1 == panel.size:
        perform(panel, "panel.complete", actor=system_actor(), at=attempt.at)


def leave(attempt: Attempt) -> None:
    """Effect of declining, stepping aside and being replaced: sheets are void, reading ends, the next is asked."""
    seat: PanelSeat = attempt.obj
    panel = ReviewPanel.objects.select_for_update(no_key=True).get(pk=seat.panel_id)
    seat.panel = panel
    seat.answered_at = seat.answered_at or attempt.at
    for sheet in seat.sheets.exclude(status="void"):
        perform(sheet, "sheet.void", actor=system_actor(), at=attempt.at)
    reading.dismiss(panel, person_id=seat.person_id, at=attempt.at)
    if panel.status == "confirmed":
        perform(panel, "panel.reduce", actor=system_actor(), at=attempt.at)
    following = invite_next(seat, at=attempt.at)
    attempt.kept["followed_by"] = str(following.pk) if following else ""


@records("R-154")
def recuse(attempt: Attempt) -> None:
    """Effect of seat.recuse: the member's own declaration stands in the record, then they leave."""
    RecusalRequest.objects.create(
        seat=attempt.obj,
        entry=attempt.data.get("entry"),
        raised_by=attempt.actor.label,
        ground=attempt.reason[:500],
        raised_at=attempt.at,
        upheld=True,
        decision=str(_("本人申请，依规回避")),
        decided_by=attempt.actor.user,
        decided_at=attempt.at,
    )
    leave(attempt)


def convene(attempt: Attempt) -> None:
    """Effect of panel.convene: entries go to the panel, members may read them, each gets an order of their own."""
    panel: ReviewPanel = attempt.obj
    panel.convened_at = attempt.at
    reading.begin(panel, actor=attempt.actor, at=attempt.at)
    panel.entries.exclude(pk__in=panel.entries.judged().values("pk")).update(is_live=False)
    seats = list(panel.seats.confirmed().select_related("person"))
    for seat in seats:
        _open_sheets(panel, seat, at=attempt.at)
    notify(
        template="panel_convened",
        recipients=[seat.person for seat in seats],
        url=reverse("review"),
        context={"panel": panel.number, "guide": panel.occasion.title, "due": panel.scores_due_on.isoformat()},
        key=f"convened-{panel.pk}",
    )


def cancel(attempt: Attempt) -> None:
    """Effect of panel.cancel: the entries wait for another panel."""
    attempt.obj.entries.update(is_live=False)


def abandon(attempt: Attempt) -> None:
    """Effect of panel.abandon: whatever was scored is void, and the entries wait for another panel."""
    panel: ReviewPanel = attempt.obj
    for sheet in panel.sheets.exclude(status="void"):
        perform(sheet, "sheet.void", actor=system_actor(), at=attempt.at)
    for seat in panel.seats.sitting():
        reading.dismiss(panel, person_id=seat.person_id, at=attempt.at)
    reading.give_up(panel, reason=attempt.reason, at=attempt.at)
    panel.entries.update(is_live=False)


def duties_of(panel: ReviewPanel) -> set[UUID]:
    """The cases in which a member holds the duty of judging: each application's, or the procedure's."""
    if panel.procedure is not None:
        return {panel.procedure.duty_scope}
    return {entry.duty_scope for entry in before_panel(panel)}


@transaction.atomic
@records("R-161")
def note_conduct(
    *, actor: Actor, seat: PanelSeat, grade: str, note: str = "", at: datetime | None = None
) -> ExpertConduct:
    """One note per member after the review; anything but good needs words."""
    require_runner(actor, seat.panel)
    if seat.panel.status != "signed":
        raise RuleViolation([Refusal("R-161", _("评审报告签署完毕后方可记录专家履职情况"))])
    if grade != ConductGrade.GOOD and not note.strip():
        raise RuleViolation([Refusal("R-161", _("评价为“一般”或“较差”的须说明情况"))])
    try:
        with transaction.atomic():
            conduct = ExpertConduct.objects.create(
                seat=seat, grade=grade, note=note.strip(), written_by=person_of(actor), written_at=at or database_now()
            )
    except IntegrityError as error:
        raise RuleViolation([refusal_for_constraint(error) or Refusal("R-161", _("该成员的履职情况已记录"))]) from error
    journal(actor, seat.panel, "panel.conduct", {"seat": str(seat.pk), "grade": grade})
    return conduct


def _open_sheets(panel: ReviewPanel, seat: PanelSeat, *, at: datetime) -> None:
    """The member's sheets, in an order drawn for this member alone."""
    entries = {str(entry.subject.pk): entry for entry in before_panel(panel)}
    for position, key in enumerate(order_of(seat.order_seed, "entries", entries), start=1):
        reading.admit(entries[key], person_id=seat.person_id, at=at)
        ScoreSheet.objects.create(panel=panel, seat=seat, entry=entries[key], position=position, salt=token_hex(16))


def _require_office(actor: Actor, guide: Guide) -> None:
    if not actor.holds(Role.LGO, guide.office_id):
        raise RuleViolation([Refusal("S-02", _("评审由领导小组办公室组织"))])


def require_runner(actor: Actor, panel: ReviewPanel) -> None:
    if not panel.is_run_by(actor):
        raise RuleViolation([Refusal("S-02", _("评审由主办单位（采购人、采购代理机构）组织"))])


def journal(actor: Actor, panel: ReviewPanel, action: str, body: Mapping[str, object]) -> None:
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action=action,
        subject=panel.subject,
        case_id=panel.case_id,
        body=body,
    )
