"""采购文件: what everybody who bids reads (Chengdu art. 20, R-110). Written as a draft, frozen by the announcement."""

from __future__ import annotations

import hashlib
import uuid
from decimal import Decimal
from typing import Any

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from procurement.audit.canonical import canonical_bytes
from procurement.money import MoneyField
from procurement.rules import enforced_by_constraint
from projects.models.procedure import Procedure


class ScoringMethod(models.TextChoices):
    """How the winner is found (R-137, R-144)."""

    COMPREHENSIVE = "comprehensive", _("综合评分法")
    LOWEST_PRICE = "lowest_price", _("最低评标（审）价法")
    NECESSITY = "necessity", _("按必要性和可行性评审")


class BondForm(models.TextChoices):
    """Never cash (R-116)."""

    NONE = "none", _("不收取")
    TRANSFER = "transfer", _("银行转账")
    CHEQUE = "cheque", _("支票、汇票、本票")
    GUARANTEE = "guarantee", _("金融机构、担保机构保函")


#: What its authors write; everything here stands still once the document left their desk.
WORDS = (
    "conditions", "allows_joint_bids", "demand_sections", "demand_supplement", "response_requirements",
    "scoring_method", "scoring_notes", "changeable_parts", "draft_contract", "bid_bond", "bond_form",
    "co_funding_share", "co_funding_rule", "one_time_challenge", "remedy_channel", "remedy_unit", "contact",
)  # fmt: skip


class ProcurementDocument(models.Model):
    """The document of one procedure. ``conditions`` are the qualification conditions, one each, in their order;
    ``demand_sections`` is the specification as it stood in the plan's demand: [{"title", "lines": [[label, text]]}].
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    procedure = models.OneToOneField(Procedure, on_delete=models.CASCADE, related_name="document")
    conditions = ArrayField(models.CharField(max_length=500), verbose_name=_("资格条件"), default=list, blank=True)
    allows_joint_bids = models.BooleanField(_("接受联合体"), default=False)
    demand_sections = models.JSONField(default=list, blank=True, editable=False)
    demand_supplement = models.TextField(_("对需求的补充说明"), blank=True)
    response_requirements = models.TextField(_("投标（响应）文件的编制要求"), blank=True)
    scoring_method = models.CharField(
        _("评审方法"), max_length=16, choices=ScoringMethod.choices, default=ScoringMethod.COMPREHENSIVE
    )
    scoring_notes = models.TextField(_("评审方法和标准的说明"), blank=True)
    changeable_parts = models.TextField(_("谈判（磋商）中可能实质性变动的内容"), blank=True)
    draft_contract = models.TextField(_("合同草案条款"), blank=True)
    bid_bond = MoneyField(_("投标（响应）保证金"), default=Decimal("0.00"))
    bond_form = models.CharField(_("保证金形式"), max_length=12, choices=BondForm.choices, default=BondForm.NONE)
    co_funding_share = models.DecimalField(
        _("自筹配套比例（%）"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01")), MaxValueValidator(Decimal("99.99"))],
    )
    co_funding_rule = models.TextField(_("配套资金未到位的处理"), blank=True)
    one_time_challenge = models.BooleanField(_("针对同一采购环节的质疑须一次性提出"), default=True)
    remedy_channel = models.TextField(_("权益受到损害时的救济渠道"), blank=True)
    remedy_unit = models.CharField(_("受理诉求的责任机构"), max_length=120, blank=True)
    contact = models.CharField(_("联系人和联系方式"), max_length=200, blank=True)
    #: From the announcement on: when it was issued, until when it is handed out, and the hash of every word.
    frozen_at = models.DateTimeField(null=True, blank=True, editable=False)
    available_until = models.DateField(_("采购文件提供期限至"), null=True, blank=True, editable=False)
    content_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    edited_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("采购文件")
        constraints = [
            models.CheckConstraint(
                condition=Q(bid_bond=0, bond_form="none") | Q(bid_bond__gt=0) & ~Q(bond_form="none"),
                name="procurement_document_bond_has_form",
                violation_error_message=_("收取保证金须选择非现金形式；不收取的金额填 0。"),
            ),
            models.CheckConstraint(
                condition=Q(frozen_at__isnull=True) | ~Q(content_sha256=""),
                name="procurement_document_frozen_with_hash",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="document_words_stand_still",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(*WORDS),
                func=(
                    "IF (SELECT status FROM projects_procedure WHERE id = NEW.procedure_id) <> 'draft' THEN"
                    " RAISE EXCEPTION 'the document left its authors'' desk'"
                    " USING ERRCODE = 'check_violation', CONSTRAINT = 'document_words_stand_still';"
                    " END IF; RETURN NEW;"
                ),
            ),
            pgtrigger.Trigger(
                name="document_stays_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__frozen_at__isnull=False),
                func=(
                    "IF (NEW.frozen_at, NEW.content_sha256, NEW.procedure_id) IS DISTINCT FROM"
                    " (OLD.frozen_at, OLD.content_sha256, OLD.procedure_id) THEN"
                    " RAISE EXCEPTION 'an issued document changes only by an addendum'"
                    " USING ERRCODE = 'check_violation', CONSTRAINT = 'document_stays_frozen';"
                    " END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.procedure.number}"

    @property
    def words(self) -> dict[str, Any]:
        """Every word of it with the facts of the procedure it belongs to; what the hash is of."""
        procedure = self.procedure
        facts = {
            "number": procedure.number,
            "title": procedure.title,
            "kind": procedure.kind,
            "regime": procedure.regime,
            "budget": procedure.budget,
            "price_ceiling": procedure.price_ceiling,
            "rubric": procedure.rubric_digest,
            "lots": [[lot.number, lot.title, lot.budget] for lot in procedure.lots.all()],
        }
        return {**facts, **{name: getattr(self, name) for name in WORDS}}

    def digest(self) -> str:
        """SHA-256 over the RFC 8785 bytes of ``words``."""
        return hashlib.sha256(canonical_bytes(self.words)).hexdigest()


enforced_by_constraint("R-116", "procurement_document_bond_has_form", _("投标保证金不得以现金形式提交"))
enforced_by_constraint("R-110", "document_words_stand_still", _("采购文件已送复核，须退回后修改"))
enforced_by_constraint("R-113", "document_stays_frozen", _("采购文件发出后只能以澄清或者修改公告变更"))
