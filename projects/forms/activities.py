"""The plan, one activity, a reversal: short forms for a phone in one hand."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from procurement.ui.widgets import AffixInput
from projects.forms.uploads import PicturesField
from projects.models import Application, PlannedActivity
from projects.services.plans import Planned

#: Prefix of the fields that carry what an activity adds to an indicator.
ADDS = "adds-"


def _count(label: Any, suffix: Any, **kwargs: Any) -> forms.IntegerField:
    widget = AffixInput(suffix, {"inputmode": "numeric", "autocomplete": "off"})
    return forms.IntegerField(label=label, min_value=0, max_value=1_000_000, widget=widget, **kwargs)


class PlanForm(forms.Form):
    approach = forms.CharField(
        label=_("组织实施安排"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("人员分工、进度安排、安全措施；已从申报书带入，可以修改。"),
    )
    supervision_phone = forms.CharField(
        label=_("监督电话"), required=False, max_length=40, help_text=_("写在活动现场的公示牌上，方便群众监督。")
    )


class PlannedForm(forms.Form):
    planned_on = forms.DateField(label=_("计划日期"))
    title = forms.CharField(label=_("活动名称"), max_length=100)
    place = forms.CharField(label=_("地点"), max_length=200, required=False)
    person_times = forms.IntegerField(label=_("预计人次"), min_value=0, max_value=100_000, required=False)

    def as_planned(self) -> Planned:
        entered = self.cleaned_data
        return Planned(entered["planned_on"], entered["title"], entered["place"], entered["person_times"] or 0)


PlannedFormSet = forms.formset_factory(PlannedForm, extra=3, can_delete=True, max_num=200)


class EntryForm(forms.Form):
    """One activity. ``entry_id`` makes a double tap one entry."""

    entry_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    planned = forms.ModelChoiceField(
        label=_("对应的计划活动"), queryset=PlannedActivity.objects.none(), required=False, empty_label=_("计划外活动")
    )
    held_on = forms.DateField(label=_("活动日期"))
    title = forms.CharField(label=_("活动名称"), max_length=100)
    place = forms.CharField(label=_("地点"), max_length=200)
    person_times = _count(_("服务人次"), _("人次"))
    service_hours = forms.DecimalField(
        label=_("服务时长"),
        required=False,
        min_value=0,
        max_digits=7,
        decimal_places=1,
        widget=AffixInput(_("小时"), {"inputmode": "decimal", "autocomplete": "off"}),
        help_text=_("工作人员和志愿者服务时间合计。"),
    )
    volunteers = _count(_("志愿者"), _("人"), required=False)
    volunteers_insured = forms.BooleanField(
        label=_("活动有风险的，已为志愿者投保"), required=False, help_text=_("如接送出行、户外救援、大型活动。")
    )
    materials = forms.CharField(label=_("发放物资"), max_length=300, required=False)
    materials_count = _count(_("物资数量"), _("件"), required=False)
    summary = forms.CharField(
        label=_("活动情况"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    photos = PicturesField(
        label=_("活动照片"),
        help_text=_(
            "至少一张，可直接拍照，最多 9 张；照片中的位置等信息会自动去除，照片只供项目各方查看，不对外公开。"
        ),
    )

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.application = application
        planned: Any = self.fields["planned"]
        planned.queryset = PlannedActivity.objects.filter(plan__application=application)
        self.fields["entry_id"].initial = uuid4()
        self.fields["held_on"].initial = timezone.localdate()
        for indicator in application.indicators.all():
            self.fields[f"{ADDS}{indicator.pk}"] = forms.DecimalField(
                label=_("计入指标：%(name)s") % {"name": indicator.name},
                required=False,
                min_value=0,
                max_digits=12,
                decimal_places=2,
                widget=AffixInput(indicator.unit, {"inputmode": "decimal", "autocomplete": "off"}),
            )
        self.order_fields([name for name in self.fields if name not in ("summary", "photos")] + ["summary", "photos"])

    def entered(self) -> dict[str, Any]:
        """The arguments of ``record_activity``."""
        data = dict(self.cleaned_data)
        adds = {UUID(name[len(ADDS) :]): data.pop(name) for name in list(data) if name.startswith(ADDS)}
        data["contributions"] = {key: value for key, value in adds.items() if value}
        data["service_hours"] = data["service_hours"] or Decimal(0)
        for name in ("volunteers", "materials_count"):
            data[name] = data[name] or 0
        return data


def initial_from_draft(values: Mapping[str, str]) -> dict[str, Any]:
    """What was typed before the signal was lost; unreadable numbers stay text for the form to complain about."""
    return {name: value for name, value in values.items() if name not in ("csrfmiddlewaretoken", "version", "photos")}


def initial_from_plan(planned: PlannedActivity) -> dict[str, Any]:
    return {
        "planned": planned.pk,
        "title": planned.title,
        "place": planned.place,
        "held_on": min(planned.planned_on, timezone.localdate()),
    }


class ReversalForm(forms.Form):
    reason = forms.CharField(
        label=_("冲正理由"), min_length=4, max_length=300, help_text=_("原记录保留，另记一笔数量相等、方向相反的记录。")
    )
