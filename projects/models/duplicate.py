"""What is said about resemblances: the applicant's word on the difference, and finance's exception (R-041, R-042)."""

from __future__ import annotations

import uuid
from typing import Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, Role, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel
from procurement.rules import enforced_by_constraint
from projects.models.application import Application


class DifferenceDeclaration(models.Model):
    """In the applicant's words, how this project differs from those it resembles. Every version is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="differences")
    statement = models.TextField(_("区别说明"))
    #: Numbers of the applications it was written about.
    about = ArrayField(models.CharField(max_length=40), default=list)
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    declared_at = models.DateTimeField(_("声明时间"))

    class Meta:
        verbose_name = _("区别说明")
        ordering = ["-declared_at"]
        triggers = [pgtrigger.Protect(name="difference_is_kept", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return self.statement[:40]


class SecondFundingQuerySet(ScopedQuerySet["SecondFunding"]):
    def visible_to(self, actor: Actor) -> Self:
        """The applicant, the finance authority that decides, oversight, and whoever reads the application."""
        if actor.sees_everything:
            return self
        mine = actor.organization_ids(Role.ORG, Role.ORG_H)
        finance = actor.organization_ids(Role.FIN)
        return self.filter(
            Q(application__applicant__in=mine)
            | Q(application__guide__finance__in=finance)
            | Q(application__in=Application.objects.visible_to(actor))
        )

    def granted(self) -> Self:
        return self.filter(status="granted")


class SecondFunding(LifecycleModel):
    """The exception from 不再重复资助: asked by the applicant for one pair, decided by finance with its reason (R-042)."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="second_fundings")
    other = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="+", verbose_name=_("已获资助的项目"))
    grounds = models.TextField(_("申请理由"))
    decided_at = models.DateTimeField(_("决定时间"), null=True, blank=True, editable=False)

    objects = SecondFundingQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("重复资助例外")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "other"],
                condition=Q(status__in=("requested", "granted")),
                name="second_funding_once_per_pair",
                violation_error_message=_("该项目的例外申请已提交。"),
            ),
            models.CheckConstraint(
                condition=~Q(application=F("other")),
                name="second_funding_of_another",
                violation_error_message=_("须选择另一个项目。"),
            ),
        ]
        triggers = [
            *LifecycleModel.Meta.triggers,
            pgtrigger.Protect(name="second_funding_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return str(_("%(title)s的重复资助例外") % {"title": self.application})

    def get_absolute_url(self) -> str:
        return reverse("second-funding", args=[self.pk])


enforced_by_constraint("R-042", "second_funding_once_per_pair", _("同一对项目只能有一个有效的例外申请"))
