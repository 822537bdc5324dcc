"""What office, evaluator and the two parties enter in an evaluation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evaluation.models import (
    AdvisoryTie,
    Assessment,
    AssessmentContent,
    AssessmentMeasure,
    ChecklistItem,
    Dimension,
    FeePayer,
    Party,
    PartyOpinion,
)
from evaluation.selectors.assessments import expected, opinion_of
from evaluation.services.assessments import STATEMENTS
from orgs.models import Organization, OrganizationKind
from procurement.lifecycle.forms import TransitionForm
from projects.forms.uploads import PicturesField

YES_NO = [("yes", gettext_lazy("已查阅")), ("no", gettext_lazy("未见到"))]
READ = {"yes": True, "no": False}


class SelectForm(TransitionForm):
    evaluator = forms.ModelChoiceField(
        label=gettext_lazy("评估机构"), queryset=Organization.objects.of_kinds(OrganizationKind.EVALUATOR)
    )
    selection_reason = forms.CharField(
        label=gettext_lazy("选定方式和理由"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    fee = forms.DecimalField(
        label=gettext_lazy("评估费用"), max_digits=14, decimal_places=2, min_value=0, required=False
    )
    fee_paid_by = forms.ChoiceField(
        label=gettext_lazy("费用承担"),
        choices=FeePayer.choices,
        help_text=gettext_lazy("评估费用不得由承接主体承担。"),
    )


class SchemeForm(TransitionForm):
    """The declaration, statement by statement, then the scheme with the four weights."""

    declared = forms.MultipleChoiceField(
        label=gettext_lazy("独立性声明"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("逐项确认；有任何一项不符的，请返回选择“回避，退出评估”。"),
    )
    team = forms.CharField(label=gettext_lazy("评估组成员"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    scheme = forms.CharField(
        label=gettext_lazy("评估方案"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("评估内容、方法、步骤和时间安排。"),
    )
    sampling = forms.CharField(
        label=gettext_lazy("抽样和调查办法"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assessment: Assessment = self.obj  # type: ignore[assignment]
        field = cast(forms.MultipleChoiceField, self.fields["declared"])
        field.choices = [(str(number), statement) for number, statement in enumerate(STATEMENTS)]
        declaration = assessment.declarations.filter(organization=assessment.evaluator_id).first()
        if declaration is not None:
            self.fields["team"].initial = declaration.team
            field.initial = [str(number) for number in range(len(STATEMENTS))]
        self.fields["scheme"].initial = assessment.scheme
        self.fields["sampling"].initial = assessment.sampling
        for dimension in Dimension:
            self.fields[f"weight_{dimension.value}"] = forms.DecimalField(
                label=_("%(part)s权重") % {"part": dimension.label},
                max_digits=5,
                decimal_places=2,
                min_value=0,
                max_value=100,
                initial=assessment.weight(dimension.value),
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if len(cleaned.get("declared", [])) < len(STATEMENTS):
            self.add_error("declared", _("独立性声明须逐项确认"))
        weights = [cleaned.get(f"weight_{code}") for code in Dimension.values]
        if None not in weights and sum(weights) != 100:  # type: ignore[arg-type]
            self.add_error(f"weight_{Dimension.BUDGET}", _("四项权重之和须为 100"))
        return cleaned

    def entered(self) -> dict[str, Any]:
        data = super().entered()
        return {**data, "declared": len(data["declared"]) == len(STATEMENTS)}


class CommentForm(TransitionForm):
    text = forms.CharField(label=gettext_lazy("意见"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6}))
    objects_to_draft = forms.BooleanField(label=gettext_lazy("对评估报告有异议，请评估机构答复"), required=False)


class AnswerForm(TransitionForm):
    opinion = forms.ModelChoiceField(
        label=gettext_lazy("异议"), queryset=PartyOpinion.objects.none(), empty_label=None, widget=forms.RadioSelect
    )
    answer = forms.CharField(label=gettext_lazy("答复"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5}))
    adopted = forms.BooleanField(label=gettext_lazy("采纳，报告已作相应修改"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelChoiceField[PartyOpinion]", self.fields["opinion"])
        field.queryset = PartyOpinion.objects.filter(assessment_id=self.obj.pk, objects_to_draft=True, answer="")
        field.initial = field.queryset.first()


class SiteVisitForm(forms.Form):
    visited_on = forms.DateField(label=gettext_lazy("走访日期"), widget=forms.DateInput)
    place = forms.CharField(label=gettext_lazy("地点"), max_length=200)
    people = forms.CharField(label=gettext_lazy("参加人员"), max_length=200)
    findings = forms.CharField(
        label=gettext_lazy("走访情况"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5})
    )
    photos = PicturesField(label=gettext_lazy("现场照片"), help_text=gettext_lazy("至少一张；请避免拍到服务对象正面。"))


class TieForm(forms.ModelForm):
    class Meta:
        model = AdvisoryTie
        fields = ("organization", "nature", "note")


@dataclass(frozen=True)
class MeasureLine:
    row: AssessmentMeasure
    expected: Decimal
    actual: BoundField
    share: BoundField
    note: BoundField


@dataclass(frozen=True)
class ContentLine:
    row: AssessmentContent
    finding: BoundField
    evidence: BoundField


@dataclass(frozen=True)
class PaperLine:
    row: ChecklistItem
    seen: BoundField
    note: BoundField


class BenchForm(forms.Form):
    """The evaluator's whole bench as one form. Nothing is required to save: guards judge completeness later."""

    use_required_attribute = False
    #: The edition of the bench this page was filled from; the autosave script knows it by this name.
    version = forms.IntegerField(widget=forms.HiddenInput)
    spent_verified = forms.DecimalField(
        label=gettext_lazy("核定支出"), max_digits=14, decimal_places=2, min_value=0, required=False
    )
    purchaser_performance = forms.CharField(
        label=gettext_lazy("购买主体资金使用绩效"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("资金安排、拨付是否及时合规，采购和监管职责履行情况。"),
    )
    contractor_performance = forms.CharField(
        label=gettext_lazy("承接主体服务绩效"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("服务数量、质量、专业性和可持续性。"),
    )
    recipients = forms.CharField(
        label=gettext_lazy("服务对象意见"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("根据问卷、访谈和电话回访归纳，不写姓名等个人信息。"),
    )
    third_party = forms.CharField(
        label=gettext_lazy("第三方评估机构意见"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    summary = forms.CharField(
        label=gettext_lazy("评估结论"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )
    problems = forms.CharField(
        label=gettext_lazy("存在问题"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    advice = forms.CharField(
        label=gettext_lazy("改进建议"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, assessment: Assessment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.assessment = assessment
        self.measures = list(assessment.measures.select_related("indicator"))
        self.contents = list(assessment.contents.all())
        self.papers = list(assessment.checklist.all())
        self.fields["version"].initial = assessment.edition
        for name in (
            "spent_verified",
            "purchaser_performance",
            "contractor_performance",
            "summary",
            "problems",
            "advice",
        ):
            self.fields[name].initial = getattr(assessment, name)
        for party in (Party.RECIPIENTS, Party.THIRD_PARTY):
            opinion = opinion_of(assessment, party)
            self.fields[party.value].initial = opinion.text if opinion else ""
        for measure in self.measures:
            self._measure_fields(measure)
        for content in self.contents:
            self._content_fields(content)
        for paper in self.papers:
            self._paper_fields(paper)

    def _measure_fields(self, row: AssessmentMeasure) -> None:
        words = {"name": row.name}
        self.fields[f"m-{row.pk}-actual"] = forms.DecimalField(
            label=_("“%(name)s”核定数") % words,
            max_digits=12,
            decimal_places=2,
            min_value=0,
            required=False,
            initial=row.actual,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        )
        self.fields[f"m-{row.pk}-share"] = forms.IntegerField(
            label=_("“%(name)s”份额") % words, min_value=1, max_value=100, initial=row.share
        )
        self.fields[f"m-{row.pk}-note"] = forms.CharField(
            label=_("“%(name)s”核实说明") % words, max_length=300, required=False, initial=row.note
        )

    def _content_fields(self, row: AssessmentContent) -> None:
        label = row.get_code_display()
        self.fields[f"c-{row.code}-finding"] = forms.CharField(
            label=label,
            max_length=4000,
            required=False,
            initial=row.finding,
            widget=forms.Textarea(attrs={"rows": 3}),
        )
        self.fields[f"c-{row.code}-evidence"] = forms.CharField(
            label=_("“%(name)s”依据材料") % {"name": label}, max_length=300, required=False, initial=row.evidence
        )

    def _paper_fields(self, row: ChecklistItem) -> None:
        self.fields[f"k-{row.pk}-seen"] = forms.ChoiceField(
            label=row.label,
            choices=YES_NO,
            required=False,
            initial={True: "yes", False: "no"}.get(row.seen),  # type: ignore[arg-type]
            widget=forms.RadioSelect,
        )
        self.fields[f"k-{row.pk}-note"] = forms.CharField(
            label=_("“%(name)s”说明") % {"name": row.label}, max_length=300, required=False, initial=row.note
        )

    def measure_lines(self) -> Iterator[MeasureLine]:
        for row in self.measures:
            key = f"m-{row.pk}"
            due = expected(self.assessment, row.target) if row.indicator_id else row.target
            yield MeasureLine(row, due, self[f"{key}-actual"], self[f"{key}-share"], self[f"{key}-note"])

    def content_lines(self) -> Iterator[ContentLine]:
        for row in self.contents:
            yield ContentLine(row, self[f"c-{row.code}-finding"], self[f"c-{row.code}-evidence"])

    def paper_lines(self) -> Iterator[PaperLine]:
        for row in self.papers:
            yield PaperLine(row, self[f"k-{row.pk}-seen"], self[f"k-{row.pk}-note"])

    def entered(self) -> dict[str, Any]:
        """Shaped as ``services.assessment_bench.save_bench`` takes it."""
        data = self.cleaned_data
        plain = ("spent_verified", "purchaser_performance", "contractor_performance", "summary", "problems", "advice")
        return {
            **{name: data.get(name) for name in plain},
            "measures": {
                str(row.pk): {
                    "actual": data.get(f"m-{row.pk}-actual"),
                    "share": data.get(f"m-{row.pk}-share") or 1,
                    "note": (data.get(f"m-{row.pk}-note") or "").strip(),
                }
                for row in self.measures
            },
            "contents": {
                row.code: {
                    "finding": (data.get(f"c-{row.code}-finding") or "").strip(),
                    "evidence": (data.get(f"c-{row.code}-evidence") or "").strip(),
                }
                for row in self.contents
            },
            "checklist": {
                str(row.pk): {
                    "seen": READ.get(data.get(f"k-{row.pk}-seen") or ""),
                    "note": (data.get(f"k-{row.pk}-note") or "").strip(),
                }
                for row in self.papers
            },
            "opinions": {party.value: data.get(party.value) for party in (Party.RECIPIENTS, Party.THIRD_PARTY)},
        }
