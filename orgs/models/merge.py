"""Two records of one body: suspected, compared, merged by decision, and taken apart again."""

from __future__ import annotations

import uuid
from typing import Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orgs.models.organization import Organization
from procurement.access import Actor, Role, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel
from procurement.rules import enforced_by_constraint


class Ground(models.TextChoices):
    """Why two records may be one body."""

    CODE = "code", _("组织机构代码相同")
    ACCOUNT = "account", _("银行账号相同")
    PHONE = "phone", _("联系电话相同")
    REPRESENTATIVE = "representative", _("法定代表人或负责人相同")
    NAME = "name", _("名称相近")


class SuspectPairQuerySet(ScopedQuerySet["SuspectPair"]):
    def visible_to(self, actor: Actor) -> Self:
        """For those who keep the register; what two bodies have in common is nobody else's business."""
        if actor.sees_everything or actor.roles & {Role.CIV, Role.SYS}:
            return self
        return self.none()

    def open(self) -> Self:
        return self.filter(dismissed_at__isnull=True, first__merged_into__isnull=True, second__merged_into__isnull=True)


class SuspectPair(models.Model):
    """Found by comparing; a pair judged to be two bodies stays dismissed when it is found again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    first = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    grounds = ArrayField(models.CharField(max_length=16, choices=Ground.choices), verbose_name=_("相同之处"))
    #: How many grounds there are: the list begins with the likeliest.
    weight = models.PositiveSmallIntegerField(default=1)
    found_at = models.DateTimeField(_("发现时间"))
    dismissed_at = models.DateTimeField(null=True, blank=True)
    dismissed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    dismissal = models.CharField(_("排除理由"), max_length=200, blank=True)

    objects = SuspectPairQuerySet.as_manager()

    class Meta:
        verbose_name = _("疑似重复单位")
        verbose_name_plural = _("疑似重复单位")
        ordering = ["-weight", "-found_at", "id"]
        indexes = [models.Index(fields=["-weight", "-found_at", "id"], name="suspect_pair_by_weight")]
        constraints = [
            models.CheckConstraint(
                condition=Q(first__lt=F("second")),
                name="suspect_pair_in_order",
                violation_error_message=_("单位不能与自己比对。"),
            ),
            models.UniqueConstraint(
                fields=["first", "second"],
                name="suspect_pair_once",
                violation_error_message=_("这两个单位已在疑似重复清单中。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} · {self.second}"

    def get_absolute_url(self) -> str:
        return reverse("duplicate", args=[self.pk])

    @property
    def ground_labels(self) -> list[str | Promise]:
        return [Ground(ground).label for ground in self.grounds]


class OrganizationMergeQuerySet(ScopedQuerySet["OrganizationMerge"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those who keep the register, and the people of the two bodies."""
        if actor.sees_everything or actor.roles & {Role.CIV, Role.SYS}:
            return self
        mine = actor.organization_ids()
        return self.filter(Q(source__in=mine) | Q(target__in=mine))


class OrganizationMerge(LifecycleModel):
    """``source`` becomes part of ``target``. What was signed or sealed keeps its name; its record leads to the other."""

    source = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", verbose_name=_("被并入的记录"))
    target = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", verbose_name=_("保留的单位"))
    grounds = models.TextField(_("合并依据"))
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("提出人")
    )
    authority = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", verbose_name=_("决定机关"))

    objects = OrganizationMergeQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("单位合并")
        verbose_name_plural = _("单位合并")
        ordering = ["-created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(source=F("target")),
                name="merge_not_with_itself",
                violation_error_message=_("单位不能与自己合并。"),
            ),
            models.UniqueConstraint(
                fields=["source"],
                condition=Q(status__in=["proposed", "merged"]),
                name="merge_one_at_a_time",
                violation_error_message=_("该单位已有合并正在办理或已经并入其他单位。"),
            ),
        ]
        triggers = [
            *LifecycleModel.Meta.triggers,
            pgtrigger.Protect(name="merge_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"

    def get_absolute_url(self) -> str:
        return reverse("merge", args=[self.pk])


class MoveOutcome(models.TextChoices):
    MOVED = "moved", _("转到保留的单位")
    KEPT = "kept", _("保持原样")
    CONFLICT = "conflict", _("与保留单位已有记录冲突，保持原样")


class MergedRow(models.Model):
    """What became of one row that pointed at the source; undoing reads it back row by row."""

    id = models.BigAutoField(primary_key=True)
    merge = models.ForeignKey(OrganizationMerge, on_delete=models.PROTECT, related_name="rows")
    model = models.CharField(max_length=80)
    field = models.CharField(max_length=64)
    row = models.CharField(max_length=64)
    outcome = models.CharField(max_length=8, choices=MoveOutcome.choices)
    #: Which constraint or lock held the row back.
    held_by = models.CharField(max_length=80, blank=True)

    class Meta:
        verbose_name = _("合并转移记录")
        verbose_name_plural = _("合并转移记录")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["merge", "model", "field", "row"], name="merged_row_once")]
        triggers = [pgtrigger.Protect(name="merged_row_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.model}:{self.row} {self.outcome}"


enforced_by_constraint("S-01", "merge_one_at_a_time", _("该单位已有合并正在办理或已经并入其他单位"))
enforced_by_constraint("S-04", "merge_not_with_itself", _("单位不能与自己合并"))
