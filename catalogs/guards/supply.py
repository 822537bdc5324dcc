"""What must hold before an offer is verified and shown."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from orgs.models import RegistrationStatus
from procurement.rules import guard


@guard("R-043")
def offer_is_complete(attempt: Any) -> list[str]:
    """Profile, field, area and capacity are what the verifier looks at."""
    item, missing = attempt.obj, []
    if not item.description.strip():
        missing.append(_("尚未填写服务内容和做法"))
    if not item.areas.exists():
        missing.append(_("尚未选择服务区域"))
    if not item.capacity:
        missing.append(_("尚未填写每年可服务人次"))
    return missing


@guard("R-043")
def provider_is_in_good_standing(attempt: Any) -> str | None:
    """A body struck off or listed for serious breaches has no place in the public catalogue."""
    status = RegistrationStatus(attempt.obj.organization.registration_status)
    if status in (RegistrationStatus.NORMAL, RegistrationStatus.ABNORMAL):
        return None
    return _("%(organization)s登记状态为“%(status)s”") % {
        "organization": attempt.obj.organization,
        "status": status.label,
    }


@guard("R-043")
def offer_was_verified(attempt: Any) -> str | None:
    return None if attempt.obj.verified_at else _("供给目录公开前须经民政部门或街道核实")
