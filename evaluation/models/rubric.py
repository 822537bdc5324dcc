"""The scoring scheme: a tree of factors with levels, frozen before anybody may be judged by it (R-131, R-132, R-133)."""

from __future__ import annotations

import uuid
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import cast

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DecimalRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from evaluation.models.offices import RUNNERS, holds_seat
from procurement.access import Actor, Role, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel
from procurement.rules import enforced_by_constraint
from projects.models import Guide, Procedure


class ScoreInterval(Func):
    """[low, high): the upper bound belongs to the next level, except that the best level includes the maximum."""

    function = "NUMRANGE"
    output_field = DecimalRangeField()


#: What a frozen rubric keeps for ever; its state may still go on to "superseded".
FROZEN_CONTENT = (
    "guide_id", "procedure_id", "code", "title", "version", "note", "source", "trimming", "method", "requirements",
    "fixed_price", "total", "digest", "frozen_at",
)  # fmt: skip


def _content_changed() -> pgtrigger.Q:
    return reduce(or_, (pgtrigger.Q(**{f"old__{name}__df": pgtrigger.F(f"new__{name}")}) for name in FROZEN_CONTENT))


class RubricQuerySet(ScopedQuerySet["Rubric"]):
    def visible_to(self, actor: Actor) -> RubricQuerySet:
        """Published with the guide or the procedure; until then it belongs to those who prepare and check it."""
        if actor.sees_everything:
            return self
        insiders = actor.organization_ids(Role.LGO, Role.LG, Role.PU_CHK, Role.FIN)
        published = Q(guide__in=Guide.objects.published()) | Q(procedure__in=Procedure.objects.public())
        return self.filter(
            Q(published, status="frozen")
            | Q(guide__office__in=insiders)
            | Q(guide__finance__in=insiders)
            | Q(procedure__in=Procedure.objects.worked_on_by(actor))
        )

    def in_force(self) -> RubricQuerySet:
        return self.filter(status="frozen")


class ScoringMethod(models.TextChoices):
    """How the ranking follows: from points, or from the price alone once the requirements are met (R-137, R-144)."""

    POINTS = "points", _("综合评分")
    LOWEST_PRICE = "lowest_price", _("最低报价（满足实质性要求）")


class Rubric(LifecycleModel):
    """评分办法 of one guide or procedure. A frozen one never changes; until publication another version may follow."""

    guide = models.ForeignKey(
        Guide, null=True, blank=True, on_delete=models.PROTECT, related_name="rubrics", verbose_name=_("申报指南")
    )
    procedure = models.ForeignKey(
        Procedure, null=True, blank=True, on_delete=models.PROTECT, related_name="rubrics", verbose_name=_("采购项目")
    )
    method = models.CharField(_("评审方法"), max_length=16, choices=ScoringMethod.choices, default=ScoringMethod.POINTS)
    #: Under the lowest price: what a bid must meet at least, one sentence a line (R-137).
    requirements = models.TextField(_("实质性要求"), blank=True)
    #: One price for all by rule or by the document: the price earns no points (R-134).
    fixed_price = models.BooleanField(_("执行统一价格标准或固定价格"), default=False)
    #: Set by the person who compared the factors with the conditions of qualification (R-130).
    conditions_compared = models.BooleanField(_("已与资格条件逐条比对"), default=False)
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
        ordering = ["guide", "procedure", "-version"]
        constraints = [
            models.CheckConstraint(
                condition=Q(guide__isnull=False, procedure__isnull=True)
                | Q(guide__isnull=True, procedure__isnull=False),
                name="rubric_has_one_occasion",
            ),
            *(
                models.UniqueConstraint(
                    fields=[*fields], condition=Q(**{f"{fields[0]}__isnull": False}, **more), name=name
                )
                for fields, more, name in (
                    (("guide", "version"), {}, "rubric_version_once"),
                    (("guide",), {"status": "frozen"}, "rubric_one_in_force"),
                    (("guide",), {"status": "draft"}, "rubric_one_draft"),
                    (("procedure", "version"), {}, "procedure_rubric_version_once"),
                    (("procedure",), {"status": "frozen"}, "procedure_rubric_one_in_force"),
                    (("procedure",), {"status": "draft"}, "procedure_rubric_one_draft"),
                )
            ),
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

    @property
    def occasion(self) -> Guide | Procedure:
        """What it is published with."""
        return cast("Guide | Procedure", self.guide or self.procedure)  # rubric_has_one_occasion

    def is_run_by(self, actor: Actor) -> bool:
        """The office that writes it, or the purchaser's and the agent's officers."""
        return holds_seat(actor, RUNNERS, self)


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


class Aspect(models.TextChoices):
    """What a factor relates to; nothing else may be scored (R-131)."""

    SERVICE = "service", _("服务水平")
    ABILITY = "ability", _("履约能力")
    PRICE = "price", _("报价")


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
    #: Price points are computed from the quotes and scored by nobody (R-134, R-135).
    aspect = models.CharField(_("因素类别"), max_length=8, choices=Aspect.choices, default=Aspect.SERVICE)
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
