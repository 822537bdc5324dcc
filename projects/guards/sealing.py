"""What must hold before bids are closed and opened (R-117)."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from procurement.lifecycle.engine import Attempt
from procurement.rules import guard
from projects.models import SealMode
from projects.selectors.procedures import lots_too_few_to_open
from projects.selectors.sealed_receipts import set_is_as_published
from projects.selectors.sealing import opens_from, public_keys, witness_for


@guard("R-117")
def deadline_has_passed(attempt: Attempt) -> str | None:
    deadline = attempt.obj.deadline_at
    if deadline is not None and attempt.at >= deadline:
        return None
    return _("投标（响应）截止时间未到")


@guard("R-117")
def drain_is_over(attempt: Attempt) -> str | None:
    """Two minutes, so that what arrived in time is through; the database refuses it as well."""
    earliest = opens_from(attempt.obj)
    if earliest is not None and attempt.at >= earliest:
        return None
    when = timezone.localtime(earliest).strftime("%Y-%m-%d %H:%M:%S") if earliest else "—"
    return _("投标截止两分钟后方可开启，最早 %(when)s") % {"when": when}


@guard("R-117")
def set_is_as_frozen(attempt: Attempt) -> str | None:
    """Looked at in the act only: on a page, the time it takes would tell how many there are."""
    if set_is_as_published(attempt.obj):
        return None
    return _("密封集合与截止时公布的根不一致：有投标（响应）被增删或改动。不得开启，请立即报告财政监督部门")


@guard("R-117")
def witness_is_present(attempt: Attempt) -> str | None:
    if witness_for(attempt.obj, attempt.actor, attempt.at) is not None:
        return None
    return _("开启须有两人在场：请另一位工作人员、监督人员或保管人先用自己的账号签到")


@guard("R-118")
def enough_to_open(attempt: Attempt) -> str | None:
    """A tender with fewer than three in every lot is not opened: what is sealed stays sealed. Asked in the act only."""
    short = lots_too_few_to_open(attempt.obj)
    if len(short) < attempt.obj.lots.count():
        return None
    words = {"fewest": short[0].fewest if short else 3}
    return _("投标人不足 %(fewest)s 家，不得开启，应当废标") % words


@guard("R-117")
def quorum_is_there(attempt: Attempt) -> str | None:
    """The entered shares make the private key of every lot."""
    if attempt.obj.seal_mode == SealMode.PLATFORM:
        return None
    keys = attempt.data.get("keys") or {}
    for key in public_keys(attempt.obj):
        private = keys.get(str(key.lot_id))
        if private is None or bytes(private.public_key) != bytes(key.public_key):
            return _("须由三名保管人中的两人出示密钥份额并输入口令")
    return None
