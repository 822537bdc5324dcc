"""服务热线: what residents report about services, whom it was handed to, what they were answered (R-190)."""

from __future__ import annotations

import uuid
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, Role, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel
from procurement.privacy.fields import EncryptedCharField
from procurement.rules import enforced_by_constraint

#: Who takes calls, hands them on and sees that they are answered.
HOTLINE_ROLES = (Role.LGO, Role.CIV)
#: Whose people may answer for the body a call was handed to.
HANDLER_ROLES = (Role.ORG, Role.ORG_H, Role.RU, Role.UNI, Role.PU_BUY, Role.PU_ACC, Role.LGO, Role.CIV)
OPEN_CALL_STATES = ("filed", "dispatched")


class CallChannel(models.TextChoices):
    WEB = "web", _("网上")
    PHONE = "phone", _("电话")
    LETTER = "letter", _("来信")
    VISIT = "visit", _("来访")


class CallTopic(models.TextChoices):
    QUALITY = "quality", _("服务质量")
    ATTITUDE = "attitude", _("服务态度")
    SCHEDULE = "schedule", _("服务时间或取消")
    SAFETY = "safety", _("安全")
    FEES = "fees", _("违规收费")
    ACCESS = "access", _("服务对象资格")
    CONDUCT = "conduct", _("采购或资金使用")
    OTHER = "other", _("其他")


class CallRating(models.TextChoices):
    SATISFIED = "satisfied", _("满意")
    FAIR = "fair", _("基本满意")
    UNSATISFIED = "unsatisfied", _("不满意")


class HotlineCallQuerySet(ScopedQuerySet["HotlineCall"]):
    def visible_to(self, actor: Actor) -> Self:
        """The office that took it, the body it was handed to, the overseers, and a resident who was signed in."""
        if actor.sees_everything:
            return self
        mine = Q(office__in=actor.organization_ids(*HOTLINE_ROLES))
        handed = Q(status__in=("dispatched", "answered", "closed"), handler__in=actor.organization_ids(*HANDLER_ROLES))
        own = Q(filed_by=actor.id) if actor.id else Q(pk__in=[])
        return self.filter(mine | handed | own)

    def open(self) -> Self:
        return self.filter(status__in=OPEN_CALL_STATES)


class HotlineCall(LifecycleModel):
    """One report. Whose it is stays unknown unless they left a contact, which only the office reads."""

    number = models.CharField(_("受理编号"), max_length=40, unique=True)
    #: SHA-256 of the code the resident follows it up with.
    code_digest = models.CharField(max_length=64, unique=True, editable=False)
    channel = models.CharField(_("来源"), max_length=8, choices=CallChannel.choices, default=CallChannel.WEB)
    topic = models.CharField(_("反映事项"), max_length=10, choices=CallTopic.choices)
    street = models.ForeignKey(
        "orgs.Region", on_delete=models.PROTECT, related_name="+", verbose_name=_("街道（乡镇）")
    )
    text = models.TextField(_("具体情况"), max_length=2000)
    application = models.ForeignKey(
        "projects.Application",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="hotline_calls",
        verbose_name=_("有关项目"),
    )
    office = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="+", verbose_name=_("受理单位")
    )
    handler = models.ForeignKey(
        "orgs.Organization",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("承办单位"),
    )
    caller_contact = EncryptedCharField(_("联系方式"), max_length=120, blank=True)
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("记录人"),
    )
    filed_at = models.DateTimeField(_("反映时间"))
    due_on = models.DateField(_("答复期限"), null=True, blank=True)
    answer = models.TextField(_("答复"), blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    rating = models.CharField(_("满意程度"), max_length=12, choices=CallRating.choices, blank=True)
    rating_note = models.CharField(_("评价说明"), max_length=500, blank=True)
    reopened_at = models.DateTimeField(_("重新办理"), null=True, blank=True)
    overdue_at = models.DateTimeField(_("逾期未答复"), null=True, blank=True)

    objects = HotlineCallQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("居民反映")
        ordering = ["-filed_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status__in=("answered", "closed")) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="hotline_closed_with_answer",
                violation_error_message=_("居民反映须答复后办结。"),
            ),
            models.CheckConstraint(
                condition=~Q(status="dispatched") | Q(handler__isnull=False),
                name="hotline_dispatched_to_somebody",
                violation_error_message=_("交办须写明承办单位。"),
            ),
        ]
        indexes = [
            models.Index(fields=["-filed_at", "id"], name="hotline_newest"),
            models.Index(fields=["due_on"], condition=Q(status__in=OPEN_CALL_STATES), name="hotline_due"),
        ]
        triggers = [
            *LifecycleModel.Meta.triggers,
            pgtrigger.Protect(name="hotline_call_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.get_topic_display()}"

    def get_absolute_url(self) -> str:
        return reverse("hotline-call", args=[self.pk])

    @property
    def duty_scope(self) -> uuid.UUID:
        return self.pk

    def shows_contact_to(self, actor: Actor) -> bool:
        return bool(self.caller_contact) and any(actor.holds(role, self.office_id) for role in HOTLINE_ROLES)


enforced_by_constraint("R-190", "hotline_closed_with_answer", _("居民反映须答复后办结"))
enforced_by_constraint("R-190", "hotline_dispatched_to_somebody", _("交办须写明承办单位"))
