"""合同: parties by function (甲乙 is only a print label), terms frozen once the first head has signed."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from orgs.models import Organization
from procurement.access import Actor, Role, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel
from procurement.money import MoneyField
from procurement.privacy.fields import EncryptedCharField
from procurement.rules import enforced_by_constraint
from projects.models.application import Application

#: From the second signature on the public may read the contract's announcement (R-202).
ANNOUNCED_STATES = ("signed", "performing", "suspended", "completed", "terminated")
#: States that hold the one place a project's contract has.
ACTIVE_STATES = ("draft", "checked", "approved", "contractor_signed", "signed", "performing", "suspended", "completed")


class ContractQuerySet(ScopedQuerySet["Contract"]):
    def visible_to(self, actor: Actor) -> Self:
        """The parties and the authorities of the case; a draft stays with the purchaser until it is approved."""
        if actor.sees_everything:
            return self
        rows = self.filter(Q(application__in=Application.objects.visible_to(actor)) | self._after_award(actor))
        mine = actor.organization_ids(*PURCHASER_ROLES)
        return rows.filter(~Q(status__in=("draft", "checked")) | Q(purchaser__in=mine))

    @staticmethod
    def _after_award(actor: Actor) -> Q:
        """A contract after an award has no application: its parties, the agent, finance."""
        parties = (
            Q(purchaser__in=actor.organization_ids(*PURCHASER_ROLES))
            | Q(contractor__in=actor.organization_ids(Role.ORG, Role.ORG_H))
            | Q(award__procedure__agent__in=actor.organization_ids(Role.AGT))
            | Q(award__procedure__finance__in=actor.organization_ids(Role.FIN))
            | Q(treasury__in=actor.organization_ids(Role.TREAS))
        )
        return Q(award__isnull=False) & parties

    def announced(self) -> Self:
        return self.filter(status__in=ANNOUNCED_STATES, announced_at__isnull=False)


PURCHASER_ROLES = (
    Role.PU_BUY, Role.PU_CHK, Role.PU_SIGN, Role.PU_PAY, Role.PU_FIN, Role.PU_ACC, Role.LGO,
)  # fmt: skip


class Contract(LifecycleModel):
    """One contract of at most three years (R-204); zero price is allowed (R-213)."""

    number = models.CharField(_("合同编号"), max_length=40, unique=True)
    #: What it comes from: an approved application, or the award of a procedure (exactly one).
    application = models.ForeignKey(
        Application, null=True, blank=True, on_delete=models.PROTECT, related_name="contracts"
    )
    award = models.ForeignKey(
        "projects.Award", null=True, blank=True, on_delete=models.PROTECT, related_name="contracts"
    )
    purchaser = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="+", verbose_name=_("购买主体")
    )
    contractor = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="contracts", verbose_name=_("承接主体")
    )
    responsible_unit = models.ForeignKey(
        "orgs.Organization",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("主责单位"),
    )
    treasury = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="+", verbose_name=_("支付机构")
    )
    beneficiary_body = models.CharField(_("受益方"), max_length=200, blank=True)
    subject_matter = models.CharField(_("合同标的"), max_length=200)
    scope = models.TextField(_("服务范围和内容"))
    quantity = models.TextField(_("服务数量"))
    quality = models.TextField(_("服务质量标准"))
    assessment_terms = models.TextField(_("考核验收与付款挂钩"))
    rights_and_duties = models.TextField(_("权利和义务"))
    breach_terms = models.TextField(_("违约责任"))
    dispute_terms = models.TextField(_("争议解决"))
    no_assignment = models.BooleanField(_("不得转包"), default=True)
    assessment_cycle = models.CharField(
        _("考核方式"),
        max_length=12,
        choices=[("periodic", _("分期考核")), ("final", _("一次性验收"))],
        default="periodic",
    )
    amount = MoneyField(_("合同金额"))
    paid_total = MoneyField(_("已支付"), default=Decimal("0.00"), editable=False)
    starts_on = models.DateField(_("履行开始"))
    ends_on = models.DateField(_("履行结束"))
    long_term_reason = models.TextField(_("超过一年的理由"), blank=True)
    renewable_yearly = models.BooleanField(_("一年一签"), default=False)
    account_bank = models.CharField(_("开户银行"), max_length=120, blank=True)
    account_number = EncryptedCharField(_("专账账号"), max_length=40, blank=True)
    document_id = models.UUIDField(null=True, blank=True)
    content_sha256 = models.CharField(max_length=64, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    announced_at = models.DateTimeField(null=True, blank=True)
    filed_at = models.DateTimeField(null=True, blank=True)
    filing_number = models.CharField(_("备案号"), max_length=40, blank=True)

    objects = ContractQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("合同")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="contract_amount_not_negative"),
            models.CheckConstraint(
                condition=Q(paid_total__gte=0) & Q(paid_total__lte=F("amount")), name="contract_paid_within_amount"
            ),
            models.UniqueConstraint(
                fields=["application"], condition=Q(status__in=ACTIVE_STATES), name="contract_one_active"
            ),
            models.UniqueConstraint(
                fields=["award"], condition=Q(status__in=ACTIVE_STATES), name="contract_one_active_per_award"
            ),
            models.CheckConstraint(
                condition=Q(application__isnull=True) ^ Q(award__isnull=True), name="contract_has_one_origin"
            ),
        ]
        triggers = [
            *LifecycleModel.Meta.triggers,
            pgtrigger.Trigger(
                name="contract_term",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("starts_on", "ends_on"),
                func=(
                    "IF NEW.ends_on <= NEW.starts_on OR NEW.ends_on >= NEW.starts_on + interval '3 years' THEN"
                    " RAISE EXCEPTION 'contract term' USING ERRCODE = 'check_violation',"
                    " CONSTRAINT = 'contract_at_most_three_years'; END IF; RETURN NEW;"
                ),
            ),
            pgtrigger.Trigger(
                name="contract_within_award",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=(
                    "IF NEW.award_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM projects_award WHERE id = NEW.award_id"
                    " AND supplier_id = NEW.contractor_id AND NEW.amount <= amount) THEN"
                    " RAISE EXCEPTION 'a contract is with the winner and within the award'"
                    " USING ERRCODE = 'check_violation', CONSTRAINT = 'contract_within_award'; END IF; RETURN NEW;"
                ),
            ),
            pgtrigger.Trigger(
                name="signed_terms_are_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__content_sha256__gt=""),
                func=(
                    "IF (NEW.application_id, NEW.award_id, NEW.purchaser_id, NEW.contractor_id, NEW.subject_matter, NEW.scope,"
                    " NEW.quantity, NEW.quality, NEW.assessment_terms, NEW.rights_and_duties, NEW.breach_terms,"
                    " NEW.dispute_terms, NEW.amount, NEW.starts_on, NEW.ends_on, NEW.account_number, NEW.content_sha256,"
                    " NEW.document_id) IS DISTINCT FROM"
                    " (OLD.application_id, OLD.award_id, OLD.purchaser_id, OLD.contractor_id, OLD.subject_matter, OLD.scope,"
                    " OLD.quantity, OLD.quality, OLD.assessment_terms, OLD.rights_and_duties, OLD.breach_terms,"
                    " OLD.dispute_terms, OLD.amount, OLD.starts_on, OLD.ends_on, OLD.account_number, OLD.content_sha256,"
                    " OLD.document_id) THEN"
                    " RAISE EXCEPTION 'signed terms are frozen' USING ERRCODE = 'check_violation',"
                    " CONSTRAINT = 'contract_terms_frozen'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.subject_matter}"

    def get_absolute_url(self) -> str:
        return reverse("contract", args=[self.pk])

    @property
    def origin(self) -> Any:
        """The approved application or the award it comes from."""
        return self.award or self.application

    @property
    def finance(self) -> Organization:
        """The finance authority it is filed with (R-203)."""
        return self.award.procedure.finance if self.award else self.origin_application.guide.finance

    @property
    def office(self) -> Organization | None:
        """The leading group's office of a grant; a procedure has none."""
        return None if self.award else self.origin_application.guide.office

    @property
    def origin_application(self) -> Application:
        """Loud where a contract after an award is taken for one of a project."""
        if self.application is None:
            raise LookupError(f"contract {self.number} comes from an award")
        return self.application

    @property
    def unpaid(self) -> Decimal:
        return self.amount - self.paid_total


