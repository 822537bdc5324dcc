"""资格审查: each condition of the document judged for each bid, yes or no, with the reason."""

from __future__ import annotations

import uuid

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from procurement.rules import enforced_by_constraint
from projects.models.bid import Bid


class QualificationCheck(models.Model):
    """One condition as it read, and whether the bid meets it. Written once, with the conclusion."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    bid = models.ForeignKey(Bid, on_delete=models.CASCADE, related_name="qualification_checks")
    position = models.PositiveSmallIntegerField()
    condition = models.CharField(_("资格条件"), max_length=500)
    is_met = models.BooleanField(_("符合"))
    reason = models.CharField(_("理由"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("资格审查")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["bid", "position"], name="qualification_check_once"),
            models.CheckConstraint(
                condition=Q(is_met=True) | ~Q(reason=""),
                name="qualification_unmet_has_reason",
                violation_error_message=_("不符合的条件须写明理由。"),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="qualification_check_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.condition


enforced_by_constraint("R-173", "qualification_unmet_has_reason", _("不符合的资格条件须写明理由"))
