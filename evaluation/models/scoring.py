"""Score sheets, what the checks found, and the report every member signs (R-139 … R-141, R-158)."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from evaluation.models.entry import SUBJECT_PATHS, PanelEntry, still_judged
from evaluation.models.offices import DECIDERS, RUNNERS, seated
from evaluation.models.panel import NEVER_CHANGED, UNSEALED, PanelSeat, ReviewPanel
from evaluation.models.rubric import RubricFactor
from procurement.access import Actor, ScopedQuerySet
from procurement.lifecycle.models import LifecycleModel
from procurement.money import MoneyField
from procurement.rules import enforced_by_constraint


class ScoreSheetQuerySet(ScopedQuerySet["ScoreSheet"]):
    def visible_to(self, actor: Actor) -> ScoreSheetQuerySet:
        """One's own sheets; others' only after every member has handed in theirs. Nobody is excepted (R-139)."""
        if actor.id is None:
            return self.none()
        own = Q(seat__person_id=actor.id) & ~Q(status="void")
        opened = Q(panel__status__in=UNSEALED)
        if actor.sees_everything:
            return self.filter(own | opened)
        fellow = PanelSeat.objects.filter(person_id=actor.id, status="confirmed").values("panel_id")
        readers = Q(panel__in=fellow) | seated(actor, RUNNERS, "panel__")
        readers |= Q(seated(actor, DECIDERS, "panel__"), panel__status="signed")
        return self.filter(own | (opened & readers))

    def counted(self) -> ScoreSheetQuerySet:
        """Sheets of members who stayed, about entries that stayed."""
        return self.exclude(status="void").filter(still_judged("entry__"))

    def with_subjects(self) -> ScoreSheetQuerySet:
        return self.select_related(*(f"entry__{path}" for path in SUBJECT_PATHS))


class ScoreSheet(LifecycleModel):
    """One member's judgement of one entry: a draft until handed in, then never changed."""

    panel = models.ForeignKey(ReviewPanel, on_delete=models.PROTECT, related_name="sheets")
    seat = models.ForeignKey(PanelSeat, on_delete=models.PROTECT, related_name="sheets")
    entry = models.ForeignKey(PanelEntry, on_delete=models.PROTECT, related_name="sheets")
    #: Place in this member's own order, from 1.
    position = models.PositiveSmallIntegerField()
    comment = models.TextField(_("总体意见"), blank=True)
    suggested_amount = MoneyField(_("建议资金"), null=True, blank=True)
    #: Sum of the factor scores, computed when the sheet is handed in.
    total = models.DecimalField(_("总分"), max_digits=6, decimal_places=2, null=True, blank=True)
    saved_at = models.DateTimeField(null=True, blank=True)
    locked_at = models.DateTimeField(_("提交时间"), null=True, blank=True)
    #: Hash of the sheet with a salt of its own, kept in the record of the transition: proves the scores were not touched.
    salt = models.CharField(max_length=32)
    seal = models.CharField(max_length=64, blank=True)

    objects = ScoreSheetQuerySet.as_manager()

    class Meta(LifecycleModel.Meta):
        verbose_name = _("评分表")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["seat", "entry"], name="score_sheet_once"),
            models.UniqueConstraint(fields=["seat", "position"], name="score_sheet_position_once"),
            models.CheckConstraint(
                condition=~Q(status="locked") | Q(total__isnull=False, locked_at__isnull=False),
                name="score_sheet_locked_has_total",
            ),
            models.CheckConstraint(
                condition=Q(suggested_amount__isnull=True) | Q(suggested_amount__gte=0),
                name="score_sheet_amount_not_negative",
                violation_error_message=_("建议资金不得为负数"),
            ),
        ]
        triggers = [
            *LifecycleModel.Meta.triggers,
            pgtrigger.Trigger(
                name="handed_in_sheet_is_kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=(
                    "IF OLD.status <> 'draft' AND (TG_OP = 'DELETE' OR (NEW.status = OLD.status AND"
                    " (NEW.total, NEW.comment, NEW.suggested_amount, NEW.locked_at, NEW.seal, NEW.seat_id, NEW.entry_id)"
                    " IS DISTINCT FROM"
                    " (OLD.total, OLD.comment, OLD.suggested_amount, OLD.locked_at, OLD.seal, OLD.seat_id, OLD.entry_id)"
                    ")) THEN RAISE EXCEPTION 'a sheet handed in is never changed'"
                    " USING ERRCODE = 'check_violation', CONSTRAINT = 'score_sheet_is_open'; END IF;"
                    " IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.entry)

    def get_absolute_url(self) -> str:
        return reverse("sheet", args=[self.pk])


class FactorScore(models.Model):
    """Points for one factor. The database itself refuses points out of range, on a sheet handed in, or by a stranger.

    ``maximum`` repeats the factor's so that a CHECK can compare; a trigger fills it, whatever was sent.
    """

    sheet = models.ForeignKey(ScoreSheet, on_delete=models.PROTECT, related_name="scores")
    factor = models.ForeignKey(RubricFactor, on_delete=models.PROTECT, related_name="+")
    value = models.DecimalField(_("得分"), max_digits=5, decimal_places=2, null=True, blank=True)
    maximum = models.DecimalField(max_digits=5, decimal_places=2)
    comment = models.CharField(_("评语"), max_length=500, blank=True)
    #: Pages the member points to as evidence: [[document, page], …], page from 1.
    pins = models.JSONField(_("对应页码"), default=list, blank=True)
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["factor__position"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "factor"], name="factor_scored_once"),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | (Q(value__gte=0) & Q(value__lte=F("maximum"))),
                name="factor_score_in_range",
                violation_error_message=_("得分须在0分与该项满分之间"),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="score_by_sitting_member",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                declare=[("sheet", "RECORD"), ("written", "RECORD"), ("allowed", "NUMERIC")],
                func=(
                    "IF TG_OP = 'DELETE' THEN written := OLD; ELSE written := NEW; END IF;"
                    " SELECT s.status, p.status AS panel, t.status AS seat, p.rubric_id INTO sheet"
                    " FROM evaluation_scoresheet s JOIN evaluation_reviewpanel p ON p.id = s.panel_id"
                    " JOIN evaluation_panelseat t ON t.id = s.seat_id WHERE s.id = written.sheet_id FOR SHARE OF s, t;"
                    " IF sheet.status <> 'draft' OR sheet.panel <> 'in_session' THEN"
                    " RAISE EXCEPTION 'the sheet is not open' USING ERRCODE = 'check_violation',"
                    " CONSTRAINT = 'score_sheet_is_open'; END IF;"
                    " IF sheet.seat <> 'confirmed' THEN"
                    " RAISE EXCEPTION 'the expert does not sit in the panel' USING ERRCODE = 'check_violation',"
                    " CONSTRAINT = 'score_by_member_only'; END IF;"
                    " IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;"
                    " SELECT f.maximum INTO allowed FROM evaluation_rubricfactor f"
                    " WHERE f.id = NEW.factor_id AND f.rubric_id = sheet.rubric_id AND f.aspect <> 'price'"
                    " AND NOT EXISTS (SELECT 1 FROM evaluation_rubricfactor c WHERE c.parent_id = f.id);"
                    " IF allowed IS NULL THEN RAISE EXCEPTION 'not a factor of this rubric'"
                    " USING ERRCODE = 'check_violation', CONSTRAINT = 'score_of_rubric_factor'; END IF;"
                    " NEW.maximum := allowed; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.factor_id} {self.value}"


class ReopenGround(models.TextChoices):
    """The only four grounds on which a result may change (R-141)."""

    SUM_ERROR = "sum_error", _("分值汇总计算错误")
    OUT_OF_RANGE = "out_of_range", _("分项评分超出评分标准范围")
    OBJECTIVE_DIFFERS = "objective_differs", _("客观评审因素评分不一致")
    ABNORMAL = "abnormal", _("评审组认定评分畸高、畸低")


class FindingQuerySet(models.QuerySet["Finding"]):
    def with_subjects(self) -> Self:
        return self.select_related("factor", *(f"sheet__entry__{path}" for path in SUBJECT_PATHS))


class Finding(models.Model):
    """What the check found about one sheet, or the chair asked, and what the member said to it (R-140, R-141)."""

    class Kind(models.TextChoices):
        OBJECTIVE = "objective", _("客观因素评分不一致")
        RANGE = "range", _("评分超出范围或缺项")
        SUM = "sum", _("合计不符")
        OUTLIER = "outlier", _("偏离其他成员均分")
        ASKED = "asked", _("组长请求说明")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    panel = models.ForeignKey(ReviewPanel, on_delete=models.PROTECT, related_name="findings")
    sheet = models.ForeignKey(ScoreSheet, on_delete=models.PROTECT, related_name="findings")
    factor = models.ForeignKey(RubricFactor, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    detail = models.CharField(max_length=300)
    found_at = models.DateTimeField()
    explanation = models.CharField(_("说明"), max_length=500, blank=True)
    explained_at = models.DateTimeField(null=True, blank=True)
    #: The sheet was sent back and handed in again, or the member explained.
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        ordering = ["found_at", "kind"]
        indexes = [models.Index(fields=["panel"], condition=Q(settled_at__isnull=True), name="finding_open")]

    def __str__(self) -> str:
        return self.detail


class ReviewReportQuerySet(ScopedQuerySet["ReviewReport"]):
    def visible_to(self, actor: Actor) -> ReviewReportQuerySet:
        """Whoever sees the panel; before the signatures are complete only its members, its office and oversight."""
        if actor.sees_everything:
            return self
        fellow = PanelSeat.objects.filter(person_id=actor.id, status="confirmed").values("panel_id")
        return self.filter(
            Q(panel__in=fellow)
            | seated(actor, RUNNERS, "panel__")
            | Q(seated(actor, DECIDERS, "panel__"), panel__status="signed")
        )


class ReviewReport(models.Model):
    """One version of the panel's report: what was computed on the day, signed as it stands."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    panel = models.ForeignKey(ReviewPanel, on_delete=models.PROTECT, related_name="reports")
    version = models.PositiveSmallIntegerField(default=1)
    #: Everything the paper says, so that the PDF and the digest can be drawn up again from it.
    body = models.JSONField()
    digest = models.CharField(max_length=64)
    drawn_up_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    drawn_up_at = models.DateTimeField()

    objects = ReviewReportQuerySet.as_manager()

    class Meta:
        ordering = ["-version"]
        constraints = [models.UniqueConstraint(fields=["panel", "version"], name="review_report_version_once")]
        triggers = [pgtrigger.Protect(name="report_is_kept", operation=NEVER_CHANGED)]

    def __str__(self) -> str:
        return f"{self.panel} v{self.version}"

    def get_absolute_url(self) -> str:
        return reverse("panel-report", args=[self.panel_id])

    @property
    def subject(self) -> str:
        return f"{self._meta.label_lower}:{self.pk}"


class ReportLine(models.Model):
    """The result of one entry as the report states it: ranked in its lot, or among all where there are no lots."""

    report = models.ForeignKey(ReviewReport, on_delete=models.PROTECT, related_name="lines")
    entry = models.ForeignKey(PanelEntry, on_delete=models.PROTECT, related_name="lines")
    lot_number = models.PositiveSmallIntegerField(default=0)
    #: Shared by bids that are equal in everything the document decides by; none for a bid above the ceiling.
    rank = models.PositiveSmallIntegerField(null=True, blank=True)
    score = models.DecimalField(max_digits=6, decimal_places=2)
    #: The members' mean and the computed price points, of which ``score`` is the sum; none on an application.
    technical_score = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    price_score = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    suggested_amount = MoneyField(null=True, blank=True)

    class Meta:
        ordering = ["lot_number", F("rank").asc(nulls_last=True), "pk"]
        constraints = [
            models.UniqueConstraint(fields=["report", "entry"], name="report_line_once"),
            models.UniqueConstraint(fields=["report", "rank"], condition=Q(lot_number=0), name="report_rank_once"),
            models.CheckConstraint(
                condition=Q(score__gte=0) & Q(score__lte=Decimal(100)), name="report_score_in_range"
            ),
        ]
        triggers = [pgtrigger.Protect(name="report_line_is_kept", operation=NEVER_CHANGED)]

    def __str__(self) -> str:
        return f"{self.rank} {self.entry}"


class Stance(models.TextChoices):
    AGREES = "agrees", _("同意")
    DISSENTS = "dissents", _("有不同意见")
    DEEMED = "deemed", _("视为同意")


class ReportSignature(models.Model):
    """A member's signature, with the reason when they disagree; silence counts as agreement only after its term (R-158)."""

    report = models.ForeignKey(ReviewReport, on_delete=models.PROTECT, related_name="signatures")
    seat = models.ForeignKey(PanelSeat, on_delete=models.PROTECT, related_name="signatures")
    stance = models.CharField(_("意见"), max_length=8, choices=Stance.choices)
    reason = models.CharField(_("理由"), max_length=1000, blank=True)
    #: Hash of the report as signed.
    digest = models.CharField(max_length=64)
    #: Who entered it: the member, or the office when silence is deemed agreement.
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()

    class Meta:
        ordering = ["signed_at"]
        constraints = [
            models.UniqueConstraint(fields=["report", "seat"], name="report_signed_once"),
            models.CheckConstraint(
                condition=~Q(stance="dissents") | ~Q(reason=""),
                name="dissent_has_reason",
                violation_error_message=_("有不同意见的须写明理由"),
            ),
        ]
        triggers = [pgtrigger.Protect(name="signature_is_kept", operation=NEVER_CHANGED)]

    def __str__(self) -> str:
        return f"{self.seat} {self.get_stance_display()}"


enforced_by_constraint("R-132", "factor_score_in_range", _("得分须在0分与该项满分之间"))
enforced_by_constraint("R-139", "score_sheet_is_open", _("评分表已提交或评审未在进行，得分不得更改"), in_sql=True)
enforced_by_constraint("R-154", "score_by_member_only", _("已回避或退出评审组的专家不得评分"), in_sql=True)
enforced_by_constraint("R-131", "score_of_rubric_factor", _("只能按已公布的评分因素评分"), in_sql=True)
enforced_by_constraint("R-158", "dissent_has_reason", _("有不同意见的须写明理由"))
