"""The blanks of an official form as a form to fill in; filters of the public list."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from projects.models import OfficialNotice
from projects.notice_forms import Field, FieldKind, notice_forms, notice_kinds

#: A table is typed one row a line, its columns separated by this.
BAR = "｜"


class NoticeFilter(forms.Form):
    """Filters of the public list; they live in the URL."""

    q = forms.CharField(label=_("项目、编号或单位"), required=False, max_length=60)
    kind = forms.ChoiceField(label=_("公告类型"), required=False)
    year = forms.TypedChoiceField(label=_("年度"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, years: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = ("", _("全部"))
        self.fields["kind"].choices = [everything, *notice_kinds()]  # type: ignore[attr-defined]
        self.fields["year"].choices = [everything, *((year, str(year)) for year in years)]  # type: ignore[attr-defined]


class NoticeKindForm(forms.Form):
    kind = forms.ChoiceField(label=_("公告类型"))

    def __init__(self, *args: Any, by_supervisor: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wanted = [form for form in notice_forms().values() if form.by_supervisor == by_supervisor]
        self.fields["kind"].choices = [(form.kind, form.label) for form in wanted]  # type: ignore[attr-defined]


class NoticeFieldsForm(forms.Form):
    """One field per blank; what is required is asked at publication, so a draft may be saved half done."""

    def __init__(self, *args: Any, notice: OfficialNotice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for blank in notice.form.fields:
            field = _form_field(blank)
            field.initial = _shown(blank, notice.fields.get(blank.name))
            self.fields[blank.name] = field
        self._blanks = list(notice.form.fields)

    def entered(self) -> dict[str, Any]:
        return {blank.name: _read(blank, self.cleaned_data[blank.name]) for blank in self._blanks}


class CorrectionForm(forms.Form):
    matter = forms.ChoiceField(
        label=_("更正事项"),
        choices=[(word, word) for word in (_("采购公告"), _("采购文件"), _("采购结果"), _("其他"))],
    )
    changes = forms.CharField(
        label=_("更正内容"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("写明原公告的内容和更正后的内容。"),
    )


def _form_field(blank: Field) -> forms.CharField:
    if blank.kind == FieldKind.LINE:
        return forms.CharField(label=blank.label, required=False, max_length=400)
    help_text: Any = ""
    if blank.kind == FieldKind.ROWS:
        columns = BAR.join(str(label) for _name, label in blank.columns)
        help_text = _("每行一条，各栏以“｜”分隔：%(columns)s") % {"columns": columns}
    return forms.CharField(
        label=blank.label,
        required=False,
        max_length=8000,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


def _shown(blank: Field, value: Any) -> str:
    if blank.kind != FieldKind.ROWS:
        return str(value or "")
    return "\n".join(BAR.join(str(row.get(name, "")) for name, _label in blank.columns) for row in value or ())


def _read(blank: Field, text: str) -> Any:
    if blank.kind != FieldKind.ROWS:
        return text.strip()
    names = [name for name, _label in blank.columns]
    lines = [line for line in text.splitlines() if line.strip()]
    return [
        {name: part.strip() for name, part in zip(names, [*line.split(BAR), *[""] * len(names)], strict=False)}
        for line in lines
    ]
