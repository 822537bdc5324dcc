"""Every body that takes part: purchasers, authorities, social organisations, evaluators, firms."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any, Self

import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pypinyin import lazy_pinyin

from orgs.models.legal_form import LegalForm
from orgs.models.region import Region
from procurement.access import Actor, Role, ScopedQuerySet
from procurement.privacy.fields import EncryptedCharField, FingerprintedModel, FingerprintField


class OrganizationKind(models.TextChoices):
    ASSOCIATION = "association", _("社会团体")
    SOCIAL_SERVICE_AGENCY = "social_service_agency", _("社会服务机构")
    FOUNDATION = "foundation", _("基金会")
    PURCHASER = "purchaser", _("购买主体")
    AUTHORITY = "authority", _("主管机关")
    UNION = "union", _("社会组织联合会")
    EVALUATOR = "evaluator", _("第三方评估机构")
    AUDIT_FIRM = "audit_firm", _("会计师事务所")
    ENTERPRISE = "enterprise", _("企业")
    COMMUNITY = "community", _("社区社会组织")


class RegistrationStatus(models.TextChoices):
    """The label carries its colour where it is declared: see ``tone``."""

    NORMAL = "normal", _("正常")
    ABNORMAL = "abnormal", _("列入活动异常名录")
    SERIOUS = "serious", _("列入严重违法失信名单")
    REVOKED = "revoked", _("已撤销或注销")

    @property
    def tone(self) -> str:
        return {"normal": "good", "abnormal": "warn"}.get(self.value, "bad")


class HubTier(models.TextChoices):
    CITY = "city", _("市级")
    DISTRICT = "district", _("区级")
    STREET = "street", _("街道（乡镇）级")


class OrganizationQuerySet(ScopedQuerySet["Organization"]):
    def visible_to(self, actor: Actor) -> Self:
        """Published bodies for everyone; unpublished ones for their own people and for those who keep the register."""
        if actor.sees_everything or actor.roles & {Role.CIV, Role.LGO, Role.FIN, Role.SYS}:
            return self
        return self.filter(Q(is_published=True) | Q(pk__in=actor.organization_ids()))

    def social(self) -> Self:
        """Registered social organisations: the three kinds of the register (domain §1.1)."""
        return self.filter(kind__in=Organization.SOCIAL_KINDS)

    def standing(self) -> Self:
        """Without the records merged into another body."""
        return self.filter(merged_into__isnull=True)

    def of_kinds(self, *kinds: str) -> Self:
        return self.filter(kind__in=kinds)

    def hubs(self) -> Self:
        return self.filter(is_hub=True)


class Organization(FingerprintedModel):
    """The organisation, never a person, owns applications, contracts and money."""

    SOCIAL_KINDS = (
        OrganizationKind.ASSOCIATION,
        OrganizationKind.SOCIAL_SERVICE_AGENCY,
        OrganizationKind.FOUNDATION,
        OrganizationKind.UNION,
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("单位名称"), max_length=128)
    short_name = models.CharField(_("简称"), max_length=48, blank=True)
    kind = models.CharField(_("单位类型"), max_length=24, choices=OrganizationKind.choices)
    uscc = models.CharField(_("统一社会信用代码"), max_length=18, unique=True, null=True, blank=True)
    #: Codes made up for demonstration and tests; shown as such wherever the code is shown.
    is_synthetic_code = models.BooleanField(_("示例代码"), default=False)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", verbose_name=_("所在区划"))
    street = models.ForeignKey(
        Region, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("所在街道（乡镇）")
    )
    introduction = models.TextField(_("单位简介"), blank=True)
    legal_representative = models.CharField(_("法定代表人或负责人"), max_length=64, blank=True)
    address = models.CharField(_("住所"), max_length=200, blank=True)
    contact_name = models.CharField(_("联系人"), max_length=64, blank=True)
    contact_phone = EncryptedCharField(_("联系电话"), max_length=32, blank=True)
    #: Equal numbers of two bodies are found by these, never by opening them.
    contact_phone_fingerprint = FingerprintField(source="contact_phone", kind="phone")
    bank_name = models.CharField(_("开户银行"), max_length=128, blank=True)
    bank_account = EncryptedCharField(_("银行账号"), max_length=40, blank=True)
    bank_account_fingerprint = FingerprintField(source="bank_account", kind="account")
    registration_status = models.CharField(
        _("登记状态"), max_length=16, choices=RegistrationStatus.choices, default=RegistrationStatus.NORMAL
    )
    registered_on = models.DateField(_("成立登记日期"), null=True, blank=True)
    legal_form = models.CharField(_("法人类型"), max_length=32, choices=LegalForm.choices, blank=True)
    #: The body this record was merged into; its page leads there, its seats count for the other's people too.
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="absorbed"
    )
    is_hub = models.BooleanField(_("枢纽型社会组织"), default=False)
    hub_tier = models.CharField(_("枢纽层级"), max_length=16, choices=HubTier.choices, blank=True)
    is_published = models.BooleanField(_("在公开名录中显示"), default=True)
    #: Pinyin of the name: C.UTF-8 sorts by code point, readers look names up by sound.
    sort_key = models.CharField(max_length=400, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = _("单位")
        verbose_name_plural = _("单位")
        ordering = ["sort_key", "id"]
        indexes = [
            models.Index(fields=["sort_key", "id"], name="organization_by_name"),
            GinIndex(fields=["name"], opclasses=["gin_trgm_ops"], name="organization_name_trigram"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(uscc__isnull=True) | Q(uscc__regex=r"^[0-9A-HJ-NPQRTUWXY]{18}$"),
                name="organization_uscc_shape",
                violation_error_message=_("统一社会信用代码应为18位数字或大写字母（不含I、O、S、V、Z）。"),
            ),
            models.CheckConstraint(
                condition=~Q(kind=OrganizationKind.COMMUNITY) | Q(uscc__isnull=True),
                name="organization_community_has_no_uscc",
                violation_error_message=_("备案的社区社会组织尚未登记，没有统一社会信用代码。"),
            ),
            models.CheckConstraint(
                condition=Q(is_hub=True) & ~Q(hub_tier="") | Q(is_hub=False, hub_tier=""),
                name="organization_hub_has_tier",
                violation_error_message=_("枢纽型社会组织须写明层级，其他单位不填。"),
            ),
        ]
        triggers = [
            # The mark is copied from the recognition (models.recognition) and judged at commit.
            pgtrigger.Trigger(
                name="hub_mark_is_true",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("is_hub", "hub_tier"),
                timing=pgtrigger.Deferred,
                level=pgtrigger.Row,
                declare=[("marked", "boolean"), ("recognised", "boolean")],
                func=(
                    "SELECT o.is_hub, EXISTS (SELECT 1 FROM orgs_hubrecognition r WHERE r.organization_id = o.id"
                    " AND r.tier = o.hub_tier AND r.status IN ('recognised', 'renewed', 'warned'))"
                    " INTO marked, recognised FROM orgs_organization o WHERE o.id = NEW.id;"
                    " IF marked AND NOT recognised THEN"
                    " RAISE EXCEPTION 'a hub needs a recognition of its tier'"
                    " USING ERRCODE = 'check_violation', CONSTRAINT = 'organization_hub_by_recognition';"
                    " END IF; RETURN NULL;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(
        self,
        *,
        force_insert: Any = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        self.sort_key = self.sort_key_of_name()
        if update_fields is not None and "name" in update_fields:
            update_fields = {*update_fields, "sort_key"}
        super().save(force_insert=force_insert, force_update=force_update, using=using, update_fields=update_fields)

    def get_absolute_url(self) -> str:
        return reverse("organization", args=[self.pk])

    def sort_key_of_name(self) -> str:
        """Its pinyin; bulk writing, which does not call ``save``, sets it itself."""
        return " ".join(lazy_pinyin(self.name)).lower()[:400]

    @property
    def display_name(self) -> str:
        return self.short_name or self.name

    @property
    def is_social(self) -> bool:
        return self.kind in self.SOCIAL_KINDS

    @property
    def kind_label(self) -> str | Promise:
        return OrganizationKind(self.kind).label

    @property
    def status_tone(self) -> str:
        return RegistrationStatus(self.registration_status).tone
