"""Who a person is at the sign-in service of the authority; linked beforehand, never by arriving."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ExternalIdentity(models.Model):
    """``subject`` is what the issuer promises never to give to anybody else (OpenID Connect Core 2)."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="external_identities", verbose_name=_("人员")
    )
    issuer = models.URLField(_("签发方"), max_length=200)
    subject = models.CharField(_("主体标识"), max_length=255)
    linked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("外部身份")
        verbose_name_plural = _("外部身份")
        constraints = [models.UniqueConstraint(fields=["issuer", "subject"], name="external_identity_once")]

    def __str__(self) -> str:
        return f"{self.issuer} {self.subject}"
