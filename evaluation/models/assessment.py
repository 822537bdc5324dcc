"""第三方评估: a mid-term or final evaluation of one project, by a body independent of everybody in it (R-260 … R-268)."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Self

import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, Role, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel
from procurement.money import MoneyField
from procurement.rules import enforced_by_constraint
from projects.models import Application

#: States in which an assessment is under way; one per project and kind.
UNDER_WAY = (
    "planned", "evaluator_selected", "scheme_submitted", "scheme_approved", "collecting",
    "draft_report", "feedback", "final",
)  # fmt: skip
#: From these states on the contractor and the purchaser read the report and its working papers.
REPORT_OPEN = ("feedback", "final", "published", "under_reevaluation", "superseded")
#: What the public may read (R-264, R-285).
PUBLIC_ASSESSMENT_STATES = ("published", "under_reevaluation")
#: While the evaluator may still write.
EDITABLE = ("collecting", "draft_report", "feedback")


class AssessmentKind(models.TextChoices):
    MIDTERM = "midterm", _("中期评估")
    FINAL = "final", _("结项评估")


class Grade(models.TextChoices):
    """Bands of domain §7.5; the label carries its colour where it is declared."""

    EXCELLENT = "excellent", _("优")
    GOOD = "good", _("良")
    FAIR = "fair", _("中")
    POOR = "poor", _("差")

    @property
    def tone(self) -> str:
        return {"excellent": "good", "good": "good", "fair": "info"}.get(self.value, "bad")


class Dimension(models.TextChoices):
    """The four parts a score is made of (domain §7.5)."""

    BUDGET = "budget", _("预算执行")
    OUTPUT = "output", _("产出")
    BENEFIT = "benefit", _("效益")
    SATISFACTION = "satisfaction", _("满意度")


class FeePayer(models.TextChoices):
    """Never the contractor: the evaluator's fee comes from those who commission (R-265)."""

    PURCHASER = "purchaser", _("购买主体")
    OFFICE = "office", _("主办单位")
    FINANCE = "finance", _("财政部门")


