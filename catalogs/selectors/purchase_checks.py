"""The latest answers about a thing, and what they refuse."""

from __future__ import annotations

from django.utils.translation import gettext as _

from catalogs.models import PurchaseCheck
from catalogs.negative_list import verdict
from orgs.models import Region
from procurement.rules import Refusal


def latest_check(subject: str) -> PurchaseCheck | None:
    """The sheet that counts for this thing; None when nobody has answered."""
    return PurchaseCheck.objects.of(subject).select_related("answered_by", "organization").first()


def check_refusals(subject: str, *, region: Region) -> list[Refusal]:
    """For guards of needs and plan lines: what the latest answers refuse; all of it when there are none.

    Warnings that were justified on the sheet do not come back: the justification is kept there.
    """
    check = latest_check(subject)
    if check is None:
        return [Refusal("R-004", _("尚未核对禁购清单"))]
    found = verdict({"secrets": True} if check.outcome == "secret" else check.answers, region_code=region.pk)
    return [refusal for refusal in found if not (refusal.warning and check.justification)]
