"""The review panel and who sits in it (R-150 … R-161)."""

from __future__ import annotations

import uuid
from secrets import token_hex
from typing import Any, cast

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from evaluation.models.offices import DECIDERS, RUNNERS, WITNESSES, holds_seat, seated
from evaluation.models.rubric import Rubric
from orgs.models import Expert, ExpertKind
from procurement.access import Actor, Role, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel
from procurement.lifecycle.steps import rule_value
from procurement.rules import enforced_by_constraint
from projects.models import Bid, Guide, Procedure

#: Seats whose holder is, or may yet become, a member.
SITTING = ("invited", "confirmed")
#: The panel's scores lie open to those who work with its result.
UNSEALED = ("scored", "reported", "signed")
#: In whose name the purchaser's own people may sit.
REPRESENTATIVE_ROLES = (Role.PU_DEM, Role.PU_REV, Role.PU_ACC)
#: Panels that never judged, or whose judgement was set aside.
GIVEN_UP = ("cancelled", "abandoned", "annulled")
NEVER_CHANGED = pgtrigger.Update | pgtrigger.Delete


def fresh_salt() -> str:
    return token_hex(16)


class ReviewPanelQuerySet(ScopedQuerySet["ReviewPanel"]):
    def visible_to(self, actor: Actor) -> ReviewPanelQuerySet:
        """The office that runs it, its witnesses, its members, oversight; deciders once the report is signed."""
        if actor.sees_everything:
            return self
        mine = PanelSeat.objects.filter(person_id=actor.id, status__in=SITTING).values("panel_id")
        return self.filter(
            seated(actor, RUNNERS)
            | seated(actor, WITNESSES)
            | Q(pk__in=mine)
            | Q(seated(actor, DECIDERS), status="signed")
        )

    def run_by(self, actor: Actor) -> ReviewPanelQuerySet:
        return self.filter(seated(actor, RUNNERS))

    def with_occasions(self) -> ReviewPanelQuerySet:
        return self.select_related("guide", "procedure", "office", "rubric")

    def live(self) -> ReviewPanelQuerySet:
        return self.exclude(status__in=GIVEN_UP)


