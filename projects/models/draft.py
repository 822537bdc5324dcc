"""What applicants type before it is an application: raw values by section, with the trail that notices two editors."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from procurement.privacy.fields import EncryptedJSONField
from projects.models.application import Application


class SectionDraft(models.Model):
    """One section as typed, valid or not; nothing typed is lost because a date was wrong.

    ``values`` holds the raw text by unit (a field, or all rows of a table), ``clean`` what of it was valid,
    ``problems`` what was not, in words. ``trail`` keeps, per unit, at which edition it changed and a digest of
    the value, so that a stale page can be told apart from a deliberate change.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="section_drafts")
    code = models.CharField(max_length=24)
    values = EncryptedJSONField(default=dict)
    clean = EncryptedJSONField(default=dict)
    problems = models.JSONField(default=list)
    trail = models.JSONField(default=dict)
    edition = models.PositiveIntegerField(default=0)
    #: Copied from an earlier year and not yet looked at.
    needs_review = models.BooleanField(_("待核对"), default=False)
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    edited_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "code"], name="section_draft_once")]

    def __str__(self) -> str:
        return f"{self.application_id} {self.code} v{self.edition}"


class EditingSession(models.Model):
    """A sitting of one person at one application: the journal gets one line for it, others see who is there."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="editing_sessions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    section = models.CharField(max_length=24)
    began_at = models.DateTimeField()
    last_at = models.DateTimeField()
    saves = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-last_at"]
        indexes = [models.Index(fields=["application", "-last_at"], name="editing_session_recent")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.section} {self.last_at:%H:%M}"
