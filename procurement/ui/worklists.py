"""我的待办: what waits for this person, gathered from every app that registered a provider."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

    from procurement.access.actor import Actor


class Urgency(models.TextChoices):
    OVERDUE = "overdue", _("已逾期")
    WEEK = "week", _("七日内到期")
    LATER = "later", _("以后到期")
    OPEN = "open", _("未设期限")


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One thing somebody must do next. ``due_on`` is a date or an aware instant; none means no clock runs.

    ``urgency`` may be left empty: it follows from the due date. A provider sets it only where
    something else than the date makes a thing urgent, such as an open red warning.
    """

    title: _StrOrPromise
    url: str
    due_on: date | datetime | None = None
    step: _StrOrPromise = ""
    organisation: _StrOrPromise = ""
    urgency: str = ""
    lifecycle: _StrOrPromise = ""

    def urgency_at(self, now: datetime) -> Urgency:
        if self.urgency:
            return Urgency(self.urgency)
        if self.due_on is None:
            return Urgency.OPEN
        if isinstance(self.due_on, datetime):
            left = self.due_on - now
        else:
            left = datetime.combine(self.due_on, datetime.max.time(), now.tzinfo) - now
        if left < timedelta(0):
            return Urgency.OVERDUE
        return Urgency.WEEK if left <= timedelta(days=7) else Urgency.LATER


@dataclass(frozen=True, slots=True)
class WorkGroup:
    urgency: Urgency
    items: list[WorkItem] = field(default_factory=list)


Provider = Callable[["Actor"], Iterable[WorkItem]]
_providers: list[Provider] = []


def register_worklist(provider: Provider) -> Provider:
    """``provider(actor)`` answers with a constant number of queries, whatever the number of items."""
    if provider not in _providers:
        _providers.append(provider)
    return provider


def worklist_for(actor: Actor, *, at: datetime | None = None) -> list[WorkGroup]:
    """Groups in order of urgency, each sorted by due date; empty groups are left out."""
    now = timezone.localtime(at)
    groups = {urgency: WorkGroup(urgency) for urgency in Urgency}
    for item in sorted((item for provider in _providers for item in provider(actor)), key=_due_key):
        groups[item.urgency_at(now)].items.append(item)
    return [group for group in groups.values() if group.items]


def _due_key(item: WorkItem) -> tuple[bool, date, str]:
    due = item.due_on
    if isinstance(due, datetime):
        due = timezone.localtime(due).date()
    return (due is None, due or date.max, str(item.title))
