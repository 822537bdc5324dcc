"""采购项目: one purchase by a procedure of the law or of the place, from its document to its result (domain §6, Procedure/Tender)."""

from __future__ import annotations

import uuid
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalogs.models import MethodGround, ProcurementMethod
from procurement.access import Actor, Role, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel
from procurement.money import MoneyField
from procurement.rules import Regime, enforced_by_constraint

#: From the announcement on everybody may read what was announced.
PUBLIC_PROCEDURE_STATES = (
    "publicised", "arguing", "bidding", "closed", "opened", "qualified", "evaluating", "evaluated", "decided", "awarded",
    "contracted", "failed", "paused",
)  # fmt: skip
#: Whose work a procedure is: in the purchaser's house, or in the agent's.
BUYER_ROLES = (Role.PU_BUY, Role.PU_CHK, Role.PU_SIGN, Role.PU_DEM, Role.PU_REV, Role.PU_FIN)
#: Opening comes only after this, so that requests that arrived in time are through (reliability §4.1).
DRAIN_SECONDS = 120


class SealMode(models.TextChoices):
    """Who can open what was sealed: a quorum of custodians, or the platform's own key (small procedures)."""

    QUORUM = "quorum", _("分持密钥（三人中两人到场方可开启）")
    PLATFORM = "platform", _("平台密钥（简易方式）")


class FailureCause(models.TextChoices):
    """Why a procedure ended without a result; the code is kept on it."""

    TOO_FEW = "too_few", _("参加或者符合条件的供应商不足规定家数")
    OVER_BUDGET = "over_budget", _("报价均超过采购预算，不能支付")
    ILLEGAL = "illegal", _("出现影响采购公正的违法、违规行为")
    OBJECTION = "objection_upheld", _("单一来源公示的异议成立，改用其他方式")
    DECLINED = "declined", _("中标（成交）人放弃，没有可以递补的候选人")
    CANCELLED = "task_cancelled", _("因重大变故，采购任务取消")


class ProcedureQuerySet(ScopedQuerySet["Procedure"]):
    def visible_to(self, actor: Actor) -> Self:
        """Public once announced; before that its purchaser's, its agent's, finance's, its custodians', the overseers'."""
        if actor.sees_everything:
            return self
        public = Q(status__in=PUBLIC_PROCEDURE_STATES) | Q(announced_at__isnull=False)
        kept = self.model._default_manager.filter(custodians__person_id=actor.id).values("pk")
        return self.filter(public | self._inside(actor) | (Q(pk__in=kept) if actor.id else Q(pk__in=())))

    def worked_on_by(self, actor: Actor) -> Self:
        """Those the actor's own house runs."""
        return self.filter(self._inside(actor))

    @staticmethod
    def _inside(actor: Actor) -> Q:
        return (
            Q(purchaser__in=actor.organization_ids(*BUYER_ROLES))
            | Q(agent__in=actor.organization_ids(Role.AGT))
            | Q(finance__in=actor.organization_ids(Role.FIN))
        )

    def public(self) -> Self:
        return self.filter(announced_at__isnull=False)