class ContractSignature(models.Model):
    """A head's signature over the frozen content: who, for whom, when, over which hash (R-201; ESL art. 13–14)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="signatures")
    side = models.CharField(max_length=12, choices=[("contractor", _("承接主体")), ("purchaser", _("购买主体"))])
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    organization_name = models.CharField(max_length=200)
    signed_at = models.DateTimeField()
    content_sha256 = models.CharField(max_length=64)
    signature = models.TextField()

    class Meta:
        ordering = ["signed_at"]
        constraints = [models.UniqueConstraint(fields=["contract", "side"], name="contract_signed_once_per_side")]
        triggers = [pgtrigger.Protect(name="signature_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.organization_name} {self.signed_at:%Y-%m-%d}"


class ContractYear(models.Model):
    """One of at most three years; the next one needs this one's assessment (R-205)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="years")
    number = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    grade = models.CharField(max_length=12, blank=True)
    document_id = models.UUIDField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "number"], name="contract_year_once"),
            models.CheckConstraint(condition=Q(number__gte=1) & Q(number__lte=3), name="contract_year_one_to_three"),
        ]

    def __str__(self) -> str:
        return str(_("第 %(n)s 年") % {"n": self.number})


enforced_by_constraint("R-018", "contract_paid_within_amount", _("累计付款不得超过合同金额"))
enforced_by_constraint("R-204", "contract_at_most_three_years", _("合同履行期限最长不超过三年"), in_sql=True)
enforced_by_constraint("R-201", "contract_terms_frozen", _("合同签署后条款不得更改，变更须订立补充合同"), in_sql=True)
enforced_by_constraint("R-178", "contract_one_active", _("一个项目只能有一份有效合同"))
enforced_by_constraint("R-178", "contract_one_active_per_award", _("一项中标（成交）只能有一份有效合同"))
enforced_by_constraint(
    "R-018", "contract_within_award", _("合同须与中标（成交）供应商订立，金额不得超过中标（成交）金额"), in_sql=True
)
enforced_by_constraint("R-201", "contract_has_one_origin", _("合同须对应一项立项批复或者一项中标（成交）结果"))
