"""评审结论: what a panel's signed report said about a procedure; result notice, letters and remedies read it here."""

from __future__ import annotations

import uuid
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.models.procedure import Procedure


class ProcedureReviewQuerySet(models.QuerySet["ProcedureReview"]):
    def in_force(self) -> Self:
        """Not set aside by a re-review; at most one for a procedure."""
        return self.filter(set_aside_at__isnull=True)


class ProcedureReview(models.Model):
    """One concluded review, written once; a re-review sets it aside and adds another.

    ``members`` are secret until the result notice names them (R-157): [{"name", "kind", "employer", "salt",
    "commitment"}]. ``lines`` are [{"bid", "lot", "rank", "technical", "price", "total", "tie_note", "members"}], points
    as text, members by label: [{"label", "total", "comment"}].
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="reviews")
    panel_id = models.UUIDField()
    panel_number = models.CharField(_("评审组编号"), max_length=40)
    report_id = models.UUIDField(unique=True)
    report_version = models.PositiveSmallIntegerField(default=1)
    members = models.JSONField(default=list)
    lines = models.JSONField(default=list)
    concluded_at = models.DateTimeField()
    set_aside_at = models.DateTimeField(null=True, blank=True)
    set_aside_reason = models.CharField(max_length=500, blank=True)

    objects = ProcedureReviewQuerySet.as_manager()

    class Meta:
        ordering = ["-concluded_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["procedure"], condition=Q(set_aside_at__isnull=True), name="procedure_review_one_in_force"
            )
        ]
        triggers = [
            pgtrigger.Protect(name="procedure_review_stays", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="procedure_review_is_kept",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("procedure", "panel_id", "report_id", "members", "lines", "concluded_at"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.panel_number} v{self.report_version}"
