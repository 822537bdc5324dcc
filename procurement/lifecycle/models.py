"""Cases, their workflow templates and steps, and the immutable record of every change of state."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING, Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, Role, ScopedQuerySet
from procurement.calendars import Period
from procurement.lifecycle.definition import Lifecycle, State, lifecycle_of

if TYPE_CHECKING:
    from django.utils.functional import Promise


class NumberSeries(models.Model):
    """The last number given out in a series and year (procurement.lifecycle.numbering)."""

    series = models.CharField(max_length=32)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "year"], name="number_series_once")]

    def __str__(self) -> str:
        return f"{self.series} {self.year}: {self.last}"


class WorkflowTemplate(models.Model):
    """The named steps a kind of case shows. Data, versioned; a case keeps the version it began with."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(max_length=64)
    version = models.PositiveIntegerField(default=1)
    title = models.CharField(_("名称"), max_length=120)
    jurisdiction = models.CharField(_("适用地区"), max_length=64, blank=True)
    regime = models.CharField(max_length=32, blank=True)
    source = models.CharField(_("来源"), max_length=200, blank=True)
    note = models.TextField(blank=True)
    valid_from = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="workflow_template_version_once")]

    def __str__(self) -> str:
        return self.title


class StepPhase(models.TextChoices):
    INITIATION = "initiation", _("立项")
    IMPLEMENTATION = "implementation", _("实施")
    CLOSEOUT = "closeout", _("结项")


class WorkflowStep(models.Model):
    """One step: who owes it (roles of a party of the case) and how long it may take.

    ``limit_parameter`` names a rule-set parameter holding a period, counted from the day the step opens.
    ``mark`` is src (the name is in a source), part (the activity is), R (a design proposal), as in domain §2.
    """

    template = models.ForeignKey(WorkflowTemplate, on_delete=models.CASCADE, related_name="steps")
    number = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=64)
    title = models.CharField(max_length=80)
    phase = models.CharField(max_length=20, choices=StepPhase.choices, blank=True)
    party = models.CharField(max_length=32, blank=True)
    roles = models.JSONField(default=list)
    limit_parameter = models.CharField(max_length=64, blank=True)
    result = models.CharField(_("产出"), max_length=200, blank=True)
    mark = models.CharField(max_length=8, blank=True)
    rule_ids = models.JSONField(default=list)
    is_public = models.BooleanField(default=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["template", "number"], name="workflow_step_number_once"),
            models.UniqueConstraint(fields=["template", "code"], name="workflow_step_code_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def role_labels(self) -> list[str | Promise]:
        return [Role(code).label for code in self.roles]


class CaseQuerySet(ScopedQuerySet["Case"]):
    def visible_to(self, actor: Actor) -> CaseQuerySet:
        """Parties' people and the overseers; the public reads the published page instead."""
        if actor.sees_everything:
            return self
        mine = CaseParty.objects.filter(organization_id__in=actor.organization_ids())
        return self.filter(pk__in=mine.values("case_id"))


class Case(models.Model):
    """One purchase from its guide to the archive, with the template and rule set of its first day (R-001)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(_("案卷编号"), max_length=40, unique=True)
    title = models.CharField(_("名称"), max_length=200)
    template = models.ForeignKey(WorkflowTemplate, on_delete=models.PROTECT, related_name="cases")
    rule_set = models.ForeignKey("rules.RuleSet", on_delete=models.PROTECT, related_name="cases")
    regime = models.CharField(max_length=32)
    #: The object the case is about, as "<app>.<model>:<uuid>".
    subject = models.CharField(max_length=120, blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("案卷")
        ordering = ["-opened_at"]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("case", args=[self.pk])


class Part(models.TextChoices):
    """The parts organisations play in a case; steps name the part that owes them."""

    OFFICE = "office", _("主办单位")
    PURCHASER = "purchaser", _("购买主体")
    APPLICANT = "applicant", _("承接主体")
    HUB = "hub", _("主责单位")
    SUPPORT = "support", _("支持性社会组织")
    FINANCE = "finance", _("财政部门")
    TREASURY = "treasury", _("支付机构")
    CIVIL = "civil", _("民政部门")
    EVALUATOR = "evaluator", _("第三方评估机构")
    AUDIT_FIRM = "audit_firm", _("审计机构")
    AGENT = "agent", _("采购代理机构")


class CaseParty(models.Model):
    """An organisation's part in a case: office, applicant, hub, purchaser, evaluator, audit firm …"""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="parties")
    part = models.CharField(max_length=32, choices=Part.choices)
    organization_id = models.UUIDField(db_index=True)
    name = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "part"], name="case_party_one_per_part")]

    def __str__(self) -> str:
        return f"{self.part}: {self.name}"

    @property
    def label(self) -> str | Promise:
        return Part(self.part).label


class StepState(models.TextChoices):
    WAITING = "waiting", _("未开始")
    OPEN = "open", _("进行中")
    DONE = "done", _("已完成")
    SKIPPED = "skipped", _("不适用")


