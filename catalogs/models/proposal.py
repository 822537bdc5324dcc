"""A wish for the catalogue: whoever misses an item says so, finance answers (R-006, R-007)."""

from __future__ import annotations

from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalogs.models.guidance import CatalogueItem, GuidanceCatalogue
from orgs.models import Organization, Region
from procurement.access import Actor, Role, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel

DECIDED = ("adopted", "refused", "withdrawn")


class ProposalKind(models.TextChoices):
    ADD = "add", _("新增条目")
    CHANGE = "change", _("调整条目名称")
    REMOVE = "remove", _("删除条目")


class CatalogueProposalQuerySet(ScopedQuerySet["CatalogueProposal"]):
    def visible_to(self, actor: Actor) -> Self:
        """The proposer's organisation and the authority that answers; once sent, nobody else before it is adopted."""
        if actor.sees_everything:
            return self
        mine = Q(organization__in=actor.organization_ids()) | Q(proposer=actor.id)
        answering = Q(reviewer__in=actor.organization_ids(Role.FIN, Role.LGO, Role.LG)) & ~Q(status="draft")
        return self.filter(mine | answering | Q(status="adopted"))

    def waiting(self) -> Self:
        return self.filter(status="submitted")


class CatalogueProposal(LifecycleModel):
    """What should be added, renamed or removed in the next edition, why, and what became of it."""

    kind = models.CharField(_("建议类型"), max_length=8, choices=ProposalKind.choices, default=ProposalKind.ADD)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", verbose_name=_("适用地区"))
    reviewer = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+", verbose_name=_("答复的财政部门")
    )
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+", verbose_name=_("建议单位")
    )
    proposer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("建议人")
    )
    item = models.ForeignKey(
        CatalogueItem,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="proposals",
        verbose_name=_("涉及条目"),
        help_text=_("新增时选建议归入的上级条目，可不填；调整或删除时须选。"),
    )
    name = models.CharField(_("建议的条目名称"), max_length=120, blank=True)
    grounds = models.TextField(_("理由"), help_text=_("写明服务内容、服务对象和需求依据。"))
    #: Where it was taken up. The edition, not the item: an item of a draft may still be rewritten.
    adopted_in = models.ForeignKey(
        GuidanceCatalogue, on_delete=models.PROTECT, null=True, editable=False, related_name="adopted_proposals"
    )
    adopted_code = models.CharField(max_length=16, blank=True, editable=False)

    objects = CatalogueProposalQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("目录调整建议")
        verbose_name_plural = _("目录调整建议")
        ordering = ["-created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="add") | Q(item__isnull=False),
                name="proposal_names_its_item",
                violation_error_message=_("调整或删除须选择涉及条目。"),
            ),
            models.CheckConstraint(
                condition=Q(kind="remove") | ~Q(name=""),
                name="proposal_names_what_it_wants",
                violation_error_message=_("请填写建议的条目名称。"),
            ),
            models.CheckConstraint(
                condition=~Q(status="adopted") | Q(adopted_in__isnull=False),
                name="proposal_adopted_somewhere",
                violation_error_message=_("采纳的建议须写明列入的目录。"),
            ),
        ]
        triggers = [
            *LifecycleModel.Meta.triggers,
            pgtrigger.Protect(
                name="proposal_is_kept",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__status__in=DECIDED),
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(self.item)

    def get_absolute_url(self) -> str:
        return reverse("catalogue-proposal", args=[self.pk])
