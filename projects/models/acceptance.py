"""主责单位验收: recipients take part, every standard is judged, the contractor may object (R-240 … R-247)."""

from __future__ import annotations

import secrets
import uuid
from datetime import date
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel
from procurement.rules import enforced_by_constraint
from projects.models.application import Application

#: While one of these stands, a round still gets recipients, presence, opinions and judgements.
OPEN_ACCEPTANCE_STATES = ("planned", "recipients_notified", "on_site")
#: From the written notice on the contractor reads the round (R-244).
NOTIFIED_ACCEPTANCE_STATES = ("notice_sent", "objected", "concurred", "answered", "final")


class AcceptanceResult(models.TextChoices):
    """The label carries its colour where it is declared."""

    PASS = "pass", _("验收通过")
    FAIL = "fail", _("验收不通过")
    RECTIFY = "rectify", _("整改后再验")

    @property
    def tone(self) -> str:
        return {"pass": "good", "fail": "bad"}.get(self.value, "warn")


class AcceptanceQuerySet(ScopedQuerySet["Acceptance"]):
    def visible_to(self, actor: Actor) -> Self:
        """The case's parties; the contractor from the written notice on (R-244)."""
        if actor.sees_everything:
            return self
        rows = self.filter(application__in=Application.objects.visible_to(actor))
        mine = actor.organization_ids()
        return rows.filter(~Q(application__applicant__in=mine) | Q(status__in=NOTIFIED_ACCEPTANCE_STATES))

    def to_answer(self, on: date) -> Self:
        """Objections whose answer is late on a day."""
        return self.filter(status="objected", reply_due_on__lt=on)


class Acceptance(LifecycleModel):
    """One round of acceptance; a failed one is followed by another after rectification."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="acceptances")
    round = models.PositiveSmallIntegerField(_("次数"), default=1)
    visited_on = models.DateField(_("现场验收日期"), null=True, blank=True)
    place = models.CharField(_("现场地点"), max_length=200, blank=True)
    findings = models.TextField(_("验收情况"), blank=True)
    opinion = models.TextField(_("验收意见"), blank=True)
    result = models.CharField(_("验收结论"), max_length=8, choices=AcceptanceResult.choices, blank=True)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    drafted_at = models.DateTimeField(null=True, blank=True)
    notice_sent_at = models.DateTimeField(_("书面通报时间"), null=True, blank=True)
    objection_due_on = models.DateField(_("异议期限"), null=True, blank=True)
    objection = models.TextField(_("承接主体异议"), blank=True)
    objected_at = models.DateTimeField(null=True, blank=True)
    #: Empty while the calendar of that year is not announced (R-305); a sweep fills it in.
    reply_due_on = models.DateField(_("答复期限"), null=True, blank=True)
    reply = models.TextField(_("异议答复"), blank=True)
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    replied_at = models.DateTimeField(null=True, blank=True)
    #: A round not passed gives the contractor one term to put things right, and a place to say what was done.
    rectify_due_on = models.DateField(_("整改期限"), null=True, blank=True)
    rectification = models.TextField(_("整改情况"), blank=True)
    rectified_at = models.DateTimeField(null=True, blank=True)

    objects = AcceptanceQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("验收")
        ordering = ["application", "round"]
        constraints = [
            models.UniqueConstraint(fields=["application", "round"], name="acceptance_round_once"),
            models.CheckConstraint(
                condition=Q(replied_by__isnull=True) | Q(drafted_by__isnull=True) | ~Q(replied_by=F("drafted_by")),
                name="acceptance_reply_by_another",
            ),
            models.CheckConstraint(condition=~Q(status="final") | ~Q(result=""), name="acceptance_final_has_result"),
            models.UniqueConstraint(
                fields=["application"], condition=~Q(status="final"), name="acceptance_one_under_way"
            ),
        ]
        triggers = [
            *LifecycleModel.Meta.triggers,
            pgtrigger.Protect(name="acceptance_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="acceptance_result_stands",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__status="final"),
                func=(
                    "IF (NEW.application_id, NEW.round, NEW.visited_on, NEW.findings, NEW.opinion, NEW.result,"
                    " NEW.drafted_by_id, NEW.notice_sent_at, NEW.objection, NEW.reply, NEW.replied_by_id,"
                    " NEW.rectify_due_on) IS DISTINCT FROM"
                    " (OLD.application_id, OLD.round, OLD.visited_on, OLD.findings, OLD.opinion, OLD.result,"
                    " OLD.drafted_by_id, OLD.notice_sent_at, OLD.objection, OLD.reply, OLD.replied_by_id,"
                    " OLD.rectify_due_on) THEN"
                    " RAISE EXCEPTION 'an acceptance concluded stands' USING ERRCODE = 'check_violation',"
                    " CONSTRAINT = 'acceptance_result_stands'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(_("%(title)s · 第 %(n)s 次验收") % {"title": self.application.title, "n": self.round})

    def get_absolute_url(self) -> str:
        return reverse("acceptance", args=[self.pk])


def settled_with_the_round(name: str) -> pgtrigger.Trigger:
    """What a round rests on is written while it is open; once an opinion is drafted it stands."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        declare=[("parent", "uuid")],
        func=(
            "IF TG_OP = 'DELETE' THEN parent := OLD.acceptance_id; ELSE parent := NEW.acceptance_id; END IF;"
            " IF (SELECT status FROM projects_acceptance WHERE id = parent)"
            " NOT IN ('planned', 'recipients_notified', 'on_site') THEN"
            " RAISE EXCEPTION 'the opinion is drafted' USING ERRCODE = 'check_violation',"
            " CONSTRAINT = 'acceptance_evidence_stands'; END IF;"
            " IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
        ),
    )


