"""备案 of groups that are not registered, and the letters by which they let a union act for them (R-070 to R-074)."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from orgs.models.organization import Organization
from procurement.access import Actor, Role, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel
from procurement.money import MoneyField
from procurement.rules import enforced_by_constraint

#: Who reads filings and letters beside their parties: civil affairs, offices, purchasers.
READERS = frozenset({Role.CIV, Role.LGO, Role.LG, Role.PU_BUY, Role.PU_SIGN, Role.PU_FIN, Role.FIN})


class FilingQuerySet(ScopedQuerySet["CommunityFiling"]):
    def visible_to(self, actor: Actor) -> Self:
        """The group, the union or street it is filed with, and those who decide about its projects."""
        if actor.sees_everything or actor.roles & READERS:
            return self
        mine = actor.organization_ids()
        return self.filter(Q(organization__in=mine) | Q(keeper__in=mine))

    def valid_on(self, day: date) -> Self:
        """Filed, and the yearly check has not run out."""
        return self.filter(status="filed", filed_on__lte=day, valid_to__gte=day)


class CommunityFiling(LifecycleModel):
    """A group filed with a union or a street. Upgraded, it stays the same organisation and keeps its history."""

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="filings", verbose_name=_("社区社会组织")
    )
    keeper = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="kept_filings", verbose_name=_("备案单位")
    )
    activity = models.TextField(_("活动内容"))
    member_count = models.PositiveIntegerField(_("成员人数"))
    number = models.CharField(_("备案号"), max_length=40, blank=True)
    filed_on = models.DateField(_("备案日期"), null=True, blank=True, editable=False)
    #: Last day on which the filing counts; each passed yearly check moves it.
    valid_to = models.DateField(_("有效期至"), null=True, blank=True, editable=False)
    ended_on = models.DateField(_("终止日期"), null=True, blank=True, editable=False)

    objects = FilingQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("社区社会组织备案")
        verbose_name_plural = _("社区社会组织备案")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization"],
                condition=Q(status__in=("applied", "filed")),
                name="filing_with_one_keeper",
                violation_error_message=_("该组织已有备案或正在办理的备案。"),
            ),
            models.CheckConstraint(
                condition=~Q(status="filed") | (Q(filed_on__isnull=False) & Q(valid_to__isnull=False) & ~Q(number="")),
                name="filing_has_number_and_term",
            ),
        ]
        triggers = [
            *LifecycleModel.Meta.triggers,
            pgtrigger.Protect(name="filing_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return str(self.organization)

    def get_absolute_url(self) -> str:
        return reverse("filing", args=[self.pk])


class FilingCheck(models.Model):
    """One yearly check of a filed group; never altered."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    filing = models.ForeignKey(CommunityFiling, on_delete=models.PROTECT, related_name="checks")
    year = models.PositiveSmallIntegerField(_("年度"))
    note = models.TextField(_("检查情况"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("备案年度检查")
        verbose_name_plural = _("备案年度检查")
        ordering = ["-year"]
        constraints = [models.UniqueConstraint(fields=["filing", "year"], name="filing_checked_once_a_year")]
        triggers = [pgtrigger.Protect(name="filing_check_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return str(self.year)


class LetterQuerySet(ScopedQuerySet["AuthorizationLetter"]):
    def visible_to(self, actor: Actor) -> Self:
        """Both parties; once given also those who decide about the project."""
        if actor.sees_everything:
            return self
        mine = actor.organization_ids()
        rows = Q(union__in=mine) | Q(executor__in=mine)
        if actor.roles & READERS:
            rows |= Q(status__in=("in_force", "revoked"))
        return self.filter(rows)

    def in_force(self, day: date) -> Self:
        return self.filter(status="in_force", starts_on__lte=day, ends_on__gte=day)


class AuthorizationLetter(LifecycleModel):
    """授权委托书: for which project, up to what amount and until when the union may apply and sign (R-072)."""

    union = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="letters_held", verbose_name=_("受托单位（联合会）")
    )
    executor = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="letters_given", verbose_name=_("委托单位（执行方）")
    )
    number = models.CharField(_("委托书编号"), max_length=40, blank=True, editable=False)
    project_title = models.CharField(_("委托项目"), max_length=120)
    scope = models.TextField(_("委托事项"))
    amount = MoneyField(_("金额上限"))
    starts_on = models.DateField(_("委托期限起"))
    ends_on = models.DateField(_("委托期限止"))
    fee_share = models.DecimalField(
        _("服务费比例"),
        max_digits=5,
        decimal_places=4,
        default=0,
        help_text=_("占到账资金的比例，如 0.05 表示 5%；不收取的填 0。"),
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    confirmed_at = models.DateTimeField(_("签署时间"), null=True, blank=True, editable=False)

    objects = LetterQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("授权委托书")
        verbose_name_plural = _("授权委托书")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="letter_amount_positive",
                violation_error_message=_("金额上限须大于零。"),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")),
                name="letter_term_runs_forward",
                violation_error_message=_("委托期限止须晚于起。"),
            ),
            models.CheckConstraint(
                condition=Q(fee_share__gte=0) & Q(fee_share__lte=1),
                name="letter_fee_is_a_share",
                violation_error_message=_("服务费比例应在 0 到 1 之间。"),
            ),
            models.CheckConstraint(
                condition=~Q(union=F("executor")),
                name="letter_between_two_bodies",
                violation_error_message=_("委托双方不能是同一单位。"),
            ),
            models.CheckConstraint(
                condition=~Q(status="in_force") | (Q(confirmed_by__isnull=False) & ~Q(number="")),
                name="letter_is_signed",
            ),
        ]
        triggers = [
            *LifecycleModel.Meta.triggers,
            pgtrigger.Protect(name="letter_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="letter_is_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__confirmed_at__isnull=False),
                func=(
                    "IF (NEW.union_id, NEW.executor_id, NEW.number, NEW.project_title, NEW.scope, NEW.amount,"
                    " NEW.starts_on, NEW.ends_on, NEW.fee_share, NEW.confirmed_by_id, NEW.confirmed_at) IS DISTINCT FROM"
                    " (OLD.union_id, OLD.executor_id, OLD.number, OLD.project_title, OLD.scope, OLD.amount,"
                    " OLD.starts_on, OLD.ends_on, OLD.fee_share, OLD.confirmed_by_id, OLD.confirmed_at) THEN"
                    " RAISE EXCEPTION 'a signed letter is frozen' USING ERRCODE = 'check_violation',"
                    " CONSTRAINT = 'letter_is_frozen'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(
            _("%(executor)s委托%(union)s：%(project)s")
            % {
                "executor": self.executor.display_name,
                "union": self.union.display_name,
                "project": self.project_title,
            }
        )

    def get_absolute_url(self) -> str:
        return reverse("authorization", args=[self.pk])


enforced_by_constraint("R-071", "filing_with_one_keeper", _("该组织已有备案或正在办理的备案"))
enforced_by_constraint("R-071", "filing_has_number_and_term", _("备案须有备案号、日期和有效期"))
enforced_by_constraint("R-071", "filing_checked_once_a_year", _("本年度已经检查合格"))
enforced_by_constraint("R-072", "letter_is_signed", _("授权委托书须由委托方签署"))
enforced_by_constraint("R-072", "letter_is_frozen", _("授权委托书签署后不得修改，变更须另行委托"))
