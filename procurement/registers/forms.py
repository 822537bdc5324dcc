"""The upload of a filled-in template."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procurement.documents.names import extension_of


class ImportForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("填好的表格"),
        help_text=gettext_lazy("xlsx 格式，不超过 20 MB、50 000 行；读取第一张工作表。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
    )
    check_only = forms.BooleanField(label=gettext_lazy("只核对，不写入"), required=False)

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        extension = extension_of(upload.name)
        if extension in ("xls", "xlsm", "xlsb", "et", "csv", "ods"):
            raise ValidationError(
                _("不能接收 %s 文件。请在表格软件中另存为“Excel 工作簿（xlsx）”，不含宏，再上传。") % extension
            )
        if extension != "xlsx":
            raise ValidationError(_("请上传 xlsx 文件。可先下载模板，在模板中填写。"))
        return upload
