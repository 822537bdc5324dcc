"""投诉: what a challenger brings before finance supervision, how its clocks run and how it is decided (R-184 … R-187)."""

from __future__ import annotations

import uuid
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, Role, ScopedQuerySet
from procurement.calendars import Stop
from procurement.lifecycle.models import LifecycleModel
from procurement.rules import enforced_by_constraint
from projects.models.challenge import BIDDER_ROLES, REPLIER_ROLES, Challenge, ChallengeMatter, Finding, Remedy
from projects.models.procedure import Procedure

OPEN_COMPLAINT_STATES = ("filed", "correction", "accepted")
#: From the acceptance on the respondents know of it.
SERVED_STATES = ("accepted", "decided", "published", "terminated")


class Outcome(models.TextChoices):
    """How a complaint ends on the merits (令94 第29条至第32条)."""

    UNFOUNDED = "unfounded", _("投诉事项缺乏事实依据，驳回投诉")
    FALSE_EVIDENCE = "false_evidence", _("捏造事实或者提供虚假材料，驳回投诉")
    NOT_ADMISSIBLE = "not_admissible", _("受理后发现不符合受理条件，驳回投诉")
    UPHELD = "upheld", _("投诉事项成立")


#: Dismissals that count towards the record of unfounded complaints (R-187).
UNFOUNDED_OUTCOMES = (Outcome.UNFOUNDED, Outcome.FALSE_EVIDENCE)


class ComplaintQuerySet(ScopedQuerySet["Complaint"]):
    def visible_to(self, actor: Actor) -> Self:
        """The complainant, the overseers, and the respondents once they were served."""
        if actor.sees_everything:
            return self
        return self.filter(
            Q(complainant__in=actor.organization_ids(*BIDDER_ROLES))
            | Q(status__in=SERVED_STATES, respondents__in=Respondent.objects.of(actor))
        ).distinct()

    def open(self) -> Self:
        return self.filter(status__in=OPEN_COMPLAINT_STATES)

    def freezing(self) -> Self:
        """Running suspensions, and decisions whose rerun the purchaser has not carried out yet (R-183, R-186)."""
        unfinished = Q(status__in=("decided", "published"), remedy=Remedy.RERUN) & ~Q(
            procedure__status__in=("failed", "cancelled", "contracted")
        )
        return self.filter(Q(status="accepted", suspended_at__isnull=False, resumed_at__isnull=True) | unfinished)


