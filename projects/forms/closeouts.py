"""Closeout report, acceptance, audit and refund as people enter them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from orgs.models import Organization
from procurement.lifecycle.forms import TransitionForm
from procurement.ui.widgets import AffixInput
from projects.models import (
    AcceptanceResult,
    AcceptanceStandard,
    AuditLine,
    AuditOpinion,
    Closeout,
    Recipient,
    Satisfaction,
)
from projects.selectors.delivery import IndicatorRow
from projects.services.evidence import Kind


class CloseoutForm(forms.ModelForm):
    class Meta:
        model = Closeout
        fields = ("summary", "results", "spending_note", "recipients_confirmation", "problems", "self_score")
        widgets = {"self_score": AffixInput("分", {"inputmode": "decimal"})}
        help_texts = {
            "summary": _("按申报书和细化方案写明完成了哪些服务、场次和人数。"),
            "results": _("服务对象和社区有哪些变化，依据是什么。"),
            "spending_note": _("专账核算、预算执行和结余情况。"),
            "recipients_confirmation": _("服务对象签到、回访、确认材料的情况；材料可在保存后上传。"),
            "self_score": _("满分 100 分，按预算执行、产出、效果、满意度自评。"),
        }


class IndicatorResultForm(forms.Form):
    """One indicator: what it came to, beside its target and the ledger's sum."""

    actual = forms.DecimalField(label=_("实际完成"), max_digits=12, decimal_places=2, min_value=0, required=False)
    note = forms.CharField(label=_("说明"), max_length=200, required=False)

    def __init__(self, *args: Any, row: IndicatorRow, **kwargs: Any) -> None:
        self.row = row
        super().__init__(*args, prefix=f"indicator-{row.indicator.pk}", **kwargs)
        name = row.indicator.name
        self.fields["actual"].label = translated("%(name)s：实际完成") % {"name": name}
        self.fields["actual"].widget = AffixInput(row.indicator.unit, {"inputmode": "decimal"})
        self.fields["note"].label = translated("%(name)s：说明") % {"name": name}


class EvidenceForm(forms.Form):
    """One file of one kind."""

    kind = forms.ChoiceField(label=_("材料种类"))
    title = forms.CharField(label=_("名称"), max_length=120, required=False, help_text=_("不填则用文件名。"))
    upload = forms.FileField(label=_("文件"), help_text=_("PDF、Word、Excel 或图片，不超过 20 MB。"))

    def __init__(self, *args: Any, kinds: Iterable[Kind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.code, kind.label) for kind in kinds]  # type: ignore[attr-defined]


# --- acceptance -------------------------------------------------------------------------------------------------


class RecipientForm(forms.ModelForm):
    class Meta:
        model = Recipient
        fields = ("masked_name", "notified_by")
        help_texts = {"masked_name": _("只写姓氏，如“张*”；不登记证件号和住址。")}

    def clean_masked_name(self) -> str:
        """张* or 欧阳*: the surname at most; a full name is not taken in (R-292)."""
        name: str = self.cleaned_data["masked_name"].strip().replace("＊", "*")
        if not name.endswith("*") or len(name.rstrip("*")) not in (1, 2):
            raise forms.ValidationError(_("请只写姓氏加“*”，例如“张*”，不登记全名。"))
        return name


