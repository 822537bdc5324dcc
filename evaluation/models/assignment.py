"""集中分组评审: a large batch of applications dealt over many panels at once (R-151, R-153, R-154, R-159).

The experts of every group are drawn first, by the same order anybody can recompute. Only then are the applications
spread over the groups, so that nobody judges an organisation they are tied to, subjects meet those who know them,
and the load is even. Nobody chooses: the seed decides the people, the solver the rest, and both are kept.
"""

from __future__ import annotations

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from evaluation.models.panel import NEVER_CHANGED, ReviewPanel
from procurement.access import Actor, Role, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel
from procurement.rules import enforced_by_constraint


class AssignmentRunQuerySet(ScopedQuerySet["AssignmentRun"]):
    def visible_to(self, actor: Actor) -> AssignmentRunQuerySet:
        """The office that runs it, its witness, oversight; experts and applicants never."""
        if actor.sees_everything:
            return self
        return self.filter(guide__office__in=actor.organization_ids(Role.LGO, Role.PU_CHK))

    def live(self) -> AssignmentRunQuerySet:
        return self.exclude(status__in=("confirmed", "discarded", "failed"))


class AssignmentRun(LifecycleModel):
    """One dealing: what was asked, what was locked, the seed, and how good the outcome is."""

    number = models.CharField(_("编号"), max_length=40, unique=True)
    guide = models.ForeignKey(
        "projects.Guide", on_delete=models.PROTECT, related_name="assignment_runs", verbose_name=_("申报指南")
    )
    size = models.PositiveSmallIntegerField(_("每组人数"))
    #: Members per kind of expert in every group; they sum to ``size``.
    quota = models.JSONField(_("专家构成"), default=dict)
    cap = models.PositiveSmallIntegerField(_("每组（每名专家）最多评审项目数"))
    review_on = models.DateField(_("评审日期"))
    scores_due_on = models.DateField(_("评分截止日"))
    #: Candidates and exclusions with reasons as they were when the list was locked.
    pool = models.JSONField(default=list)
    exclusions = models.JSONField(default=list)
    nonce = models.CharField(max_length=64, blank=True)
    commitment = models.CharField(max_length=64, blank=True)
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    locked_at = models.DateTimeField(null=True, blank=True)
    words = models.CharField(max_length=100, blank=True)
    witness = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    witness_role = models.CharField(max_length=16, choices=Role.choices, blank=True)
    drawn_at = models.DateTimeField(null=True, blank=True)
    job = models.ForeignKey("documents.Job", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    #: Hash over everything the solver was given, and over what it answered: the same inputs give the same answer.
    inputs_digest = models.CharField(max_length=64, blank=True)
    result_digest = models.CharField(max_length=64, blank=True)
    #: An arrangement cheaper than this one was looked for and does not exist.
    proven = models.BooleanField(_("已证明最优"), default=False)
    solver_ms = models.PositiveIntegerField(null=True, blank=True)

    objects = AssignmentRunQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("集中分组")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(size__in=(3, 5, 7, 9, 11, 13, 15)),
                name="assignment_size_is_odd",
                violation_error_message=_("评审组人数须为单数"),
            ),
            models.CheckConstraint(
                condition=Q(cap__gte=1),
                name="assignment_cap_positive",
                violation_error_message=_("每组至少评审一个项目"),
            ),
            models.CheckConstraint(
                condition=Q(scores_due_on__gte=F("review_on")),
                name="assignment_scores_due_after_review",
                violation_error_message=_("评分截止日不得早于评审日期"),
            ),
            models.UniqueConstraint(
                fields=["guide"],
                condition=~Q(status__in=("confirmed", "discarded", "failed")),
                name="assignment_one_at_a_time",
                violation_error_message=_("该指南已有进行中的集中分组"),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("assignment", args=[self.pk])


class AssignmentGroup(models.Model):
    """One group as drawn; it becomes a panel when the office confirms."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.ForeignKey(AssignmentRun, on_delete=models.PROTECT, related_name="groups")
    number = models.PositiveSmallIntegerField()
    #: The draw as plain data, as ``verify_draw`` reads it.
    record = models.JSONField()
    digest = models.CharField(max_length=64)
    experts = models.ManyToManyField("orgs.Expert", related_name="+")
    panel = models.OneToOneField(ReviewPanel, on_delete=models.PROTECT, null=True, blank=True, related_name="group")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="assignment_group_once")]

    def __str__(self) -> str:
        return f"{self.run}-{self.number}"


class AssignmentPlace(models.Model):
    """Where one application went; without a group, why it could not be placed."""

    run = models.ForeignKey(AssignmentRun, on_delete=models.PROTECT, related_name="places")
    application = models.ForeignKey("projects.Application", on_delete=models.PROTECT, related_name="+")
    group = models.ForeignKey(AssignmentGroup, on_delete=models.PROTECT, null=True, blank=True, related_name="places")
    #: How many members of the group know the subject.
    fitting = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["application__number"]
        constraints = [
            models.UniqueConstraint(fields=["run", "application"], name="assignment_place_once"),
            models.CheckConstraint(
                condition=Q(group__isnull=False) | ~Q(reason=""), name="assignment_left_out_says_why"
            ),
        ]
        triggers = [pgtrigger.Protect(name="assignment_place_is_kept", operation=NEVER_CHANGED)]

    def __str__(self) -> str:
        return f"{self.application} → {self.group}"


enforced_by_constraint("R-151", "assignment_size_is_odd", _("评审组人数须为单数"))
enforced_by_constraint("R-153", "assignment_one_at_a_time", _("该指南已有进行中的集中分组"))
