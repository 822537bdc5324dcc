"""What members enter at the table: a vote, a word, a question, a judgement of a quote."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evaluation.models import PanelEntry, PanelSeat, ReviewPanel, ScoreSheet
from evaluation.selectors.discussion import candidates

TWO_LINES = {"rows": 2}


class ChairVoteForm(forms.Form):
    candidate = forms.ModelChoiceField(
        label=gettext_lazy("推选组长"), queryset=PanelSeat.objects.none(), empty_label=gettext_lazy("请选择")
    )

    def __init__(self, *args: Any, panel: ReviewPanel, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.ModelChoiceField, self.fields["candidate"])
        field.queryset = candidates(panel).order_by("kind", "rank")
        field.label_from_instance = lambda seat: f"{seat.person}（{seat.get_kind_display()}）"  # type: ignore[method-assign]


class NoteForm(forms.Form):
    entry = forms.ModelChoiceField(queryset=PanelEntry.objects.none(), required=False, widget=forms.HiddenInput)
    text = forms.CharField(
        label=gettext_lazy("讨论意见"), max_length=1000, widget=forms.Textarea(attrs=TWO_LINES),
        help_text=gettext_lazy("署名记入评审档案，印入评审报告，不能修改。"),
    )  # fmt: skip

    def __init__(self, *args: Any, panel: ReviewPanel, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ModelChoiceField, self.fields["entry"]).queryset = PanelEntry.objects.filter(
            panel=panel, is_live=True
        )


class AskForm(forms.Form):
    sheet = forms.ModelChoiceField(
        label=gettext_lazy("请哪位成员说明"), queryset=ScoreSheet.objects.none(), empty_label=gettext_lazy("请选择")
    )
    question = forms.CharField(
        label=gettext_lazy("需要说明什么"), max_length=300, widget=forms.Textarea(attrs=TWO_LINES)
    )

    def __init__(self, *args: Any, panel: ReviewPanel, choices: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        """``choices`` are the sheets of one entry as the table already knows them; without, every sheet is taken."""
        super().__init__(*args, **kwargs)
        field = cast(forms.ModelChoiceField, self.fields["sheet"])
        field.queryset = panel.sheets.counted().filter(status="locked").select_related("seat__person")
        if choices:
            field.choices = [("", _("请选择")), *choices]


class InquiryForm(forms.Form):
    entry = forms.ModelChoiceField(
        label=gettext_lazy("供应商"), queryset=PanelEntry.objects.none(), empty_label=gettext_lazy("请选择")
    )
    ground = forms.CharField(
        label=gettext_lazy("认为报价异常的理由"), max_length=500, widget=forms.Textarea(attrs=TWO_LINES)
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("书面说明时限（分钟）"), min_value=10, max_value=24 * 60, initial=60,
        help_text=gettext_lazy("评审现场合理的时间；供应商在其投标（响应）页面书面说明。"),
    )  # fmt: skip

    def __init__(self, *args: Any, panel: ReviewPanel, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.ModelChoiceField, self.fields["entry"])
        field.queryset = PanelEntry.objects.filter(panel=panel, inquiry__isnull=True).live().judged().with_subjects()

    def answer_by(self) -> datetime:
        return timezone.now() + timedelta(minutes=self.cleaned_data["minutes"])


class JudgeForm(forms.Form):
    accepts = forms.TypedChoiceField(
        label=gettext_lazy("我的认定"),
        choices=[("yes", gettext_lazy("说明成立")), ("no", gettext_lazy("不能证明合理性"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=500, widget=forms.Textarea(attrs=TWO_LINES))


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=gettext_lazy("书面说明"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("说明报价构成、成本依据和履约保障，不少于 20 个字。提交后不能修改。"),
    )  # fmt: skip
