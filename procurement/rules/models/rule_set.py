"""Dated rule sets: what a place sets differently, from when to when, and who approved it (R-001, R-307)."""

from __future__ import annotations

import datetime
import uuid
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from procurement.rules.jurisdictions import Level, ancestors, natural_level
from procurement.rules.marks import enforced_by_constraint, implements
from procurement.rules.parameters import PARAMETERS, Parameter, Value, faults_in, parameter
from procurement.rules.rulebook import Regime


class NoRuleSetInForce(LookupError):
    """No approved rule set covers that place, regime and day; thresholds are never guessed (R-001)."""


class _ValidDays(Func):
    """daterange(valid_from, valid_to, '[]'): both days included, open when valid_to is empty."""

    function = "DATERANGE"
    output_field = DateRangeField()


class RuleSetQuerySet(models.QuerySet["RuleSet"]):
    def approved(self) -> Self:
        return self.filter(approved_at__isnull=False)

    def valid_on(self, day: datetime.date) -> Self:
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day), valid_from__lte=day)

    @implements("R-307")
    def in_force(self, *, jurisdiction: str, regime: str, on: datetime.date, level: str | None = None) -> RuleSet:
        """The rule set that governs a case started on that day in that place.

        The nearest division that has one speaks; where it is silent, the division above, up to the nation.
        """
        nearest = ancestors(jurisdiction)
        candidates = self.approved().valid_on(on).filter(jurisdiction__in=nearest, regime=regime)

        def distance(rule_set: RuleSet) -> tuple[int, bool, bool]:
            code = rule_set.jurisdiction
            return nearest.index(code), rule_set.level != level, rule_set.level != natural_level(code)

        try:
            return min(candidates, key=distance)
        except ValueError:
            raise NoRuleSetInForce(
                _("%(day)s 没有适用于 %(place)s 的%(regime)s规则集（R-001）")
                % {"day": on.isoformat(), "place": jurisdiction, "regime": Regime(regime).label}
            ) from None


@implements("R-001")
class RuleSet(models.Model):
    """One version of a place's thresholds, caps and terms for one regime.

    Approval freezes it: a case pinned to a version reads the same numbers for ever. A change is a new version.
    `values` holds only what differs from the defaults declared in `procurement.rules.parameters`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    jurisdiction = models.CharField(_("行政区划代码"), max_length=12)
    jurisdiction_name = models.CharField(_("行政区划"), max_length=100)
    level = models.CharField(_("层级"), max_length=20, choices=Level.choices)
    regime = models.CharField(_("适用制度"), max_length=20, choices=Regime.choices)
    version = models.PositiveIntegerField(_("版本"))
    valid_from = models.DateField(_("施行日期"))
    valid_to = models.DateField(_("截止日期"), null=True, blank=True)
    values = models.JSONField(_("参数"), default=dict)
    basis = models.CharField(_("依据文件"), max_length=300)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="drafted_rule_sets"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="approved_rule_sets"
    )
    approved_at = models.DateTimeField(_("批准时间"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = RuleSetQuerySet.as_manager()

    class Meta:
        verbose_name = _("规则集")
        verbose_name_plural = _("规则集")
        ordering = ["jurisdiction", "regime", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "level", "regime", "version"], name="rule_set_version_unique"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="rule_set_days_in_order"
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("drafted_by")),
                name="rule_set_approver_is_not_author",
            ),
            ExclusionConstraint(
                name="rule_set_no_overlap",
                expressions=[
                    ("jurisdiction", RangeOperators.EQUAL),
                    ("level", RangeOperators.EQUAL),
                    ("regime", RangeOperators.EQUAL),
                    (
                        _ValidDays("valid_from", "valid_to", RangeBoundary(True, True)),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(approved_at__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="rule_set_frozen",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__approved_at__isnull=False),
                func="""
                    IF TG_OP = 'UPDATE' AND (to_jsonb(NEW) - 'valid_to') = (to_jsonb(OLD) - 'valid_to') THEN
                        RETURN NEW;
                    END IF;
                    RAISE EXCEPTION USING
                        ERRCODE = 'restrict_violation',
                        CONSTRAINT = 'rule_set_frozen',
                        MESSAGE = 'R-001: an approved rule set never changes; draft a new version';
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.jurisdiction_name} · {self.get_regime_display()} · v{self.version}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.clean()  # an undeclared or ill-typed value must not reach the table by any way
        super().save(*args, **kwargs)

    def clean(self) -> None:
        faults = faults_in(self.values)
        if faults:
            raise ValidationError({"values": faults})

    def value(self, code: str) -> Value:
        """The typed value in force here: this set's own, else the declared default for its regime."""
        declared = parameter(code)
        return declared.read(self.values[code]) if code in self.values else declared.default_for(self.regime)

    def shown(self, code: str) -> str:
        return parameter(code).show(self.value(code))

    def effective(self) -> list[tuple[Parameter, str, bool]]:
        """Every parameter with its shown value, and whether this place set it itself."""
        return [(row, self.shown(row.code), row.code in self.values) for row in PARAMETERS.values()]


enforced_by_constraint("R-001", "rule_set_frozen", _("规则集批准后不得修改，请另行起草新版本"))
enforced_by_constraint("R-001", "rule_set_no_overlap", _("同一地区、层级和制度的规则集有效期不得重叠"))
