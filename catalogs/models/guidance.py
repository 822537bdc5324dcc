"""What may be bought: the guidance catalogue of a place, its editions and their items (R-006, R-007)."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalogs.models.procurement_code import ProcurementCode
from orgs.models import Organization, Region
from orgs.models.membership import HalfOpenPeriod
from procurement.access import Actor, Role, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel
from procurement.rules import enforced_by_constraint
from procurement.rules.jurisdictions import Level, ancestors

#: States in which anyone may read an edition; only these can ever carry a purchase.
PUBLIC_STATES = ("published", "superseded", "withdrawn")
#: States in which items may still be written.
OPEN_STATES = ("draft",)


class Standing(models.TextChoices):
    """What an edition rests on. Only catalogues proper carry a purchase (R-006); the rest is there to be read."""

    OFFICIAL = "official", _("正式目录")
    REFERENCE = "reference", _("参考文本")
    UNVERIFIED = "unverified", _("待核")
    EXAMPLE = "example", _("示例")

    @property
    def tone(self) -> str:
        return {"official": "good", "reference": "info", "unverified": "warn"}.get(self.value, "neutral")


class ItemRequirement(models.TextChoices):
    """What buying an item brings with it; each rests on a rule (see ``RULE_OF_REQUIREMENT``)."""

    CONSULTATION = "consultation", _("购买前公开征求公众意见")
    RECIPIENTS_ACCEPT = "recipients_accept", _("验收时听取服务对象意见")
    TRIPARTITE = "tripartite", _("购买主体、服务对象、第三方综合评价")


RULE_OF_REQUIREMENT = {
    ItemRequirement.CONSULTATION: "R-046",
    ItemRequirement.RECIPIENTS_ACCEPT: "R-242",
    ItemRequirement.TRIPARTITE: "R-261",
}
#: What a service to the public always brings with it (成财采〔2017〕143号第15条、第25条、第32条).
PUBLIC_SERVICE_REQUIREMENTS = tuple(RULE_OF_REQUIREMENT)


class GuidanceCatalogueQuerySet(ScopedQuerySet["GuidanceCatalogue"]):
    def visible_to(self, actor: Actor) -> Self:
        """Published editions are public (R-007); drafts stay with those who compile and approve them."""
        if actor.sees_everything:
            return self
        mine = actor.organization_ids(Role.FIN, Role.LGO, Role.LG)
        return self.filter(Q(status__in=PUBLIC_STATES) | Q(compiler__in=mine) | Q(approver__in=mine))

    def in_force_on(self, day: date) -> Self:
        return self.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=day), status__in=PUBLIC_STATES, valid_from__lte=day
        )

    def covering(self, region: Region) -> Self:
        """Editions of the place and of every place above it: a province's catalogue holds in its districts."""
        return self.filter(region__in=ancestors(region.pk))


