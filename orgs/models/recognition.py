"""枢纽认定: in which field and at which tier a leading group recognised a body as a hub (R-082, R-083).

The recognition is the one source of an organisation's hub mark: the database copies it to the organisation and
refuses a mark that rests on no recognition.
"""

from __future__ import annotations

import uuid
from datetime import date
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orgs.models.organization import HubTier, Organization
from procurement.access import Actor, Role, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel
from procurement.rules import enforced_by_constraint

#: The body is a hub: it leads members and may stand as responsible unit.
IN_FORCE = ("recognised", "renewed", "warned")
#: The leading group has not decided yet.
PENDING = ("applied", "checked", "reviewed", "publicised")
#: From the public notice on everybody may read the recognition, also when it has ended.
PUBLIC = ("publicised", *IN_FORCE, "revoked", "handed_over")


class Requirement(models.TextChoices):
    """What a hub must have (R-082)."""

    LEADERSHIP = "leadership", _("政治上可靠：领导班子坚强，能发挥桥梁纽带作用")
    BUSINESS = "business", _("业务上龙头：在本领域有代表性和引领能力")
    PARTY = "party", _("党建健全：党组织设置规范、正常开展工作")
    LEGAL_PERSON = "legal_person", _("法人规范：依法登记，章程和内部管理制度健全")


class HubRecognitionQuerySet(ScopedQuerySet["HubRecognition"]):
    def visible_to(self, actor: Actor) -> Self:
        """Published ones for everyone; before that the applicant, the leading group's people and civil affairs."""
        if actor.sees_everything or actor.holds(Role.CIV):
            return self
        mine = actor.organization_ids()
        office = actor.organization_ids(Role.LG, Role.LGO)
        return self.filter(Q(status__in=PUBLIC) | Q(organization__in=mine) | Q(office__in=office))

    def in_force(self) -> Self:
        return self.filter(status__in=IN_FORCE)

    def pending(self) -> Self:
        return self.filter(status__in=PENDING)

    def review_due(self, on: date) -> Self:
        """In force, and the year since the last decision has run out."""
        return self.in_force().filter(review_due_on__lte=on)


class HubRecognition(LifecycleModel):
    """One body, one tier, one field, decided by the leading group of that tier."""

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="recognitions", verbose_name=_("申请单位")
    )
    tier = models.CharField(_("认定层级"), max_length=16, choices=HubTier.choices)
    field = models.CharField(_("业务领域"), max_length=64)
    office = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+", verbose_name=_("认定机关（社会建设工作领导小组）")
    )
    grounds = models.TextField(_("申请理由"))
    #: One line per requirement as the office found it: code, passed, note.
    checklist = models.JSONField(default=list, editable=False)
    publicity_from = models.DateField(_("公示开始"), null=True, blank=True, editable=False)
    publicity_until = models.DateField(_("公示截止"), null=True, blank=True, editable=False)
    document_number = models.CharField(_("认定文号"), max_length=64, blank=True)
    recognised_on = models.DateField(_("认定日期"), null=True, blank=True, editable=False)
    review_due_on = models.DateField(_("下次年度审核"), null=True, blank=True, editable=False)
    ended_on = models.DateField(_("终止日期"), null=True, blank=True, editable=False)
    successor = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("接续枢纽"),
        editable=False,
    )

    objects = HubRecognitionQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("枢纽认定")
        verbose_name_plural = _("枢纽认定")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["office", "status"], name="recognition_of_office")]
        constraints = [
            models.CheckConstraint(condition=Q(tier__in=HubTier.values), name="recognition_tier_is_known"),
            models.UniqueConstraint(
                fields=["organization", "field"],
                condition=Q(status__in=(*PENDING, *IN_FORCE)),
                name="recognition_one_tier_per_field",
                violation_error_message=_("同一单位在同一领域只能认定一个层级的枢纽，已有认定或正在办理的申请。"),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=IN_FORCE) | (Q(recognised_on__isnull=False) & ~Q(document_number="")),
                name="recognition_rests_on_a_document",
                violation_error_message=_("认定须有文号和日期。"),
            ),
            models.CheckConstraint(
                condition=Q(publicity_from__isnull=True) | Q(publicity_until__gt=F("publicity_from")),
                name="recognition_publicity_runs_forward",
            ),
        ]
        triggers = [
            *LifecycleModel.Meta.triggers,
            pgtrigger.Protect(name="recognition_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="hub_mark_follows",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("status", "tier", "organization_id"),
                func=(
                    "UPDATE orgs_organization o SET is_hub = (best.tier IS NOT NULL), hub_tier = COALESCE(best.tier, '')"
                    " FROM (SELECT (SELECT r.tier FROM orgs_hubrecognition r WHERE r.organization_id ="
                    " NEW.organization_id AND r.status IN ('recognised', 'renewed', 'warned') ORDER BY CASE r.tier WHEN 'city' THEN 1"
                    " WHEN 'district' THEN 2 ELSE 3 END LIMIT 1) AS tier) best"
                    " WHERE o.id = NEW.organization_id AND (o.is_hub, o.hub_tier) IS DISTINCT FROM"
                    " (best.tier IS NOT NULL, COALESCE(best.tier, ''));"
                    " RETURN NULL;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(
            _("%(org)s · %(tier)s · %(field)s")
            % {"org": self.organization.display_name, "tier": self.get_tier_display(), "field": self.field}
        )

    def get_absolute_url(self) -> str:
        return reverse("hub-recognition", args=[self.pk])

    @property
    def is_in_force(self) -> bool:
        return self.status in IN_FORCE

    @property
    def checked_lines(self) -> list[tuple[str | Promise, bool, str]]:
        """Requirement, whether it is met, and what the office wrote about it."""
        return [(Requirement(line["code"]).label, line["passed"], line.get("note", "")) for line in self.checklist]


class ReviewVerdict(models.TextChoices):
    RENEWED = "renewed", _("合格，继续认定")
    WARNED = "warned", _("提出警告，限期改进")
    REVOKED = "revoked", _("撤销认定")


class HubReview(models.Model):
    """A year's review of a hub with the figures it was decided on; one a year, never altered."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recognition = models.ForeignKey(HubRecognition, on_delete=models.PROTECT, related_name="reviews")
    year = models.PositiveSmallIntegerField(_("年度"))
    verdict = models.CharField(_("结论"), max_length=8, choices=ReviewVerdict.choices)
    note = models.TextField(_("意见"), blank=True)
    figures = models.JSONField(default=dict)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("枢纽年度审核")
        verbose_name_plural = _("枢纽年度审核")
        ordering = ["-decided_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["recognition", "year"],
                condition=Q(verdict="renewed"),
                name="hub_renewed_once_a_year",
                violation_error_message=_("本年度已经审核合格。"),
            )
        ]
        triggers = [pgtrigger.Protect(name="hub_review_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.year} {self.verdict}"


enforced_by_constraint(
    "R-083", "recognition_one_tier_per_field", _("同一单位在同一领域只能认定一个层级的枢纽，已有认定或正在办理的申请")
)
enforced_by_constraint("R-083", "recognition_rests_on_a_document", _("枢纽认定须有领导小组的认定文号和日期"))
enforced_by_constraint("R-083", "hub_renewed_once_a_year", _("本年度已经审核合格，不再重复审核"))
enforced_by_constraint("R-083", "organization_hub_by_recognition", _("枢纽身份只能由有效的枢纽认定产生"), in_sql=True)
