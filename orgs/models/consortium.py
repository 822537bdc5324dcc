"""组团 and 联合体: several organisations in one offer, with their parts, shares, votes and signatures (R-075 to R-081)."""

from __future__ import annotations

import uuid
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from orgs.models.organization import Organization
from orgs.models.region import Region
from procurement.access import Actor, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel
from procurement.money import MoneyField
from procurement.rules import enforced_by_constraint

#: States in which the text is still written; from the first signature on it stands.
OPEN_STATES = ("draft",)
#: States in which the public may read who works together.
PUBLIC_STATES = ("approved", "active", "dissolved")


class ConsortiumKind(models.TextChoices):
    TEAM = "team", _("组团")
    JOINT_VENTURE = "joint_venture", _("联合体")


class MemberPart(models.TextChoices):
    PROVIDER = "provider", _("服务组织")
    SUPPORT = "support", _("支持性社会组织")
    PARTNER = "partner", _("协作单位")


class ConsortiumQuerySet(ScopedQuerySet["Consortium"]):
    def visible_to(self, actor: Actor) -> Self:
        """Approved ones for everyone; until then its members, who started it, the purchaser and civil affairs."""
        if actor.sees_everything:
            return self
        mine = actor.organization_ids()
        member = ConsortiumMember.objects.filter(organization__in=mine)
        handled = Q(lead__in=mine) | Q(pk__in=member.values("consortium_id"))
        asked = ~Q(status="draft") & (Q(purchaser__in=mine) | Q(civil__in=mine))
        return self.filter(Q(status__in=PUBLIC_STATES) | handled | asked)


