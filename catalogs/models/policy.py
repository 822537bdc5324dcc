"""The policy library: the documents rules come from, in full text, with where they hold and since when."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orgs.models import Region
from procurement.access import Actor, Role, ScopedQuerySet


class PolicyKind(models.TextChoices):
    LAW = "law", _("法律法规")
    NORMATIVE = "normative", _("规范性文件")
    STANDARD = "standard", _("标准")
    TEMPLATE = "template", _("示范文本")
    REPORT = "report", _("调研报告")
    ARTICLE = "article", _("文章")


class Validity(models.TextChoices):
    """What is known of a document's force; a repealed one stays, because old cases rest on it."""

    CURRENT = "current", _("现行")
    REPEALED = "repealed", _("已废止")
    UNVERIFIED = "unverified", _("待核")

    @property
    def tone(self) -> str:
        return {"current": "good", "repealed": "bad"}.get(self.value, "warn")


class PolicyDocumentQuerySet(ScopedQuerySet["PolicyDocument"]):
    def visible_to(self, actor: Actor) -> Self:
        """Records are public; drafts only for those who keep the library."""
        if actor.sees_everything or actor.roles & KEEPERS:
            return self
        return self.filter(is_published=True)

    def matching(self, words: str, *, signed_in: bool) -> Self:
        """Every word somewhere in it; texts that are not public are searched for signed-in people only."""
        found = self
        for word in words.split():
            text = Q(text__icontains=word) if signed_in else Q(text__icontains=word, is_official=True)
            found = found.filter(
                text | Q(title__icontains=word) | Q(number__icontains=word) | Q(issuer__icontains=word)
            )
        return found


#: Who enters documents and says what is in force.
KEEPERS = frozenset({Role.LGO, Role.FIN, Role.CIV})


class PolicyDocument(models.Model):
    """One document. ``valid_to`` is the first day it no longer holds; ``cited_as`` how citations of rules name it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(_("网址名"), max_length=80, unique=True)
    title = models.CharField(_("标题"), max_length=200)
    number = models.CharField(_("文号"), max_length=80, blank=True)
    issuer = models.CharField(_("发布机关或作者"), max_length=120, blank=True)
    kind = models.CharField(_("类别"), max_length=12, choices=PolicyKind.choices)
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("适用地区")
    )
    issued_on = models.DateField(_("发布日期"), null=True, blank=True)
    valid_from = models.DateField(_("施行日期"), null=True, blank=True)
    valid_to = models.DateField(_("失效日期"), null=True, blank=True)
    validity = models.CharField(_("效力"), max_length=12, choices=Validity.choices, default=Validity.UNVERIFIED)
    text = models.TextField(_("全文"), blank=True)
    source_note = models.TextField(_("来源说明"), blank=True)
    cited_as = ArrayField(models.CharField(max_length=120), default=list, blank=True, verbose_name=_("引用名称"))
    #: Official documents are free of copyright and shown to all; articles to signed-in people only.
    is_official = models.BooleanField(_("公文"), default=True)
    is_published = models.BooleanField(_("公开"), default=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    objects = PolicyDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("政策文件")
        verbose_name_plural = _("政策文件")
        ordering = ["title", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_from__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="policy_days_in_order",
                violation_error_message=_("失效日期不得早于施行日期。"),
            ),
            models.UniqueConstraint(
                fields=["number"],
                condition=~Q(number=""),
                name="policy_number_once",
                violation_error_message=_("该文号已经登记。"),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("policy", args=[self.slug])

    @property
    def subject(self) -> str:
        return f"{self._meta.label_lower}:{self.pk}"

    @property
    def place(self) -> str | Promise:
        return self.region.full_name if self.region else _("全国")

    def validity_on(self, day: date) -> Validity:
        """A known end overrules what was entered as current."""
        if self.valid_to is not None and self.valid_to <= day:
            return Validity.REPEALED
        return Validity(self.validity)
