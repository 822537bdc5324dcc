"""满意度测评: one ticket, one answer; no account, no name, five levels (R-266, R-293)."""

from __future__ import annotations

import secrets
import uuid
from datetime import date
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from evaluation.models.assessment import Assessment
from procurement.access import Actor, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel
from procurement.rules import enforced_by_constraint

#: Without 0/O, 1/I/L, U/V: read aloud and typed by elders.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTWXYZ"
CODE_LENGTH = 8


def ticket_code() -> str:
    """Eight characters of 29: 5·10¹¹ codes, so that nobody finds one by trying."""
    return "".join(secrets.choice(CODE_ALPHABET) for _n in range(CODE_LENGTH))


class Level(models.IntegerChoices):
    """The five levels and their values (domain §7.4)."""

    VERY_SATISFIED = 100, _("非常满意")
    SATISFIED = 80, _("比较满意")
    NEUTRAL = 60, _("一般")
    DISSATISFIED = 30, _("不太满意")
    VERY_DISSATISFIED = 0, _("很不满意")


class Channel(models.TextChoices):
    WEB = "web", _("扫码填写")
    PHONE = "phone", _("电话回访")
    ACCOUNT = "account", _("登录填写")


class SurveyQuerySet(ScopedQuerySet["Survey"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(assessment__in=Assessment.objects.visible_to(actor))

    def past_closing(self, on: date) -> Self:
        return self.filter(status="open", closes_on__lt=on)


class Survey(LifecycleModel):
    """The satisfaction survey of one evaluation; answers are taken from opening to the end of ``closes_on``."""

    assessment = models.OneToOneField(Assessment, on_delete=models.PROTECT, related_name="survey")
    closes_on = models.DateField(_("截止日期"), null=True, blank=True)
    intro = models.CharField(_("致服务对象的话"), max_length=200, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = SurveyQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("满意度测评")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return str(_("%(project)s · 满意度测评") % {"project": self.assessment.application.title})

    def get_absolute_url(self) -> str:
        return reverse("survey", args=[self.pk])


class SurveyTicket(models.Model):
    """The right to answer once. Handed out on paper, called by telephone, or taken by a resident's account."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="tickets")
    code = models.CharField(max_length=CODE_LENGTH, unique=True, default=ticket_code)
    number = models.PositiveIntegerField(_("序号"))
    #: Only so that one account answers once; never shown, never joined to the answer on a page.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "number"], name="survey_ticket_number_once"),
            models.UniqueConstraint(
                fields=["survey", "person"], condition=Q(person__isnull=False), name="survey_ticket_once_per_person"
            ),
        ]
        triggers = [pgtrigger.Protect(name="survey_ticket_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.code[:4]}-{self.code[4:]}"

    def get_absolute_url(self) -> str:
        return reverse("survey-answer", args=[self.code])


class SurveyAnswer(models.Model):
    """What one recipient said. One per ticket, held by the database; never changed afterwards."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="answers")
    ticket = models.ForeignKey(SurveyTicket, on_delete=models.PROTECT, related_name="answers")
    attitude = models.PositiveSmallIntegerField(_("服务态度"), choices=Level.choices)
    effect = models.PositiveSmallIntegerField(_("服务效果"), choices=Level.choices)
    overall = models.PositiveSmallIntegerField(_("总体评价"), choices=Level.choices)
    comment = models.CharField(_("想说的话"), max_length=300, blank=True)
    channel = models.CharField(_("渠道"), max_length=8, choices=Channel.choices, default=Channel.WEB)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField()

    class Meta:
        ordering = ["answered_at"]
        constraints = [
            models.UniqueConstraint(fields=["ticket"], name="survey_ticket_answered_once"),
            models.CheckConstraint(
                condition=Q(attitude__in=Level.values) & Q(effect__in=Level.values) & Q(overall__in=Level.values),
                name="survey_answer_levels",
            ),
            models.CheckConstraint(
                condition=~Q(channel=Channel.PHONE) | Q(entered_by__isnull=False), name="survey_phone_names_caller"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="survey_answer_is_kept", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="survey_answer_in_time",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=(
                    "IF NOT EXISTS (SELECT 1 FROM evaluation_survey s JOIN evaluation_surveyticket t"
                    " ON t.survey_id = s.id WHERE s.id = NEW.survey_id AND t.id = NEW.ticket_id"
                    " AND s.status = 'open') THEN"
                    " RAISE EXCEPTION 'the survey takes no answers' USING ERRCODE = 'check_violation',"
                    " CONSTRAINT = 'survey_open_for_answers'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id} {self.overall}"


enforced_by_constraint("R-266", "survey_ticket_answered_once", _("这个编码已经填写过，每个编码只计一次"))
enforced_by_constraint("R-266", "survey_open_for_answers", _("满意度测评已经结束，不再接收答卷"), in_sql=True)
