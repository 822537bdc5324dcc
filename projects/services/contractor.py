"""Who may write for the contractor while the project runs, and the journal line every such act leaves."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from procurement import audit
from procurement.access import Actor
from procurement.access.models import User
from procurement.rules import Refusal, RuleViolation
from projects.models import Application
from projects.selectors.applications import may_edit


def require_contractor(actor: Actor, application: Application) -> None:
    if not may_edit(application, actor):
        raise RuleViolation([Refusal("S-02", _("只有承接主体的经办人和负责人可以登记"))])


def require_running(application: Application) -> None:
    if application.status not in ("in_progress", "rectifying"):
        state = application.state.label
        raise RuleViolation([Refusal("S-01", _("项目当前为“%(state)s”，不能登记") % {"state": state})])


def journal(actor: Actor, application: Application, action: str, subject: str, body: dict[str, Any]) -> None:
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action=action,
        subject=subject,
        case_id=application.case_id,
        body=body,
    )


def person(actor: Actor) -> User:
    """Whoever signs an entry has signed in."""
    if actor.user is None:
        raise RuleViolation([Refusal("S-02", _("请先登录"))])
    return actor.user
