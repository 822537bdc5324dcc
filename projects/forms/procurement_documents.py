"""The parts of a procurement document as forms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from catalogs.models import ProcurementMethod
from procurement.rules import Regime
from procurement.ui.widgets import AffixInput
from projects.models import Procedure, ProcurementDocument, ScoringMethod
from projects.selectors.procedures import TALKED_OVER
from projects.selectors.procurement_documents import Part

HELP = {
    "conditions": _("一行一项，如：具有独立承担民事责任的能力。不得对注册地、成立年限、规模作要求。"),
    "demand_supplement": _("需求书之外的说明；不得指向特定供应商。"),
    "response_requirements": _("投标（响应）文件由哪些部分组成、如何签署、报价方式。"),
    "scoring_notes": _("评审程序、评审方法、价格分计算、并列时如何确定。评分细则在“评分办法”中设置。"),
    "changeable_parts": _("列明谈判、磋商中可能变动的技术服务要求和合同条款；没有的写“无”。"),
    "draft_contract": _("标的、数量、质量、期限、付款、考核验收与付款挂钩、权利义务、违约、争议解决。"),
    "co_funding_share": _("承接主体自筹资金占项目总费用的比例。"),
    "co_funding_rule": _("签约和结项时如何提供到位证明，未到位的如何核减尾款。"),
    "bid_bond": _("不收取的填 0；收取的以非现金形式。"),
    "remedy_channel": _("如：可向本单位监察部门书面反映，七个工作日内答复。"),
}
LONG = (
    "demand_supplement", "response_requirements", "scoring_notes", "changeable_parts", "draft_contract",
    "co_funding_rule", "remedy_channel",
)  # fmt: skip


class ConditionsField(forms.CharField):
    """A list of short texts, one per line."""

    widget = forms.Textarea(attrs={"rows": 8})

    def __init__(self, *, base_field: Any = None, max_length: Any = None, size: Any = None, **kwargs: Any) -> None:
        """What the array column says of its items and of itself is checked line by line here."""
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        lines = [line.strip() for line in (value or "").splitlines() if line.strip()]
        if too_long := next((line for line in lines if len(line) > 500), None):
            raise forms.ValidationError(translated("每项条件不超过 500 字：%(line)s…") % {"line": too_long[:20]})
        return lines


def part_form(part: Part, procedure: Procedure, *args: Any, **kwargs: Any) -> forms.ModelForm:
    """The form of one part; fields that mean nothing for this kind of procedure are left out."""
    fields = [name for name in part.fields if _belongs(name, procedure)]
    classes = {"conditions": ConditionsField} if "conditions" in fields else {}
    widgets = {name: forms.Textarea(attrs={"rows": 8}) for name in LONG if name in fields}
    if "co_funding_share" in fields:
        widgets["co_funding_share"] = AffixInput("%", {"inputmode": "decimal"})
    form_class = forms.modelform_factory(
        ProcurementDocument, fields=fields, field_classes=classes, widgets=widgets, help_texts=HELP
    )
    form: forms.ModelForm = form_class(*args, **kwargs)
    if "scoring_method" in form.fields and procedure.regime != Regime.GRANT_APPLICATION:
        choices = [choice for choice in ScoringMethod.choices if choice[0] != ScoringMethod.NECESSITY]
        form.fields["scoring_method"].choices = choices  # type: ignore[attr-defined]
    return form


def _belongs(name: str, procedure: Procedure) -> bool:
    if name == "changeable_parts":
        return procedure.kind in TALKED_OVER
    if name.startswith("co_funding"):
        return procedure.kind == ProcurementMethod.MATCHING_PURCHASE
    return True
