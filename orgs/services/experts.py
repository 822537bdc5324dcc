"""The pool is kept here: people come in, declare their ties, step down for a while, or are barred."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from orgs.models import EmploymentHistory, Expert, ExpertAdmission, ExpertBar, KinDeclaration, Membership
from orgs.selectors.experts import bar_in_force, expert_of
from orgs.services import memberships
from procurement import audit
from procurement.access import Actor, Role
from procurement.lifecycle.engine import Attempt, database_now
from procurement.rules import Refusal, RuleViolation, implements, records, refusal_for_constraint


@transaction.atomic
def draft_admission(*, actor: Actor, admission: ExpertAdmission) -> ExpertAdmission:
    """Write or rewrite the own application.

    Raises:
        RuleViolation: S-02 for somebody else's, S-01 once it is with the office.
    """
    if admission.person_id != actor.id:
        raise RuleViolation([Refusal("S-02", _("只能填写本人的入库申请"))])
    if not admission._state.adding and admission.status not in ("draft", "returned"):
        raise RuleViolation([Refusal("S-01", _("申请已提交，不能修改"))])
    try:
        with transaction.atomic():
            admission.save()
    except IntegrityError as error:
        raise RuleViolation([refusal_for_constraint(error) or Refusal("R-156", _("您已有入库申请在办"))]) from error
    _journal(actor, "expert_admission.draft", admission.subject, {"kind": admission.kind})
    return admission


@implements("R-156")
def admit(attempt: Attempt) -> None:
    """Effect of expert_admission.admit: who was in the pool before comes back with the new particulars."""
    admission: ExpertAdmission = attempt.obj
    expert = expert_of(admission.person_id) or Expert(person=admission.person, joined_on=attempt.today)
    expert.kind, expert.specialties = admission.kind, admission.specialties
    expert.employer_text, expert.is_active = admission.employer_text, True
    expert.save()
    seats = Membership.objects.valid_on(attempt.today).filter(person=admission.person, role=Role.EXP)
    if not seats.exists():
        memberships.appoint(
            actor=attempt.actor,
            person=admission.person,
            organization=admission.office,
            role=Role.EXP,
            appointed_by=attempt.actor.person,
            valid_from=attempt.today,
        )
    attempt.kept["expert"] = str(expert.pk)


@records("R-154")
@transaction.atomic
def declare_employment(*, actor: Actor, period: EmploymentHistory) -> EmploymentHistory:
    """An expert says where they work or worked; draws read it from the next moment on."""
    period.expert = _own(actor)
    period.full_clean()
    period.save()
    _journal(actor, "expert.employment", _subject(period.expert), {"organization": str(period.organization_id)})
    return period


@records("R-154")
@transaction.atomic
def declare_kin(*, actor: Actor, kin: KinDeclaration, at: datetime | None = None) -> KinDeclaration:
    """An expert says whose head is kin; once said it is not taken back."""
    kin.expert = _own(actor)
    kin.declared_on = (at or database_now()).date()
    kin.full_clean()
    kin.save()
    _journal(actor, "expert.kin", _subject(kin.expert), {"organization": str(kin.organization_id)})
    return kin


@transaction.atomic
def set_active(*, actor: Actor, expert: Expert, active: bool, reason: str, on: date) -> Expert:
    """Rest and return: an expert may rest by own wish, the office may rest and recall, a bar outlasts both."""
    if not (expert.person_id == actor.id and not active) and not actor.holds(Role.LGO):
        raise RuleViolation([Refusal("S-02", _("专家恢复在库由专家库管理单位办理"))])
    if not reason.strip():
        raise RuleViolation([Refusal("S-03", _("请写明理由"))])
    if active and bar_in_force(expert.person_id, on):
        raise RuleViolation([Refusal("R-162", _("该专家在禁止参加评审期间，不能恢复在库"))])
    expert.is_active = active
    expert.save(update_fields=["is_active"])
    _journal(actor, "expert.activate" if active else "expert.rest", _subject(expert), {"reason": reason.strip()})
    return expert


@implements("R-162")
@transaction.atomic
def bar(*, actor: Actor, bar: ExpertBar, at: datetime | None = None) -> ExpertBar:
    """Enter a decision that bars an expert; from this moment no draw finds them.

    Raises:
        RuleViolation: S-02 for others than finance supervision and the office; R-162 for a decision entered twice.
    """
    if not actor.roles & {Role.FIN_SUP, Role.LGO}:
        raise RuleViolation([Refusal("S-02", _("禁止参加评审由财政监督或专家库管理单位登记"))])
    bar.decided_by, bar.decided_at = actor.person, at or database_now()
    try:
        with transaction.atomic():
            bar.save()
    except IntegrityError as error:
        raise RuleViolation([refusal_for_constraint(error) or Refusal("R-162", _("该决定文号已经登记"))]) from error
    Expert.objects.filter(pk=bar.expert_id).update(is_active=False)
    _journal(actor, "expert.bar", _subject(bar.expert), {"document": bar.document_number, "reason": bar.reason})
    return bar


def _own(actor: Actor) -> Expert:
    expert = expert_of(actor.id)
    if expert is None:
        raise RuleViolation([Refusal("S-02", _("您不在专家库中"))])
    return expert


def _subject(expert: Expert) -> str:
    return f"orgs.expert:{expert.pk}"


def _journal(actor: Actor, action: str, subject: str, body: dict[str, Any]) -> None:
    audit.record(actor_id=actor.id, actor_label=actor.label, action=action, subject=subject, body=body)
