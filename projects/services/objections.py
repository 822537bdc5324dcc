"""Objections to a publicised list: filed by anyone, rechecked by the office (R-174, R-175)."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from procurement import audit
from procurement.access import Actor
from procurement.calendars import Period
from procurement.lifecycle.engine import Attempt, database_now, perform, system_actor
from procurement.rules import Refusal, RuleViolation, implements
from projects.models import Application, Objection, Publicity

#: No look-alike characters: the code is read over the telephone.
CODE_ALPHABET = "ABCDEFGHJKLMNPQRTUWXY23456789"


@implements("R-174")
@transaction.atomic
def file_objection(
    *,
    actor: Actor,
    publicity: Publicity,
    application: Application,
    text: str,
    name: str = "",
    contact: str = "",
    at: datetime | None = None,
) -> Objection:
    """Take an objection, named or not; from this moment the project cannot be approved.

    Raises:
        RuleViolation: S-04 without text, R-174 after the period, S-01 when the project is not on the list.
    """
    moment = at or database_now()
    Publicity.objects.select_for_update(no_key=True).get(pk=publicity.pk)
    _require_in_time(publicity, application, moment)
    if len(text.strip()) < 10:
        raise RuleViolation([Refusal("S-04", _("请写明异议的事实和理由（不少于 10 个字）"))])
    objection = Objection(
        code="".join(secrets.choice(CODE_ALPHABET) for _i in range(10)),
        publicity=publicity,
        application=application,
        case=application.case,
        text=text.strip(),
        objector_name=name.strip(),
        objector_contact=contact.strip(),
        filed_by=actor.user,
        filed_at=moment,
        due_on=Period.parse(str(publicity.guide.rule_set.value("recheck_days"))).due(moment),
    )
    objection.save()
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action="objection.file",
        subject=objection.subject,
        case_id=application.case_id,
        body={"application": str(application.pk), "code": objection.code, "text": objection.text},
        personal={"name": objection.objector_name, "contact": objection.objector_contact},
    )
    if application.status == "in_publicity":
        perform(application, "application.object", actor=system_actor(), at=moment, objection=objection)
    return objection


def dismiss(attempt: Attempt) -> None:
    """Effect of objection.dismiss: the last open objection gone, publicity goes on, or ends if its days are over."""
    objection = _answer(attempt)
    application = Application.objects.get(pk=objection.application_id)
    if application.status != "objected" or _others_open(objection):
        return
    perform(application, "application.resume_publicity", actor=attempt.actor, at=attempt.at)
    if objection.publicity.status == "effective":
        perform(application, "application.end_publicity", actor=system_actor(), at=attempt.at)


def uphold(attempt: Attempt) -> None:
    """Effect of objection.uphold: the project leaves the list and its money goes back."""
    objection = _answer(attempt)
    application = Application.objects.get(pk=objection.application_id)
    if application.status == "objected":
        perform(application, "application.withdraw_award", actor=attempt.actor, at=attempt.at, reason=attempt.reason)


def _answer(attempt: Attempt) -> Objection:
    objection: Objection = attempt.obj
    objection.answer, objection.answered_at = attempt.reason, attempt.at
    return objection


def _others_open(objection: Objection) -> bool:
    return objection.application.objections.open().exclude(pk=objection.pk).exists()


def _require_in_time(publicity: Publicity, application: Application, moment: datetime) -> None:
    on_list = publicity.items.filter(application=application).exists()
    if not on_list or application.status not in ("in_publicity", "objected"):
        raise RuleViolation([Refusal("S-01", _("该项目不在公示名单中"))])
    last = publicity.ends_on
    if last is None or timezone.localtime(moment).date() > last:
        raise RuleViolation([Refusal("R-174", _("公示期已于 %(day)s 届满，不再受理异议") % {"day": last})])
