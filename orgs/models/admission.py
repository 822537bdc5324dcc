"""How a person comes into the expert pool, and how one is barred from it (R-156, R-162)."""

from __future__ import annotations

import uuid
from typing import Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from orgs.models.expert import Expert, ExpertKind
from orgs.models.organization import Organization
from procurement.access import Actor, Role, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel
from procurement.rules import enforced_by_constraint


class ExpertAdmissionQuerySet(ScopedQuerySet["ExpertAdmission"]):
    def visible_to(self, actor: Actor) -> Self:
        """The person, and those who keep the pool they applied to; names of experts are nobody else's business."""
        if actor.sees_everything:
            return self
        kept = Q(office__in=actor.organization_ids(Role.LGO)) & ~Q(status="draft")
        return self.filter(Q(person=actor.id) | kept) if actor.id else self.none()


class ExpertAdmission(LifecycleModel):
    """A person asks to be taken into the pool, with what the pool has to know."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="expert_admissions", verbose_name=_("人员")
    )
    office = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+", verbose_name=_("专家库管理单位")
    )
    kind = models.CharField(_("专家类别"), max_length=16, choices=ExpertKind.choices)
    specialties = ArrayField(models.CharField(max_length=32), default=list, verbose_name=_("专业领域"))
    employer_text = models.CharField(_("工作单位名称"), max_length=128)
    qualification = models.CharField(_("职称或执业资格"), max_length=120)
    years = models.PositiveSmallIntegerField(_("从业年限"))
    resume = models.TextField(_("主要经历"))

    objects = ExpertAdmissionQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("专家入库申请")
        verbose_name_plural = _("专家入库申请")
        ordering = ["-created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(status__in=("draft", "applied", "returned")),
                name="admission_one_pending",
                violation_error_message=_("您已有入库申请在办。"),
            )
        ]
        triggers = [
            *LifecycleModel.Meta.triggers,
            pgtrigger.Protect(name="admission_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return str(_("%(person)s的入库申请") % {"person": self.person})

    def get_absolute_url(self) -> str:
        return reverse("expert-admission", args=[self.pk])


class ExpertBar(models.Model):
    """A decision that keeps an expert from reviewing: bribery, a tie not disclosed, or repeated poor conduct."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    expert = models.ForeignKey(Expert, on_delete=models.PROTECT, related_name="bars", verbose_name=_("评审专家"))
    document_number = models.CharField(_("决定文号"), max_length=64)
    reason = models.TextField(_("事由"))
    starts_on = models.DateField(_("起始日期"))
    #: Empty: for good, as the law has it for bribery.
    ends_on = models.DateField(_("终止日期"), null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = _("禁止参加评审")
        ordering = ["-starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["expert", "document_number"],
                name="expert_bar_once",
                violation_error_message=_("该决定文号已经登记。"),
            )
        ]
        triggers = [pgtrigger.Protect(name="expert_bar_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.expert} · {self.document_number}"


enforced_by_constraint("R-162", "expert_bar_once", _("该决定文号已经登记"))
