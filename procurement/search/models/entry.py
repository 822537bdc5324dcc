"""One findable thing: its words, its facets, and whether everybody may read it."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func
from django.utils.translation import gettext_lazy as _


class Bigrams(Func):
    function = "zh_bigrams"
    output_field = SearchVectorField()


class SearchEntry(models.Model):
    """A copy for finding only. What a hit shows is confirmed by its kind's ``visible`` in the same request."""

    kind = models.CharField(_("类别"), max_length=24)
    object_id = models.UUIDField()
    title = models.CharField(_("标题"), max_length=300)
    body = models.TextField(_("内容"), blank=True)
    #: Title and body in lower case: what LIKE rechecks.
    folded = models.TextField()
    words = models.GeneratedField(
        expression=Bigrams(F("folded")), output_field=SearchVectorField(), db_persist=True, editable=False
    )
    is_public = models.BooleanField(default=False)
    district = models.CharField(_("区县"), max_length=64, blank=True)
    street = models.CharField(_("街道（乡镇）"), max_length=64, blank=True)
    field = models.CharField(_("领域"), max_length=80, blank=True)
    year = models.PositiveSmallIntegerField(_("年度"), null=True)
    fund = models.CharField(_("资金"), max_length=200, blank=True)
    stage = models.CharField(_("阶段"), max_length=40, blank=True)
    amount = models.DecimalField(_("金额（元）"), max_digits=14, decimal_places=2, null=True)
    on = models.DateField(_("日期"))
    indexed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("检索条目")
        verbose_name_plural = _("检索条目")
        ordering = ["-on", "-id"]
        indexes = [
            GinIndex(fields=["words"], name="search_words", fastupdate=False),
            models.Index(fields=["-on", "-id"], name="search_newest"),
        ]
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="search_entry_once")]

    def __str__(self) -> str:
        return self.title