class AssessmentQuerySet(ScopedQuerySet["Assessment"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those who run it and its evaluator always; the case's other parties once the evaluator is known.

        What stands in the report is a further question: ``selectors.assessments.reads_report``.
        """
        if actor.sees_everything:
            return self
        runners = actor.organization_ids(Role.LGO, Role.LG, Role.FIN)
        evaluators = actor.organization_ids(Role.TPE)
        return self.filter(
            Q(application__guide__office__in=runners)
            | Q(application__guide__finance__in=runners)
            | Q(evaluator__in=evaluators)
            | (~Q(status="planned") & Q(application__in=Application.objects.visible_to(actor)))
        )

    def under_way(self) -> Self:
        return self.filter(status__in=UNDER_WAY)

    def public(self) -> Self:
        return self.filter(status__in=PUBLIC_ASSESSMENT_STATES)


class Assessment(LifecycleModel):
    """One evaluation of a project. ``round`` counts repetitions: after a failed mid-term, or ordered by finance."""

    number = models.CharField(_("评估编号"), max_length=40, unique=True)
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="assessments", verbose_name=_("项目")
    )
    kind = models.CharField(_("评估类型"), max_length=8, choices=AssessmentKind.choices)
    round = models.PositiveSmallIntegerField(_("次数"), default=1)
    reevaluates = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="reevaluation", verbose_name=_("重新评价")
    )
    due_on = models.DateField(_("完成期限"), null=True, blank=True)
    evaluator = models.ForeignKey(
        "orgs.Organization",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="assessments",
        verbose_name=_("评估机构"),
    )
    selection_reason = models.TextField(_("选定理由"), blank=True)
    fee = MoneyField(_("评估费用"), null=True, blank=True)
    fee_paid_by = models.CharField(_("费用承担"), max_length=10, choices=FeePayer.choices, blank=True)
    selected_at = models.DateTimeField(null=True, blank=True)
    scheme = models.TextField(_("评估方案"), blank=True)
    sampling = models.TextField(_("抽样和调查办法"), blank=True)
    weight_budget = models.DecimalField(_("预算执行权重"), max_digits=5, decimal_places=2, default=Decimal(10))
    weight_output = models.DecimalField(_("产出权重"), max_digits=5, decimal_places=2, default=Decimal(50))
    weight_benefit = models.DecimalField(_("效益权重"), max_digits=5, decimal_places=2, default=Decimal(30))
    weight_satisfaction = models.DecimalField(_("满意度权重"), max_digits=5, decimal_places=2, default=Decimal(10))
    #: Share of every target that should be reached by now, in percent: 100 at the end of the term.
    progress_share = models.DecimalField(
        _("时序进度"),
        max_digits=5,
        decimal_places=2,
        default=Decimal(100),
        validators=[MinValueValidator(Decimal(1)), MaxValueValidator(Decimal(100))],
    )
    spent_verified = MoneyField(_("核定支出"), null=True, blank=True)
    purchaser_performance = models.TextField(_("购买主体资金使用绩效"), blank=True)
    contractor_performance = models.TextField(_("承接主体服务绩效"), blank=True)
    summary = models.TextField(_("评估结论"), blank=True)
    problems = models.TextField(_("存在问题"), blank=True)
    advice = models.TextField(_("改进建议"), blank=True)
    feedback_sent_at = models.DateTimeField(null=True, blank=True)
    feedback_due_on = models.DateField(_("反馈期限"), null=True, blank=True)
    #: Raised with every save on the bench, so that two evaluators notice each other.
    edition = models.PositiveIntegerField(default=0)
    score = models.DecimalField(_("得分"), max_digits=5, decimal_places=2, null=True, blank=True)
    grade = models.CharField(_("等级"), max_length=10, choices=Grade.choices, blank=True)
    #: The computation as it stood at the end: every input, every step, as text (never recomputed for display).
    computation = models.JSONField(default=dict, blank=True)
    #: Survey figures as they stood at the end.
    survey_figures = models.JSONField(default=dict, blank=True)
    content_sha256 = models.CharField(max_length=64, blank=True)
    finalised_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    objects = AssessmentQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("第三方评估")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["application", "kind", "round"], name="assessment_round_once"),
            models.UniqueConstraint(
                fields=["application", "kind"],
                condition=Q(status__in=UNDER_WAY),
                name="assessment_one_under_way",
                violation_error_message=_("该项目已有进行中的同类评估"),
            ),
            models.CheckConstraint(
                condition=Q(
                    weight_budget=Decimal(100) - F("weight_output") - F("weight_benefit") - F("weight_satisfaction")
                )
                & Q(weight_budget__gte=0, weight_output__gte=0, weight_benefit__gte=0, weight_satisfaction__gte=0),
                name="assessment_weights_sum_to_hundred",
                violation_error_message=_("四项权重之和须为 100"),
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | (Q(score__gte=0) & Q(score__lte=100)), name="assessment_score_range"
            ),
            models.CheckConstraint(
                condition=Q(progress_share__gt=0) & Q(progress_share__lte=100), name="assessment_progress_range"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("final", *PUBLIC_ASSESSMENT_STATES, "superseded"))
                | (Q(score__isnull=False) & ~Q(grade="") & ~Q(content_sha256="")),
                name="assessment_final_has_grade",
            ),
            models.CheckConstraint(
                condition=Q(evaluator__isnull=True) | Q(fee_paid_by__in=FeePayer.values),
                name="assessment_fee_not_from_contractor",
            ),
            models.CheckConstraint(
                condition=Q(spent_verified__isnull=True) | Q(spent_verified__gte=0),
                name="assessment_spent_not_negative",
            ),
        ]
        indexes = [models.Index(fields=["-published_at", "id"], name="assessment_published")]
        triggers = [
            *LifecycleModel.Meta.triggers,
            pgtrigger.Trigger(
                name="final_result_stands",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__finalised_at__isnull=False),
                func=(
                    "IF (NEW.application_id, NEW.kind, NEW.evaluator_id, NEW.score, NEW.grade, NEW.computation::text,"
                    " NEW.survey_figures::text, NEW.content_sha256, NEW.summary, NEW.problems, NEW.advice,"
                    " NEW.purchaser_performance, NEW.contractor_performance, NEW.finalised_at) IS DISTINCT FROM"
                    " (OLD.application_id, OLD.kind, OLD.evaluator_id, OLD.score, OLD.grade, OLD.computation::text,"
                    " OLD.survey_figures::text, OLD.content_sha256, OLD.summary, OLD.problems, OLD.advice,"
                    " OLD.purchaser_performance, OLD.contractor_performance, OLD.finalised_at) THEN"
                    " RAISE EXCEPTION 'a final evaluation stands' USING ERRCODE = 'check_violation',"
                    " CONSTRAINT = 'assessment_result_stands'; END IF; RETURN NEW;"
                ),
            ),
            pgtrigger.Protect(name="assessment_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.application.title} · {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        return reverse("assessment", args=[self.pk])

    def weight(self, dimension: str) -> Decimal:
        weight: Decimal = getattr(self, f"weight_{dimension}")
        return weight

    @property
    def grade_tone(self) -> str:
        return Grade(self.grade).tone if self.grade else "neutral"


class MeasureSource(models.TextChoices):
    LEDGER = "ledger", _("服务台账")
    ENTERED = "entered", _("评估核实")


class AssessmentMeasure(models.Model):
    """One indicator as the evaluator verified it: target, what the ledger says, what was found."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="measures")
    indicator = models.ForeignKey(
        "projects.Indicator", null=True, blank=True, on_delete=models.PROTECT, related_name="measures"
    )
    dimension = models.CharField(_("类别"), max_length=14, choices=Dimension.choices)
    name = models.CharField(_("指标"), max_length=100)
    unit = models.CharField(_("单位"), max_length=20, default="分")
    target = models.DecimalField(_("目标值"), max_digits=12, decimal_places=2)
    reported = models.DecimalField(_("台账数"), max_digits=12, decimal_places=2, null=True, blank=True)
    actual = models.DecimalField(_("核定数"), max_digits=12, decimal_places=2, null=True, blank=True)
    #: Relative weight within its dimension.
    share = models.PositiveSmallIntegerField(_("份额"), default=1)
    source = models.CharField(_("数据来源"), max_length=8, choices=MeasureSource.choices, default=MeasureSource.LEDGER)
    note = models.CharField(_("核实说明"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(condition=Q(target__gt=0), name="measure_target_positive"),
            models.CheckConstraint(condition=Q(actual__isnull=True) | Q(actual__gte=0), name="measure_not_negative"),
            models.CheckConstraint(condition=Q(share__gte=1), name="measure_share_positive"),
            models.CheckConstraint(
                condition=Q(dimension__in=(Dimension.OUTPUT, Dimension.BENEFIT)), name="measure_dimension"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def differs(self) -> bool:
        """Verified otherwise than reported; then the note says why."""
        return self.actual is not None and self.reported is not None and self.actual != self.reported


class Content(models.TextChoices):
    """The eight contents every evaluation covers (R-262)."""

    DUTY_SCOPE = "duty_scope", _("购买事项属于政府职责范围")
    PROCESS = "process", _("购买过程：方式适当、程序规范")
    DEMAND = "demand", _("需求明确、完整、合法")
    ACCEPTANCE = "acceptance", _("履约考核和验收开展情况")
    MONEY = "money", _("资金到位和使用情况")
    RESULTS = "results", _("服务成果与目标比较")
    SATISFACTION = "satisfaction", _("服务对象满意度")
    OTHER = "other", _("其他需要评价的内容")


class AssessmentContent(models.Model):
    """What was found on one of the eight contents, and on which evidence."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="contents")
    code = models.CharField(max_length=14, choices=Content.choices)
    position = models.PositiveSmallIntegerField()
    finding = models.TextField(_("评价情况"), blank=True)
    evidence = models.CharField(_("依据材料"), max_length=300, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["assessment", "code"], name="assessment_content_once")]

    def __str__(self) -> str:
        return str(self.get_code_display())


class ChecklistItem(models.Model):
    """A paper the evaluator asks for, and whether it was seen."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="checklist")
    label = models.CharField(_("材料"), max_length=120)
    seen = models.BooleanField(_("是否查阅"), null=True)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["assessment", "label"], name="checklist_label_once")]

    def __str__(self) -> str:
        return self.label


class SiteVisit(models.Model):
    """A visit of the evaluator with what was seen; photographs hang on it. A working paper, never rewritten (R-265)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="site_visits")
    visited_on = models.DateField(_("走访日期"))
    place = models.CharField(_("地点"), max_length=200)
    people = models.CharField(_("参加人员"), max_length=200)
    findings = models.TextField(_("走访情况"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["visited_on", "recorded_at"]
        triggers = [pgtrigger.Protect(name="site_visit_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.visited_on:%Y-%m-%d} {self.place}"

    @property
    def subject(self) -> str:
        return f"evaluation.sitevisit:{self.pk}"


class Party(models.TextChoices):
    """Who speaks in an evaluation. The first three must all be heard (R-261)."""

    PURCHASER = "purchaser", _("购买主体")
    RECIPIENTS = "recipients", _("服务对象")
    THIRD_PARTY = "third_party", _("第三方评估机构")
    CONTRACTOR = "contractor", _("承接主体")


#: R-261: an evaluation of a public service without one of these is none.
THREE_PARTIES = (Party.PURCHASER, Party.RECIPIENTS, Party.THIRD_PARTY)


class PartyOpinion(models.Model):
    """What one party says; an objection is answered before the report becomes final."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="opinions")
    party = models.CharField(_("评价主体"), max_length=12, choices=Party.choices)
    text = models.TextField(_("意见"))
    objects_to_draft = models.BooleanField(_("对评估报告有异议"), default=False)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    answer = models.TextField(_("答复"), blank=True)
    adopted = models.BooleanField(_("是否采纳"), null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["given_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "party"],
                name="party_opinion_once",
                violation_error_message=_("该方意见已经提交"),
            ),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True) | ~Q(answered_by=F("given_by")),
                name="opinion_answered_by_another",
            ),
        ]
        triggers = [pgtrigger.Protect(name="party_opinion_is_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.get_party_display()}: {self.text[:20]}"

    @property
    def is_open(self) -> bool:
        return self.objects_to_draft and not self.answer


class IndependenceDeclaration(models.Model):
    """The evaluator's written word of independence, with the statements as they read when signed (R-265)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="declarations")
    organization = models.ForeignKey("orgs.Organization", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    statements = models.JSONField()
    team = models.TextField(_("评估组成员"))
    signed_at = models.DateTimeField()

    class Meta:
        ordering = ["signed_at"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "organization"], name="declaration_once_per_evaluator")
        ]
        triggers = [pgtrigger.Protect(name="declaration_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.organization} {self.signed_at:%Y-%m-%d}"


class AdvisoryTie(models.Model):
    """Known advice, training or support a body gave to a project: it may not evaluate that project (R-265)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="advisory_ties")
    organization = models.ForeignKey(
        "orgs.Organization", on_delete=models.PROTECT, related_name="advisory_ties", verbose_name=_("机构")
    )
    nature = models.CharField(
        _("内容"),
        max_length=12,
        choices=[
            ("consulting", _("咨询策划")),
            ("writing", _("代写申报材料")),
            ("support", _("督导支持")),
            ("training", _("专项培训")),
        ],
    )
    note = models.CharField(_("说明"), max_length=200, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["recorded_at"]
        constraints = [
            models.UniqueConstraint(fields=["application", "organization", "nature"], name="advisory_tie_once")
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.get_nature_display()}"


enforced_by_constraint("R-262", "assessment_weights_sum_to_hundred", _("四项权重之和须为 100"))
enforced_by_constraint("R-265", "assessment_fee_not_from_contractor", _("评估费用不得由承接主体承担"))
enforced_by_constraint("R-264", "assessment_result_stands", _("评估结果定稿后不得更改"), in_sql=True)
enforced_by_constraint("R-260", "assessment_one_under_way", _("该项目已有进行中的同类评估"))
enforced_by_constraint("R-260", "assessment_round_once", _("该项目的这一次评估已经安排"))
enforced_by_constraint("R-261", "party_opinion_once", _("该方意见已经提交"))
