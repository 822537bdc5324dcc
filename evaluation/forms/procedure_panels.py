"""What the purchaser's and the agent's officers enter around a panel for bids, and what a bidder may ask of it."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evaluation.forms.panels import RecusalDecisionForm
from evaluation.models import PanelSeat, RecusalRequest, ReviewPanel
from evaluation.selectors.panels import least_members, panel_at_work, representatives_possible, specialties_known
from orgs.models import ExpertKind
from procurement.access.models import User
from projects.models import Procedure

SIZES = (3, 5, 7, 9, 11)


class ProcedurePlanForm(forms.Form):
    """Size, seats, fields and days; the law's minimum for this way of buying is chosen already."""

    review_on = forms.DateField(
        label=gettext_lazy("评审日期"), help_text=gettext_lazy("专家抽取不早于评审前两个工作日。")
    )
    scores_due_on = forms.DateField(label=gettext_lazy("评分截止日"))
    size = forms.TypedChoiceField(label=gettext_lazy("评审组人数"), coerce=int, choices=[(n, str(n)) for n in SIZES])
    representatives = forms.IntegerField(
        label=gettext_lazy("其中采购人代表"),
        min_value=0,
        max_value=3,
        initial=0,
        help_text=gettext_lazy("由采购人委派，不抽取；不超过成员总数的三分之一。"),
    )
    specialties = forms.MultipleChoiceField(
        label=gettext_lazy("专业要求"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("选中的，只抽取至少具备其中一项专业的专家；不选则不限。"),
    )
    is_major = forms.BooleanField(label=gettext_lazy("技术复杂或社会影响较大（不少于七人）"), required=False)

    def __init__(self, *args: Any, procedure: Procedure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.TypedChoiceField, self.fields["size"]).initial = least_members(ReviewPanel(procedure=procedure))
        fields = cast(forms.MultipleChoiceField, self.fields["specialties"])
        fields.choices = [(name, name) for name in specialties_known()]
        for kind in ExpertKind:
            self.fields[f"quota_{kind.value}"] = forms.IntegerField(
                label=_("%(kind)s专家人数") % {"kind": kind.label}, min_value=0, max_value=11, required=False, initial=0
            )

    def quota(self) -> dict[str, int]:
        """As entered; empty when nothing was, and then the seats are dealt to the kinds in turn."""
        return {kind: number for kind in ExpertKind.values if (number := self.cleaned_data.get(f"quota_{kind}"))}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        size, representatives = cleaned.get("size"), cleaned.get("representatives") or 0
        drawn = sum(cleaned.get(f"quota_{kind}") or 0 for kind in ExpertKind.values)
        if size and representatives * 3 > size:
            self.add_error("representatives", _("采购人代表不得超过成员总数的三分之一"))
        if size and drawn and drawn + representatives != size:
            self.add_error("size", _("各类专家人数与采购人代表人数之和须等于评审组人数；都不填的由系统分配"))
        review_on, due_on = cleaned.get("review_on"), cleaned.get("scores_due_on")
        if review_on and due_on and due_on < review_on:
            self.add_error("scores_due_on", _("评分截止日不得早于评审日期"))
        return cleaned


class RepresentativeForm(forms.Form):
    person = forms.ModelChoiceField(
        label=gettext_lazy("采购人代表"), queryset=User.objects.none(), empty_label=gettext_lazy("请选择")
    )

    def __init__(self, *args: Any, procedure: Procedure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ModelChoiceField, self.fields["person"]).queryset = representatives_possible(procedure)


class BidderRecusalForm(forms.Form):
    """A bidder's written request; it names a person without knowing whether that person sits (R-155, R-157)."""

    about = forms.CharField(
        label=gettext_lazy("申请回避的人员"),
        max_length=120,
        help_text=gettext_lazy("写明姓名和单位。评审专家名单在结果公告前保密，平台不会告知其是否在评审组。"),
    )
    ground = forms.CharField(
        label=gettext_lazy("理由和依据"), max_length=500, min_length=10, widget=forms.Textarea(attrs={"rows": 4})
    )


class BidderRecusalDecisionForm(RecusalDecisionForm):
    """The office finds out whether the person named sits, and decides."""

    seat = forms.ModelChoiceField(
        label=gettext_lazy("申请所指的成员"),
        queryset=PanelSeat.objects.none(),
        required=False,
        empty_label=gettext_lazy("不在评审组"),
    )
    field_order = ("seat", "statement", "upheld", "decision")

    def __init__(self, *args: Any, request: RecusalRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        panel = panel_at_work(request.bid.procedure) if request.bid else None
        if panel is not None:
            cast(forms.ModelChoiceField, self.fields["seat"]).queryset = panel.seats.sitting().select_related("person")


class InvalidityForm(forms.Form):
    """A requirement not met, as the panel voted on it; the members who do not agree are left out."""

    reason = forms.CharField(
        label=gettext_lazy("不满足的实质性要求和理由"),
        max_length=500,
        min_length=5,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    agreeing = forms.ModelMultipleChoiceField(
        label=gettext_lazy("同意认定无效的成员"),
        queryset=PanelSeat.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("全体成员已表决；未勾选的为不同意。过半数同意方可认定。"),
    )

    def __init__(self, *args: Any, panel: ReviewPanel, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seats = panel.seats.confirmed().select_related("person").order_by("kind", "rank")  # type: ignore[attr-defined]
        cast(forms.ModelMultipleChoiceField, self.fields["agreeing"]).queryset = self.seats

    def votes(self) -> dict[UUID, bool]:
        agreeing = {seat.pk for seat in self.cleaned_data["agreeing"]}
        return {seat.pk: seat.pk in agreeing for seat in self.seats}