class Complaint(LifecycleModel):
    """One complaint after one challenge. Received is the day of filing; every term counts from it."""

    number = models.CharField(_("投诉编号"), max_length=40, unique=True)
    challenge = models.ForeignKey(
        Challenge, on_delete=models.PROTECT, related_name="complaints", verbose_name=_("前置质疑")
    )
    procedure = models.ForeignKey(
        Procedure, on_delete=models.PROTECT, related_name="complaints", verbose_name=_("采购项目")
    )
    complainant = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="complaints", verbose_name=_("投诉人")
    )
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    request = models.TextField(_("投诉请求"))
    #: Read by supervision alone.
    secret = models.TextField(_("涉及商业秘密的内容"), blank=True)
    filed_at = models.DateTimeField(_("收到投诉"))
    last_day = models.DateField(_("投诉期限届满日"), null=True, blank=True)
    corrected_at = models.DateTimeField(_("补正"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("受理"), null=True, blank=True)
    suspended_at = models.DateTimeField(_("通知暂停采购活动"), null=True, blank=True)
    #: 24:00 of this day ends the suspension by itself (R-186).
    suspended_until = models.DateField(_("暂停至"), null=True, blank=True)
    resumed_at = models.DateTimeField(_("恢复采购活动"), null=True, blank=True)
    outcome = models.CharField(_("处理结果"), max_length=16, choices=Outcome.choices, blank=True)
    remedy = models.CharField(_("处理措施"), max_length=12, choices=Remedy.choices, blank=True)
    decision = models.TextField(_("处理决定"), blank=True)
    decision_number = models.CharField(_("决定文号"), max_length=64, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(_("作出决定"), null=True, blank=True)
    published_at = models.DateTimeField(_("公告"), null=True, blank=True)

    objects = ComplaintQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("投诉")
        ordering = ["-filed_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["challenge"],
                condition=~Q(status__in=("refused", "transferred")),
                name="complaint_once_per_challenge",
                violation_error_message=_("对该质疑已经提起投诉，不得重复投诉。"),
            ),
            models.CheckConstraint(
                condition=Q(resumed_at__isnull=True) | Q(suspended_at__isnull=False),
                name="complaint_resumed_after_suspended",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("decided", "published"))
                | (~Q(outcome="") & ~Q(decision="") & Q(decided_at__isnull=False)),
                name="complaint_decision_is_whole",
                violation_error_message=_("处理决定须写明结果和理由。"),
            ),
            models.CheckConstraint(
                condition=(Q(outcome=Outcome.UPHELD) & ~Q(remedy="")) | (~Q(outcome=Outcome.UPHELD) & Q(remedy="")),
                name="complaint_upheld_has_remedy",
                violation_error_message=_("投诉成立的须写明处理措施，驳回的没有处理措施。"),
            ),
        ]
        indexes = [
            models.Index(fields=["-filed_at", "id"], name="complaint_newest"),
            models.Index(
                fields=["suspended_until"], condition=Q(resumed_at__isnull=True), name="complaint_suspension_ends"
            ),
        ]
        triggers = [
            *LifecycleModel.Meta.triggers,
            pgtrigger.Protect(name="complaint_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="complaint_in_time",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__last_day__isnull=False),
                func=(
                    "IF (NEW.filed_at AT TIME ZONE 'Asia/Shanghai')::date > NEW.last_day THEN"
                    " RAISE EXCEPTION 'the time for this complaint is over' USING ERRCODE = 'check_violation',"
                    " CONSTRAINT = 'complaint_in_time'; END IF; RETURN NEW;"
                ),
            ),
            pgtrigger.Trigger(
                name="suspension_is_short",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(new__suspended_until__isnull=False),
                func=(
                    "IF NEW.suspended_until > (NEW.suspended_at AT TIME ZONE 'Asia/Shanghai')::date + 30"
                    " OR (OLD.suspended_at IS NOT NULL AND (NEW.suspended_at, NEW.suspended_until)"
                    " IS DISTINCT FROM (OLD.suspended_at, OLD.suspended_until)) THEN"
                    " RAISE EXCEPTION 'a suspension lasts thirty days at most' USING ERRCODE = 'check_violation',"
                    " CONSTRAINT = 'suspension_at_most_thirty_days'; END IF; RETURN NEW;"
                ),
            ),
            pgtrigger.Trigger(
                name="decision_is_final",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__decided_at__isnull=False),
                func=(
                    "IF (NEW.outcome, NEW.remedy, NEW.decision, NEW.decision_number, NEW.decided_at, NEW.decided_by_id)"
                    " IS DISTINCT FROM"
                    " (OLD.outcome, OLD.remedy, OLD.decision, OLD.decision_number, OLD.decided_at, OLD.decided_by_id) THEN"
                    " RAISE EXCEPTION 'a decision stays' USING ERRCODE = 'check_violation',"
                    " CONSTRAINT = 'complaint_decision_is_final'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.procedure}"

    def get_absolute_url(self) -> str:
        return reverse("complaint", args=[self.pk])

    @property
    def duty_scope(self) -> uuid.UUID:
        return self.procedure.duty_scope

    @property
    def is_suspending(self) -> bool:
        return self.suspended_at is not None and self.resumed_at is None

    @property
    def stops(self) -> list[Stop]:
        """The intervals that are not counted in the thirty working days (R-185)."""
        return [stop.interval for stop in self.clock_stops.all()]


class ComplaintMatter(models.Model):
    """投诉事项: a matter that was challenged before, or one against the answer itself (R-184)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="matters")
    number = models.PositiveSmallIntegerField(_("序号"))
    challenged = models.ForeignKey(
        ChallengeMatter, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("已质疑事项")
    )
    from_answer = models.BooleanField(_("针对质疑答复内容"), default=False)
    text = models.CharField(_("投诉事项"), max_length=200)
    facts = models.TextField(_("事实和理由"))
    finding = models.CharField(_("认定"), max_length=10, choices=Finding.choices, blank=True)

    class Meta:
        verbose_name = _("投诉事项")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["complaint", "number"], name="complaint_matter_number_once"),
            models.CheckConstraint(
                condition=Q(challenged__isnull=False) | Q(from_answer=True),
                name="complaint_matter_was_challenged",
                violation_error_message=_("投诉事项不得超出已质疑事项的范围。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.text}"


class StopGround(models.TextChoices):
    CORRECTION = "correction", _("投诉人补正材料")
    TEST = "test", _("检验检测")
    APPRAISAL = "appraisal", _("鉴定")
    EXPERTS = "experts", _("组织专家评审")


class ClockStop(models.Model):
    """An interval in which the thirty working days stand still (R-185)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="clock_stops")
    ground = models.CharField(_("事由"), max_length=12, choices=StopGround.choices)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    began_at = models.DateTimeField(_("中止"))
    ended_at = models.DateTimeField(_("恢复"), null=True, blank=True)

    class Meta:
        verbose_name = _("中止计时")
        ordering = ["began_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["complaint"],
                condition=Q(ended_at__isnull=True),
                name="complaint_one_clock_stop",
                violation_error_message=_("计时已经中止。"),
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("began_at")), name="clock_stop_in_order"
            ),
        ]
        triggers = [pgtrigger.Protect(name="clock_stop_is_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return str(self.get_ground_display())

    @property
    def interval(self) -> Stop:
        ended = timezone.localtime(self.ended_at).date() if self.ended_at else None
        return Stop(timezone.localtime(self.began_at).date(), ended, str(self.get_ground_display()))


class RespondentQuerySet(ScopedQuerySet["Respondent"]):
    def of(self, actor: Actor) -> Self:
        """Rows of the actor's own houses."""
        return self.filter(organization__in=actor.organization_ids(*BIDDER_ROLES, *REPLIER_ROLES, Role.AGT))

    def visible_to(self, actor: Actor) -> Self:
        """An answer is read by the one who gave it and by supervision; it may hold secrets of a bidder."""
        return self if actor.sees_everything else self.of(actor)


class Respondent(models.Model):
    """被投诉人或与投诉事项有关的当事人: served with a copy, answers within five working days (R-185)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="respondents")
    organization = models.ForeignKey("orgs.Organization", on_delete=models.PROTECT, related_name="+")
    served_at = models.DateTimeField(_("发送副本"))
    due_on = models.DateField(_("说明期限"), null=True, blank=True)
    answer = models.TextField(_("书面说明"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(_("说明时间"), null=True, blank=True)

    objects = RespondentQuerySet.as_manager()

    class Meta:
        verbose_name = _("被投诉人")
        ordering = ["served_at", "id"]
        constraints = [models.UniqueConstraint(fields=["complaint", "organization"], name="respondent_once")]
        triggers = [
            pgtrigger.Trigger(
                name="answer_given_once",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__answered_at__isnull=False),
                func=(
                    "RAISE EXCEPTION 'an answer is given once' USING ERRCODE = 'check_violation',"
                    " CONSTRAINT = 'respondent_answers_once';"
                ),
            )
        ]

    def __str__(self) -> str:
        return str(self.organization)


enforced_by_constraint("R-184", "complaint_in_time", _("投诉期限已经届满"), in_sql=True)
enforced_by_constraint("R-184", "complaint_matter_was_challenged", _("投诉事项不得超出已质疑事项的范围"))
enforced_by_constraint("R-184", "complaint_once_per_challenge", _("对该质疑已经提起投诉，不得重复投诉"))
enforced_by_constraint(
    "R-186", "suspension_at_most_thirty_days", _("暂停采购活动最长三十日，且只通知一次"), in_sql=True
)
enforced_by_constraint("R-187", "complaint_decision_is_final", _("处理决定作出后不能更改"), in_sql=True)
enforced_by_constraint("R-187", "complaint_upheld_has_remedy", _("投诉成立的须写明处理措施，驳回的没有处理措施"))
enforced_by_constraint("R-185", "respondent_answers_once", _("书面说明已经提交"), in_sql=True)
enforced_by_constraint("R-185", "complaint_one_clock_stop", _("计时已经中止"))
