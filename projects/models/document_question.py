"""对采购文件的询问: asked by whoever considers bidding, answered to all; who asked stays unknown (R-180)."""

from __future__ import annotations

from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, Role, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel
from procurement.rules import enforced_by_constraint
from projects.models.procedure import Procedure

BIDDER_ROLES = (Role.ORG, Role.ORG_H, Role.UNI)


class DocumentQuestionQuerySet(ScopedQuerySet["DocumentQuestion"]):
    def visible_to(self, actor: Actor) -> Self:
        """Answered ones as everybody sees the procedure; open ones by the asker and by those who owe the answer."""
        if actor.sees_everything:
            return self
        seen, inside = Procedure.objects.visible_to(actor), Procedure.objects.worked_on_by(actor)
        mine = actor.organization_ids(*BIDDER_ROLES)
        return self.filter(
            Q(status="answered", procedure__in=seen) | Q(procedure__in=inside) | Q(organization__in=mine)
        )

    def answered(self) -> Self:
        return self.filter(status="answered")


class DocumentQuestion(LifecycleModel):
    """One question. Pages name the asker to the asker, to the overseers, and to nobody else."""

    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="document_questions")
    organization = models.ForeignKey("orgs.Organization", on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("询问内容"), max_length=2000)
    asked_at = models.DateTimeField(_("询问时间"))
    due_on = models.DateField(_("答复期限"), null=True, blank=True)
    answer = models.TextField(_("答复"), blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)

    objects = DocumentQuestionQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("采购文件询问")
        ordering = ["asked_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="answered") | ~Q(answer="") & Q(answered_at__isnull=False),
                name="document_question_answered_in_words",
            )
        ]
        triggers = [
            *LifecycleModel.Meta.triggers,
            pgtrigger.Protect(name="document_question_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="document_question_keeps_its_words",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("procedure", "organization", "asked_by", "text", "asked_at"),
            ),
        ]

    def __str__(self) -> str:
        return self.text[:40]

    def get_absolute_url(self) -> str:
        return reverse("document-question", args=[self.pk])


enforced_by_constraint("R-180", "document_question_answered_in_words", _("答复询问须写明内容"))
