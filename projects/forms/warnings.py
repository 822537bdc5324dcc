"""Dispatching a warning, reporting what only people know, deciding on stopped payments."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orgs.models import Organization
from procurement.lifecycle.forms import TransitionForm
from procurement.lifecycle.models import Part
from projects.models import WarningLevel
from projects.selectors.warning_signs import REPORTED, SIGNS


class AssignForm(TransitionForm):
    handler = forms.ModelChoiceField(
        label=_("处置单位"), queryset=Organization.objects.none(), empty_label=None, help_text=_("限本项目的管理各方。")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        warning: Any = self.obj
        parts = (Part.HUB, Part.OFFICE, Part.PURCHASER)
        bodies = [warning.handler_id]
        if warning.case is not None:
            bodies += list(warning.case.parties.filter(part__in=parts).values_list("organization_id", flat=True))
        field: Any = self.fields["handler"]
        field.queryset = Organization.objects.filter(pk__in=bodies)
        field.initial = warning.handler_id


class IncidentForm(forms.Form):
    rule = forms.ChoiceField(
        label=_("预警事项"),
        widget=forms.RadioSelect,
        choices=[(rule.code, rule.label) for rule in REPORTED],
    )
    facts = forms.CharField(
        label=_("事实"),
        min_length=10,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("何时、何地、发生什么、已采取什么措施；不要写个人身份信息。"),
    )


class StopForm(forms.Form):
    keep = forms.ChoiceField(
        label=_("付款"),
        widget=forms.RadioSelect,
        choices=[("keep", _("继续暂停付款")), ("lift", _("解除暂停，恢复付款"))],
    )
    reason = forms.CharField(label=_("理由"), min_length=4, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class WarningFilter(forms.Form):
    level = forms.ChoiceField(label=_("级别"), required=False, choices=[("", _("全部")), *WarningLevel.choices])
    rule = forms.ChoiceField(
        label=_("预警事项"),
        required=False,
        choices=[("", _("全部")), *((code, rule.label) for code, rule in SIGNS.items())],
    )
    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[("", _("未办结")), ("all", _("全部")), ("closed", _("已办结"))],
    )

    def narrow(self, rows: Any) -> Any:
        """The queryset with the filters of the URL; open ones unless asked otherwise."""
        entered = self.cleaned_data if self.is_bound and self.is_valid() else {}
        if entered.get("level"):
            rows = rows.filter(level=entered["level"])
        if entered.get("rule"):
            rows = rows.filter(rule=entered["rule"])
        if entered.get("state") == "closed":
            return rows.filter(status="closed")
        return rows if entered.get("state") == "all" else rows.exclude(status="closed")
