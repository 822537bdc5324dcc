"""Raising, dispatching and settling warnings; what the clock raises it takes back itself when the cause is gone (R-229)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.models import Organization
from procurement.access import Actor, Role, people_holding
from procurement.calendars import CalendarNotAnnounced, Period
from procurement.lifecycle.engine import Attempt, database_now, perform, system_actor
from procurement.lifecycle.steps import rule_value
from procurement.notices import notify
from procurement.rules import Refusal, RuleViolation, implements
from projects.models import Application, EarlyWarning, WarningLevel, WarningTier
from projects.selectors.warning_signs import COMPUTED, REPORTED, Sign, all_signs
from projects.services.contractor import journal

#: The tier a warning of each level starts at; the worse, the higher.
STARTING_TIER = {
    WarningLevel.BLUE: WarningTier.NEIGHBOURHOOD,
    WarningLevel.YELLOW: WarningTier.STREET,
    WarningLevel.ORANGE: WarningTier.DISTRICT,
    WarningLevel.RED: WarningTier.CITY,
}
_COMPUTED_CODES = tuple(rule.code for rule in COMPUTED)


def watch(now: datetime) -> int:
    """Sweep: raise what is new, worsen what got worse, take back what is gone, escalate what nobody answered."""
    today = timezone.localtime(now).date()
    signs = all_signs(today)
    known = _known(signs)
    moved = sum(_notice(sign, known.get((sign.application.pk, sign.rule, sign.key), []), now) for sign in signs)
    moved += _take_back({(s.application.pk, s.rule, s.key) for s in signs}, now)
    return moved + _escalate_unanswered(today, now)


@implements("R-229")
def report_incident(
    *, actor: Actor, application: Application, rule: str, facts: str, at: datetime | None = None
) -> EarlyWarning:
    """What only people can know: an accident, misuse, a leader out of reach, an upheld complaint.

    Raises:
        RuleViolation: S-02 unless the person supervises the project, S-04 without facts.
    """
    moment = at or database_now()
    if not may_report(application, actor):
        raise RuleViolation([Refusal("S-02", _("预警由主责单位、购买主体或办公室上报"))])
    found = next((one for one in REPORTED if one.code == rule), None)
    if found is None or len(facts.strip()) < 10:
        raise RuleViolation([Refusal("S-04", _("请选择预警事项并写明事实（不少于 10 个字）"))])
    sign = Sign(application, rule, moment.strftime("%Y%m%d%H%M%S%f"), found.level, facts.strip()[:300])
    return raise_warning(sign, at=moment, actor=actor)


@transaction.atomic
def raise_warning(sign: Sign, *, at: datetime, actor: Actor | None = None, key: str = "") -> EarlyWarning:
    """Open a warning at the tier its level starts at. A red one stops payments at once (domain §7.6)."""
    application, level = sign.application, sign.level
    tier = STARTING_TIER[level]
    warning = EarlyWarning(
        application=application,
        case=application.case,
        rule=sign.rule,
        key=key or sign.key,
        level=level,
        tier=tier,
        facts=sign.facts,
        basis=sign.basis[:200],
        raised_at=at,
        handler=_handler(tier, application),
        respond_by=_clock(application, level, at),
        payments_stopped=level == WarningLevel.RED,
    )
    warning.save()
    journal(
        actor or system_actor(),
        application,
        "warning.raise",
        warning.subject,
        {"rule": sign.rule, "level": str(level), "tier": str(tier), "facts": sign.facts},
    )
    _tell(warning)
    return warning


def assign(attempt: Attempt) -> None:
    """Effect of warning.assign: a body is named and its clock starts."""
    warning: EarlyWarning = attempt.obj
    handler: Organization | None = attempt.data.get("handler")
    if handler is not None:
        warning.handler = handler
    warning.respond_by = _clock(warning.application, WarningLevel(warning.level), attempt.at)
    attempt.kept["handler_name"] = str(warning.handler)


def resolve(attempt: Attempt) -> None:
    attempt.obj.outcome = attempt.reason


def escalate(attempt: Attempt) -> None:
    """Effect of both escalations: one tier up, a new clock."""
    warning: EarlyWarning = attempt.obj
    _move_to(warning, WarningTier(warning.tier).higher(), attempt.at)
    attempt.kept["tier"] = warning.tier


def worsen(attempt: Attempt) -> None:
    """Effect of warning.worsen: the level rises, and with it at least the tier that level starts at."""
    warning: EarlyWarning = attempt.obj
    level = WarningLevel(attempt.data["level"])
    warning.level, warning.facts = level, attempt.data["facts"]
    tier = max(WarningTier(warning.tier), STARTING_TIER[level], key=lambda one: one.rank)
    _move_to(warning, tier, attempt.at)
    if level == WarningLevel.RED:
        warning.payments_stopped, warning.stop_confirmed_at, warning.stop_confirmed_by = True, None, None


def lapse(attempt: Attempt) -> None:
    attempt.obj.outcome = _("%(day)s 复核：预警事项已消除") % {"day": attempt.today}


@implements("R-229")
@transaction.atomic
def decide_stop(
    *, actor: Actor, warning: EarlyWarning, keep: bool, reason: str, at: datetime | None = None
) -> EarlyWarning:
    """The human word on an automatic stop: payments stay stopped, or run again, with the reason on record.

    Raises:
        RuleViolation: S-02 for anyone but the purchaser's signer, S-03 without a reason.
    """
    locked = (
        EarlyWarning.objects.select_for_update(no_key=True, of=("self",))
        .select_related("application__guide")
        .get(pk=warning.pk)
    )
    if not actor.holds(Role.PU_SIGN, locked.application.guide.purchaser_id):
        raise RuleViolation([Refusal("S-02", _("暂停付款由购买主体合同签署人确认或解除"))])
    if not locked.payments_stopped:
        raise RuleViolation([Refusal("S-01", _("付款没有因本预警暂停"))])
    if len(reason.strip()) < 4:
        raise RuleViolation([Refusal("S-03", _("请写明确认或解除的理由"))])
    locked.payments_stopped = keep
    locked.stop_confirmed_by, locked.stop_confirmed_at = actor.user, at or database_now()
    locked.stop_reason = reason.strip()
    locked.save()
    action = "warning.keep_stop" if keep else "warning.lift_stop"
    journal(actor, locked.application, action, locked.subject, {"reason": locked.stop_reason})
    return locked


def may_report(application: Application, actor: Actor) -> bool:
    guide = application.guide
    return any(
        (
            actor.holds(Role.RU, application.hub_id) if application.hub_id else False,
            actor.holds(Role.LGO, guide.office_id),
            actor.holds(Role.PU_SIGN, guide.purchaser_id),
            actor.holds(Role.PU_BUY, guide.purchaser_id),
        )
    )


def _known(signs: list[Sign]) -> dict[tuple[Any, str, str], list[EarlyWarning]]:
    """Earlier warnings of the same causes, oldest first; a cause raised anew carries a number behind its key."""
    rows = EarlyWarning.objects.filter(application__in={sign.application.pk for sign in signs}).order_by("raised_at")
    found: dict[tuple[Any, str, str], list[EarlyWarning]] = {}
    for row in rows:
        found.setdefault((row.application_id, row.rule, row.key.partition("#")[0]), []).append(row)
    return found


def _notice(sign: Sign, known: list[EarlyWarning], now: datetime) -> int:
    """Raise or worsen; 1 when something moved."""
    if not known:
        return _raise_once(sign, now, sign.key)
    last = known[-1]
    if sign.level.rank <= WarningLevel(last.level).rank:
        return 0
    if last.status == "closed":
        return _raise_once(sign, now, f"{sign.key}#{len(known) + 1}")
    return _perform(last, "warning.worsen", now, level=sign.level.value, facts=sign.facts)


def _raise_once(sign: Sign, now: datetime, key: str) -> int:
    """Two sweepers at one moment: the unique cause lets one of them through."""
    try:
        raise_warning(sign, at=now, key=key)
    except IntegrityError:
        return 0
    return 1


def _take_back(standing: set[tuple[Any, str, str]], now: datetime) -> int:
    """Computed warnings whose cause the sweep no longer finds; reported ones wait for people."""
    rows = EarlyWarning.objects.open().filter(rule__in=_COMPUTED_CODES, payments_stopped=False)
    gone = [row for row in rows if (row.application_id, row.rule, row.key.partition("#")[0]) not in standing]
    return sum(_perform(row, "warning.lapse", now) for row in gone)


def _escalate_unanswered(today: date, now: datetime) -> int:
    rows = EarlyWarning.objects.unanswered(today).exclude(tier=WarningTier.CITY)
    return sum(_perform(row, "warning.escalate_overdue", now) for row in rows)


def _perform(warning: EarlyWarning, row: str, now: datetime, **data: Any) -> int:
    try:
        perform(warning, row, actor=system_actor(), at=now, **data)
    except RuleViolation:
        return 0
    return 1


def _move_to(warning: EarlyWarning, tier: WarningTier, at: datetime) -> None:
    warning.tier = tier
    warning.handler = _handler(tier, warning.application)
    warning.respond_by = _clock(warning.application, WarningLevel(warning.level), at)


def _handler(tier: WarningTier, application: Application) -> Organization:
    """Near tiers: the responsible unit, which is on the ground; district and city: the office."""
    near = tier in (WarningTier.NEIGHBOURHOOD, WarningTier.STREET)
    return application.hub if near and application.hub else application.guide.office


def _clock(application: Application, level: WarningLevel, at: datetime) -> date | None:
    try:
        return Period.parse(str(rule_value(application.case, f"warning_days_{level}"))).due(
            timezone.localtime(at).date()
        )
    except CalendarNotAnnounced:
        return None


def _tell(warning: EarlyWarning) -> None:
    application = warning.application
    roles = [(Role.RU, warning.handler_id), (Role.LGO, warning.handler_id)]
    roles += [(Role.ORG_H, application.applicant_id), (Role.ORG, application.applicant_id)]
    if warning.payments_stopped:
        roles.append((Role.PU_SIGN, application.guide.purchaser_id))
    people = {user.pk: user for role, body in roles for user in people_holding(role, body)}
    notify(
        template="early_warning",
        recipients=list(people.values()),
        case_id=application.case_id,
        url=warning.get_absolute_url(),
        context={
            "project": str(application),
            "level": str(warning.get_level_display()),
            "facts": warning.facts,
            "handler": str(warning.handler),
            "respond_by": warning.respond_by.isoformat() if warning.respond_by else "",
            "stopped": warning.payments_stopped,
        },
        key=f"warning:{warning.pk}",
    )
