"""A saved thought of the leading group's office: which applications at which amounts. It decides nothing."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, Role, ScopedQuerySet


class CutScenarioQuerySet(ScopedQuerySet["CutScenario"]):
    def visible_to(self, actor: Actor) -> Self:
        """The leading group, its office and the finance authority of the guide."""
        if actor.sees_everything:
            return self
        bodies = actor.organization_ids(Role.LG, Role.LGO, Role.FIN)
        return self.filter(models.Q(guide__office__in=bodies) | models.Q(guide__finance__in=bodies))


class CutScenario(models.Model):
    """``amounts`` maps an application's id to the yuan it would get; one that is not named gets nothing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    guide = models.ForeignKey("projects.Guide", on_delete=models.CASCADE, related_name="scenarios")
    name = models.CharField(_("方案名称"), max_length=60)
    amounts = models.JSONField(default=dict)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("保存时间"))

    objects = CutScenarioQuerySet.as_manager()

    class Meta:
        verbose_name = _("测算方案")
        ordering = ["made_at"]
        constraints = [models.UniqueConstraint(fields=["guide", "name"], name="cut_scenario_name_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def granted(self) -> dict[str, Decimal]:
        return {key: Decimal(amount) for key, amount in self.amounts.items()}
