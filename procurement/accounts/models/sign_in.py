"""Where a person is signed in, so that they can see it and end it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SignIn(models.Model):
    """One session of a person; gone sessions are told by their absence from the session store."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sign_ins")
    session_key = models.CharField(max_length=40, unique=True)
    #: Browser and system in a few words, from what the browser says of itself.
    device = models.CharField(_("设备"), max_length=80, blank=True)
    began_at = models.DateTimeField(_("登录时间"))

    class Meta:
        ordering = ["-began_at"]

    def __str__(self) -> str:
        return f"{self.person_id} {self.began_at:%Y-%m-%d %H:%M}"
