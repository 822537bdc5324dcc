"""An organisation asks to take part: what it says about itself until civil affairs has checked it."""

from __future__ import annotations

from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orgs.models.legal_form import LegalForm
from orgs.models.organization import Organization, OrganizationKind
from orgs.models.region import Region
from procurement.access import Actor, Role, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel
from procurement.privacy.fields import EncryptedCharField, EncryptedEmailField, FingerprintField
from procurement.rules import enforced_by_constraint

#: States in which the person who asks may still write.
OPEN_TO_APPLICANT = ("draft", "returned")
#: States in which a code is taken by an application under way.
UNDER_WAY = ("submitted", "returned")


class RegistrationQuerySet(ScopedQuerySet["Registration"]):
    def visible_to(self, actor: Actor) -> Self:
        """The person who asks, and the civil affairs authority asked once it is submitted; oversight reads all."""
        if actor.sees_everything or actor.holds(Role.SYS):
            return self
        asked = Q(authority__in=actor.organization_ids(Role.CIV)) & ~Q(status="draft")
        return self.filter(Q(applicant=actor.id) | asked) if actor.id else self.none()

    def under_way(self) -> Self:
        return self.filter(status__in=UNDER_WAY)


class Registration(LifecycleModel):
    """One application for registration; accepted, it becomes an organisation with the seats of its founders."""

    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="registrations", verbose_name=_("申请人")
    )
    name = models.CharField(_("单位名称"), max_length=128)
    kind = models.CharField(_("单位类型"), max_length=24, choices=OrganizationKind.choices)
    legal_form = models.CharField(_("法人类型"), max_length=32, choices=LegalForm.choices)
    uscc = models.CharField(_("统一社会信用代码"), max_length=18)
    registered_on = models.DateField(_("成立登记日期"), null=True, blank=True)
    #: Where it was first registered, as the division was called then; it may have been dissolved since.
    origin = models.ForeignKey(
        Region, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("首次登记地")
    )
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", verbose_name=_("所在区划"))
    street = models.ForeignKey(
        Region, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("所在街道（乡镇）")
    )
    address = models.CharField(_("住所"), max_length=200, blank=True)
    head_name = models.CharField(_("法定代表人或负责人"), max_length=64)
    applicant_is_head = models.BooleanField(_("我就是法定代表人或负责人"), default=False)
    head_email = EncryptedEmailField(_("负责人电子邮箱"), blank=True)
    contact_name = models.CharField(_("联系人"), max_length=64)
    contact_phone = EncryptedCharField(_("联系电话"), max_length=32)
    contact_phone_fingerprint = FingerprintField(source="contact_phone", kind="phone")
    contact_email = EncryptedEmailField(_("联系人电子邮箱"))
    #: The civil affairs authority of the place, or of the nearest place above it.
    authority = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("核验机关")
    )
    organization = models.OneToOneField(
        Organization, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="registration"
    )
    returns = models.PositiveSmallIntegerField(_("退回次数"), default=0, editable=False)

    objects = RegistrationQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("单位登记申请")
        verbose_name_plural = _("单位登记申请")
        ordering = ["-created_at", "id"]
        indexes = [models.Index(fields=["authority", "status"], name="registration_by_authority")]
        constraints = [
            models.CheckConstraint(
                condition=Q(returns__lte=1),
                name="registration_returned_once",
                violation_error_message=_("登记申请只退回补正一次。"),
            ),
            models.CheckConstraint(
                condition=~Q(status="registered") | ~Q(legal_form=LegalForm.BRANCH),
                name="registration_branch_is_no_party",
                violation_error_message=_("分支机构、代表机构不具有法人资格，不能单独登记。"),
            ),
            models.CheckConstraint(
                condition=~Q(status="registered")
                | ~Q(legal_form__in=[LegalForm.INSTITUTION_ONE, LegalForm.FUNDED_GROUP]),
                name="registration_not_barred",
                violation_error_message=_("公益一类事业单位等不得作为购买主体或承接主体。"),
            ),
            models.CheckConstraint(
                condition=Q(status="registered", organization__isnull=False)
                | (~Q(status="registered") & Q(organization__isnull=True)),
                name="registration_made_an_organization",
                violation_error_message=_("登记后须生成单位。"),
            ),
            models.UniqueConstraint(
                fields=["uscc"],
                condition=Q(status__in=["submitted", "returned"]),
                name="registration_one_under_way",
                violation_error_message=_("该统一社会信用代码已有登记申请正在办理。"),
            ),
        ]
        triggers = [
            *LifecycleModel.Meta.triggers,
            pgtrigger.Protect(
                name="registration_is_kept", operation=pgtrigger.Delete, condition=~pgtrigger.Q(old__status="draft")
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("registration", args=[self.pk])

    @property
    def kind_label(self) -> str | Promise:
        return OrganizationKind(self.kind).label

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_TO_APPLICANT


enforced_by_constraint("S-06", "registration_returned_once", _("登记申请只退回补正一次"))
enforced_by_constraint("R-065", "registration_branch_is_no_party", _("分支机构、代表机构不具有法人资格，不能单独登记"))
enforced_by_constraint("R-003", "registration_not_barred", _("公益一类事业单位等不得作为购买主体或承接主体"))
enforced_by_constraint("R-062", "registration_one_under_way", _("该统一社会信用代码已有登记申请正在办理"))
