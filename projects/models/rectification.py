"""责令整改: what deviates from the contract, by when it must be put right, and whether it was (R-225, R-226)."""

from __future__ import annotations

from datetime import date
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel
from procurement.rules import enforced_by_constraint
from projects.models.application import Application

#: While one of these stands, no payment is made (R-225).
OPEN_RECTIFICATION_STATES = ("issued", "responded")


class RectificationOrigin(models.TextChoices):
    SUPERVISION = "supervision", _("日常督导")
    MIDTERM = "midterm", _("中期评估")
    WARNING = "warning", _("风险预警")
    COMPLAINT = "complaint", _("投诉举报")


class RectificationQuerySet(ScopedQuerySet["Rectification"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(application__in=Application.objects.visible_to(actor))

    def open(self) -> Self:
        return self.filter(status__in=OPEN_RECTIFICATION_STATES)

    def overdue(self, on: date) -> Self:
        return self.filter(status="issued", due_on__lt=on)


class Rectification(LifecycleModel):
    """One order. ``issuer`` is the body that ordered and re-checks: responsible unit or purchaser."""

    number = models.CharField(_("整改编号"), max_length=40, unique=True)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="rectifications")
    issuer = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="+", verbose_name=_("下达单位")
    )
    origin = models.CharField(
        _("来源"), max_length=12, choices=RectificationOrigin.choices, default=RectificationOrigin.SUPERVISION
    )
    finding = models.TextField(_("发现的问题"))
    contract_term = models.CharField(_("对应的合同约定"), max_length=300)
    requirement = models.TextField(_("整改要求"))
    due_on = models.DateField(_("整改期限"), null=True, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    response = models.TextField(_("整改情况"), blank=True)
    responded_at = models.DateTimeField(null=True, blank=True)
    conclusion = models.TextField(_("复查结论"), blank=True)
    concluded_at = models.DateTimeField(null=True, blank=True)
    concluded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = RectificationQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("责令整改")
        ordering = ["-created_at"]
        triggers = [
            *LifecycleModel.Meta.triggers,
            pgtrigger.Protect(name="rectification_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="rectification_terms_stand",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__issued_at__isnull=False),
                func=(
                    "IF (NEW.application_id, NEW.issuer_id, NEW.finding, NEW.requirement, NEW.contract_term, NEW.issued_at)"
                    " IS DISTINCT FROM (OLD.application_id, OLD.issuer_id, OLD.finding, OLD.requirement,"
                    " OLD.contract_term, OLD.issued_at) THEN"
                    " RAISE EXCEPTION 'an order issued stands' USING ERRCODE = 'check_violation',"
                    " CONSTRAINT = 'rectification_terms_stand'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(_("整改通知 %(number)s") % {"number": self.number})

    def get_absolute_url(self) -> str:
        return reverse("rectification", args=[self.pk])


enforced_by_constraint("R-225", "rectification_terms_stand", _("整改通知下达后内容不得更改"), in_sql=True)
