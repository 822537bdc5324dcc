"""When a warning may move, and when it stops money."""

from __future__ import annotations

from django.utils.translation import gettext as _

from procurement.lifecycle.engine import Attempt
from procurement.rules import guard
from projects.models import EarlyWarning, WarningLevel


@guard("R-229", warning=False)
def clock_has_run_out(attempt: Attempt) -> str | None:
    last = attempt.obj.respond_by
    if last is not None and attempt.today > last:
        return None
    return _("响应期限至 %(day)s，尚未届满") % {"day": last or _("未定")}


@guard("R-229", warning=False)
def stop_is_decided(attempt: Attempt) -> str | None:
    """A red warning is not put away while nobody has said whether payments stay stopped."""
    warning = attempt.obj
    if warning.level == WarningLevel.RED and warning.payments_stopped and warning.stop_confirmed_at is None:
        return _("红色预警已暂停付款，须先由购买主体确认或解除")
    return None


@guard("R-229", warning=False)
def payments_run_again(attempt: Attempt) -> str | None:
    if attempt.obj.payments_stopped:
        return _("付款仍在暂停，解除暂停后才能办结")
    return None


@guard("R-229", warning=False)
def outcome_is_written(attempt: Attempt) -> str | None:
    return None if len(attempt.reason) >= 10 else _("请写明处置措施和结果（不少于 10 个字）")


@guard("R-229", warning=False)
def not_stopped_by_warning(attempt: Attempt) -> str | None:
    """On a payment: a red warning suspends it until a person lifts the stop (domain §7.6)."""
    stops = EarlyWarning.objects.stopping_payments().filter(application=attempt.obj.contract.application_id)
    first = stops.first()
    return _("红色预警暂停付款：%(facts)s") % {"facts": first.facts} if first else None
