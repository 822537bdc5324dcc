"""What must hold before a catalogue is approved and used, and whether a thing may be bought at all."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from catalogs.models import CatalogueItem, GuidanceCatalogue, ProposalKind
from catalogs.selectors import guidance as selectors
from orgs.models import Region
from procurement.rules import Refusal, RuleViolation, guard, implements


@guard("R-007")
def catalogue_is_complete(attempt: Any) -> str | None:
    """An empty list permits nothing and is nobody's catalogue."""
    return None if attempt.obj.items.exists() else _("目录还没有条目")


@guard("R-007")
def approver_did_not_submit(attempt: Any) -> str | None:
    """Approval by the government is a second pair of eyes: who sent it up does not approve it."""
    sent = attempt.obj.history.filter(transition="catalogue.submit").last()
    if sent is None or sent.actor_id != attempt.actor.id:
        return None
    return _("报批人不能批准自己报送的目录")


@guard("R-007")
def approval_is_numbered(attempt: Any) -> str | None:
    return None if str(attempt.data.get("document_number", "")).strip() else _("须填写批准文号")


@guard("R-007")
def publication_day_fits(attempt: Any) -> str | None:
    """Published before use: never backwards, and always after the edition it follows."""
    day: date | None = attempt.data.get("valid_from")
    if day is None:
        return _("须填写施行日期")
    if day < attempt.today:
        return _("施行日期不得早于公布之日：目录公布后方可使用")
    before = selectors.edition_before(attempt.obj)
    if before is not None and before.valid_from is not None and day <= before.valid_from:
        return _("施行日期须晚于上一版的施行日期%(day)s") % {"day": before.valid_from.isoformat()}
    return None


@guard("R-006")
def proposal_is_reasoned(attempt: Any) -> str | None:
    return None if attempt.obj.grounds.strip() else _("尚未填写理由")


@guard("R-007")
def next_edition_is_open(attempt: Any) -> str | None:
    """An approved edition takes no more items; what is adopted goes into the next."""
    if selectors.open_editions(attempt.obj).exists():
        return None
    return _("还没有编制中的新版目录，请先编制新版")


@guard("R-007")
def adoption_fits_the_edition(attempt: Any) -> list[str]:
    """The code must be free for a new item, and there for one that is changed or taken out."""
    edition: GuidanceCatalogue | None = attempt.data.get("edition")
    code = str(attempt.data.get("code", "")).strip()
    if edition is None or not selectors.open_editions(attempt.obj).filter(pk=edition.pk).exists():
        return [_("须选择本单位编制中的新版目录")]
    if not code:
        return [_("须填写条目代码")]
    taken = edition.items.filter(code=code).exists()
    if attempt.obj.kind == ProposalKind.ADD:
        return [_("代码%(code)s在新版中已有条目") % {"code": code}] if taken else []
    return [] if taken else [_("新版中没有代码为%(code)s的条目") % {"code": code}]


@implements("R-006")
def item_refusals(item: CatalogueItem | None, *, region: Region, day: date) -> list[Refusal]:
    """Why a purchase in ``region`` planned on ``day`` may not rest on ``item``; empty when it may.

    For guards and services of needs and plans. The way out is a proposal (``selectors.proposal_url``).
    """
    if item is None:
        return [Refusal("R-006", _("尚未对应购买服务目录条目；目录没有列入的，请先提出目录调整建议"))]
    if CatalogueItem.objects.valid_on(region, day).filter(pk=item.pk).exists():
        return []
    words = {"item": item, "place": region.full_name, "day": day.isoformat()}
    return [Refusal("R-006", _("“%(item)s”不是%(place)s%(day)s有效的目录条目；请改选，或者提出目录调整建议") % words)]


def require_item(item: CatalogueItem | None, *, region: Region, day: date) -> None:
    """Raises RuleViolation with R-006 where ``item_refusals`` finds anything."""
    if found := item_refusals(item, region=region, day=day):
        raise RuleViolation(found)
