"""A seat: person × organisation × role × period. Every permission begins here."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Case, F, Func, IntegerField, Q, Value, When
from django.utils.translation import gettext_lazy as _

from orgs.models.organization import Organization
from procurement.access import Actor, Role, ScopedQuerySet
from procurement.rules import enforced_by_constraint


class HalfOpenPeriod(Func):
    """[valid_from, valid_to): the day of ``valid_to`` is already outside, so a revoked seat ends at once."""

    function = "DATERANGE"
    output_field = DateRangeField()


class MembershipQuerySet(ScopedQuerySet["Membership"]):
    def visible_to(self, actor: Actor) -> Self:
        """Colleagues see who holds which seat in their body; oversight and administrators see all."""
        if actor.sees_everything or actor.holds(Role.SYS):
            return self
        return self.filter(organization__in=actor.organization_ids())

    def valid_on(self, day: date) -> Self:
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day)

    def ended_by(self, day: date) -> Self:
        return self.filter(valid_to__lte=day)


class Membership(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("人员")
    )
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("单位")
    )
    role = models.CharField(_("岗位"), max_length=8, choices=Role.choices)
    valid_from = models.DateField(_("任职起始"))
    #: First day on which the seat no longer entitles; empty while open-ended.
    valid_to = models.DateField(_("任职终止"), null=True, blank=True)
    appointed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("任命人")
    )
    appointed_at = models.DateTimeField(auto_now_add=True)
    end_reason = models.CharField(_("免职原因"), max_length=200, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("任职")
        verbose_name_plural = _("任职")
        ordering = ["organization", "role", "valid_from"]
        indexes = [models.Index(fields=["role", "organization"], name="membership_by_role")]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="membership_ends_after_start",
                violation_error_message=_("任职终止日期不得早于起始日期。"),
            ),
            ExclusionConstraint(
                name="membership_no_overlap",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("organization", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (HalfOpenPeriod("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("该人员在本单位的同一岗位已有重叠的任职期间。"),
            ),
            # An administrator of the system approves nothing: no day may hold both kinds of seat.
            ExclusionConstraint(
                name="membership_sys_stands_alone",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    (
                        Case(When(role=Role.SYS, then=Value(1)), default=Value(0), output_field=IntegerField()),
                        RangeOperators.NOT_EQUAL,
                    ),
                    (HalfOpenPeriod("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("系统管理员不得兼任任何业务岗位。"),
            ),
        ]
        triggers = [pgtrigger.Protect(name="membership_is_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.person} · {self.organization} · {self.role_label}"

    @property
    def role_label(self) -> str:
        return str(Role(self.role).label)

    def is_valid_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or self.valid_to > day)


enforced_by_constraint("S-02", "membership_sys_stands_alone", _("系统管理员不得兼任任何业务岗位"))
