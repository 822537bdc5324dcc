"""What a person has besides the password: an authenticator, and codes on paper for the day it is lost."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from procurement.privacy.fields import EncryptedCharField


class SecondFactor(models.Model):
    """An authenticator (TOTP, RFC 6238). ``last_step`` is the last time step accepted: a code works once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="second_factor", verbose_name=_("人员")
    )
    secret = EncryptedCharField(max_length=64)
    last_step = models.BigIntegerField(default=0)
    confirmed_at = models.DateTimeField(_("启用时间"))

    class Meta:
        verbose_name = _("第二因素")
        verbose_name_plural = _("第二因素")
        constraints = [models.CheckConstraint(condition=~Q(secret=""), name="second_factor_has_secret")]

    def __str__(self) -> str:
        return f"{self.person_id}"


class RecoveryCode(models.Model):
    """One code on paper, kept as a fingerprint only and used once."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "digest"], name="recovery_code_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.used_at or ''}"
