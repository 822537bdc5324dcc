"""Reviewing experts, and what their recusal is decided from (R-154)."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from orgs.models.organization import Organization
from procurement.access import Actor, Role, ScopedQuerySet
from procurement.privacy.fields import EncryptedCharField, FingerprintedModel, FingerprintField


class ExpertKind(models.TextChoices):
    BUSINESS = "business", _("业务")
    MANAGEMENT = "management", _("管理")
    FINANCE = "finance", _("财务")
    PRACTICE = "practice", _("实务")


class Position(models.TextChoices):
    """What a person was to an organisation; each of these is a ground of recusal within three years (R-154)."""

    EMPLOYEE = "employee", _("工作人员")
    DIRECTOR = "director", _("理事、董事")
    SUPERVISOR = "supervisor", _("监事")
    HEAD = "head", _("负责人")
    HOLDER = "holder", _("控股或实际控制人")


class KinRelation(models.TextChoices):
    SPOUSE = "spouse", _("配偶")
    DIRECT = "direct", _("直系血亲")
    COLLATERAL = "collateral", _("三代以内旁系血亲")
    IN_LAW = "in_law", _("近姻亲")


class ExpertQuerySet(ScopedQuerySet["Expert"]):
    def visible_to(self, actor: Actor) -> Self:
        """Who an expert is stays between those who run draws, oversight, and the expert (R-157)."""
        if actor.sees_everything or actor.roles & {Role.LGO, Role.PU_BUY}:
            return self
        return self.filter(person=actor.id) if actor.id else self.none()

    def active(self) -> Self:
        return self.filter(is_active=True, person__is_active=True)

    def of_kind(self, kind: str) -> Self:
        return self.filter(kind=kind)


class Expert(FingerprintedModel):
    """One person in the expert pool."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="expert", verbose_name=_("人员")
    )
    kind = models.CharField(_("专家类别"), max_length=16, choices=ExpertKind.choices)
    specialties = ArrayField(models.CharField(max_length=32), default=list, blank=True, verbose_name=_("专业领域"))
    employer = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="employed_experts",
        verbose_name=_("工作单位"),
    )
    #: For employers outside the portal.
    employer_text = models.CharField(_("工作单位名称"), max_length=128, blank=True)
    phone = EncryptedCharField(_("联系电话"), max_length=32, blank=True)
    phone_fingerprint = FingerprintField(source="phone", kind="phone")
    is_active = models.BooleanField(_("在库"), default=True)
    joined_on = models.DateField(_("入库日期"))

    objects = ExpertQuerySet.as_manager()

    class Meta:
        verbose_name = _("评审专家")
        verbose_name_plural = _("评审专家")
        ordering = ["person__username"]
        indexes = [models.Index(fields=["kind", "is_active"], name="expert_by_kind")]

    def __str__(self) -> str:
        return str(self.person)

    @property
    def employer_name(self) -> str:
        return self.employer.name if self.employer else self.employer_text


class EmploymentHistory(models.Model):
    """A period in which an expert worked for, led or held an organisation."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    expert = models.ForeignKey(Expert, on_delete=models.PROTECT, related_name="employments", verbose_name=_("评审专家"))
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", verbose_name=_("单位"))
    position = models.CharField(_("身份"), max_length=16, choices=Position.choices, default=Position.EMPLOYEE)
    started_on = models.DateField(_("起始日期"))
    ended_on = models.DateField(_("终止日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("任职经历")
        verbose_name_plural = _("任职经历")
        ordering = ["-started_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="employment_ends_after_start",
                violation_error_message=_("终止日期不得早于起始日期。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.expert} · {self.organization}"

    def touches(self, first: date, last: date) -> bool:
        """Whether any day of this period lies between the two days, both counted."""
        return self.started_on <= last and (self.ended_on is None or self.ended_on >= first)


class KinDeclaration(models.Model):
    """An expert declares kinship with the head of an organisation."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    expert = models.ForeignKey(
        Expert, on_delete=models.PROTECT, related_name="kin_declarations", verbose_name=_("评审专家")
    )
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", verbose_name=_("单位"))
    relation = models.CharField(_("亲属关系"), max_length=16, choices=KinRelation.choices)
    declared_on = models.DateField(_("申报日期"))

    class Meta:
        verbose_name = _("亲属关系申报")
        verbose_name_plural = _("亲属关系申报")
        constraints = [models.UniqueConstraint(fields=["expert", "organization", "relation"], name="kin_declared_once")]

    def __str__(self) -> str:
        return f"{self.expert} · {self.organization}"
