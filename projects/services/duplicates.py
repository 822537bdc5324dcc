"""The applicant's word on resemblances, and its request for an exception by finance."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from procurement.access import Actor, Role, people_holding
from procurement.lifecycle.engine import Attempt, database_now
from procurement.notices import notify
from procurement.rules import Refusal, RuleViolation, records
from projects.models import Application, DifferenceDeclaration, SecondFunding
from projects.selectors.applications import EDITABLE, may_edit
from projects.selectors.radar import funded_already, resemblances
from projects.services.contractor import journal, person


@records("R-041")
@transaction.atomic
def declare_difference(*, actor: Actor, application: Application, statement: str) -> DifferenceDeclaration:
    """Keep how the applicant says its project differs from those it resembles now; earlier words stay.

    Raises RuleViolation for strangers, and once the application can no longer be written.
    """
    _require_author(actor, application)
    made = DifferenceDeclaration.objects.create(
        application=application,
        statement=statement.strip(),
        about=[hit.other.number for hit in resemblances(application)][:20],
        declared_by=person(actor),
        declared_at=database_now(),
    )
    journal(actor, application, "application.declare_difference", application.subject, {"about": made.about})
    return made


@transaction.atomic
def request_exception(*, actor: Actor, application: Application, other: Application, grounds: str) -> SecondFunding:
    """Ask finance to let a project be funded although ``other`` is.

    Raises RuleViolation: S-02 for strangers, S-01 past writing, R-042 when ``other`` stands in nobody's way
    or the exception has been asked for.
    """
    _require_author(actor, application)
    if other.pk not in {one.pk for one in funded_already(application)}:
        raise RuleViolation([Refusal("R-042", _("该项目不妨碍本次申报，无须申请例外"))])
    if application.second_fundings.filter(other=other, status="requested").exists():
        raise RuleViolation([Refusal("R-042", _("该项目的例外申请已提交，请等待财政部门决定"))])
    asked = SecondFunding(application=application, other=other, grounds=grounds.strip())
    asked.save()
    journal(actor, application, "second_funding.request", asked.subject, {"other": other.number})
    notify(
        template="transition",
        recipients=people_holding(Role.FIN, application.guide.finance_id),
        case_id=application.case_id,
        url=asked.get_absolute_url(),
        context={
            "object": str(asked),
            "action": _("申请重复资助例外"),
            "state": str(asked.state.label),
            "organization": application.applicant.name,
            "reason": asked.grounds,
            "when": "",
            "next": "",
        },
        key=f"{asked.pk}",
    )
    return asked


def on_decision(attempt: Attempt) -> None:
    """Effect of granting and refusing."""
    attempt.obj.decided_at = attempt.at


def _require_author(actor: Actor, application: Application) -> None:
    if not may_edit(application, actor):
        raise RuleViolation([Refusal("S-02", _("只有申报单位的经办人和负责人可以填写"))])
    if application.status not in EDITABLE:
        words = {"state": application.state.label}
        raise RuleViolation([Refusal("S-01", _("当前状态为“%(state)s”，不能再填写") % words)])
