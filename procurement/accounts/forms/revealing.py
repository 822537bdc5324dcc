from django import forms
from django.utils.translation import gettext_lazy


class RevealForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("查看理由"),
        max_length=200,
        min_length=4,
        help_text=gettext_lazy(
            "写明办理什么事项需要完整号码，例如“通知张某补交材料”。理由和您的姓名一并记入审计日志。"
        ),
    )
