"""质疑: what a supplier holds against a document, a step or a result, and what the purchaser answers (R-181 … R-183, R-188)."""

from __future__ import annotations

import uuid
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, Role, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel
from procurement.rules import enforced_by_constraint
from projects.models.procedure import Procedure

#: Who answers for the purchaser and so reads what was filed.
REPLIER_ROLES = (Role.PU_BUY, Role.PU_SIGN)
BIDDER_ROLES = (Role.ORG, Role.ORG_H)
#: The reply is still owed.
UNANSWERED_STATES = ("filed", "correction", "accepted", "dismissal_drafted", "uphold_drafted")
#: While one of these stands and the result may change, nobody signs (R-183).
FREEZING_STATES = ("accepted", "dismissal_drafted", "uphold_drafted", "upheld")


class ChallengeStep(models.TextChoices):
    """The step of the procedure a challenge is about; its end starts the clock (R-181)."""

    DOCUMENT = "document", _("采购文件")
    OPENING = "opening", _("开启")
    QUALIFICATION = "qualification", _("资格审查")
    EVALUATION = "evaluation", _("评审")
    RESULT = "result", _("采购结果")

    @property
    def target(self) -> str | Promise:
        """The three things the law lets a supplier challenge."""
        if self in (ChallengeStep.DOCUMENT, ChallengeStep.RESULT):
            return self.label
        return _("采购过程")


class Finding(models.TextChoices):
    UPHELD = "upheld", _("成立")
    DISMISSED = "dismissed", _("不成立")


class Remedy(models.TextChoices):
    """What follows when a challenge or complaint is upheld (令94 第16条、第31条、第32条)."""

    CONTINUE = "continue", _("不影响采购结果，继续开展采购活动")
    REVIEW = "review", _("重新评审")
    PROMOTE = "promote", _("从合格候选人中另行确定中标（成交）人")
    RERUN = "rerun", _("终止采购，修改后重新开展采购活动")


class ChallengeQuerySet(ScopedQuerySet["Challenge"]):
    def visible_to(self, actor: Actor) -> Self:
        """The challenger, those who answer it, and the overseers. Nobody else, not even a rival it concerns."""
        if actor.sees_everything:
            return self
        return self.filter(Q(challenger__in=actor.organization_ids(*BIDDER_ROLES)) | self._answered_by(actor))

    def answered_by(self, actor: Actor) -> Self:
        return self.filter(self._answered_by(actor))

    def filed_by_house(self, actor: Actor) -> Self:
        return self.filter(challenger__in=actor.organization_ids(*BIDDER_ROLES))

    def unanswered(self) -> Self:
        return self.filter(status__in=UNANSWERED_STATES)

    def freezing(self) -> Self:
        """Those that may change the result and are not done with (R-183)."""
        return self.filter(status__in=FREEZING_STATES, affects_result=True)

    @staticmethod
    def _answered_by(actor: Actor) -> Q:
        return Q(procedure__purchaser__in=actor.organization_ids(*REPLIER_ROLES)) | Q(
            procedure__agent__in=actor.organization_ids(Role.AGT)
        )