class CaseStepQuerySet(models.QuerySet["CaseStep"]):
    def open(self) -> CaseStepQuerySet:
        return self.filter(state=StepState.OPEN)

    def overdue(self, on: date) -> CaseStepQuerySet:
        return self.open().filter(due_on__lt=on)

    def owed_by(self, actor: Actor) -> CaseStepQuerySet:
        """Open steps whose owing party is one of the actor's organisations, in a role the step names."""
        wanted = Q(pk__in=[])
        for seat in actor.seats:
            wanted |= Q(
                step__roles__contains=[seat.role.value],
                case__parties__organization_id=seat.organization_id,
                case__parties__part=F("step__party"),
            )
        return self.open().filter(wanted).distinct()


class CaseStep(models.Model):
    """Where a case stands at one step; kept by the engine as part of each change of state."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="steps")
    step = models.ForeignKey(WorkflowStep, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=StepState.choices, default=StepState.WAITING)
    opened_at = models.DateTimeField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    #: Why there is no due day although the step has a term (a calendar year not announced, R-305).
    due_note = models.CharField(max_length=200, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT)
    reminded_for = models.DateField(null=True, blank=True)

    objects = CaseStepQuerySet.as_manager()

    class Meta:
        ordering = ["step__number"]
        constraints = [models.UniqueConstraint(fields=["case", "step"], name="case_step_once")]
        indexes = [
            models.Index(fields=["due_on"], condition=Q(state="open"), name="case_step_open_due"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.step}"


class TransitionRecord(models.Model):
    """One change of state: who, as what, when, why, with what. Never altered; the timeline is drawn from it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    lifecycle = models.CharField(max_length=40)
    transition = models.CharField(max_length=80)
    object_id = models.UUIDField()
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.PROTECT, related_name="records")
    from_state = models.CharField(max_length=40)
    to_state = models.CharField(max_length=40)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=16, choices=Role.choices, blank=True)
    organization_id = models.UUIDField(null=True, blank=True)
    organization_name = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    reason = models.TextField(blank=True)
    #: Warnings that held and the justification given for going on (effect W).
    warnings = models.JSONField(default=list)
    justification = models.TextField(blank=True)
    data = models.JSONField(default=dict)
    step = models.CharField(max_length=64, blank=True)
    #: One id per click: the same request sent again finds this row instead of acting twice.
    request_id = models.UUIDField(null=True, blank=True)
    #: Keeps the order of acts that share an instant (an act and what follows from it).
    recorded_at = models.DateTimeField(
        db_default=models.Func(function="clock_timestamp", output_field=models.DateTimeField()), editable=False
    )

    class Meta:
        ordering = ["at", "recorded_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["object_id", "transition", "actor", "request_id"], name="transition_once_per_click"
            )
        ]
        indexes = [
            models.Index(fields=["lifecycle", "object_id", "at"], name="transition_of_object"),
            models.Index(fields=["case", "at"], name="transition_of_case"),
        ]
        triggers = [pgtrigger.Protect(name="record_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.transition} {self.from_state}→{self.to_state}"

    @property
    def label(self) -> str | Promise:
        from procurement.lifecycle.definition import lifecycle_named

        return lifecycle_named(self.lifecycle).transition(self.transition).label


#: Raised by the database when ``status`` is written past the engine (house rule 3).
STATUS_GUARD = pgtrigger.Trigger(
    name="status_by_engine",
    when=pgtrigger.Before,
    operation=pgtrigger.UpdateOf("status"),  # type: ignore[no-untyped-call]
    condition=pgtrigger.Q(old__status__df=pgtrigger.F("new__status")),
    func=(
        "IF current_setting('portal.engine', true) IS DISTINCT FROM 'on' THEN"
        " RAISE EXCEPTION 'status of % changes only through the lifecycle engine', TG_TABLE_NAME"
        " USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW;"
    ),
)


class LifecycleModel(models.Model):
    """Anything with a lifecycle. Subclasses write ``class Meta(LifecycleModel.Meta)`` to keep the guard."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    status = models.CharField(_("状态"), max_length=40, db_index=True)
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True
        triggers = [STATUS_GUARD]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._state.adding and not self.status:
            self.status = self.lifecycle.initial
        super().save(*args, **kwargs)

    @property
    def lifecycle(self) -> Lifecycle:
        return lifecycle_of(self)

    @property
    def state(self) -> State:
        return self.lifecycle.state(self.status)

    @property
    def subject(self) -> str:
        """How journal, documents and notices name this object."""
        return f"{self._meta.label_lower}:{self.pk}"

    @property
    def duty_scope(self) -> uuid.UUID:
        """Segregation of duties is judged within the case, or within the object when it has none."""
        return self.case_id or self.pk

    @property
    def history(self) -> models.QuerySet[TransitionRecord]:
        return TransitionRecord.objects.filter(lifecycle=self.lifecycle.name, object_id=self.pk).select_related("actor")


def period_of(case: Case, parameter: str) -> Period:
    """The period a rule-set parameter holds for this case."""
    return Period.parse(str(case.rule_set.value(parameter)))
