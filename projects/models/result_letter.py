"""结果通知: what each bidder is told of the own bid, and how and by when it may be challenged (R-173)."""

from __future__ import annotations

import uuid
from typing import Self

import pgtrigger
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, Role, ScopedQuerySet
from projects.models.bid import Bid
from projects.models.official_notice import OfficialNotice


class LetterKind(models.TextChoices):
    AWARD = "award", _("中标（成交）通知书")
    LOSS = "loss", _("结果通知书")


class ResultLetterQuerySet(ScopedQuerySet["ResultLetter"]):
    def visible_to(self, actor: Actor) -> Self:
        """The bidder it is addressed to, those who wrote it, the overseers; never a rival (R-124)."""
        if actor.sees_everything:
            return self
        return self.filter(
            models.Q(bid__bidder__in=actor.organization_ids(Role.ORG, Role.ORG_H))
            | models.Q(bid__procedure__purchaser__in=actor.organization_ids(Role.PU_BUY, Role.PU_CHK, Role.PU_SIGN))
            | models.Q(bid__procedure__agent__in=actor.organization_ids(Role.AGT))
        ).distinct()


class ResultLetter(models.Model):
    """One letter with one result notice. ``body`` holds what it says: scores, rank, coded reasons, winner, clock."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(_("编号"), max_length=40, unique=True)
    bid = models.ForeignKey(Bid, on_delete=models.PROTECT, related_name="letters")
    notice = models.ForeignKey(OfficialNotice, on_delete=models.PROTECT, related_name="letters")
    kind = models.CharField(_("类型"), max_length=8, choices=LetterKind.choices)
    body = models.JSONField(default=dict)
    #: The last day on which the result may be challenged.
    challenge_by = models.DateField(_("质疑截止"), null=True)
    issued_at = models.DateTimeField(_("发出时间"))

    objects = ResultLetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("结果通知")
        ordering = ["-issued_at", "number"]
        constraints = [models.UniqueConstraint(fields=["bid", "notice"], name="result_letter_once")]
        triggers = [pgtrigger.Protect(name="result_letter_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("result-letter", args=[self.pk])

    @property
    def subject(self) -> str:
        return f"projects.resultletter:{self.pk}"
