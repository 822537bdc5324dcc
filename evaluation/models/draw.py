"""How the members were drawn: what was locked before, and what came out (R-153)."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models

from evaluation.models.panel import NEVER_CHANGED, ReviewPanel
from procurement.access import Role


class DrawCommitment(models.Model):
    """What was locked before the draw: who could be drawn, who could not and why, and a hash of our secret.

    The secret is worthless to whoever reads it early: the seed also needs the words the witness types at the draw.
    """

    panel = models.OneToOneField(ReviewPanel, on_delete=models.PROTECT, related_name="commitment")
    pool = models.JSONField()
    exclusions = models.JSONField()
    #: Where the record is public: its pseudonyms → the experts. Never shown, so that a name opened with one result
    #: tells nothing about the next draw.
    identities = models.JSONField(default=dict)
    #: Every reason in full, by the id of the record, for those who organise; the public record cites the rules only.
    details = models.JSONField(default=dict)
    pool_root = models.CharField(max_length=64)
    exclusions_root = models.CharField(max_length=64)
    commitment = models.CharField(max_length=64)
    nonce = models.CharField(max_length=64)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        triggers = [pgtrigger.Protect(name="commitment_is_kept", operation=NEVER_CHANGED)]

    def __str__(self) -> str:
        return self.commitment

    def expert_of(self, key: str) -> str:
        """The expert behind an id of the record."""
        return str(self.identities.get(key, key))

    def key_of(self, expert_id: object) -> str:
        """The id under which the record knows an expert."""
        return next((key for key, real in self.identities.items() if real == str(expert_id)), str(expert_id))


class PanelDraw(models.Model):
    """The draw: one per panel, never changed. ``record`` is what anyone can recompute it from (R-153)."""

    panel = models.OneToOneField(ReviewPanel, on_delete=models.PROTECT, related_name="draw")
    record = models.JSONField()
    digest = models.CharField(max_length=64)
    seed = models.CharField(max_length=64)
    witness = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    witness_role = models.CharField(max_length=16, choices=Role.choices)
    drawn_at = models.DateTimeField()

    class Meta:
        triggers = [pgtrigger.Protect(name="draw_is_kept", operation=NEVER_CHANGED)]

    def __str__(self) -> str:
        return self.digest