class Consortium(LifecycleModel):
    """A network that bids as one. Who signs is each member's own head; the money stays with the contract."""

    number = models.CharField(_("编号"), max_length=40, unique=True)
    kind = models.CharField(_("形式"), max_length=16, choices=ConsortiumKind.choices)
    title = models.CharField(_("名称"), max_length=120)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", verbose_name=_("所在区划"))
    lead = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="led_consortia", verbose_name=_("牵头单位")
    )
    purchaser = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", verbose_name=_("购买主体"))
    civil = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("民政部门")
    )
    purpose = models.TextField(_("合作目标和服务内容"))
    terms = models.TextField(_("协议条款"), blank=True)
    #: The public number of the procedure a joint venture bids in; empty for a standing network.
    procedure = models.CharField(_("参加的采购项目编号"), max_length=64, blank=True)
    representatives = models.PositiveSmallIntegerField(_("推选代表人数"), default=4)
    #: The support organisation's service is bought apart (R-079).
    support_contract = models.CharField(_("支持性服务合同编号"), max_length=64, blank=True)
    support_amount = MoneyField(_("支持性服务合同金额"), null=True, blank=True)
    party_branch = models.CharField(_("临时党支部"), max_length=120, blank=True)
    agreement = models.TextField(_("协议文本"), blank=True, editable=False)
    agreement_sha256 = models.CharField(max_length=64, blank=True, editable=False)

    objects = ConsortiumQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("组团和联合体")
        verbose_name_plural = _("组团和联合体")
        ordering = ["-created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind=ConsortiumKind.JOINT_VENTURE) | ~Q(procedure=""),
                name="consortium_joint_venture_names_procedure",
                violation_error_message=_("联合体须写明参加的采购项目编号。"),
            ),
            models.CheckConstraint(
                condition=Q(representatives__gte=1),
                name="consortium_has_representatives",
                violation_error_message=_("推选代表不少于一人。"),
            ),
        ]
        triggers = [
            *LifecycleModel.Meta.triggers,
            pgtrigger.Protect(name="consortium_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="consortium_agreement_stands",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__agreement_sha256=""),
                func=(
                    "IF NEW.status <> 'draft' AND (NEW.agreement, NEW.agreement_sha256)"
                    " IS DISTINCT FROM (OLD.agreement, OLD.agreement_sha256) THEN"
                    " RAISE EXCEPTION 'an agreement put up for signature stands'"
                    " USING ERRCODE = 'check_violation', CONSTRAINT = 'consortium_agreement_stands';"
                    " END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("consortium", args=[self.pk])

    @property
    def is_team(self) -> bool:
        return self.kind == ConsortiumKind.TEAM


class ConsortiumMemberQuerySet(models.QuerySet["ConsortiumMember"]):
    def active(self) -> Self:
        return self.filter(left_on__isnull=True)

    def providers(self) -> Self:
        return self.active().filter(part=MemberPart.PROVIDER)


class ConsortiumMember(models.Model):
    """One organisation's part: what it does, what share of the money it carries, and its signature."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    consortium = models.ForeignKey(Consortium, on_delete=models.PROTECT, related_name="members")
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="consortium_memberships", verbose_name=_("成员单位")
    )
    part = models.CharField(_("角色"), max_length=12, choices=MemberPart.choices, default=MemberPart.PROVIDER)
    work = models.CharField(_("承担的工作"), max_length=300)
    share = models.DecimalField(_("金额份额（%）"), max_digits=5, decimal_places=2, default=0)
    #: As on the consortium, so that the database can hold R-076.
    procedure = models.CharField(max_length=64, blank=True, editable=False)
    joined_on = models.DateField(_("加入日期"))
    left_on = models.DateField(_("退出日期"), null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    signed_at = models.DateTimeField(_("签署时间"), null=True, blank=True)
    signed_sha256 = models.CharField(max_length=64, blank=True)

    objects = ConsortiumMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("成员单位")
        ordering = ["joined_on", "-share", "organization__sort_key", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["consortium", "organization"],
                condition=Q(left_on__isnull=True),
                name="consortium_member_once",
                violation_error_message=_("该单位已是成员。"),
            ),
            models.UniqueConstraint(
                fields=["consortium"],
                condition=Q(left_on__isnull=True, part=MemberPart.SUPPORT),
                name="consortium_one_support_organisation",
                violation_error_message=_("只能有一家支持性社会组织。"),
            ),
            models.UniqueConstraint(
                fields=["procedure", "organization"],
                condition=Q(left_on__isnull=True) & ~Q(procedure=""),
                name="consortium_one_joint_bid_per_procedure",
                violation_error_message=_("该单位已在同一采购项目的另一个联合体中。"),
            ),
            models.CheckConstraint(
                condition=Q(share__gte=0, share__lte=100) & (Q(part=MemberPart.PROVIDER) | Q(share=0)),
                name="consortium_share_within_bounds",
                violation_error_message=_("份额在 0 到 100 之间；只有服务组织承担金额份额。"),
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("joined_on")),
                name="consortium_leaves_after_joining",
                violation_error_message=_("退出日期不得早于加入日期。"),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="consortium_shares_within_whole",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                timing=pgtrigger.Deferred,
                func=(
                    "IF (SELECT COALESCE(SUM(share), 0) FROM orgs_consortiummember"
                    " WHERE consortium_id = NEW.consortium_id AND left_on IS NULL) > 100 THEN"
                    " RAISE EXCEPTION 'shares exceed the whole'"
                    " USING ERRCODE = 'check_violation', CONSTRAINT = 'consortium_shares_within_whole';"
                    " END IF; RETURN NULL;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization} · {self.get_part_display()}"

    @property
    def part_label(self) -> str:
        return str(MemberPart(self.part).label)


class SteeringKind(models.TextChoices):
    CIVIL = "civil", _("民政部门代表")
    REPRESENTATIVE = "representative", _("成员单位推选代表")
    SUPPORT = "support", _("支持性社会组织负责人")


class SteeringSeat(models.Model):
    """One seat of the 项目专业指导小组 (R-080); held by an organisation, filled by its head or delegate."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    consortium = models.ForeignKey(Consortium, on_delete=models.PROTECT, related_name="steering")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("席位"), max_length=16, choices=SteeringKind.choices)
    votes = models.PositiveSmallIntegerField(_("得票"), default=0)
    since = models.DateField(_("任职起始"))
    until = models.DateField(_("任职终止"), null=True, blank=True)

    class Meta:
        verbose_name = _("指导小组成员")
        ordering = ["kind", "-votes", "organization__sort_key"]
        constraints = [
            models.UniqueConstraint(
                fields=["consortium", "organization"], condition=Q(until__isnull=True), name="steering_seat_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organization} · {self.get_kind_display()}"


class SteeringBallot(models.Model):
    """A member organisation's vote for one of its fellows; one paper may name as many as there are seats."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    voter = models.ForeignKey(ConsortiumMember, on_delete=models.PROTECT, related_name="ballots")
    candidate = models.ForeignKey(ConsortiumMember, on_delete=models.PROTECT, related_name="ballots_received")
    cast_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    cast_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["voter", "candidate"], name="steering_ballot_once")]
        triggers = [pgtrigger.Protect(name="ballot_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.voter} → {self.candidate}"


class ChangeDirection(models.TextChoices):
    JOIN = "join", _("加入")
    LEAVE = "leave", _("退出")


class ConsortiumChangeQuerySet(ScopedQuerySet["ConsortiumChange"]):
    def visible_to(self, actor: Actor) -> Self:
        """The asking organisation, and whoever handles the consortium; never the public."""
        if actor.sees_everything:
            return self
        mine = actor.organization_ids()
        member = ConsortiumMember.objects.filter(organization__in=mine)
        return self.filter(
            Q(organization__in=mine)
            | Q(consortium__purchaser__in=mine)
            | Q(consortium__civil__in=mine)
            | Q(consortium__in=member.values("consortium_id"))
        )


class ConsortiumChange(LifecycleModel):
    """A later joiner or a leaver: asked, voted by the steering group, agreed by the purchaser (R-081)."""

    consortium = models.ForeignKey(Consortium, on_delete=models.PROTECT, related_name="changes")
    direction = models.CharField(_("事项"), max_length=8, choices=ChangeDirection.choices)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+", verbose_name=_("申请单位")
    )
    part = models.CharField(_("角色"), max_length=12, choices=MemberPart.choices, default=MemberPart.PARTNER)
    work = models.CharField(_("承担的工作"), max_length=300, blank=True)
    share = models.DecimalField(_("金额份额（%）"), max_digits=5, decimal_places=2, default=0)
    #: Whose share is given up (joining) or who takes it over (leaving); the whole and the contract stay as they are.
    counterpart = models.ForeignKey(
        ConsortiumMember,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("份额对应成员"),
    )
    grounds = models.TextField(_("理由"))
    effective_on = models.DateField(_("生效日期"), null=True, blank=True)

    objects = ConsortiumChangeQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("成员变动")
        ordering = ["-created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["consortium", "organization"],
                condition=Q(status__in=("draft", "asked", "endorsed")),
                name="consortium_change_one_pending",
                violation_error_message=_("该单位已有成员变动申请在办。"),
            )
        ]
        triggers = [
            *LifecycleModel.Meta.triggers,
            pgtrigger.Protect(name="consortium_change_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return str(
            _("%(org)s%(direction)s“%(consortium)s”")
            % {"org": self.organization, "direction": self.get_direction_display(), "consortium": self.consortium}
        )

    def get_absolute_url(self) -> str:
        return reverse("consortium-change", args=[self.pk])


class SteeringVote(models.Model):
    """One seat's yes or no to a change; cast once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    change = models.ForeignKey(ConsortiumChange, on_delete=models.PROTECT, related_name="votes")
    seat = models.ForeignKey(SteeringSeat, on_delete=models.PROTECT, related_name="cast")
    agrees = models.BooleanField(_("同意"))
    remark = models.CharField(_("意见"), max_length=300, blank=True)
    cast_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    cast_at = models.DateTimeField()

    class Meta:
        ordering = ["cast_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["change", "seat"],
                name="steering_vote_once",
                violation_error_message=_("该席位已经表决。"),
            )
        ]
        triggers = [pgtrigger.Protect(name="vote_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.seat}: {self.agrees}"


enforced_by_constraint("R-079", "consortium_one_support_organisation", _("一个组团只能有一家支持性社会组织"))
enforced_by_constraint("R-076", "consortium_one_joint_bid_per_procedure", _("该单位已在同一采购项目的另一个联合体中"))
enforced_by_constraint("R-075", "consortium_joint_venture_names_procedure", _("联合体须写明参加的采购项目编号"))
enforced_by_constraint("R-075", "consortium_agreement_stands", _("协议送签后不得修改，须退回筹组后重新签署"))
enforced_by_constraint("R-081", "consortium_shares_within_whole", _("各成员份额合计不得超过 100%"))
enforced_by_constraint("R-081", "steering_vote_once", _("该席位已经表决"))
