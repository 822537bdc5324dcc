"""The one publicity service: every official notice is written, checked, counted and published here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.models import Organization
from procurement.access import Actor, Role
from procurement.lifecycle.engine import Attempt, database_now, perform, system_actor
from procurement.lifecycle.numbering import next_number
from procurement.rules import Refusal, RuleViolation
from projects.models import Contract, OfficialNotice, Procedure
from projects.notice_forms import notice_form
from projects.selectors.official_notices import period_of, standard_fields


@transaction.atomic
def publish(
    *,
    actor: Actor,
    kind: str,
    procedure: Procedure | None = None,
    fields: Mapping[str, Any] | None = None,
    issuer: Organization | None = None,
    title: str = "",
    contract: Contract | None = None,
    corrects: OfficialNotice | None = None,
    at: datetime | None = None,
) -> OfficialNotice:
    """Publish a notice on its official form; blanks the procedure answers need not be given.

    ``kind`` is a code of ``notice_types.csv``; ``fields`` maps names of the form's blanks to text or rows.

    Raises:
        RuleViolation: R-172 or S-04 for each blank left empty, R-305 when the period cannot be counted,
            S-02 when this actor may not issue this kind.
    """
    moment = at or database_now()
    notice = draft(
        actor=actor,
        kind=kind,
        procedure=procedure,
        fields=fields,
        issuer=issuer,
        title=title,
        contract=contract,
        corrects=corrects,
        at=moment,
    )
    perform(notice, "official_notice.publish", actor=actor, at=moment)
    return notice


@transaction.atomic
def draft(
    *,
    actor: Actor,
    kind: str,
    procedure: Procedure | None = None,
    fields: Mapping[str, Any] | None = None,
    issuer: Organization | None = None,
    title: str = "",
    contract: Contract | None = None,
    corrects: OfficialNotice | None = None,
    at: datetime | None = None,
) -> OfficialNotice:
    """A notice in draft, prefilled from its procedure. ``issuer`` defaults to the procedure's purchaser."""
    moment = at or database_now()
    body = issuer or (procedure.purchaser if procedure else None)
    if body is None:
        raise ValueError("a notice without a procedure names its issuer")
    form = notice_form(kind)
    known = standard_fields(kind, procedure, moment) if procedure else {}
    about = procedure.title if procedure else body.name
    return OfficialNotice.objects.create(
        number=next_number("official_notice", prefix="GG", year=timezone.localtime(moment).year),
        kind=kind,
        title=title or f"{about}{form.label}",
        issuer=body,
        procedure=procedure,
        contract=contract,
        corrects=corrects,
        fields={**known, **(fields or {})},
    )


@transaction.atomic
def revise(*, actor: Actor, notice: OfficialNotice, fields: Mapping[str, Any]) -> OfficialNotice:
    """Change the blanks of a draft.

    Raises:
        RuleViolation: R-178 once it is published, S-02 for anyone but its issuer's people.
    """
    locked = OfficialNotice.objects.select_for_update(no_key=True).get(pk=notice.pk)
    if not may_write(actor, locked):
        raise RuleViolation([Refusal("S-02", _("公告由发布单位或者其委托的代理机构拟定"))])
    if locked.status != "draft":
        raise RuleViolation([Refusal("R-178", _("已发布的公告不得改写，请发布更正公告"))])
    locked.fields = {**locked.fields, **fields}
    locked.save()
    return locked


def may_write(actor: Actor, notice: OfficialNotice) -> bool:
    """The issuer's officer, the agent of its procedure, and the supervisor for its own decisions."""
    if notice.form.by_supervisor:
        return actor.holds(Role.FIN_SUP, notice.issuer_id)
    agent_id = notice.procedure.agent_id if notice.procedure else None
    return actor.holds(Role.PU_BUY, notice.issuer_id) or (agent_id is not None and actor.holds(Role.AGT, agent_id))


@transaction.atomic
def correct(
    *, actor: Actor, original: OfficialNotice, matter: str, changes: str, at: datetime | None = None
) -> OfficialNotice:
    """Publish the 更正公告 of a notice; the original stays and links to it."""
    moment = at or database_now()
    if original.published_at is None:
        raise RuleViolation([Refusal("S-01", _("公告尚未发布，直接修改草稿即可"))])
    return publish(
        actor=actor,
        kind="correction",
        procedure=original.procedure,
        issuer=original.issuer,
        corrects=original,
        fields={
            "first_published": timezone.localdate(original.published_at).isoformat(),
            "corrected_matter": matter,
            "changes": changes,
        },
        at=moment,
    )


def stamp(attempt: Attempt) -> None:
    """Effect of official_notice.publish: the day it came out, and the last day of its period."""
    notice: OfficialNotice = attempt.obj
    notice.published_at, notice.starts_on = attempt.at, attempt.today
    period = period_of(notice)
    notice.ends_on = period.due(attempt.today) if period else None
    attempt.kept["number"] = notice.number
    attempt.kept["ends_on"] = notice.ends_on.isoformat() if notice.ends_on else ""


def expire_due(now: datetime) -> int:
    """End the periods whose last day has passed; swept every minute."""
    due = list(OfficialNotice.objects.running_out(timezone.localdate(now)))
    for notice in due:
        perform(notice, "official_notice.expire", actor=system_actor(), at=now)
    return len(due)


def result_notice_of(procedure: Procedure) -> OfficialNotice | None:
    """The result notice that stands now: the newest of the result and its changes."""
    return (
        procedure.notices.filter(kind__in=("award", "award_change"), status__in=("published", "expired"))
        .order_by("-published_at")
        .first()
    )
