"""A seat offered by e-mail to a person who need not have an account yet."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Self

from django.conf import settings
from django.core import signing
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from orgs.models.membership import Membership
from orgs.models.organization import Organization
from procurement.access import Actor, Role, ScopedQuerySet
from procurement.privacy.fields import EncryptedEmailField

_SALT = "orgs.invitation"


class InvitationQuerySet(ScopedQuerySet["Invitation"]):
    def visible_to(self, actor: Actor) -> Self:
        """Colleagues see who has been asked; the one asked comes with the token instead."""
        if actor.sees_everything or actor.holds(Role.SYS):
            return self
        return self.filter(organization__in=actor.organization_ids())

    def open_at(self, now: datetime) -> Self:
        return self.filter(accepted_at__isnull=True, revoked_at__isnull=True, expires_at__gt=now)

    def unmailed(self) -> Self:
        return self.filter(mailed_at__isnull=True)


class Invitation(models.Model):
    """Good for one seat, once, until it expires or is taken back. The token is signed, never stored."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="invitations", verbose_name=_("单位")
    )
    name = models.CharField(_("受邀人姓名"), max_length=64)
    email = EncryptedEmailField(_("受邀人电子邮箱"))
    role = models.CharField(_("岗位"), max_length=8, choices=Role.choices)
    valid_from = models.DateField(_("任职起始"), null=True, blank=True)
    valid_to = models.DateField(_("任职终止"), null=True, blank=True)
    #: The head named in a registration that civil affairs accepted; stands though the inviter is no head.
    is_founding = models.BooleanField(default=False, editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("邀请人")
    )
    created_at = models.DateTimeField(_("邀请时间"))
    expires_at = models.DateTimeField(_("有效期至"))
    mailed_at = models.DateTimeField(null=True, blank=True, editable=False)
    accepted_at = models.DateTimeField(null=True, blank=True, editable=False)
    #: The one seat it led to.
    seat = models.OneToOneField(
        Membership, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="invitation"
    )
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("任职邀请")
        verbose_name_plural = _("任职邀请")
        ordering = ["-created_at", "id"]
        indexes = [models.Index(fields=["created_at"], condition=Q(mailed_at=None), name="invitation_unmailed")]
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(revoked_at__isnull=True),
                name="invitation_accepted_or_revoked",
                violation_error_message=_("已接受的邀请不能撤回。"),
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, seat__isnull=True)
                | Q(accepted_at__isnull=False, seat__isnull=False),
                name="invitation_gives_one_seat",
                violation_error_message=_("一份邀请只能接受一次。"),
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")),
                name="invitation_expires_later",
                violation_error_message=_("邀请的有效期须晚于发出时间。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization} · {self.role_label} · {self.name}"

    def get_absolute_url(self) -> str:
        """Whoever holds this address holds the invitation."""
        return reverse("invitation", args=[self.token])

    @property
    def role_label(self) -> str:
        return str(Role(self.role).label)

    @property
    def token(self) -> str:
        return signing.Signer(salt=_SALT).sign(str(self.pk))

    def state_at(self, now: datetime) -> tuple[str, str]:
        """What has become of it, and in which tone."""
        if self.accepted_at:
            return gettext("已接受"), "good"
        if self.revoked_at:
            return gettext("已撤回"), "neutral"
        return (gettext("已过期"), "warn") if self.expires_at <= now else (gettext("待接受"), "info")


def invitation_id(token: str) -> str | None:
    """The key inside a token that carries our signature; None for any other."""
    try:
        return signing.Signer(salt=_SALT).unsign(token)
    except signing.BadSignature:
        return None
