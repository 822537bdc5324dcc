"""What must hold for a project to be launched: money has come, and the plan can be read day by day."""

from __future__ import annotations

from django.utils.translation import gettext as _

from procurement.lifecycle.engine import Attempt
from procurement.rules import guard
from projects.selectors.delivery import term_of


@guard("R-250", warning=False)
def first_money_has_come(attempt: Attempt) -> str | None:
    """A project of zero price waits for no money (R-213)."""
    contract = attempt.obj.application.contracts.filter(status="performing").first()
    if contract is None:
        return _("合同尚未生效履行，不能启动项目")
    if not contract.payments.exists() or contract.payments.filter(paid_at__isnull=False).exists():
        return None
    return _("首期资金尚未支付，不能启动项目")


@guard("R-209", warning=False)
def project_is_running(attempt: Attempt) -> str | None:
    application = attempt.obj.application
    if application.status in ("in_progress", "rectifying"):
        return None
    return _("项目当前为“%(state)s”") % {"state": application.state.label}


@guard("R-220")
def plan_lists_activities(attempt: Attempt) -> str | None:
    return None if attempt.obj.activities.exists() else _("活动计划还没有列出任何活动")


@guard("R-220")
def plan_keeps_to_the_term(attempt: Attempt) -> str | None:
    term = term_of(attempt.obj.application)
    if term is None:
        return _("项目没有起止日期")
    outside = attempt.obj.activities.exclude(planned_on__gte=term[0], planned_on__lte=term[1]).first()
    if outside is None:
        return None
    return _("“%(activity)s”不在合同期 %(first)s 至 %(last)s 内") % {
        "activity": outside,
        "first": term[0],
        "last": term[1],
    }


@guard("R-224", warning=True)
def sign_board_has_a_telephone(attempt: Attempt) -> str | None:
    return None if attempt.obj.supervision_phone.strip() else _("未填写公示牌上的监督电话")
