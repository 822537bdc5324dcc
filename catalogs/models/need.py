"""What residents, communities and departments say is needed, who else says so, and what became of it (R-030)."""

from __future__ import annotations

import re
import uuid
from typing import Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalogs.models.taxonomy import BeneficiaryGroup, Priority, ServiceField, group_labels
from orgs.models import Organization, Region
from procurement.access import Actor, Role, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel
from procurement.privacy.fields import EncryptedCharField

#: States everybody may read: an officer has looked at the words before.
PUBLIC_NEED_STATES = ("accepted", "merged", "answered", "declined", "adopted")
#: States in which a need still asks for something; others may be merged into it.
LIVE_NEED_STATES = ("filed", "accepted")
#: Who keeps the register of needs in a purchasing body.
NEED_KEEPERS = (Role.PU_DEM, Role.PU_REV, Role.LGO)

#: Telephone and identity numbers and mail addresses have no place on a public page (R-292).
_PERSONAL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\d(?:[\d\s-]{5,}[\dXx])")


def without_personal_numbers(text: str) -> str:
    """The text with telephone and identity numbers and mail addresses blotted out."""
    return _PERSONAL.sub("＊＊＊", text)


class NeedSource(models.TextChoices):
    RESIDENT = "resident", _("居民")
    COMMUNITY = "community", _("社区（村）")
    DEPARTMENT = "department", _("部门")


class NeedUrgency(models.TextChoices):
    URGENT = "urgent", _("急需")
    SOON = "soon", _("近期需要")
    USUAL = "usual", _("一般")

    @property
    def tone(self) -> str:
        return {"urgent": "bad", "soon": "warn"}.get(self.value, "neutral")


class NeedQuerySet(ScopedQuerySet["Need"]):
    def visible_to(self, actor: Actor) -> Self:
        """What an officer has read and not withheld is public; the rest stays with the body that received it."""
        if actor.sees_everything:
            return self
        mine = Q(office__in=actor.organization_ids(*NEED_KEEPERS))
        if actor.id is not None:
            mine |= Q(filed_by=actor.id)
        return self.filter(Q(status__in=PUBLIC_NEED_STATES, is_withheld=False) | mine)

    def public(self) -> Self:
        return self.filter(status__in=PUBLIC_NEED_STATES, is_withheld=False)

    def live(self) -> Self:
        return self.filter(status__in=LIVE_NEED_STATES)


class Need(LifecycleModel):
    """One need as it was told. Whose it is stays unknown unless they left a contact (NeedContact)."""

    source = models.CharField(_("来源"), max_length=12, choices=NeedSource.choices)
    field = models.CharField(_("服务类型"), max_length=16, choices=ServiceField.choices)
    groups = ArrayField(
        models.CharField(max_length=24, choices=BeneficiaryGroup.choices),
        verbose_name=_("受益群众"),
        default=list,
        blank=True,
    )
    street = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", verbose_name=_("街道（乡镇）"))
    community = models.CharField(_("社区（村）或地点"), max_length=60, blank=True)
    urgency = models.CharField(_("紧迫程度"), max_length=8, choices=NeedUrgency.choices, default=NeedUrgency.USUAL)
    title = models.CharField(_("需要什么服务"), max_length=60)
    description = models.TextField(_("具体情况"), max_length=1000, blank=True)
    office = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="needs", verbose_name=_("受理单位"), editable=False
    )
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    filer = models.ForeignKey(
        Organization, null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    #: SHA-256 of the receipt code; the code itself is known to the filer alone.
    code_digest = models.CharField(max_length=64, unique=True, editable=False)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged", editable=False
    )
    demand_item = models.ForeignKey(
        "catalogs.DemandItem", null=True, blank=True, on_delete=models.SET_NULL, related_name="needs", editable=False
    )
    support_count = models.PositiveIntegerField(_("支持人数"), default=0, editable=False)
    reply = models.TextField(_("答复"), blank=True, editable=False)
    replied_at = models.DateTimeField(_("答复时间"), null=True, blank=True, editable=False)
    #: Words that must not be published (personal details, abuse); the filer still reads the reply by code.
    is_withheld = models.BooleanField(_("不公开"), default=False, editable=False)

    objects = NeedQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("服务需求")
        verbose_name_plural = _("服务需求")
        ordering = ["-created_at", "id"]
        indexes = [
            models.Index(fields=["street", "field", "status"], name="need_by_street_and_field"),
            models.Index(fields=["office", "status", "created_at"], name="need_by_office"),
            models.Index(
                fields=["-support_count", "-created_at", "id"],
                condition=Q(status__in=PUBLIC_NEED_STATES, is_withheld=False),
                name="need_public_by_support",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="merged") | Q(merged_into__isnull=False),
                name="need_merged_names_its_target",
                violation_error_message=_("合并的需求须写明并入哪一项。"),
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="need_is_not_merged_into_itself",
                violation_error_message=_("需求不能并入自身。"),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("answered", "declined")) | (~Q(reply="") & Q(replied_at__isnull=False)),
                name="need_is_not_closed_without_reply",
                violation_error_message=_("答复或不予采纳须写明理由。"),
            ),
        ]
        triggers = [
            *LifecycleModel.Meta.triggers,
            pgtrigger.Protect(name="need_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.public_title

    def get_absolute_url(self) -> str:
        return reverse("need", args=[self.pk])

    @property
    def reference(self) -> str:
        """A number to speak about it; it opens nothing."""
        return f"XQ-{self.pk.hex[:8].upper()}"

    @property
    def public_title(self) -> str:
        return without_personal_numbers(self.title)

    @property
    def public_description(self) -> str:
        return without_personal_numbers(self.description)

    @property
    def group_labels(self) -> list[str]:
        return group_labels(self.groups)

    @property
    def priority(self) -> Priority:
        return ServiceField(self.field).priority

    @property
    def urgency_tone(self) -> str:
        return NeedUrgency(self.urgency).tone

    @property
    def is_public(self) -> bool:
        return self.status in PUBLIC_NEED_STATES and not self.is_withheld


class NeedContactQuerySet(ScopedQuerySet["NeedContact"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those who answer needs in the body that received it, and the overseers. Nobody else, on no page."""
        if actor.sees_everything:
            return self
        return self.filter(need__office__in=actor.organization_ids(Role.PU_DEM, Role.LGO))


class NeedContact(models.Model):
    """How the filer may be reached: sealed, and in a table of its own, so that no list of needs can carry it out."""

    need = models.OneToOneField(Need, on_delete=models.CASCADE, primary_key=True, related_name="private_contact")
    contact = EncryptedCharField(_("联系方式"), max_length=60)

    objects = NeedContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("需求人联系方式")
        verbose_name_plural = _("需求人联系方式")

    def __str__(self) -> str:
        return "＊＊＊"


class NeedSupport(models.Model):
    """One voice for a need. ``voter`` is a keyed hash of a browser or a person: it counts, and tells nobody who."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="supports")
    voter = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("需求支持")
        verbose_name_plural = _("需求支持")
        constraints = [
            models.UniqueConstraint(
                fields=["need", "voter"],
                name="need_is_supported_once",
                violation_error_message=_("您已支持过这项需求。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.need_id}"
