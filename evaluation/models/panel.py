"""The review panel, how its members were drawn, and who sits in it (R-150 … R-161)."""

from __future__ import annotations

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from evaluation.models.rubric import Rubric
from orgs.models import ExpertKind
from procurement.access import Actor, Role, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel
from procurement.rules import enforced_by_constraint

#: Seats whose holder is, or may yet become, a member.
SITTING = ("invited", "confirmed")
#: The panel's scores lie open to those who work with its result.
UNSEALED = ("scored", "reported", "signed")
NEVER_CHANGED = pgtrigger.Update | pgtrigger.Delete


class ReviewPanelQuerySet(ScopedQuerySet["ReviewPanel"]):
    def visible_to(self, actor: Actor) -> ReviewPanelQuerySet:
        """The office that runs it, its witnesses, its members, oversight; leaders once the report is signed."""
        if actor.sees_everything:
            return self
        runners = actor.organization_ids(Role.LGO, Role.PU_CHK)
        leaders = actor.organization_ids(Role.LG)
        mine = PanelSeat.objects.filter(person_id=actor.id, status__in=SITTING).values("panel_id")
        return self.filter(
            Q(guide__office__in=runners) | Q(pk__in=mine) | Q(guide__office__in=leaders, status="signed")
        )

    def live(self) -> ReviewPanelQuerySet:
        return self.exclude(status__in=("cancelled", "abandoned"))


class ReviewPanel(LifecycleModel):
    """评审组 for one batch of prechecked applications of a guide."""

    number = models.CharField(_("编号"), max_length=40, unique=True)
    guide = models.ForeignKey(
        "projects.Guide", on_delete=models.PROTECT, related_name="panels", verbose_name=_("申报指南")
    )
    rubric = models.ForeignKey(Rubric, on_delete=models.PROTECT, related_name="panels", verbose_name=_("评分办法"))
    applications = models.ManyToManyField("projects.Application", through="PanelApplication", related_name="+")
    size = models.PositiveSmallIntegerField(_("评审组人数"))
    #: Members per kind of expert, {"business": 2, …}; they sum to ``size``.
    quota = models.JSONField(_("专家构成"), default=dict)
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
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("panel", args=[self.pk])


class PanelApplication(models.Model):
    """An application before this panel; never before two live panels at once."""

    panel = models.ForeignKey(ReviewPanel, on_delete=models.CASCADE, related_name="entries")
    application = models.ForeignKey("projects.Application", on_delete=models.PROTECT, related_name="panel_entries")
    is_live = models.BooleanField(default=True)

    class Meta:
        ordering = ["application__number"]
        constraints = [
            models.UniqueConstraint(fields=["panel", "application"], name="panel_application_once"),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(is_live=True),
                name="application_before_one_panel",
                violation_error_message=_("该申报项目已交其他评审组评审"),
            ),
        ]

    def __str__(self) -> str:
        return str(self.application)


class DrawCommitment(models.Model):
    """What was locked before the draw: who could be drawn, who could not and why, and a hash of our secret.

    The secret is worthless to whoever reads it early: the seed also needs the words the witness types at the draw.
    """

    panel = models.OneToOneField(ReviewPanel, on_delete=models.PROTECT, related_name="commitment")
    pool = models.JSONField()
    exclusions = models.JSONField()
    pool_root = models.CharField(max_length=64)
    exclusions_root = models.CharField(max_length=64)
    commitment = models.CharField(max_length=64)
    nonce = models.CharField(max_length=64)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        triggers = [pgtrigger.Protect(name="commitment_is_kept", operation=NEVER_CHANGED)]

    def __str__(self) -> str:
        return self.commitment


class PanelDraw(models.Model):
    """The draw: one per panel, never changed. ``record`` is what anyone can recompute it from (R-153)."""

    panel = models.OneToOneField(ReviewPanel, on_delete=models.PROTECT, related_name="draw")
    record = models.JSONField()
    digest = models.CharField(max_length=64)
    seed = models.CharField(max_length=64)
    witness = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    witness_role = models.CharField(max_length=16, choices=Role.choices)
    drawn_at = models.DateTimeField()

    class Meta:
        triggers = [pgtrigger.Protect(name="draw_is_kept", operation=NEVER_CHANGED)]

    def __str__(self) -> str:
        return self.digest


class SeatQuerySet(ScopedQuerySet["PanelSeat"]):
    def visible_to(self, actor: Actor) -> SeatQuerySet:
        """Names stay between the runner, oversight and the members; leaders read them in the signed report (R-157)."""
        if actor.sees_everything:
            return self
        runners = actor.organization_ids(Role.LGO)
        leaders = actor.organization_ids(Role.LG)
        fellow = PanelSeat.objects.filter(person_id=actor.id, status="confirmed").values("panel_id")
        return self.filter(
            Q(person_id=actor.id)
            | Q(panel__guide__office__in=runners)
            | Q(panel__in=fellow, panel__status__in=("in_session", *UNSEALED))
            | Q(panel__guide__office__in=leaders, panel__status="signed")
        )

    def sitting(self) -> SeatQuerySet:
        return self.filter(status__in=SITTING)

    def confirmed(self) -> SeatQuerySet:
        return self.filter(status="confirmed")


class PanelSeat(LifecycleModel):
    """One drawn expert, from invitation to the end of the review. Refusals stay on record (R-153)."""

    panel = models.ForeignKey(ReviewPanel, on_delete=models.PROTECT, related_name="seats")
    expert = models.ForeignKey(
        "orgs.Expert", on_delete=models.PROTECT, related_name="seats", verbose_name=_("评审专家")
    )
    #: The expert's account, kept here so that a row can be found by person.
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="panel_seats")
    kind = models.CharField(_("专家类别"), max_length=16, choices=ExpertKind.choices)
    #: Place in the drawn order of this kind, from 1.
    rank = models.PositiveSmallIntegerField(_("抽取顺位"))
    replaces = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by", verbose_name=_("替补")
    )
    invited_at = models.DateTimeField(_("邀请时间"))
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    #: From which this member's own order of applications follows, so that order favours nobody.
    order_seed = models.CharField(max_length=64)

    objects = SeatQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("评审席位")
        ordering = ["kind", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["panel", "expert"], name="panel_seat_once_per_expert"),
            models.UniqueConstraint(fields=["panel", "kind", "rank"], name="panel_seat_rank_once"),
        ]

    def __str__(self) -> str:
        return str(self.person)

    def get_absolute_url(self) -> str:
        return reverse("seat", args=[self.pk])


class RecusalRequest(models.Model):
    """A written request that a member step aside, or a member's own declaration; open until decided (R-155)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    seat = models.ForeignKey(PanelSeat, on_delete=models.PROTECT, related_name="recusal_requests")
    application = models.ForeignKey(
        "projects.Application", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
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
