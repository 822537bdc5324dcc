"""What a change request must hold, and what keeps it from being applied."""

from __future__ import annotations

from django.utils.translation import gettext as _

from procurement.lifecycle.engine import Attempt
from procurement.rules import guard
from projects.models import ChangeKind
from projects.selectors.changes import current_value, line_shortage


@guard("R-228", warning=False)
def project_is_running(attempt: Attempt) -> str | None:
    application = attempt.obj.application
    if application.status in ("ready_to_sign", "in_progress", "rectifying", "suspended"):
        return None
    return _("项目当前为“%(state)s”，不能变更") % {"state": application.state.label}


@guard("R-228", warning=False)
def something_changes(attempt: Attempt) -> str | None:
    if any(item.before != item.after for item in attempt.obj.items.all()):
        return None
    return _("没有填写任何变更内容")


@guard("R-228", warning=False)
def reason_is_given(attempt: Attempt) -> str | None:
    return None if len(attempt.obj.reason.strip()) >= 10 else _("请写明变更理由（不少于 10 个字）")


@guard("R-228", warning=False)
def nothing_moved_meanwhile(attempt: Attempt) -> list[str]:
    """What stood when the request was written must still stand when it is applied."""
    change = attempt.obj
    if change.kind == ChangeKind.BUDGET:
        return []
    return [
        _("“%(label)s”已在申请之后改变，请退回重新申请") % {"label": item.label}
        for item in change.items.all()
        if current_value(change, item.target) != item.before
    ]


@guard("R-227", warning=False)
def lines_can_give(attempt: Attempt) -> str | None:
    return line_shortage(attempt.obj)
