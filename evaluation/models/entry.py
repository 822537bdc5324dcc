"""What lies before a panel: an application of a guide, or an opened bid of a procedure."""

from __future__ import annotations

from decimal import Decimal
from typing import Self, cast
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from evaluation.models.panel import ReviewPanel
from orgs.models import Organization
from projects.models import Application, Bid

#: What reading entries needs of the things behind them.
SUBJECT_PATHS = (
    "application__applicant", "application__category", "application__case", "bid__bidder", "bid__lot", "bid__procedure",
)  # fmt: skip
#: Bids that are no longer judged.
OUT_OF_REVIEW = ("unreadable", "disqualified", "invalid")


def still_judged(prefix: str = "") -> Q:
    """Rows whose entry at ``prefix`` was neither withdrawn nor found invalid meanwhile."""
    return ~Q(**{f"{prefix}application__status": "withdrawn"}) & ~Q(**{f"{prefix}bid__status__in": OUT_OF_REVIEW})


class EntryQuerySet(models.QuerySet["PanelEntry"]):
    def live(self) -> Self:
        return self.filter(is_live=True)

    def judged(self) -> Self:
        """Without what was withdrawn or found invalid meanwhile."""
        return self.filter(still_judged())

    def with_subjects(self) -> Self:
        return self.select_related(*SUBJECT_PATHS).order_by("application__number", "bid__lot__number", "bid__position")


class PanelEntry(models.Model):
    """Exactly one of ``application`` and ``bid``; never before two live panels at once."""

    panel = models.ForeignKey(ReviewPanel, on_delete=models.CASCADE, related_name="entries")
    application = models.ForeignKey(
        Application, null=True, blank=True, on_delete=models.PROTECT, related_name="panel_entries"
    )
    bid = models.ForeignKey(Bid, null=True, blank=True, on_delete=models.PROTECT, related_name="panel_entries")
    is_live = models.BooleanField(default=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(application__isnull=False, bid__isnull=True)
                | Q(application__isnull=True, bid__isnull=False),
                name="panel_entry_is_one_thing",
            ),
            models.UniqueConstraint(fields=["panel", "application"], name="panel_application_once"),
            models.UniqueConstraint(fields=["panel", "bid"], name="panel_bid_once"),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(is_live=True),
                name="application_before_one_panel",
                violation_error_message=_("该申报项目已交其他评审组评审"),
            ),
            models.UniqueConstraint(
                fields=["bid"],
                condition=Q(is_live=True),
                name="bid_before_one_panel",
                violation_error_message=_("该投标（响应）已交其他评审组评审"),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def subject(self) -> Application | Bid:
        """The thing itself; reached through ``with_subjects`` where many are read."""
        return cast("Application | Bid", self.application or self.bid)  # panel_entry_is_one_thing

    @property
    def title(self) -> str:
        """What people call it: the project, or the bidder."""
        return self.application.title if self.application else self.organization.name

    @property
    def caption(self) -> str:
        """What stands small below the title: the applicant, or the lot."""
        if self.bid:
            return str(self.bid.lot)
        return self.organization.name

    @property
    def organization(self) -> Organization:
        """Whose it is."""
        return self.bid.bidder if self.bid else self.application.applicant  # type: ignore[union-attr]

    @property
    def number(self) -> str:
        if self.bid:
            return f"{self.bid.procedure.number}-{self.bid.lot.number}-{self.bid.position:02d}"
        return self.application.number  # type: ignore[union-attr]

    @property
    def amount(self) -> Decimal | None:
        """Yuan asked for, or quoted."""
        return self.bid.quote if self.bid else self.application.requested_amount  # type: ignore[union-attr]

    @property
    def lot_number(self) -> int:
        """The lot it is ranked in; 0 where there are no lots."""
        return self.bid.lot.number if self.bid else 0

    @property
    def suggests_amount(self) -> bool:
        """Whether members advise on money: on grants they do, on a quoted price not."""
        return self.application_id is not None

    @property
    def is_withdrawn(self) -> bool:
        if self.bid:
            return self.bid.status in OUT_OF_REVIEW
        return self.application.status == "withdrawn"  # type: ignore[union-attr]

    @property
    def duty_scope(self) -> UUID:
        return self.subject.duty_scope