class ReviewPanel(LifecycleModel):
    """评审组 for one batch of prechecked applications of a guide, or for the bids of a procedure."""

    number = models.CharField(_("编号"), max_length=40, unique=True)
    guide = models.ForeignKey(
        Guide, null=True, blank=True, on_delete=models.PROTECT, related_name="panels", verbose_name=_("申报指南")
    )
    procedure = models.ForeignKey(
        Procedure, null=True, blank=True, on_delete=models.PROTECT, related_name="panels", verbose_name=_("采购项目")
    )
    #: The body whose people run it: the guide's office, the agent, or the purchaser.
    office = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="+", verbose_name=_("组织单位")
    )
    rubric = models.ForeignKey(Rubric, on_delete=models.PROTECT, related_name="panels", verbose_name=_("评分办法"))
    size = models.PositiveSmallIntegerField(_("评审组人数"))
    #: Members per kind of expert, {"business": 2, …}; with the representatives they sum to ``size``.
    quota = models.JSONField(_("专家构成"), default=dict)
    #: Seats the purchaser fills with its own people; never more than a third (R-150, R-151).
    representatives = models.PositiveSmallIntegerField(_("采购人代表人数"), default=0)
    #: At least one of these must be the expert's; empty when any will do.
    specialties = ArrayField(models.CharField(max_length=32), default=list, blank=True, verbose_name=_("专业要求"))
    #: Technically complex or of large social impact: seven members at least (R-151).
    is_major = models.BooleanField(_("技术复杂或社会影响较大"), default=False)
    review_on = models.DateField(_("评审日期"))
    scores_due_on = models.DateField(_("评分截止日"))
    convened_at = models.DateTimeField(_("开始评审"), null=True, blank=True)
    signed_at = models.DateTimeField(_("报告签署完毕"), null=True, blank=True)

    objects = ReviewPanelQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("评审组")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(size__gte=3) & Q(size__in=(3, 5, 7, 9, 11, 13, 15)),
                name="panel_size_is_odd",
                violation_error_message=_("评审组人数须为单数"),
            ),
            models.CheckConstraint(
                condition=Q(scores_due_on__gte=F("review_on")),
                name="panel_scores_due_after_review",
                violation_error_message=_("评分截止日不得早于评审日期"),
            ),
            models.CheckConstraint(
                condition=Q(guide__isnull=False, procedure__isnull=True)
                | Q(guide__isnull=True, procedure__isnull=False),
                name="panel_has_one_occasion",
            ),
            models.CheckConstraint(
                condition=Q(representatives__lte=F("size") / 3),
                name="panel_two_thirds_are_experts",
                violation_error_message=_("评审专家不得少于成员总数的三分之二"),
            ),
            models.UniqueConstraint(
                fields=["procedure"],
                condition=~Q(status__in=(*GIVEN_UP, "signed")),
                name="procedure_has_one_panel_at_work",
                violation_error_message=_("该采购项目已有评审组"),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("panel", args=[self.pk])

    @property
    def occasion(self) -> Guide | Procedure:
        """What is reviewed for: the guide or the procedure; both have number, title, case and a page."""
        return cast("Guide | Procedure", self.guide or self.procedure)  # panel_has_one_occasion

    def value(self, code: str) -> Any:
        """A threshold or term from the pinned rule set (R-001)."""
        return self.procedure.rule_set.value(code) if self.procedure else rule_value(self.case, code)

    def is_run_by(self, actor: Actor) -> bool:
        return holds_seat(actor, RUNNERS, self)

    def is_decided_by(self, actor: Actor) -> bool:
        """Leading group or purchaser's signer: they read the result when it is signed."""
        return holds_seat(actor, DECIDERS, self)


class SeatQuerySet(ScopedQuerySet["PanelSeat"]):
    def visible_to(self, actor: Actor) -> SeatQuerySet:
        """Names stay between the runner, oversight and the members; leaders read them in the signed report (R-157)."""
        if actor.sees_everything:
            return self
        fellow = PanelSeat.objects.filter(person_id=actor.id, status="confirmed").values("panel_id")
        return self.filter(
            Q(person_id=actor.id)
            | seated(actor, RUNNERS, "panel__")
            | Q(panel__in=fellow, panel__status__in=("in_session", *UNSEALED))
            | Q(seated(actor, DECIDERS, "panel__"), panel__status="signed")
        )

    def sitting(self) -> SeatQuerySet:
        return self.filter(status__in=SITTING)

    def confirmed(self) -> SeatQuerySet:
        return self.filter(status="confirmed")


class SeatKind(models.TextChoices):
    """An expert's kind, or the purchaser's own representative, who is appointed and not drawn."""

    BUSINESS = ExpertKind.BUSINESS.value, ExpertKind.BUSINESS.label
    MANAGEMENT = ExpertKind.MANAGEMENT.value, ExpertKind.MANAGEMENT.label
    FINANCE = ExpertKind.FINANCE.value, ExpertKind.FINANCE.label
    PRACTICE = ExpertKind.PRACTICE.value, ExpertKind.PRACTICE.label
    REPRESENTATIVE = "representative", _("采购人代表")


class PanelSeat(LifecycleModel):
    """One drawn expert or appointed representative, from invitation to the end of the review.

    Refusals stay on record (R-153).
    """

    panel = models.ForeignKey(ReviewPanel, on_delete=models.PROTECT, related_name="seats")
    #: None for the purchaser's representatives.
    expert = models.ForeignKey(
        Expert, null=True, blank=True, on_delete=models.PROTECT, related_name="seats", verbose_name=_("评审专家")
    )
    #: The expert's account, kept here so that a row can be found by person.
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="panel_seats")
    kind = models.CharField(_("成员类别"), max_length=16, choices=SeatKind.choices)
    #: Place in the drawn order of this kind, from 1.
    rank = models.PositiveSmallIntegerField(_("抽取顺位"))
    replaces = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by", verbose_name=_("替补")
    )
    invited_at = models.DateTimeField(_("邀请时间"))
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    #: From which this member's own order of entries follows, so that order favours nobody.
    order_seed = models.CharField(max_length=64)
    #: Salt of the name published in advance as a hash, opened with the result (R-157).
    name_salt = models.CharField(max_length=32, default=fresh_salt)
    #: SHA-256 of salt, the record's id, name and employer, published with the draw (R-157).
    name_commitment = models.CharField(max_length=64, blank=True)
    #: When the member declared, knowing the bidders by name, to have no ties with any of them (R-154).
    declared_at = models.DateTimeField(_("声明时间"), null=True, blank=True)

    objects = SeatQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("评审席位")
        ordering = ["kind", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["panel", "expert"], name="panel_seat_once_per_expert"),
            models.CheckConstraint(
                condition=Q(kind="representative", expert__isnull=True)
                | Q(~Q(kind="representative"), expert__isnull=False),
                name="panel_seat_expert_unless_representative",
            ),
            models.UniqueConstraint(fields=["panel", "kind", "rank"], name="panel_seat_rank_once"),
        ]

    def __str__(self) -> str:
        return str(self.person)

    def get_absolute_url(self) -> str:
        return reverse("seat", args=[self.pk])

    @property
    def record_key(self) -> str:
        """The id under which the draw's record knows the member; none for a representative, who was not drawn."""
        return self.panel.commitment.key_of(self.expert_id) if self.expert_id else ""

    @property
    def employer_name(self) -> str:
        """The expert's employer; a representative's is the purchaser."""
        if self.expert is not None:
            return self.expert.employer_name
        return self.panel.procedure.purchaser.name if self.panel.procedure else ""


