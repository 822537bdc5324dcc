"""The scoring scheme: a tree of factors with levels, frozen before anybody may be judged by it (R-131, R-132, R-133)."""

from __future__ import annotations

import uuid
from decimal import Decimal
from functools import reduce
from operator import or_

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DecimalRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, Role, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel
from procurement.rules import enforced_by_constraint
from projects.models import Guide


class ScoreInterval(Func):
    """[low, high): the upper bound belongs to the next level, except that the best level includes the maximum."""

    function = "NUMRANGE"
    output_field = DecimalRangeField()


#: What a frozen rubric keeps for ever; its state may still go on to "superseded".
FROZEN_CONTENT = (
    "guide_id", "code", "title", "version", "note", "source", "trimming", "total", "digest", "frozen_at",
)  # fmt: skip


def _content_changed() -> pgtrigger.Q:
    return reduce(or_, (pgtrigger.Q(**{f"old__{name}__df": pgtrigger.F(f"new__{name}")}) for name in FROZEN_CONTENT))


class RubricQuerySet(ScopedQuerySet["Rubric"]):
    def visible_to(self, actor: Actor) -> RubricQuerySet:
        """Published with the guide; until then it belongs to those who prepare and check the guide."""
        if actor.sees_everything:
            return self
        insiders = actor.organization_ids(Role.LGO, Role.LG, Role.PU_CHK, Role.FIN)
        published = Q(status="frozen", guide__in=Guide.objects.published())
        return self.filter(published | Q(guide__office__in=insiders) | Q(guide__finance__in=insiders))

    def in_force(self) -> RubricQuerySet:
        return self.filter(status="frozen")


class Rubric(LifecycleModel):
    """评分办法 of one guide. A frozen one never changes; another version takes its place while the guide is a draft."""

    guide = models.ForeignKey(
        "projects.Guide", on_delete=models.PROTECT, related_name="rubrics", verbose_name=_("申报指南")
    )
    code = models.CharField(_("蓝本"), max_length=48)
    title = models.CharField(_("名称"), max_length=120)
    version = models.PositiveSmallIntegerField(_("版本"), default=1)
    note = models.TextField(_("说明"), blank=True)
    source = models.CharField(_("依据"), max_length=200, blank=True)
    #: Leaving out the highest and the lowest score is allowed only where the published scheme says so (R-146).
    trimming = models.BooleanField(_("去掉一个最高分和一个最低分"), default=False)
    total = models.DecimalField(_("合计"), max_digits=6, decimal_places=2, default=Decimal(0))
    digest = models.CharField(_("内容摘要"), max_length=64, blank=True)
    frozen_at = models.DateTimeField(_("定稿时间"), null=True, blank=True)

    objects = RubricQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("评分办法")
        ordering = ["guide", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["guide", "version"], name="rubric_version_once"),
            models.UniqueConstraint(fields=["guide"], condition=Q(status="frozen"), name="rubric_one_in_force"),
            models.UniqueConstraint(fields=["guide"], condition=Q(status="draft"), name="rubric_one_draft"),
            models.CheckConstraint(
                condition=Q(frozen_at__isnull=True) | Q(total=Decimal(100)),
                name="rubric_sums_to_hundred",
                violation_error_message=_("评分办法各项分值合计须为100分"),
            ),
        ]
        triggers = [
            *LifecycleModel.Meta.triggers,
            pgtrigger.Protect(
                name="frozen_rubric_is_kept",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__frozen_at__isnull=False) & _content_changed(),
            ),
            pgtrigger.Protect(
                name="frozen_rubric_stays",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__frozen_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("rubric", args=[self.pk])


def _parts_of_frozen_are_kept(rubric_of_row: str) -> pgtrigger.Trigger:
    """Factors and levels of a frozen rubric can be neither changed, nor added, nor removed."""
    return pgtrigger.Trigger(
        name="frozen_parts_are_kept",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        declare=[("changed", "RECORD"), ("frozen", "TIMESTAMPTZ")],
        func=(  # the query is a literal of this module
            "IF TG_OP = 'DELETE' THEN changed := OLD; ELSE changed := NEW; END IF;"  # noqa: S608
            f" SELECT frozen_at INTO frozen FROM evaluation_rubric WHERE id = ({rubric_of_row});"
            " IF frozen IS NOT NULL THEN RAISE EXCEPTION 'a frozen rubric is never changed'"
            " USING ERRCODE = 'check_violation', CONSTRAINT = 'rubric_is_frozen'; END IF; RETURN changed;"
        ),
    )


class RubricFactor(models.Model):
    """One line of the tree. Only leaves are scored; a group's maximum is the sum of its leaves."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    rubric = models.ForeignKey(Rubric, on_delete=models.CASCADE, related_name="factors")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="children")
    code = models.CharField(_("编号"), max_length=12)
    name = models.CharField(_("评分因素"), max_length=80)
    description = models.CharField(_("评分要点"), max_length=400, blank=True)
    maximum = models.DecimalField(_("满分"), max_digits=5, decimal_places=2)
    #: A fact every member must score alike (R-140).
    objective = models.BooleanField(_("客观因素"), default=False)
    #: Which part of the application to read for it.
    evidence = models.CharField(_("对应材料"), max_length=32, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["rubric", "code"], name="rubric_factor_code_once"),
            models.CheckConstraint(
                condition=Q(maximum__gt=0) & Q(maximum__lte=Decimal(100)),
                name="rubric_factor_maximum_sane",
                violation_error_message=_("满分须大于0且不超过100"),
            ),
        ]
        triggers = [_parts_of_frozen_are_kept("changed.rubric_id")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class RubricLevel(models.Model):
    """An interval of points with the sentence that anchors it. Intervals of a factor never overlap (R-132)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    factor = models.ForeignKey(RubricFactor, on_delete=models.CASCADE, related_name="levels")
    label = models.CharField(_("档次"), max_length=20)
    anchor = models.CharField(_("评分标准"), max_length=300)
    low = models.DecimalField(_("下限"), max_digits=5, decimal_places=2)
    high = models.DecimalField(_("上限"), max_digits=5, decimal_places=2)

    class Meta:
        ordering = ["-low"]
        constraints = [
            models.CheckConstraint(
                condition=Q(low__gte=0) & Q(high__gt=F("low")),
                name="rubric_level_low_below_high",
                violation_error_message=_("每档的上限须大于下限"),
            ),
            ExclusionConstraint(
                name="rubric_levels_do_not_overlap",
                expressions=[
                    ("factor", RangeOperators.EQUAL),
                    (ScoreInterval("low", "high"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("各档分值区间不得重叠"),
            ),
        ]
        triggers = [
            _parts_of_frozen_are_kept("SELECT rubric_id FROM evaluation_rubricfactor WHERE id = changed.factor_id")
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.low}–{self.high}"


enforced_by_constraint("R-133", "rubric_sums_to_hundred", _("评分办法各项分值合计须为100分"))
enforced_by_constraint("R-132", "rubric_levels_do_not_overlap", _("各档分值区间不得重叠"))
enforced_by_constraint("R-131", "rubric_is_frozen", _("评分办法已定稿，不得更改"), in_sql=True)
