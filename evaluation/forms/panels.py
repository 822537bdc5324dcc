"""What the office, the witness and the members enter around a panel."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evaluation.forms.composing import CompositionForm
from evaluation.models import ConductGrade, PanelEntry, ReopenGround, ReviewPanel, ScoreSheet, Stance
from evaluation.selectors.panels import reviewable, suppliers
from evaluation.selectors.scoring import member_labels
from procurement.lifecycle.forms import TransitionForm
from projects.models import Application, Guide


class PlanForm(CompositionForm):
    """A batch, a size, a number per kind, and the days."""

    quota_label = gettext_lazy("%(kind)s专家人数")
    quota_error = gettext_lazy("四类专家人数之和须等于评审组人数")

    review_on = forms.DateField(
        label=gettext_lazy("评审日期"), help_text=gettext_lazy("专家在评审日前两个工作日内抽取。")
    )
    scores_due_on = forms.DateField(label=gettext_lazy("评分截止日"))
    size = forms.TypedChoiceField(
        label=gettext_lazy("评审组人数"), coerce=int, choices=[(n, str(n)) for n in (5, 7, 9, 11)], initial=5
    )
    applications = forms.ModelMultipleChoiceField(
        label=gettext_lazy("待评审的申报项目"),
        queryset=Application.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("默认全部初审通过的项目；同一批项目由同一评审组评审。"),
    )

    def __init__(self, *args: Any, guide: Guide, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        waiting = reviewable(guide)
        field = cast(forms.ModelMultipleChoiceField, self.fields["applications"])
        field.queryset = waiting
        field.initial = [application.pk for application in waiting]
        field.label_from_instance = lambda a: f"{a.title}（{a.applicant.name}）"  # type: ignore[method-assign]


class DrawForm(TransitionForm):
    words = forms.CharField(
        label=gettext_lazy("见证人输入的字符"),
        min_length=6,
        max_length=100,
        help_text=gettext_lazy(
            "请当场随意输入，如掷骰数字或一句话。它与系统事先承诺的随机数共同决定抽取结果，任何一方都不能单独左右。"
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ConfirmForm(TransitionForm):
    declared = forms.BooleanField(
        label=gettext_lazy(
            "本人声明：与各申报单位（供应商）近三年内没有劳动、任职、控股关系，与其负责人没有亲属关系，没有其他影响公正评审的情形"
        ),
        error_messages={"required": gettext_lazy("请先声明没有应当回避的情形；如有，请选择申请回避")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seat = self.obj
        names = "；".join(dict.fromkeys(one.name for one in suppliers(seat.panel)))  # type: ignore[attr-defined]
        if names:
            self.fields["declared"].help_text = _("申报单位（供应商）：%(names)s") % {"names": names}


class RecuseForm(TransitionForm):
    reason_label = gettext_lazy("回避理由")
    entry = forms.ModelChoiceField(
        label=gettext_lazy("涉及的项目或供应商"),
        queryset=PanelEntry.objects.none(),
        empty_label=gettext_lazy("请选择"),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        entries = self.obj.panel.entries.live().with_subjects()  # type: ignore[attr-defined]
        field = cast(forms.ModelChoiceField, self.fields["entry"])
        field.queryset = entries
        #: A panel drawn before the opening has no entries yet.
        field.required = entries.exists()
        field.label_from_instance = lambda entry: f"{entry.title}（{entry.caption}）"  # type: ignore[method-assign]

    def next_url(self) -> str:
        return reverse("review")


class SignForm(TransitionForm):
    stance = forms.ChoiceField(
        label=gettext_lazy("我的意见"),
        choices=[(Stance.AGREES.value, Stance.AGREES.label), (Stance.DISSENTS.value, Stance.DISSENTS.label)],
        widget=forms.RadioSelect,
        initial=Stance.AGREES.value,
    )
    opinion = forms.CharField(
        label=gettext_lazy("不同意见及理由"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("选择“有不同意见”时必填，随报告一并存档。"),
    )

    def next_url(self) -> str:
        return reverse("panel-report", args=[self.obj.panel.pk])  # type: ignore[attr-defined]


class ReopenForm(TransitionForm):
    reason_label = gettext_lazy("具体情况")
    ground = forms.ChoiceField(label=gettext_lazy("法定情形"), choices=ReopenGround.choices, widget=forms.RadioSelect)
    sheets = forms.ModelMultipleChoiceField(
        label=gettext_lazy("退回的评分表"), queryset=ScoreSheet.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        panel: ReviewPanel = self.obj  # type: ignore[assignment]
        labels = member_labels(panel)
        field = cast(forms.ModelMultipleChoiceField, self.fields["sheets"])
        field.queryset = (
            panel.sheets.counted()
            .filter(status="locked")
            .with_subjects()
            .select_related("seat")
            .order_by("entry_id", "seat__kind", "seat__rank")
        )
        field.label_from_instance = lambda s: f"{s.entry} · {labels.get(s.seat_id, '')}（{s.total}）"  # type: ignore[method-assign]


class RecusalRequestForm(forms.Form):
    """A supplier's written request, entered by the office (R-155)."""

    raised_by = forms.CharField(label=gettext_lazy("申请人"), max_length=120)
    ground = forms.CharField(
        label=gettext_lazy("申请回避的理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class RecusalDecisionForm(forms.Form):
    statement = forms.CharField(
        label=gettext_lazy("专家说明"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    upheld = forms.TypedChoiceField(
        label=gettext_lazy("决定"),
        choices=[("yes", gettext_lazy("回避，由下一顺位递补")), ("no", gettext_lazy("不需回避"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    decision = forms.CharField(label=gettext_lazy("决定理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class ConductForm(forms.Form):
    grade = forms.ChoiceField(label=gettext_lazy("履职评价"), choices=ConductGrade.choices, initial=ConductGrade.GOOD)
    note = forms.CharField(label=gettext_lazy("情况说明"), max_length=500, required=False)