class Challenge(LifecycleModel):
    """One letter of challenge, with its matters. As filed it is never rewritten, but for the one correction."""

    number = models.CharField(_("质疑编号"), max_length=40, unique=True)
    procedure = models.ForeignKey(
        Procedure, on_delete=models.PROTECT, related_name="challenges", verbose_name=_("采购项目")
    )
    challenger = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="challenges", verbose_name=_("质疑人")
    )
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    step = models.CharField(_("质疑环节"), max_length=16, choices=ChallengeStep.choices)
    request = models.TextField(_("质疑请求"))
    #: The challenger's own secrets; the purchaser and the supervisor read them, nobody else ever (R-182).
    secret = models.TextField(_("涉及商业秘密的内容"), blank=True)
    filed_at = models.DateTimeField(_("提出时间"))
    #: The day the seven working days are counted from, and their last; as computed on the day of filing.
    counted_from = models.DateField(_("起算日"))
    last_day = models.DateField(_("质疑期限届满日"), null=True, blank=True)
    #: The document asked for everything against one step at once (R-188).
    one_per_step = models.BooleanField(_("须一次性提出"), default=False)
    correction_asked_at = models.DateTimeField(_("要求补正"), null=True, blank=True)
    corrected_at = models.DateTimeField(_("补正"), null=True, blank=True)
    affects_result = models.BooleanField(_("可能影响采购结果"), null=True, blank=True)
    reply_due_on = models.DateField(_("答复期限"), null=True, blank=True)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    remedy = models.CharField(_("处理方式"), max_length=12, choices=Remedy.choices, blank=True)
    replied_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    #: When the sweep noticed that the reply was late; from then on a complaint is open (R-184).
    overdue_at = models.DateTimeField(_("逾期未答复"), null=True, blank=True)

    objects = ChallengeQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("质疑")
        ordering = ["-filed_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["procedure", "challenger", "step"],
                condition=Q(one_per_step=True) & ~Q(status__in=("withdrawn", "inadmissible")),
                name="challenge_once_per_step",
                violation_error_message=_("采购文件要求一次性提出针对同一环节的质疑，本单位已经提出。"),
            ),
            models.CheckConstraint(
                condition=Q(corrected_at__isnull=True) | Q(corrected_at__gte=F("correction_asked_at")),
                name="challenge_corrected_after_asked",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("replied", "upheld")) | Q(replied_at__isnull=False),
                name="challenge_replied_has_instant",
            ),
        ]
        indexes = [
            models.Index(fields=["-filed_at", "id"], name="challenge_newest"),
            models.Index(fields=["reply_due_on"], condition=Q(status__in=UNANSWERED_STATES), name="challenge_due"),
        ]
        triggers = [
            *LifecycleModel.Meta.triggers,
            pgtrigger.Protect(name="challenge_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="challenge_in_time",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__last_day__isnull=False),
                func=(
                    "IF (NEW.filed_at AT TIME ZONE 'Asia/Shanghai')::date > NEW.last_day THEN"
                    " RAISE EXCEPTION 'the time for this challenge is over' USING ERRCODE = 'check_violation',"
                    " CONSTRAINT = 'challenge_in_time'; END IF; RETURN NEW;"
                ),
            ),
            pgtrigger.Trigger(
                name="challenge_is_as_filed",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=(
                    "IF (NEW.procedure_id, NEW.challenger_id, NEW.filed_by_id, NEW.step, NEW.filed_at,"
                    " NEW.counted_from, NEW.last_day, NEW.one_per_step) IS DISTINCT FROM"
                    " (OLD.procedure_id, OLD.challenger_id, OLD.filed_by_id, OLD.step, OLD.filed_at,"
                    " OLD.counted_from, OLD.last_day, OLD.one_per_step)"
                    " OR (OLD.status <> 'correction' AND (NEW.request, NEW.secret) IS DISTINCT FROM (OLD.request, OLD.secret))"
                    " OR (OLD.replied_at IS NOT NULL AND NEW.replied_at IS DISTINCT FROM OLD.replied_at) THEN"
                    " RAISE EXCEPTION 'a challenge stays as it was filed' USING ERRCODE = 'check_violation',"
                    " CONSTRAINT = 'challenge_is_as_filed'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.procedure}"

    def get_absolute_url(self) -> str:
        return reverse("challenge", args=[self.pk])

    @property
    def duty_scope(self) -> uuid.UUID:
        """Who replied to it may not decide the complaint: both are judged within the procedure."""
        return self.procedure.duty_scope

    @property
    def is_answered(self) -> bool:
        return self.replied_at is not None


class ChallengeMatter(models.Model):
    """质疑事项: one ground with its facts and its law, and what was found about it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    challenge = models.ForeignKey(Challenge, on_delete=models.PROTECT, related_name="matters")
    number = models.PositiveSmallIntegerField(_("序号"))
    text = models.CharField(_("质疑事项"), max_length=200)
    facts = models.TextField(_("事实依据"))
    basis = models.TextField(_("法律依据"), blank=True)
    finding = models.CharField(_("认定"), max_length=10, choices=Finding.choices, blank=True)
    #: What the challenger is told; it names no secret of another bidder (R-182).
    answer = models.TextField(_("答复"), blank=True)
    #: How it was looked into; stays with the purchaser and the supervisor.
    internal_note = models.TextField(_("核查情况（不对外）"), blank=True)
    #: Whether the other bidders concerned are told too.
    is_shared = models.BooleanField(_("告知其他有关供应商"), default=True)

    class Meta:
        verbose_name = _("质疑事项")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["challenge", "number"], name="challenge_matter_number_once")]
        triggers = [
            pgtrigger.Trigger(
                name="answered_matter_is_kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=(
                    "IF EXISTS (SELECT 1 FROM projects_challenge WHERE id = OLD.challenge_id AND replied_at IS NOT NULL)"
                    " THEN RAISE EXCEPTION 'a reply that was given stays' USING ERRCODE = 'check_violation',"
                    " CONSTRAINT = 'challenge_reply_is_final'; END IF;"
                    " IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.text}"


class ReplyCopyQuerySet(ScopedQuerySet["ReplyCopy"]):
    def visible_to(self, actor: Actor) -> Self:
        """The one it was sent to; house and overseers only once bids are open, lest they learn who will bid (T3)."""
        own = Q(organization__in=actor.organization_ids(*BIDDER_ROLES))
        opened = Q(challenge__procedure__opened_at__isnull=False)
        if not actor.sees_everything:
            opened &= Q(challenge__in=Challenge.objects.answered_by(actor))
        return self.filter(own | opened)


class ReplyCopy(models.Model):
    """What another supplier concerned was sent of a reply: the matters chosen for it, word for word, and no more."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    challenge = models.ForeignKey(Challenge, on_delete=models.PROTECT, related_name="copies")
    organization = models.ForeignKey("orgs.Organization", on_delete=models.PROTECT, related_name="+")
    #: [{"text": …, "finding": …, "answer": …}], frozen as sent.
    matters = models.JSONField(default=list)
    sent_at = models.DateTimeField(_("发送时间"))

    objects = ReplyCopyQuerySet.as_manager()

    class Meta:
        verbose_name = _("质疑答复副本")
        ordering = ["-sent_at", "id"]
        constraints = [models.UniqueConstraint(fields=["challenge", "organization"], name="reply_copy_once")]
        triggers = [pgtrigger.Protect(name="reply_copy_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.challenge.number} → {self.organization}"

    def get_absolute_url(self) -> str:
        return reverse("reply-copy", args=[self.pk])


enforced_by_constraint("R-181", "challenge_in_time", _("质疑期限已经届满"), in_sql=True)
enforced_by_constraint(
    "R-188", "challenge_once_per_step", _("采购文件要求一次性提出针对同一环节的质疑，本单位已经提出")
)
enforced_by_constraint("R-182", "challenge_reply_is_final", _("答复已经发出，不能更改"), in_sql=True)
enforced_by_constraint("R-181", "challenge_is_as_filed", _("质疑提出后不能改写，补正以一次为限"), in_sql=True)