class OpinionOfRecipientForm(forms.Form):
    """What a recipient says, on a phone, without an account: a level, ready sentences, own words if wanted."""

    SENTENCES = (
        ("done", _("说好的服务都做到了")),
        ("kind", _("服务人员态度好、有耐心")),
        ("handy", _("时间和地点方便")),
        ("helped", _("对我和家人有帮助")),
        ("more", _("希望次数再多一些")),
        ("improve", _("有的地方需要改进")),
    )
    satisfied = forms.TypedChoiceField(
        label=_("您对这项服务满意吗？"), coerce=int, choices=Satisfaction.choices, widget=forms.RadioSelect
    )
    sentences = forms.MultipleChoiceField(
        label=_("您想说的（可多选）"), choices=SENTENCES, required=False, widget=forms.CheckboxSelectMultiple
    )
    words = forms.CharField(
        label=_("还想说几句（可不填）"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    @property
    def opinion(self) -> str:
        """The chosen sentences and the own words as one opinion."""
        chosen = [str(text) for code, text in self.SENTENCES if code in self.cleaned_data["sentences"]]
        own = self.cleaned_data["words"].strip()
        return "；".join([*chosen, *([own] if own else [])])


class CodeForm(forms.Form):
    """The code on the slip, typed by hand: spaces and lower case are forgiven."""

    code = forms.CharField(
        label=_("意见码"),
        max_length=20,
        help_text=_("印在意见单上的 10 位字母和数字。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def clean_code(self) -> str:
        return "".join(self.cleaned_data["code"].split()).replace("-", "").upper()


class PresenceForm(forms.Form):
    present = forms.TypedChoiceField(
        label=_("到场"),
        coerce={"yes": True, "no": False}.get,
        choices=[("", _("未记录")), ("yes", _("到场")), ("no", _("未到场"))],
        required=False,
        empty_value=None,
    )

    def __init__(self, *args: Any, recipient: Recipient, **kwargs: Any) -> None:
        self.recipient = recipient
        state = {True: "yes", False: "no"}.get(recipient.present, "")
        super().__init__(*args, prefix=f"recipient-{recipient.pk}", initial={"present": state}, **kwargs)
        self.fields["present"].label = translated("%(name)s：是否到场") % {"name": recipient.masked_name}


class StandardForm(forms.Form):
    met = forms.TypedChoiceField(
        label=_("是否达到"),
        coerce={"yes": True, "no": False}.get,
        choices=[("", _("未验")), ("yes", _("达到")), ("no", _("未达到"))],
        required=False,
        empty_value=None,
    )
    evidence = forms.CharField(label=_("核验依据"), max_length=300, required=False)

    def __init__(self, *args: Any, standard: AcceptanceStandard, **kwargs: Any) -> None:
        self.standard = standard
        state = {True: "yes", False: "no"}.get(standard.met, "")
        initial = {"met": state, "evidence": standard.evidence}
        super().__init__(*args, prefix=f"standard-{standard.pk}", initial=initial, **kwargs)
        self.fields["met"].label = translated("第 %(n)s 条：是否达到") % {"n": standard.position}
        self.fields["evidence"].label = translated("第 %(n)s 条：核验依据") % {"n": standard.position}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("met") is not None and not (cleaned.get("evidence") or "").strip():
            self.add_error("evidence", translated("第 %(n)s 条须写明核验依据") % {"n": self.standard.position})
        return cleaned


class RectificationForm(forms.Form):
    text = forms.CharField(
        label=_("整改情况"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("逐条写明未达到的标准如何补救；佐证材料请先上传。"),
    )


class VisitForm(TransitionForm):
    visited_on = forms.DateField(label=_("现场验收日期"), widget=forms.DateInput)
    place = forms.CharField(label=_("现场地点"), max_length=200)
    findings = forms.CharField(
        label=_("验收情况"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )


class OpinionForm(TransitionForm):
    result = forms.ChoiceField(label=_("验收结论"), choices=AcceptanceResult.choices, widget=forms.RadioSelect)
    opinion = forms.CharField(label=_("验收意见"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5}))


class ObjectionForm(TransitionForm):
    reason_label = _("异议和理由")


class AnswerForm(TransitionForm):
    reason_label = _("答复内容")
    result = forms.ChoiceField(
        label=_("更正结论"), choices=[("", _("维持原结论")), *AcceptanceResult.choices], required=False
    )


# --- audit ------------------------------------------------------------------------------------------------------


class EngageForm(forms.Form):
    firm = forms.ModelChoiceField(
        label=_("审计机构"), queryset=Organization.objects.of_kinds("audit_firm"), empty_label=_("请选择")
    )


class IndependenceForm(TransitionForm):
    declared = forms.BooleanField(
        label=_("本机构与项目各方不存在利害关系，未为本项目提供过咨询，审计费用不由承接主体支付")
    )
    independence = forms.CharField(
        label=_("补充说明"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class ScopeForm(forms.Form):
    scope = forms.CharField(
        label=_("审计范围和抽查情况"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("抽查了哪些账户、凭证，比例多少，如何与服务记录核对。"),
    )


class AuditLineForm(forms.Form):
    spent = forms.DecimalField(label=_("实际支出"), max_digits=14, decimal_places=2, min_value=0)
    ineligible = forms.DecimalField(label=_("其中不合规"), max_digits=14, decimal_places=2, min_value=0, required=False)
    reason = forms.CharField(label=_("不合规原因"), max_length=300, required=False)
    resolved = forms.BooleanField(label=_("已整改或同意退回"), required=False)

    def __init__(self, *args: Any, line: AuditLine, **kwargs: Any) -> None:
        self.line = line
        initial = {name: getattr(line, name) for name in ("spent", "ineligible", "reason", "resolved")}
        super().__init__(*args, prefix=f"line-{line.pk}", initial=initial, **kwargs)
        for name, field in self.fields.items():
            if name != "resolved":
                field.label = f"{line.budget_line.description}：{field.label}"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        wrong = cleaned["ineligible"] = cleaned.get("ineligible") or Decimal(0)
        if wrong > (cleaned.get("spent") or 0):
            self.add_error("ineligible", _("不合规支出不能大于实际支出"))
        if wrong and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("不合规支出须写明原因"))
        return cleaned


class ResponseForm(TransitionForm):
    reason_label = _("对征求意见稿的说明")


class AuditOpinionForm(TransitionForm):
    opinion = forms.ChoiceField(label=_("审计意见"), choices=AuditOpinion.choices, widget=forms.RadioSelect)
    conclusion = forms.CharField(label=_("审计结论"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5}))
    report_number = forms.CharField(
        label=_("报告文号"), max_length=60, required=False, help_text=_("留空则由系统按年度顺序编号。")
    )


# --- the end ----------------------------------------------------------------------------------------------------


class RefundForm(TransitionForm):
    voucher_number = forms.CharField(
        label=_("退款凭证号"), max_length=40, help_text=_("银行回单上的流水号；回单扫描件可在退款页面上传。")
    )


class CloseForm(TransitionForm):
    decision = forms.CharField(label=_("结项审定意见"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    commendation = forms.CharField(
        label=_("奖励或记录"),
        max_length=300,
        required=False,
        help_text=_("例如“列入年度优秀项目”；没有则不填。"),
    )


# --- the public list --------------------------------------------------------------------------------------------


class PublicProjectFilter(forms.Form):
    """Filters of the public list; they live in the URL."""

    q = forms.CharField(label=_("项目、单位或地点"), required=False, max_length=60)
    year = forms.TypedChoiceField(label=_("年度"), required=False, coerce=int, empty_value=None)
    area = forms.ChoiceField(label=_("领域"), required=False)
    state = forms.ChoiceField(label=_("进展"), required=False)

    def __init__(
        self, *args: Any, years: Iterable[int], areas: Iterable[tuple[str, str]], states: Iterable[Any], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        everything = ("", _("全部"))
        self.fields["year"].choices = [everything, *((year, str(year)) for year in years)]  # type: ignore[attr-defined]
        self.fields["area"].choices = [everything, *areas]  # type: ignore[attr-defined]
        self.fields["state"].choices = [everything, *states]  # type: ignore[attr-defined]
