"""The yearly guide: areas and categories belong to it, never to a global list (domain §0.2.3)."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, Role, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel

#: Guides anyone may read: published ones, whatever happened later.
PUBLIC_GUIDE_STATES = ("open", "closed", "decided", "archived")


class GuideQuerySet(ScopedQuerySet["Guide"]):
    def visible_to(self, actor: Actor) -> GuideQuerySet:
        """Published guides are public; the others belong to the office and the leading group."""
        if actor.sees_everything:
            return self
        insiders = actor.organization_ids(
            Role.LGO, Role.LG, Role.PU_BUY, Role.PU_CHK, Role.PU_SIGN, Role.FIN, Role.PU_FIN
        )
        return self.filter(Q(status__in=PUBLIC_GUIDE_STATES) | Q(office__in=insiders) | Q(finance__in=insiders))

    def published(self) -> GuideQuerySet:
        return self.filter(status__in=PUBLIC_GUIDE_STATES)

    def accepting(self, at: datetime) -> GuideQuerySet:
        return self.filter(status="open", opens_at__lte=at, closes_at__gt=at)


class Guide(LifecycleModel):
    """申报指南. Money comes from one approved envelope; the scoring scheme is frozen with it."""

    number = models.CharField(_("编号"), max_length=40, unique=True)
    title = models.CharField(_("名称"), max_length=200)
    year = models.PositiveSmallIntegerField(_("年度"))
    jurisdiction = models.ForeignKey(
        "orgs.Region", on_delete=models.PROTECT, related_name="+", verbose_name=_("适用地区")
    )
    office = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="guides", verbose_name=_("主办单位")
    )
    purchaser = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="+", verbose_name=_("购买主体")
    )
    finance = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="+", verbose_name=_("财政部门")
    )
    treasury = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="+", verbose_name=_("支付机构")
    )
    civil = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="+", verbose_name=_("民政部门")
    )
    envelope = models.ForeignKey(
        "catalogs.FundEnvelope",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="guides",
        verbose_name=_("资金额度"),
    )
    rule_set = models.ForeignKey("rules.RuleSet", on_delete=models.PROTECT, related_name="+")
    summary = models.TextField(_("工作要求"), blank=True)
    requirements = models.TextField(_("申报条件"), blank=True)
    contact = models.CharField(_("咨询方式"), max_length=200, blank=True)
    opens_at = models.DateTimeField(_("申报开始"), null=True, blank=True)
    #: The first instant at which a submission is late.
    closes_at = models.DateTimeField(_("申报截止"), null=True, blank=True)
    project_ends_by = models.DateField(_("项目最迟完成日"), null=True, blank=True)
    #: What the rubric said when it was attached and frozen; evaluation reports it downward.
    rubric_id = models.UUIDField(null=True, blank=True)
    rubric_title = models.CharField(max_length=120, blank=True)
    rubric_total = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    rubric_digest = models.CharField(max_length=64, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    objects = GuideQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("申报指南")
        ordering = ["-year", "-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__isnull=True) | Q(opens_at__isnull=True) | Q(closes_at__gt=F("opens_at")),
                name="guide_closes_after_opening",
                violation_error_message=_("申报截止时间须晚于开始时间"),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("guide", args=[self.pk])


class GuideArea(models.Model):
    """One of the guide's areas (五大方面)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    guide = models.ForeignKey(Guide, on_delete=models.CASCADE, related_name="areas")
    code = models.CharField(max_length=8)
    name = models.CharField(max_length=60)

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["guide", "code"], name="guide_area_code_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class GuideCategory(models.Model):
    """A category of an area; ``is_example`` marks reconstructed entries shown as 示例."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    area = models.ForeignKey(GuideArea, on_delete=models.CASCADE, related_name="categories")
    code = models.CharField(max_length=8)
    name = models.CharField(max_length=80)
    description = models.TextField(blank=True)
    beneficiary_groups = ArrayField(models.CharField(max_length=24), default=list, blank=True)
    is_example = models.BooleanField(default=False)

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["area", "code"], name="guide_category_code_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class GuideAddendum(models.Model):
    """The only way an open guide changes: a linked notice; a deadline may only move later (domain §6)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    guide = models.ForeignKey(Guide, on_delete=models.PROTECT, related_name="addenda")
    text = models.TextField()
    new_closes_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField()

    class Meta:
        ordering = ["published_at"]

    def __str__(self) -> str:
        return f"{self.guide} · {self.published_at:%Y-%m-%d}"
