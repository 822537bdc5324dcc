"""What is entered about the year's money."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogs.models import BudgetAdjustment, BudgetLine, FundEnvelope, FundSource
from orgs.models import Organization, OrganizationKind
from procurement.access import Actor, Role
from procurement.lifecycle.forms import TransitionForm


class ApprovalForm(TransitionForm):
    """An approval names the document it rests on (R-013)."""

    approval_number = forms.CharField(
        label=gettext_lazy("批准文号"), max_length=64, help_text=gettext_lazy("如：朝财预〔2026〕18号")
    )


class EnvelopeForm(forms.ModelForm):
    class Meta:
        model = FundEnvelope
        fields = ("fiscal_year", "title", "source", "office", "finance", "amount", "basis")
        help_texts = {
            "title": gettext_lazy("如：2026年度社会建设专项资金"),
            "basis": gettext_lazy("写明市场调查、价格、工资和税费等测算依据及责任人。"),
        }

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = actor.organization_ids(Role.LGO, Role.PU_FIN)
        self.fields["office"].queryset = Organization.objects.filter(pk__in=mine)
        self.fields["office"].empty_label = None
        self.fields["finance"].queryset = Organization.objects.of_kinds(OrganizationKind.AUTHORITY)
        self.fields["source"].choices = [("", _("请选择")), *FundSource.choices]
        self.fields["finance"].empty_label = _("请选择")
        if self.instance._state.adding:
            self.fields["fiscal_year"].initial = timezone.localdate().year + 1

    def clean_fiscal_year(self) -> int:
        year: int = self.cleaned_data["fiscal_year"]
        now = timezone.localdate().year
        if not now - 1 <= year <= now + 3:
            raise ValidationError(
                _("预算年度应在%(first)s至%(last)s之间。") % {"first": str(now - 1), "last": str(now + 3)}
            )
        return year

    def clean_amount(self) -> Any:
        amount = self.cleaned_data["amount"]
        if amount <= 0:
            raise ValidationError(_("额度须大于零。"))
        return amount

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if office := data.get("office"):
            self.instance.jurisdiction_id = office.region_id
        return data


class AdjustmentForm(forms.ModelForm):
    class Meta:
        model = BudgetAdjustment
        fields = ("delta", "grounds")

    def __init__(self, *args: Any, envelope: FundEnvelope, line: BudgetLine | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.envelope, self.line = envelope, line

    def clean_delta(self) -> Any:
        delta = self.cleaned_data["delta"]
        if delta == 0:
            raise ValidationError(_("调整金额不能为零。"))
        if self.line is not None:
            if self.line.amount + delta < max(self.line.planned_total, Decimal("0.01")):
                raise ValidationError(_("调减后的预算低于已列计划的金额，请减少调减数。"))
            if delta > self.envelope.available:
                raise ValidationError(_("资金额度的可安排余额不足，请减少调增数。"))
            return delta
        if self.envelope.amount + delta < self.envelope.committed_total:
            raise ValidationError(_("调减后的额度低于已安排的金额，请减少调减数。"))
        return delta
