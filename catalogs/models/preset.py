"""Ready-made categories a new guide can start from; a guide keeps its own copy (domain §0.2, finding 3)."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class GuideCategoryPreset(models.Model):
    """One category of a named preset. Category lists change every year, so this is never a global enumeration."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    preset = models.CharField(_("预设名称"), max_length=32)
    area_code = models.CharField(_("领域代码"), max_length=4)
    area_identifier = models.CharField(max_length=48)
    area_name = models.CharField(_("领域"), max_length=64)
    code = models.CharField(_("类别代码"), max_length=8)
    name = models.CharField(_("类别"), max_length=64)
    #: Whether a source names it as a service really bought; the rest fills the list for demonstration.
    in_sources = models.BooleanField(_("见于公开资料"), default=False)
    is_demo = models.BooleanField(_("示例"), default=True)

    class Meta:
        verbose_name = _("指南类别预设")
        verbose_name_plural = _("指南类别预设")
        ordering = ["preset", "area_code", "code"]
        constraints = [models.UniqueConstraint(fields=["preset", "code"], name="preset_category_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
