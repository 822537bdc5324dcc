"""Accounts, and the ledger of duties each person has taken on in each case."""

from __future__ import annotations

import uuid
from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from procurement.access.duties import Duty
from procurement.privacy.fields import EncryptedEmailField


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person's account. What a person may do comes from memberships, never from flags here."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField(_("账号"), max_length=64, unique=True)
    name = models.CharField(_("姓名"), max_length=64)
    email = EncryptedEmailField(_("电子邮箱"), blank=True)
    is_active = models.BooleanField(_("启用"), default=True)
    #: The account scheduled transitions act under; nobody can sign in with it.
    is_system = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("账号")
        verbose_name_plural = _("账号")
        constraints = [
            models.UniqueConstraint(
                fields=["is_system"], condition=models.Q(is_system=True), name="user_single_system_account"
            )
        ]

    def __str__(self) -> str:
        return self.name or self.username


class DutyRecord(models.Model):
    """A duty a person was assigned or has performed in a case; conflicts are decided from these rows (R-040, R-247)."""

    id = models.BigAutoField(primary_key=True)
    case_id = models.UUIDField(db_index=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="duties")
    duty = models.CharField(max_length=32, choices=Duty.choices)
    by_assignment = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case_id", "person", "duty"], name="duty_once_per_person_and_case")
        ]
        triggers = [pgtrigger.Protect(name="duty_is_kept", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.person_id} {self.duty}"


class DutyException(models.Model):
    """A conflict tolerated in a very small body: approved by finance, shown to audit (domain §5.3)."""

    case_id = models.UUIDField(db_index=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    duty = models.CharField(max_length=32, choices=Duty.choices)
    reason = models.TextField()
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(person=models.F("approved_by")), name="duty_exception_not_self_approved"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.duty}"