class RecusalRequest(models.Model):
    """A written request that a member step aside, or a member's own declaration; open until decided (R-155)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    #: The member it is about; empty while a bidder's request names somebody the office has not yet matched.
    seat = models.ForeignKey(
        PanelSeat, null=True, blank=True, on_delete=models.PROTECT, related_name="recusal_requests"
    )
    #: The application or bid the tie is with.
    entry = models.ForeignKey("PanelEntry", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    #: The bid whose bidder asks, before or without knowing who sits.
    bid = models.ForeignKey(Bid, null=True, blank=True, on_delete=models.PROTECT, related_name="recusal_requests")
    #: Whom the bidder wants to step aside, in the bidder's own words.
    about = models.CharField(_("申请回避的人员"), max_length=120, blank=True)
    raised_by = models.CharField(_("申请人"), max_length=120)
    ground = models.CharField(_("回避理由"), max_length=500)
    raised_at = models.DateTimeField()
    statement = models.CharField(_("专家说明"), max_length=500, blank=True)
    upheld = models.BooleanField(_("是否回避"), null=True)
    decision = models.CharField(_("决定理由"), max_length=500, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["raised_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(seat__isnull=False) | Q(bid__isnull=False), name="recusal_concerns_somebody"
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="decided_recusal_is_kept",
                operation=NEVER_CHANGED,
                condition=pgtrigger.Q(old__decided_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.ground


class ConductGrade(models.TextChoices):
    GOOD = "good", _("良好")
    FAIR = "fair", _("一般")
    POOR = "poor", _("较差")


class ExpertConduct(models.Model):
    """How a member did the work, written by the office after the review and open to finance (R-161)."""

    seat = models.OneToOneField(PanelSeat, on_delete=models.PROTECT, related_name="conduct")
    grade = models.CharField(_("履职评价"), max_length=8, choices=ConductGrade.choices)
    note = models.CharField(_("情况说明"), max_length=500, blank=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        triggers = [pgtrigger.Protect(name="conduct_is_kept", operation=NEVER_CHANGED)]

    def __str__(self) -> str:
        return f"{self.seat} {self.get_grade_display()}"


enforced_by_constraint("R-151", "panel_size_is_odd", _("评审组人数须为单数"))
enforced_by_constraint("R-150", "panel_two_thirds_are_experts", _("评审专家不得少于成员总数的三分之二"))
