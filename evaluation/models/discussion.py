"""What members do together: they elect a chair, discuss once all have handed in, and question a quote that is too low."""

from __future__ import annotations

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from evaluation.models.entry import PanelEntry
from evaluation.models.panel import NEVER_CHANGED, PanelSeat, ReviewPanel
from procurement.rules import enforced_by_constraint


class ChairVote(models.Model):
    """Whom a member wants to chair the panel; may be changed until one has the majority of all seats."""

    panel = models.ForeignKey(ReviewPanel, on_delete=models.PROTECT, related_name="chair_votes")
    voter = models.OneToOneField(PanelSeat, on_delete=models.PROTECT, related_name="chair_vote")
    candidate = models.ForeignKey(PanelSeat, on_delete=models.PROTECT, related_name="+")
    voted_at = models.DateTimeField()

    class Meta:
        ordering = ["voted_at"]

    def __str__(self) -> str:
        return f"{self.voter} → {self.candidate}"


def _only_when_all_handed_in(name: str) -> pgtrigger.Trigger:
    """Before that every member judges alone, and afterwards the report stands: the database takes no word then."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func=(
            "IF (SELECT status FROM evaluation_reviewpanel WHERE id = NEW.panel_id) <> 'scored' THEN"
            " RAISE EXCEPTION 'members judge alone, or the report is drawn up' USING ERRCODE = 'check_violation',"
            " CONSTRAINT = 'discussion_after_scoring'; END IF; RETURN NEW;"
        ),
    )


class DiscussionNote(models.Model):
    """What a member said about an entry, or about the review as a whole; kept as said, and printed in the report."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    panel = models.ForeignKey(ReviewPanel, on_delete=models.PROTECT, related_name="notes")
    entry = models.ForeignKey(PanelEntry, null=True, blank=True, on_delete=models.PROTECT, related_name="notes")
    author = models.ForeignKey(PanelSeat, on_delete=models.PROTECT, related_name="notes")
    text = models.CharField(_("讨论意见"), max_length=1000)
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["written_at"]
        triggers = [
            pgtrigger.Protect(name="note_is_kept", operation=NEVER_CHANGED),
            _only_when_all_handed_in("note_after_scoring"),
        ]

    def __str__(self) -> str:
        return self.text


class QuoteInquiry(models.Model):
    """A quote the panel holds to be abnormally low: asked on the day, answered in writing, decided by majority (R-142)."""

    class Outcome(models.TextChoices):
        OPEN = "open", _("待说明")
        ACCEPTED = "accepted", _("说明成立")
        REJECTED = "rejected", _("不能证明合理性，认定无效")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    panel = models.ForeignKey(ReviewPanel, on_delete=models.PROTECT, related_name="inquiries")
    entry = models.OneToOneField(PanelEntry, on_delete=models.PROTECT, related_name="inquiry")
    ground = models.CharField(_("认为报价异常的理由"), max_length=500)
    raised_by = models.ForeignKey(PanelSeat, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    #: "Within a reasonable time, on site": named by the chair.
    answer_by = models.DateTimeField(_("书面说明期限"))
    answer = models.TextField(_("书面说明"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(_("认定"), max_length=8, choices=Outcome.choices, default=Outcome.OPEN)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["raised_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer_by__gt=models.F("raised_at")),
                name="quote_answer_has_time",
                violation_error_message=_("须给供应商留出书面说明的时间"),
            ),
            models.CheckConstraint(
                condition=Q(outcome="open", decided_at__isnull=True) | Q(~Q(outcome="open"), decided_at__isnull=False),
                name="quote_inquiry_decided_when",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="inquiry_stays", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="decided_inquiry_is_kept",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__decided_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry} {self.get_outcome_display()}"

    @property
    def is_open(self) -> bool:
        return self.outcome == self.Outcome.OPEN


class QuoteVote(models.Model):
    """A member's judgement of the explanation, with its reason."""

    inquiry = models.ForeignKey(QuoteInquiry, on_delete=models.PROTECT, related_name="votes")
    seat = models.ForeignKey(PanelSeat, on_delete=models.PROTECT, related_name="+")
    accepts = models.BooleanField(_("说明成立"))
    reason = models.CharField(_("理由"), max_length=500)
    voted_at = models.DateTimeField()

    class Meta:
        ordering = ["voted_at"]
        constraints = [models.UniqueConstraint(fields=["inquiry", "seat"], name="quote_voted_once")]
        triggers = [pgtrigger.Protect(name="quote_vote_is_kept", operation=NEVER_CHANGED)]

    def __str__(self) -> str:
        return f"{self.seat} {self.accepts}"


enforced_by_constraint(
    "R-139", "discussion_after_scoring", _("全体成员提交评分之后、形成报告之前方可讨论"), in_sql=True
)
enforced_by_constraint("R-142", "quote_answer_has_time", _("须给供应商留出书面说明的时间"))
