"""Opening, writing, checking, announcing and ending a procedure."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from catalogs.models import MethodGround, ProcurementMethod, PurchasePlan
from orgs.models import Organization
from procurement.access import Actor
from procurement.calendars import CalendarNotAnnounced
from procurement.lifecycle.forms import TransitionForm
from procurement.rules import Regime
from projects.models import FailureCause, Lot, Procedure
from projects.selectors.procedures import (
    FOR_ONE,
    STATE_GROUPS,
    agents,
    available_until,
    earliest_deadline_for,
    plans_to_open,
)
from projects.selectors.procurement_documents import CHECK_STATEMENTS


class ProcedureFilter(forms.Form):
    """Filters of the list; they live in the URL."""

    words = forms.CharField(label=_("名称、编号或采购人"), required=False, max_length=60)
    state = forms.ChoiceField(label=_("阶段"), required=False)
    kind = forms.ChoiceField(label=_("采购方式"), required=False)
    regime = forms.ChoiceField(label=_("适用制度"), required=False)
    mine = forms.BooleanField(label=_("只看本单位办理的"), required=False)

    STATES = {
        "preparing": _("编制和审批"),
        "source": _("单一来源公示"),
        "bidding": _("投标（响应）中"),
        "evaluating": _("开启和评审"),
        "awarded": _("已出结果"),
        "failed": _("废标、取消"),
    }

    def __init__(self, *args: Any, may_work: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = ("", translated("全部"))
        self.fields["state"].choices = [every, *((code, self.STATES[code]) for code in STATE_GROUPS)]  # type: ignore[attr-defined]
        self.fields["kind"].choices = [every, *ProcurementMethod.choices]  # type: ignore[attr-defined]
        self.fields["regime"].choices = [every, *Regime.choices]  # type: ignore[attr-defined]
        if not may_work:
            del self.fields["mine"]


class OpenForm(forms.Form):
    plan = forms.ModelChoiceField(
        label=_("购买计划"),
        queryset=PurchasePlan.objects.none(),
        empty_label=_("请选择"),
        help_text=_("列出本单位已公开采购意向、尚未组织采购的计划。"),
    )
    agent = forms.ModelChoiceField(
        label=_("采购代理机构"),
        queryset=Organization.objects.none(),
        required=False,
        empty_label=_("不委托代理"),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["plan"].queryset = plans_to_open(actor)  # type: ignore[attr-defined]
        self.fields["agent"].queryset = agents()  # type: ignore[attr-defined]


class ProcedureForm(forms.ModelForm):
    supplier = forms.ModelChoiceField(
        label=_("唯一供应商"),
        queryset=Organization.objects.none(),
        required=False,
        empty_label=_("请选择"),
    )

    class Meta:
        model = Procedure
        fields = ("title", "agent", "price_ceiling", "method_ground", "method_reason", "method_approval")
        help_texts = {
            "price_ceiling": _("可不设；不得高于预算金额，不得设最低限价。"),
            "method_reason": _("采用公开招标以外的方式必须写明，随公告和档案一并保存。"),
            "method_approval": _("须经批准的，填写财政部门批准文号。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        procedure: Procedure = self.instance
        self.fields["agent"].queryset = agents()  # type: ignore[attr-defined]
        self.fields["agent"].empty_label = translated("不委托代理")  # type: ignore[attr-defined]
        self.fields["method_ground"].choices = [("", translated("不适用")), *MethodGround.choices]  # type: ignore[attr-defined]
        if procedure.method.is_open:
            for name in ("method_ground", "method_reason", "method_approval"):
                del self.fields[name]
        if procedure.kind not in FOR_ONE:
            del self.fields["supplier"]
            return
        self.fields["supplier"].queryset = Organization.objects.standing().social().order_by("name")  # type: ignore[attr-defined]
        invited = procedure.invited.first()
        self.fields["supplier"].initial = invited.organization_id if invited else None


class LotForm(forms.ModelForm):
    class Meta:
        model = Lot
        fields = ("title", "budget", "quantity", "unit")


LotFormSet = forms.formset_factory(LotForm, extra=1, min_num=1, validate_min=True, max_num=20, can_delete=True)


class CheckForm(TransitionForm):
    """What a machine cannot see: the checker states each point."""

    stated = forms.MultipleChoiceField(
        label=_("逐项核对"), choices=list(CHECK_STATEMENTS.items()), widget=forms.CheckboxSelectMultiple
    )


class AnnounceForm(TransitionForm):
    """The earliest lawful deadline is proposed; the rule itself is the guard's."""

    deadline_at = forms.DateTimeField(
        label=_("投标（响应）截止时间"), help_text=_("北京时间，到秒截止；公告后只能延长。")
    )
    available_until = forms.DateField(label=_("采购文件提供期限至"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        procedure: Any = self.obj
        try:
            earliest = earliest_deadline_for(procedure, timezone.now())
            self.fields["deadline_at"].initial = timezone.localtime(earliest)
            self.fields["available_until"].initial = available_until(procedure, timezone.now())
        except CalendarNotAnnounced as unknown:
            self.fields["deadline_at"].help_text = str(unknown)


class EndPublicityForm(AnnounceForm):
    supplement = forms.CharField(
        label=_("补充论证意见和结论"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("逐条回应异议；异议成立的不在此办理，请终止采购后改用其他方式。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.obj.status != "arguing":
            del self.fields["supplement"]


class FailForm(TransitionForm):
    reason_label = _("具体情况")
    cause = forms.ChoiceField(label=_("原因"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        causes = [(cause.value, cause.label) for cause in FailureCause if cause != FailureCause.CANCELLED]
        self.fields["cause"].choices = [("", translated("请选择")), *causes]  # type: ignore[attr-defined]


class RetenderForm(forms.Form):
    """The same method again, or another one that was approved (R-118)."""

    kind = forms.ChoiceField(label=_("采购方式"))
    method_ground = forms.ChoiceField(label=_("适用情形"), required=False)
    method_reason = forms.CharField(
        label=_("采用该方式的理由"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    method_approval = forms.CharField(label=_("采购方式批准文号"), required=False, max_length=64)

    def __init__(self, *args: Any, procedure: Procedure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.procedure = procedure
        allowed: Any = procedure.rule_set.value("allowed_methods")
        same = (procedure.kind, translated("%(kind)s（不变）") % {"kind": procedure.get_kind_display()})
        others = [
            (code, label) for code, label in ProcurementMethod.choices if code in allowed and code != procedure.kind
        ]
        self.fields["kind"].choices = [same, *others]  # type: ignore[attr-defined]
        self.fields["method_ground"].choices = [("", translated("不适用")), *MethodGround.choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        kind = data.get("kind", "")
        changes = kind and kind != self.procedure.kind
        if changes and not ProcurementMethod(kind).is_open and not data.get("method_reason", "").strip():
            self.add_error("method_reason", translated("改用非公开方式须写明理由。"))
        return data
