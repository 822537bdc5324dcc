"""What is entered about papers and inspections."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.models import InspectionResult, Qualification, QualificationKind

_GRADE = re.compile(r"^[1-5]A$")


class PaperForm(forms.ModelForm):
    """A paper and its scan. The scan may wait while the paper is a draft; handing in needs it."""

    upload = forms.FileField(
        label=gettext_lazy("材料扫描件"),
        required=False,
        help_text=gettext_lazy("PDF 或图片，盖章页完整清晰。已有扫描件的，不选则沿用。"),
    )

    class Meta:
        model = Qualification
        fields = ("kind", "title", "number", "issuer", "issued_on", "expires_on")
        help_texts = {
            "title": gettext_lazy("评估等级填写如“4A”；其他材料填写名称。"),
            "number": gettext_lazy("没有编号的，填写文书标题或所属期，如“2025年度”。"),
            "expires_on": gettext_lazy("长期有效的不填。到期前60天提醒，到期后不能选用。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("请选择")), *QualificationKind.choices]
        self.fields["upload"].widget.attrs["accept"] = ".pdf,.png,.jpg,.jpeg"

    def clean_issued_on(self) -> Any:
        day = self.cleaned_data["issued_on"]
        if day > timezone.localdate():
            raise ValidationError(_("颁发日期不能晚于今天。"))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("kind") == QualificationKind.GRADE:
            grade = str(data.get("title", "")).strip().upper()
            if not _GRADE.match(grade):
                self.add_error("title", _("评估等级应为1A至5A，如“4A”。"))
            data["title"] = grade
        return data


class InspectionForm(forms.Form):
    """The verdict of one year, entered by civil affairs."""

    year = forms.IntegerField(label=gettext_lazy("年检年度"), min_value=2000, max_value=2100)
    result = forms.ChoiceField(label=gettext_lazy("年检结论"), choices=InspectionResult.choices)
    decided_on = forms.DateField(label=gettext_lazy("作出日期"))
    reason = forms.CharField(
        label=gettext_lazy("更正理由"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("该年度已有结论、需要更正时填写。"),
    )

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        if year >= timezone.localdate().year:
            raise ValidationError(_("只能登记以前年度的结论。"))
        return year

    def clean_decided_on(self) -> Any:
        day = self.cleaned_data["decided_on"]
        if day > timezone.localdate():
            raise ValidationError(_("作出日期不能晚于今天。"))
        return day