class GuidanceCatalogue(LifecycleModel):
    """One edition of a place's catalogue. Approval freezes it; a change is a new edition (R-007).

    ``region`` empty: the bodies of the central government. ``valid_to`` is the first day it no longer holds.
    Editions that ship with the portal name their ``issuer``; those compiled here have a compiler and an approver.
    """

    title = models.CharField(_("目录名称"), max_length=120)
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("适用地区")
    )
    level = models.CharField(_("层级"), max_length=20, choices=Level.choices)
    edition = models.PositiveSmallIntegerField(_("版次"), default=1)
    previous = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="successors", verbose_name=_("上一版")
    )
    standing = models.CharField(_("性质"), max_length=12, choices=Standing.choices, default=Standing.OFFICIAL)
    compiler = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("编制单位")
    )
    approver = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("批准机关")
    )
    issuer = models.CharField(_("发布机关"), max_length=120, blank=True)
    document_number = models.CharField(_("批准文号"), max_length=64, blank=True)
    valid_from = models.DateField(_("施行日期"), null=True, blank=True)
    valid_to = models.DateField(_("停用日期"), null=True, blank=True)
    source = models.CharField(_("来源"), max_length=300, blank=True)
    note = models.TextField(_("说明"), blank=True)

    objects = GuidanceCatalogueQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("购买服务指导性目录")
        verbose_name_plural = _("购买服务指导性目录")
        ordering = ["region_id", "level", "-edition", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "level", "title", "edition"],
                nulls_distinct=False,
                name="catalogue_edition_once",
                violation_error_message=_("该目录已有同一版次。"),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("approved", *PUBLIC_STATES)) | ~Q(document_number="") | ~Q(source=""),
                name="catalogue_approved_with_number",
                violation_error_message=_("批准的目录须有批准文号。"),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=PUBLIC_STATES) | Q(valid_from__isnull=False),
                name="catalogue_published_with_day",
                violation_error_message=_("公布的目录须有施行日期。"),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="catalogue_days_in_order",
                violation_error_message=_("停用日期不得早于施行日期。"),
            ),
            ExclusionConstraint(
                name="catalogue_one_edition_at_a_time",
                expressions=[
                    ("region", RangeOperators.EQUAL),
                    ("level", RangeOperators.EQUAL),
                    (HalfOpenPeriod("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
                condition=Q(status__in=PUBLIC_STATES, standing=Standing.OFFICIAL),
                violation_error_message=_("同一地区同一时间只能有一版目录有效。"),
            ),
        ]
        triggers = [
            *LifecycleModel.Meta.triggers,
            pgtrigger.Protect(
                name="catalogue_is_kept", operation=pgtrigger.Delete, condition=~pgtrigger.Q(old__status="draft")
            ),
            pgtrigger.Trigger(
                name="catalogue_is_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__status__in=("approved", *PUBLIC_STATES)),
                func=(
                    "IF (NEW.title, NEW.region_id, NEW.level, NEW.edition, NEW.previous_id, NEW.standing,"
                    " NEW.compiler_id, NEW.approver_id, NEW.document_number) IS DISTINCT FROM"
                    " (OLD.title, OLD.region_id, OLD.level, OLD.edition, OLD.previous_id, OLD.standing,"
                    " OLD.compiler_id, OLD.approver_id, OLD.document_number)"
                    " OR (OLD.status <> 'approved' AND NEW.valid_from IS DISTINCT FROM OLD.valid_from) THEN"
                    " RAISE EXCEPTION 'an approved catalogue is frozen'"
                    " USING ERRCODE = 'check_violation', CONSTRAINT = 'catalogue_is_frozen';"
                    " END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(_("%(title)s（第%(edition)s版）") % {"title": self.title, "edition": self.edition})

    def get_absolute_url(self) -> str:
        return reverse("catalogue", args=[self.pk])

    @property
    def standing_as_choice(self) -> Standing:
        return Standing(self.standing)

    @property
    def place(self) -> str | Promise:
        return self.region.full_name if self.region else _("中央本级")

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STATES

    def is_in_force_on(self, day: date) -> bool:
        return (
            self.status in PUBLIC_STATES
            and self.valid_from is not None
            and self.valid_from <= day
            and (self.valid_to is None or day < self.valid_to)
        )


class CatalogueItemQuerySet(ScopedQuerySet["CatalogueItem"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(catalogue__in=GuidanceCatalogue.objects.visible_to(actor).values("pk"))

    def valid_on(self, region: Region, day: date) -> Self:
        """What may be bought in ``region`` on ``day`` (R-006). Examples and texts for reference carry nothing."""
        editions = GuidanceCatalogue.objects.covering(region).in_force_on(day).filter(standing=Standing.OFFICIAL)
        return self.filter(catalogue__in=editions.values("pk"))

    def in_code_order(self) -> Self:
        return self.order_by("catalogue_id", "sort_key", "id")


class CatalogueItem(models.Model):
    """One line of an edition: a class (level 1) down to what a department adds (level 4)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    catalogue = models.ForeignKey(GuidanceCatalogue, on_delete=models.CASCADE, related_name="items")
    code = models.CharField(_("代码"), max_length=16)
    name = models.CharField(_("名称"), max_length=120)
    level = models.PositiveSmallIntegerField(_("级次"), editable=False)
    parent = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="children", verbose_name=_("上级条目")
    )
    is_public_service = models.BooleanField(_("面向公众的公共服务"), default=False)
    #: 同等条件下优先向社会组织购买 (R-105).
    prefers_social = models.BooleanField(_("同等条件下优先社会组织"), default=False)
    #: 原则上应当向社会组织购买 (R-011).
    shall_be_social = models.BooleanField(_("原则上应向社会组织购买"), default=False)
    requires = ArrayField(
        models.CharField(max_length=24, choices=ItemRequirement.choices),
        default=list,
        blank=True,
        verbose_name=_("购买要求"),
    )
    is_unverified = models.BooleanField(_("待核"), default=False)
    note = models.TextField(_("说明"), blank=True)
    #: The code with its numbers padded, so that 1.10 follows 1.9.
    sort_key = models.CharField(max_length=64, editable=False)

    objects = CatalogueItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("目录条目")
        verbose_name_plural = _("目录条目")
        ordering = ["catalogue", "sort_key", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["catalogue", "code"],
                name="catalogue_item_code_once",
                violation_error_message=_("本版目录已有同一代码。"),
            ),
            models.CheckConstraint(
                condition=Q(level=1, parent__isnull=True) | Q(level__range=(2, 4), parent__isnull=False),
                name="catalogue_item_level_fits",
                violation_error_message=_("一级条目没有上级条目，二至四级条目须有上级条目。"),
            ),
        ]
        indexes = [models.Index(fields=["catalogue", "sort_key"], name="catalogue_items_in_order")]
        triggers = [
            pgtrigger.Trigger(
                name="catalogue_items_are_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                declare=[("touched", "uuid")],
                # Shipped editions insert their items before the edition itself: the key is checked at commit.
                func=(
                    "touched := CASE WHEN TG_OP = 'DELETE' THEN OLD.catalogue_id ELSE NEW.catalogue_id END;"
                    " IF EXISTS (SELECT 1 FROM catalogs_guidancecatalogue c WHERE c.id = touched"
                    " AND c.status <> 'draft') OR (TG_OP = 'UPDATE' AND OLD.catalogue_id <> NEW.catalogue_id) THEN"
                    " RAISE EXCEPTION 'the items of a catalogue are frozen once it is submitted'"
                    " USING ERRCODE = 'check_violation', CONSTRAINT = 'catalogue_items_are_frozen';"
                    " END IF; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
                ),
            ),
            pgtrigger.Trigger(
                name="catalogue_item_fits_tree",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__parent__isnull=False),
                func=(
                    "IF NOT EXISTS (SELECT 1 FROM catalogs_catalogueitem p WHERE p.id = NEW.parent_id"
                    " AND p.catalogue_id = NEW.catalogue_id AND p.level = NEW.level - 1) THEN"
                    " RAISE EXCEPTION 'the parent of an item stands one level above it in the same catalogue'"
                    " USING ERRCODE = 'check_violation', CONSTRAINT = 'catalogue_item_fits_tree';"
                    " END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def save(self, *args: object, **kwargs: object) -> None:
        self.level = self.parent.level + 1 if self.parent else 1
        self.sort_key = padded(self.code)
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def get_absolute_url(self) -> str:
        return reverse("catalogue-item", args=[self.pk])

    @property
    def requirements(self) -> list[ItemRequirement]:
        return [ItemRequirement(code) for code in self.requires]


class ItemCode(models.Model):
    """Which code of the national procurement catalogue an item answers to. An aid for budget forms, not approved text."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    item = models.ForeignKey(CatalogueItem, on_delete=models.CASCADE, related_name="procurement_codes")
    code = models.ForeignKey(ProcurementCode, on_delete=models.PROTECT, related_name="+")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("采购品目对应")
        verbose_name_plural = _("采购品目对应")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "code"], name="item_code_once", violation_error_message=_("该品目已经对应。")
            )
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.code_id}"


def padded(code: str) -> str:
    """1.10 → 0001.0010: text that sorts as the numbers do."""
    return ".".join(part.zfill(4) if part.isdigit() else part for part in code.split("."))


enforced_by_constraint("R-007", "catalogue_is_frozen", _("目录批准后不能修改；调整须编制新版"))
enforced_by_constraint("R-007", "catalogue_items_are_frozen", _("目录提交后条目不能修改；调整须退回或编制新版"))
enforced_by_constraint("R-007", "catalogue_approved_with_number", _("批准的目录须有批准文号"))
enforced_by_constraint("R-007", "catalogue_one_edition_at_a_time", _("同一地区同一时间只能有一版目录有效"))
