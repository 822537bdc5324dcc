"""What makes personal data in the journal readable, and can be erased (PIPL art. 47) while the chain stays valid."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from procurement.audit.models.journal import AuditEvent


class Salt(models.Model):
    """The salt of one hashed value; with it a claimed value can be checked against the journal, without it never.

    `value` keeps the network address of an act (R-291 asks for it) outside the entry, so that it goes with the salt.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(AuditEvent, on_delete=models.PROTECT, related_name="salts", verbose_name=_("审计记录"))
    subject = models.CharField(_("个人信息主体"), max_length=200, db_index=True)
    field = models.CharField(_("字段"), max_length=100)
    salt = models.BinaryField(_("盐值"))
    value = models.CharField(_("可查值"), max_length=100, blank=True)

    class Meta:
        db_table = "audit_salt"
        verbose_name = _("个人信息盐值")
        verbose_name_plural = _("个人信息盐值")
        constraints = [models.UniqueConstraint("event", "field", name="audit_salt_once_per_field")]

    def __str__(self) -> str:
        return f"{self.subject} {self.field}"
