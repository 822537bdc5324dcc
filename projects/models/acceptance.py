"""主责单位验收: recipients take part, every standard is judged, the contractor may object (R-240 … R-247)."""

from __future__ import annotations

import secrets
import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel
from procurement.rules import enforced_by_constraint
from projects.models.application import Application


class AcceptanceResult(models.TextChoices):
    PASS = "pass", _("验收通过")
    FAIL = "fail", _("验收不通过")
    RECTIFY = "rectify", _("整改后再验")


class AcceptanceQuerySet(ScopedQuerySet["Acceptance"]):
    def visible_to(self, actor: Actor) -> Self:
        """The case's parties; the contractor from the written notice on (R-244)."""
        if actor.sees_everything:
            return self
        rows = self.filter(application__in=Application.objects.visible_to(actor))
        mine = actor.organization_ids()
        return rows.filter(
            ~Q(application__applicant__in=mine) | Q(status__in=("notice_sent", "objected", "answered", "final"))
        )


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
    notice_sent_at = models.DateTimeField(null=True, blank=True)
    objection_due_on = models.DateField(null=True, blank=True)
    objection = models.TextField(_("承接主体异议"), blank=True)
    objected_at = models.DateTimeField(null=True, blank=True)
    reply = models.TextField(_("异议答复"), blank=True)
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    certificate_id = models.UUIDField(null=True, blank=True)

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
        ]

    def __str__(self) -> str:
        return str(_("%(title)s · 第 %(n)s 次验收") % {"title": self.application.title, "n": self.round})

    def get_absolute_url(self) -> str:
        return reverse("acceptance", args=[self.pk])


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

    def __str__(self) -> str:
        return self.text


def recipient_code() -> str:
    return secrets.token_urlsafe(9)


class Recipient(models.Model):
    """A service recipient called to witness: notified, present or not, and what they said (R-241, R-242).

    The name is kept as the responsible unit masks it (张*); nothing else about the person is stored (R-292).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    acceptance = models.ForeignKey(Acceptance, on_delete=models.CASCADE, related_name="recipients")
    masked_name = models.CharField(_("称谓"), max_length=20)
    notified_by = models.CharField(
        _("通知方式"),
        max_length=12,
        choices=[("phone", _("电话")), ("visit", _("上门")), ("message", _("短信")), ("notice", _("张贴通知"))],
    )
    notified_at = models.DateTimeField(_("通知时间"))
    code = models.CharField(max_length=16, unique=True, default=recipient_code)
    present = models.BooleanField(_("到场"), null=True)
    satisfied = models.PositiveSmallIntegerField(
        _("评价"),
        null=True,
        blank=True,
        choices=[(5, _("非常满意")), (4, _("满意")), (3, _("一般")), (2, _("不满意")), (1, _("非常不满意"))],
    )
    opinion = models.TextField(_("书面意见"), blank=True)
    opinion_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["notified_at"]

    def __str__(self) -> str:
        return self.masked_name


enforced_by_constraint("R-245", "acceptance_reply_by_another", _("异议须由验收经办人以外的人答复"))
