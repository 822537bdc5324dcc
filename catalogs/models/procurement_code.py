"""Services of the national procurement catalogue (政府采购品目分类目录 2022, class C), to which items are mapped."""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _


class CodeCheck(models.TextChoices):
    """What became of the name when the printed list was read."""

    OK = "ok", _("已核")
    TAIL_TRIMMED = "tail_trimmed", _("已截去说明")
    SUSPECT = "suspect", _("名称可疑，待核")

    @property
    def tone(self) -> str:
        return {"suspect": "warn"}.get(self.value, "neutral")


class ProcurementCodeQuerySet(models.QuerySet["ProcurementCode"]):
    def matching(self, words: str) -> Self:
        """Every word in the name, or the beginning of the code."""
        found = self
        for word in words.split():
            found = found.filter(models.Q(name__icontains=word) | models.Q(code__istartswith=word))
        return found


class ProcurementCode(models.Model):
    """Public data without owner: the code is the key, as other systems exchange it."""

    code = models.CharField(_("品目代码"), max_length=12, primary_key=True)
    name = models.CharField(_("品目名称"), max_length=200)
    level = models.PositiveSmallIntegerField(_("级次"))
    parent_code = models.CharField(max_length=12, blank=True)
    check_state = models.CharField(_("核对"), max_length=16, choices=CodeCheck.choices, default=CodeCheck.OK)
    pdf_page = models.PositiveSmallIntegerField(_("页码"), null=True, blank=True)

    objects = ProcurementCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("政府采购品目")
        verbose_name_plural = _("政府采购品目")
        ordering = ["code"]
        indexes = [GinIndex(fields=["name"], opclasses=["gin_trgm_ops"], name="procurement_code_trigram")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def is_suspect(self) -> bool:
        return self.check_state == CodeCheck.SUSPECT
