"""What falls due, and which periods of which job have been done. Clocks live here, not in the broker."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from procurement.notices.payload import PayloadDecoder, PayloadEncoder


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def waiting(self) -> ReminderQuerySet:
        return self.filter(state=Reminder.State.WAITING)

    def due(self, now: datetime) -> ReminderQuerySet:
        return self.waiting().filter(due_at__lte=now).order_by("due_at", "id")


class Reminder(models.Model):
    """A review to come: at ``due_at`` the people meant by ``recipients`` are told.

    At most one waits per ``(kind, subject)``: scheduling again moves it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("待提醒")
        DONE = "done", _("已提醒")
        CANCELLED = "cancelled", _("已取消")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("类别"), max_length=100)
    subject = models.CharField(_("对象"), max_length=200)
    case_id = models.UUIDField(_("案卷"), null=True, blank=True)
    due_at = models.DateTimeField(_("到期时间"))
    template = models.CharField(_("模板"), max_length=100)
    url = models.CharField(_("链接"), max_length=500, blank=True)
    context = models.JSONField(_("内容参数"), default=dict, encoder=PayloadEncoder, decoder=PayloadDecoder)
    recipients = models.JSONField(_("提醒对象"), default=list)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField(_("登记时间"), default=timezone.now)
    settled_at = models.DateTimeField(_("办结时间"), null=True, blank=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("到期提醒")
        verbose_name_plural = _("到期提醒")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"],
                condition=Q(state="waiting"),
                name="reminder_one_waiting_per_subject",
                violation_error_message=_("同一对象同一类别只能有一个待提醒事项。"),
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", settled_at__isnull=True)
                | Q(state__in=["done", "cancelled"], settled_at__isnull=False),
                name="reminder_settled_when_not_waiting",
            ),
        ]
        indexes = [models.Index(fields=["due_at"], name="reminder_due", condition=Q(state="waiting"))]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class SweepRun(models.Model):
    """A period of a job that has been done. Unique: several schedulers at once do it once."""

    id = models.BigAutoField(primary_key=True)
    job = models.CharField(_("任务"), max_length=100)
    period = models.DateTimeField(_("时段"))
    ran_at = models.DateTimeField(_("执行时间"))

    class Meta:
        verbose_name = _("定时执行记录")
        verbose_name_plural = _("定时执行记录")
        constraints = [models.UniqueConstraint(fields=["job", "period"], name="sweep_once_per_period")]

    def __str__(self) -> str:
        return f"{self.job} {self.period:%Y-%m-%d %H:%M}"
