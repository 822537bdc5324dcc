"""Work too long for a request: asked for, done in the background, its progress kept in this row."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, Role, ScopedQuerySet
from procurement.documents.kinds import job_label


class JobState(models.TextChoices):
    QUEUED = "queued", _("排队中")
    RUNNING = "running", _("进行中")
    DONE = "done", _("已完成")
    FAILED = "failed", _("未完成")
    CANCELLED = "cancelled", _("已取消")


ACTIVE = (JobState.QUEUED, JobState.RUNNING)


class JobQuerySet(ScopedQuerySet["Job"]):
    def visible_to(self, actor: Actor) -> JobQuerySet:
        """Whoever asked for it, and the audit authority."""
        if actor.user is None:
            return self.none()
        return self if actor.holds(Role.AUD) else self.filter(requested_by=actor.user)

    def active(self) -> JobQuerySet:
        return self.filter(state__in=ACTIVE)


class Job(models.Model):
    """One request for background work. The row is the queue: a message that is lost is sent again from here.

    `attempts` is the fencing number of a run: a worker whose number is no longer the row's has been
    given up for lost, and nothing it still writes is taken.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("种类"), max_length=64)
    case_id = models.UUIDField(_("案件"), null=True, blank=True, db_index=True)
    params = models.JSONField(_("参数"), default=dict, blank=True)
    fingerprint = models.CharField(max_length=64)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("申请人"), on_delete=models.PROTECT, related_name="jobs"
    )
    state = models.CharField(_("状态"), max_length=16, choices=JobState.choices, default=JobState.QUEUED)
    percent = models.PositiveSmallIntegerField(_("进度"), default=0)
    step = models.CharField(_("当前步骤"), max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField(_("次数"), default=0)
    result = models.ForeignKey(
        "documents.Document",
        verbose_name=_("结果"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="jobs",
    )
    error = models.CharField(_("原因"), max_length=500, blank=True)
    requested_at = models.DateTimeField(_("申请时间"))
    queued_at = models.DateTimeField()
    started_at = models.DateTimeField(_("开始时间"), null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(_("结束时间"), null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("后台任务")
        verbose_name_plural = _("后台任务")
        ordering = ["-requested_at", "id"]
        indexes = [
            models.Index(fields=["requested_by", "-requested_at"], name="job_by_requester"),
            models.Index(fields=["state"], condition=Q(state__in=["queued", "running"]), name="job_active"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(percent__lte=100), name="job_percent_at_most_100"),
            models.CheckConstraint(condition=~Q(state="done") | Q(percent=100), name="job_done_is_complete"),
            models.CheckConstraint(condition=~Q(state="failed") | ~Q(error=""), name="job_failure_says_why"),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "running"], finished_at=None)
                | Q(state__in=["done", "failed", "cancelled"], finished_at__isnull=False),
                name="job_finished_has_time",
            ),
            models.UniqueConstraint(
                fields=["kind", "requested_by", "fingerprint"],
                condition=Q(state__in=["queued", "running"]),
                name="job_same_work_once_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.get_state_display()}"

    def get_absolute_url(self) -> str:
        return reverse("job", args=[self.pk])

    @property
    def label(self) -> str | Promise:
        return job_label(self.kind)

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE

    @property
    def shown_step(self) -> str:
        """What the bar says; before the first report, that it waits or starts."""
        return self.step or str(_("等待处理") if self.state == JobState.QUEUED else _("正在准备"))

    @property
    def tone(self) -> str:
        """Colour name of the state for badges."""
        return {"done": "good", "failed": "bad", "running": "info"}.get(self.state, "neutral")