class Procedure(LifecycleModel):
    """One procedure for one published plan. What kind it may be, its clocks and its thresholds come from ``rule_set``."""

    number = models.CharField(_("采购编号"), max_length=40, unique=True)
    title = models.CharField(_("项目名称"), max_length=200)
    plan = models.ForeignKey(
        "catalogs.PurchasePlan", on_delete=models.PROTECT, related_name="procedures", verbose_name=_("购买计划")
    )
    kind = models.CharField(_("采购方式"), max_length=32, choices=ProcurementMethod.choices)
    regime = models.CharField(_("适用制度"), max_length=20, choices=Regime.choices)
    rule_set = models.ForeignKey("rules.RuleSet", on_delete=models.PROTECT, related_name="+")
    purchaser = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="procedures", verbose_name=_("采购人")
    )
    agent = models.ForeignKey(
        "orgs.Organization",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("采购代理机构"),
    )
    finance = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="+", verbose_name=_("财政部门")
    )
    #: Why this way of buying and not an open one; stored and printed (R-106).
    method_ground = models.CharField(_("适用情形"), max_length=32, choices=MethodGround.choices, blank=True)
    method_reason = models.TextField(_("采用该方式的理由"), blank=True)
    method_approval = models.CharField(_("采购方式批准文号"), max_length=64, blank=True)
    budget = MoneyField(_("预算金额"))
    price_ceiling = MoneyField(_("最高限价"), null=True, blank=True)
    seal_mode = models.CharField(_("密封方式"), max_length=10, choices=SealMode.choices, default=SealMode.QUORUM)
    #: The procedure that failed before this one (R-118).
    retender_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="retenders", verbose_name=_("重新采购自")
    )
    announced_at = models.DateTimeField(_("公告发布"), null=True, blank=True, editable=False)
    #: The first instant at which a bid is late; judged by the database clock (R-117).
    deadline_at = models.DateTimeField(_("投标（响应）截止"), null=True, blank=True)
    #: A bid sealed before this must be confirmed again: the document changed since (R-113).
    reconfirm_after = models.DateTimeField(null=True, blank=True, editable=False)
    opened_at = models.DateTimeField(_("开启时间"), null=True, blank=True, editable=False)
    #: What the frozen rubric says; evaluation reports it downward.
    rubric_id = models.UUIDField(null=True, blank=True, editable=False)
    rubric_title = models.CharField(max_length=120, blank=True, editable=False)
    rubric_digest = models.CharField(max_length=64, blank=True, editable=False)
    #: The state to which a suspended procedure returns.
    paused_from = models.CharField(max_length=40, blank=True, editable=False)
    failure_reason = models.CharField(_("废标（终止）原因"), max_length=40, blank=True, editable=False)

    objects = ProcedureQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("采购项目")
        ordering = ["-created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(budget__gt=0),
                name="procedure_budget_positive",
                violation_error_message=_("预算金额须大于零。"),
            ),
            models.CheckConstraint(
                condition=Q(price_ceiling__isnull=True) | Q(price_ceiling__gt=0, price_ceiling__lte=F("budget")),
                name="procedure_ceiling_within_budget",
                violation_error_message=_("最高限价不得超过预算金额。"),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=("open_tender", "guide_application")) | ~Q(method_reason=""),
                name="procedure_kind_has_reason",
                violation_error_message=_("采用非公开方式须写明理由。"),
            ),
            models.UniqueConstraint(
                fields=["plan"], condition=~Q(status__in=("failed", "cancelled")), name="procedure_one_running_per_plan"
            ),
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True) | Q(deadline_at__isnull=False, opened_at__gte=F("deadline_at")),
                name="procedure_opened_after_deadline",
                violation_error_message=_("投标截止时间之前不得开启。"),
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "id"], name="procedure_newest"),
            models.Index(
                fields=["-announced_at", "id"], condition=Q(announced_at__isnull=False), name="procedure_announced"
            ),
            models.Index(fields=["deadline_at"], condition=Q(status="bidding"), name="procedure_bidding"),
        ]
        triggers = [
            *LifecycleModel.Meta.triggers,
            pgtrigger.Trigger(
                name="deadline_moves_by_addendum",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(
                    old__announced_at__isnull=False, old__deadline_at__df=pgtrigger.F("new__deadline_at")
                ),
                func=(
                    # A suspension that ends gives bidders back the time it took; else only an addendum moves it.
                    "IF NEW.deadline_at IS NULL OR NEW.deadline_at < OLD.deadline_at"
                    " OR NOT (OLD.status = 'paused' AND NEW.status = 'bidding' AND OLD.paused_from = 'bidding')"
                    " AND NOT EXISTS (SELECT 1 FROM projects_addendum WHERE procedure_id = NEW.id AND issued_at IS NOT NULL"
                    " AND issued_by_id <> proposed_by_id AND new_deadline_at = NEW.deadline_at) THEN"
                    " RAISE EXCEPTION 'an announced deadline moves later and by an issued addendum only'"
                    " USING ERRCODE = 'check_violation', CONSTRAINT = 'procedure_deadline_moves_by_addendum';"
                    " END IF; RETURN NEW;"
                ),
            ),
            pgtrigger.Protect(
                name="procedure_is_kept", operation=pgtrigger.Delete, condition=~pgtrigger.Q(old__status="draft")
            ),
            pgtrigger.Trigger(
                name="opening_is_final",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__opened_at__isnull=False),
                func=(
                    "IF (NEW.opened_at, NEW.deadline_at, NEW.seal_mode) IS DISTINCT FROM"
                    " (OLD.opened_at, OLD.deadline_at, OLD.seal_mode) THEN"
                    " RAISE EXCEPTION 'what was opened stays opened' USING ERRCODE = 'check_violation',"
                    " CONSTRAINT = 'procedure_opening_is_final'; END IF; RETURN NEW;"
                ),
            ),
            pgtrigger.Trigger(
                name="opened_after_the_drain",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("opened_at"),
                func=(
                    f"IF clock_timestamp() < OLD.deadline_at + interval '{DRAIN_SECONDS} s' THEN"
                    " RAISE EXCEPTION 'not opened before the deadline and its drain' USING ERRCODE = 'check_violation',"
                    " CONSTRAINT = 'procedure_opened_after_the_drain'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("procedure", args=[self.pk])

    @property
    def host_id(self) -> uuid.UUID:
        """Whose people run it: the agent's where there is one, else the purchaser's."""
        return self.agent_id or self.purchaser_id

    @property
    def method(self) -> ProcurementMethod:
        return ProcurementMethod(self.kind)

    @property
    def failure_label(self) -> str:
        return str(FailureCause(self.failure_reason).label) if self.failure_reason else ""


class Lot(models.Model):
    """A part that is bid for, opened, ranked and awarded by itself; most procedures have one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    procedure = models.ForeignKey(Procedure, on_delete=models.CASCADE, related_name="lots")
    number = models.PositiveSmallIntegerField(_("包号"))
    title = models.CharField(_("标的名称"), max_length=200)
    budget = MoneyField(_("预算金额"))
    quantity = models.DecimalField(_("数量"), max_digits=12, decimal_places=2, null=True, blank=True)
    unit = models.CharField(_("计量单位"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("采购包")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["procedure", "number"], name="lot_number_once"),
            models.CheckConstraint(condition=Q(budget__gt=0), name="lot_budget_positive"),
        ]

    def __str__(self) -> str:
        return self.title


enforced_by_constraint("R-106", "procedure_kind_has_reason", _("采用非公开方式须写明理由"))
enforced_by_constraint("R-018", "procedure_one_running_per_plan", _("该购买计划已有正在进行的采购项目"))
enforced_by_constraint(
    "R-113", "procedure_deadline_moves_by_addendum", _("公告后的截止时间只能由两人办理的澄清（修改）延长"), in_sql=True
)
enforced_by_constraint("R-117", "procedure_opened_after_deadline", _("投标截止时间之前不得开启"))
enforced_by_constraint("R-117", "procedure_opened_after_the_drain", _("投标截止两分钟后方可开启"), in_sql=True)
enforced_by_constraint("R-117", "procedure_opening_is_final", _("已经开启，截止时间和密封方式不得更改"), in_sql=True)
