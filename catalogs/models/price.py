"""Cost standards: official unit prices and those of signed contracts, with their quartiles by place and year."""

from __future__ import annotations

import unicodedata
import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orgs.models import Region
from procurement.money import MoneyField
from procurement.rules import enforced_by_constraint


class PriceKind(models.TextChoices):
    OFFICIAL = "official", _("定价标准")
    OBSERVED = "observed", _("合同价格")


def name_key(name: str) -> str:
    """How two wordings of one service meet: widths, spaces and punctuation do not matter."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(sign for sign in folded if sign.isalnum())


class PriceStandard(models.Model):
    """One unit price: set by a document, or seen in a signed contract. Never changed, only added to."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("类别"), max_length=10, choices=PriceKind.choices)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", verbose_name=_("适用地区"))
    year = models.PositiveSmallIntegerField(_("年度"))
    #: Head of the budget the price stands under; "service" for a whole service.
    item = models.CharField(_("预算科目"), max_length=24)
    name = models.CharField(_("服务或费用名称"), max_length=200)
    name_key = models.CharField(max_length=200, editable=False)
    unit = models.CharField(_("单位"), max_length=20)
    price = MoneyField(_("单价"))
    document = models.CharField(_("定价文件及文号"), max_length=200, blank=True)
    #: The contract or plan it was seen in, as "<app>.<model>:<uuid>", and its place there.
    subject = models.CharField(max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("单价标准")
        verbose_name_plural = _("单价标准")
        ordering = ["-recorded_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(price__gt=0), name="price_is_positive", violation_error_message=_("单价须大于零。")
            ),
            models.CheckConstraint(
                condition=~Q(kind="official") | ~Q(document=""),
                name="official_price_has_document",
                violation_error_message=_("定价标准须注明文件和文号。"),
            ),
            models.UniqueConstraint(
                fields=["subject", "position"], condition=Q(kind="observed"), name="observed_price_once"
            ),
        ]
        indexes = [models.Index(fields=["region", "year", "item", "unit", "name_key"], name="price_of_a_service")]
        triggers = [pgtrigger.Protect(name="price_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.name} {self.price}/{self.unit}"

    def save(self, *args: object, **kwargs: object) -> None:
        self.name_key = name_key(self.name)
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class PriceSummary(models.Model):
    """Median and quartiles of the contract prices of one service in a place and year; kept by services.prices.

    An empty ``name_key`` sums up a whole budget head with one unit.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", verbose_name=_("地区"))
    year = models.PositiveSmallIntegerField(_("年度"))
    item = models.CharField(_("预算科目"), max_length=24)
    name_key = models.CharField(max_length=200, blank=True)
    name = models.CharField(_("服务或费用名称"), max_length=200, blank=True)
    unit = models.CharField(_("单位"), max_length=20)
    count = models.PositiveIntegerField(_("笔数"))
    minimum = MoneyField(_("最低"))
    lower = MoneyField(_("下四分位"))
    median = MoneyField(_("中位数"))
    upper = MoneyField(_("上四分位"))
    maximum = MoneyField(_("最高"))

    class Meta:
        verbose_name = _("价格汇总")
        verbose_name_plural = _("价格汇总")
        ordering = ["-year", "region_id", "name_key", "id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "year", "item", "name_key", "unit"], name="price_summary_once")
        ]
        indexes = [models.Index(fields=["-year", "name_key", "id"], name="price_summary_in_order")]

    def __str__(self) -> str:
        return f"{self.name} {self.year} {self.median}"


enforced_by_constraint("R-016", "official_price_has_document", _("定价标准须注明文件和文号"))
