"""Signed statements of how long the chain was and what it hashed to; their copies outside are the real anchors."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from procurement.audit.canonical import canonical


class Checkpoint(models.Model):
    """One signed statement; only ever added."""

    size = models.BigIntegerField(_("记录数"), primary_key=True)
    at = models.DateTimeField(_("签署时间"))
    root = models.BinaryField(_("默克尔根"))
    head = models.BinaryField(_("链首摘要"))
    suite = models.CharField(_("算法套件"), max_length=8)
    signature = models.CharField(_("签名"), max_length=200)

    class Meta:
        db_table = "audit_checkpoint"
        ordering = ["-size"]
        verbose_name = _("检查点")
        verbose_name_plural = _("检查点")

    def __str__(self) -> str:
        return f"{self.size} {bytes(self.root).hex()[:16]}"

    def statement(self) -> dict[str, Any]:
        """Return what is signed."""
        statement: dict[str, Any] = canonical(
            {
                "at": self.at,
                "head": bytes(self.head).hex(),
                "root": bytes(self.root).hex(),
                "size": self.size,
                "suite": self.suite,
            }
        )
        return statement

    def as_json(self) -> dict[str, Any]:
        """Return the statement with its signature, as written outside the database."""
        return {**self.statement(), "signature": self.signature}