class AcceptanceStandard(models.Model):
    """One standard line of the contract, judged with its evidence (R-240)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    acceptance = models.ForeignKey(Acceptance, on_delete=models.CASCADE, related_name="standards")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(_("验收标准"), max_length=300)
    met = models.BooleanField(_("是否达到"), null=True)
    evidence = models.CharField(_("核验依据"), max_length=300, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["acceptance", "position"], name="acceptance_standard_once")]
        triggers = [settled_with_the_round("standard_is_settled")]

    def __str__(self) -> str:
        return self.text


#: No 0/O, 1/I/L: people type the code from paper.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 10


def recipient_code() -> str:
    """Ten of thirty-one signs: 49 bits, beyond guessing over the network."""
    return "".join(secrets.choice(CODE_ALPHABET) for _n in range(CODE_LENGTH))


class Satisfaction(models.IntegerChoices):
    VERY_GOOD = 5, _("非常满意")
    GOOD = 4, _("满意")
    FAIR = 3, _("一般")
    POOR = 2, _("不满意")
    VERY_POOR = 1, _("非常不满意")


class OpinionChannel(models.TextChoices):
    CODE = "code", _("本人扫码填写")
    SITE = "site", _("现场代为记录")


class NotifiedBy(models.TextChoices):
    PHONE = "phone", _("电话")
    VISIT = "visit", _("上门")
    MESSAGE = "message", _("短信")
    NOTICE = "notice", _("张贴通知")


class Recipient(models.Model):
    """A service recipient called to witness: notified, present or not, and what they said (R-241, R-242).

    The name is kept as the responsible unit masks it (张*); nothing else about the person is stored (R-292).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    acceptance = models.ForeignKey(Acceptance, on_delete=models.CASCADE, related_name="recipients")
    masked_name = models.CharField(_("称谓"), max_length=20)
    notified_by = models.CharField(_("通知方式"), max_length=12, choices=NotifiedBy.choices)
    notified_at = models.DateTimeField(_("通知时间"))
    code = models.CharField(max_length=16, unique=True, default=recipient_code)
    present = models.BooleanField(_("到场"), null=True)
    satisfied = models.PositiveSmallIntegerField(_("评价"), null=True, blank=True, choices=Satisfaction.choices)
    opinion = models.TextField(_("书面意见"), blank=True)
    opinion_at = models.DateTimeField(null=True, blank=True)
    #: Who wrote the words down: the recipient by the code, or the acceptor at the recipient's dictation.
    opinion_channel = models.CharField(max_length=8, choices=OpinionChannel.choices, blank=True)

    class Meta:
        ordering = ["notified_at", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(opinion="") | Q(opinion_at__isnull=False), name="recipient_opinion_is_dated"
            ),
        ]
        triggers = [settled_with_the_round("recipient_is_settled")]

    def __str__(self) -> str:
        return self.masked_name

    @property
    def spelled_code(self) -> str:
        """The code in two halves, as it is printed: 7K3M9 QXT2P."""
        return f"{self.code[:5]} {self.code[5:]}"


enforced_by_constraint("R-245", "acceptance_reply_by_another", _("异议须由验收经办人以外的人答复"))
enforced_by_constraint("R-240", "acceptance_one_under_way", _("已有一次验收正在进行"))
enforced_by_constraint("R-240", "acceptance_result_stands", _("验收定案后结论不得更改"), in_sql=True)
enforced_by_constraint("R-242", "acceptance_evidence_stands", _("验收意见已拟定，不能再更改"), in_sql=True)
