"""What an order to put things right must say, and when it may be settled."""

from __future__ import annotations

from django.utils.translation import gettext as _

from procurement.lifecycle.engine import Attempt
from procurement.rules import guard


@guard("R-225", warning=False)
def project_is_running(attempt: Attempt) -> str | None:
    application = attempt.obj.application
    if application.status in ("in_progress", "rectifying"):
        return None
    return _("项目当前为“%(state)s”，不能下达整改") % {"state": application.state.label}


@guard("R-225", warning=False)
def order_is_complete(attempt: Attempt) -> list[str]:
    order = attempt.obj
    missing = []
    for value, label in (
        (order.finding, _("发现的问题")),
        (order.contract_term, _("对应的合同约定")),
        (order.requirement, _("整改要求")),
    ):
        if len(value.strip()) < 4:
            missing.append(_("请写明“%(label)s”") % {"label": label})
    return missing


@guard("R-225", warning=False)
def answer_is_given(attempt: Attempt) -> str | None:
    if len(str(attempt.data.get("response", "")).strip()) >= 10:
        return None
    return _("请写明整改情况（不少于 10 个字）")


@guard("R-225", warning=False)
def answered_or_out_of_time(attempt: Attempt) -> str | None:
    """An order is not declared failed while its term still runs and nothing was answered."""
    order = attempt.obj
    if order.status == "responded" or (order.due_on is not None and attempt.today > order.due_on):
        return None
    return _("整改期限至 %(day)s，尚未届满") % {"day": order.due_on or _("未定")}
