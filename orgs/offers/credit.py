"""Credit records in navigation and worklists, and the clock that ends them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.models import CreditAppeal, CreditList, CreditRecord
from orgs.models.credit import IN_FORCE, lists_kept_by
from orgs.selectors.standing import years_before
from orgs.services.credit import sweep
from procurement.access import Actor
from procurement.audit.labels import register_action_labels
from procurement.notices import register_sweep
from procurement.ui.furniture import NavEntry, Section, register_nav
from procurement.ui.worklists import WorkItem, register_worklist

#: Two years on the abnormal list lead to the serious list (R-282).
ABNORMAL_YEARS = 2


def register() -> None:
    register_action_labels(
        {
            "credit.record": gettext_lazy("登记信用记录"),
            "credit.correct": gettext_lazy("更正信用记录"),
            "credit.appeal": gettext_lazy("提出信用异议或修复申请"),
        }
    )
    register_sweep("credit_terms", sweep, every=timedelta(hours=1))
    register_worklist(credit_to_do)
    register_nav(NavEntry(gettext_lazy("信用公示"), "credit-list", order=72, section=Section.NETWORK))


def credit_to_do(actor: Actor) -> Iterator[WorkItem]:
    """Entries to check, appeals to answer, and who has stood on the abnormal list for two years: three queries."""
    kept = lists_kept_by(actor)
    if not kept:
        return
    waiting = CreditRecord.objects.filter(status="recorded", credit_list__in=kept).exclude(recorded_by=actor.id)
    for record in waiting.select_related("organization")[:50]:
        yield _item(record, record, _("复核信用记录"))
    open_appeals = CreditAppeal.objects.filter(status="filed", record__credit_list__in=kept)
    for appeal in open_appeals.exclude(record__recorded_by=actor.id).select_related("record__organization")[:50]:
        yield _item(appeal, appeal.record, _("答复信用申请"))
    if CreditList.ABNORMAL in kept:
        since = years_before(timezone.localdate(), ABNORMAL_YEARS)
        long = CreditRecord.objects.filter(credit_list=CreditList.ABNORMAL, status__in=IN_FORCE, starts_on__lte=since)
        for record in long.select_related("organization")[:50]:
            yield _item(record, record, _("列入活动异常名录满两年，应转列严重违法失信名单"))


def _item(obj: CreditRecord | CreditAppeal, record: CreditRecord, step: str) -> WorkItem:
    return WorkItem(
        title=str(obj),
        url=obj.get_absolute_url(),
        due_on=obj.due_on if isinstance(obj, CreditAppeal) else None,
        step=step,
        organisation=record.organization.display_name,
        lifecycle=obj.lifecycle.label,
    )
