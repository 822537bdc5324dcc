"""我的待办: what waits for this person, gathered from every app that registered a provider."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from procurement.calendars import due_day_of

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

    from procurement.access.actor import Actor


WEEK_DAYS = 7


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
        is_over = self.due_on < now if isinstance(self.due_on, datetime) else self.due_on < now.date()
        if is_over:
            return Urgency.OVERDUE
        days_left = (due_day_of(self.due_on) - now.date()).days
        return Urgency.WEEK if days_left <= WEEK_DAYS else Urgency.LATER


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
    return (item.due_on is None, due_day_of(item.due_on) if item.due_on else date.max, str(item.title))
