"""What activities and vouchers share as entries of a ledger: they only grow, and are taken back by a reversal (R-220)."""

from __future__ import annotations

from typing import Any

from django.db import models


class LedgerEntry(models.Model):
    """Subclasses have ``reverses``, a one-to-one link to the entry taken back, whose far end is ``reversal``."""

    reverses_id: Any

    class Meta:
        abstract = True

    @property
    def subject(self) -> str:
        """How journal and documents name this entry."""
        return f"{self._meta.label_lower}:{self.pk}"

    @property
    def is_reversal(self) -> bool:
        return self.reverses_id is not None

    @property
    def is_taken_back(self) -> bool:
        return hasattr(self, "reversal")
