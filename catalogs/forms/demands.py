"""The guided form of a specification, one group at a time, and what is entered around the consultation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogs.forms.needs import streets_of
from catalogs.models import (
    BeneficiaryGroup,
    CatalogueItem,
    ConsultationChannel,
    DemandFeedback,
    DemandItem,
    FeedbackGiver,
    FeedbackUse,
    Need,
    PurchasePlan,
    ServiceField,
)
from catalogs.selectors.demands import consultation_due
from catalogs.specification import GROUPS, SELF_CHECK, Group, standard_field
from orgs.models import Organization, Region
from procurement.access import Actor, Role
from procurement.lifecycle.forms import TransitionForm
from procurement.rules.models.rule_set import NoRuleSetInForce

#: So many of a street's accepted needs are offered to build a demand on.
MOST_NEEDS = 60


class DemandBasicsForm(forms.ModelForm):
    """What is asked, where, for whom; ``needs`` are the residents' needs it answers."""

    groups = forms.MultipleChoiceField(
        label=gettext_lazy("受益群众"),
        choices=BeneficiaryGroup.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("面向全体居民的不选。"),
    )
    needs = forms.ModelMultipleChoiceField(
        label=gettext_lazy("依据的居民需求"),
        queryset=Need.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("列入目录后，这些需求会自动答复为“已纳入需求目录”。"),
    )

    class Meta:
        model = DemandItem
        fields = (
            "title",
            "office",
            "street",
            "community",
            "field",
            "groups",
            "service_class",
            "catalogue_item",
            "regime",
            "estimated_amount",
            "beneficiaries",
            "starts_on",
            "ends_on",
            "is_recurring",
            "is_fixed_beforehand",
        )

    def __init__(self, *args: Any, actor: Actor, county: str, chosen: list[Need] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = actor.organization_ids(Role.PU_DEM)
        self.fields["office"].queryset = Organization.objects.filter(pk__in=mine)
        self.fields["office"].empty_label = None
        self.fields["street"].queryset = streets_of(county)
        self.fields["street"].empty_label = _("请选择")
        self.fields["field"].choices = [("", _("请选择")), *ServiceField.choices]
        county_region = Region.objects.filter(pk=county).first()
        items = CatalogueItem.objects.none()
        if county_region is not None:
            items = CatalogueItem.objects.valid_on(county_region, timezone.localdate()).filter(level__gte=2)
        self.fields["catalogue_item"].queryset = items.in_code_order()
        self.fields["catalogue_item"].empty_label = _("尚未对应")
        self._offer_needs(mine, chosen or [])

    def _offer_needs(self, mine: frozenset[Any], chosen: list[Need]) -> None:
        free = Need.objects.filter(office__in=mine, status="accepted", demand_item__isnull=True)
        if not self.instance._state.adding:
            free = free.filter(street=self.instance.street_id)
        keys = [need.pk for need in chosen]
        shown = [*keys, *free.exclude(pk__in=keys).order_by("-support_count").values_list("pk", flat=True)[:MOST_NEEDS]]
        field = self.fields["needs"]
        field.queryset = Need.objects.filter(pk__in=shown, status="accepted", office__in=mine).select_related("street")
        field.label_from_instance = _need_label
        field.initial = keys
        if not shown:
            del self.fields["needs"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        starts, ends = data.get("starts_on"), data.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("计划结束日期不得早于开始日期。"))
        return data


def _need_label(need: Need) -> str:
    words = {"title": need.title, "street": need.street.name, "count": need.support_count}
    return _("%(title)s（%(street)s，%(count)s人支持）") % words


def group_form(group: Group, item: DemandItem) -> type[forms.ModelForm]:
    """The form of one of the six groups; of the two standards only the one this kind of service needs (R-032)."""
    names = list(group.fields)
    if group.code == "assessment":
        names = [standard_field(item), "payment_link"]
    return forms.modelform_factory(
        DemandItem,
        fields=names,
        widgets={name: forms.Textarea(attrs={"rows": 4}) for name in names if name != "term"},
    )


def group_coded(code: str) -> Group | None:
    return next((group for group in GROUPS if group.code == code), None)


class SelfCheckForm(forms.Form):
    points = forms.MultipleChoiceField(
        label=gettext_lazy("逐项自查并确认"),
        choices=list(SELF_CHECK.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


class ConsultForm(TransitionForm):
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("征求意见渠道"),
        choices=ConsultationChannel.choices,
        widget=forms.CheckboxSelectMultiple,
        initial=[ConsultationChannel.PORTAL],
    )
    ends_on = forms.DateField(label=gettext_lazy("截止日期"), widget=forms.DateInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        try:
            earliest = consultation_due(self.obj, timezone.localdate())  # type: ignore[arg-type]
        except NoRuleSetInForce:
            return
        self.fields["ends_on"].initial = earliest
        self.fields["ends_on"].help_text = _("不早于%(day)s。") % {"day": earliest.isoformat()}


class CloseConsultationForm(TransitionForm):
    summary = forms.CharField(
        label=gettext_lazy("意见采纳情况（公开）"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("概述收到多少意见、采纳了哪些、需求因此作了哪些调整；没有收到意见的也写明。"),
    )


class FeedbackForm(forms.ModelForm):
    """For everyone, without an account."""

    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))

    class Meta:
        model = DemandFeedback
        fields = ("giver", "text")
        widgets = {"giver": forms.RadioSelect}
        help_texts = {"text": gettext_lazy("意见和答复会公开，请不要写姓名、电话等个人信息。")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["giver"].label = _("您是")
        self.fields["giver"].choices = FeedbackGiver.choices
        self.fields["giver"].initial = FeedbackGiver.PUBLIC
        self.fields["website"].label = _("请留空")

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise ValidationError(_("未能提交，请刷新页面后重新填写。"))
        return ""

    @property
    def visible(self) -> list[Any]:
        return [bound for bound in self.visible_fields() if bound.name != "website"]


class OfflineFeedbackForm(forms.ModelForm):
    """What an officer enters from a questionnaire, a meeting or the media."""

    class Meta:
        model = DemandFeedback
        fields = ("channel", "giver", "text")

    def __init__(self, *args: Any, item: DemandItem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].choices = [
            (code, ConsultationChannel(code).label) for code in item.consultation_channels
        ]
        self.fields["giver"].choices = FeedbackGiver.choices


class AnswerForm(forms.Form):
    use = forms.ChoiceField(label=gettext_lazy("采纳情况"), choices=FeedbackUse.choices, widget=forms.RadioSelect)
    answer = forms.CharField(
        label=gettext_lazy("如何采用，或不采用的理由"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class PlanChoiceForm(forms.Form):
    """Which plan of the body takes the demand up."""

    plan = forms.ModelChoiceField(
        label=gettext_lazy("购买计划"), queryset=PurchasePlan.objects.none(), empty_label=gettext_lazy("请选择")
    )

    def __init__(self, *args: Any, item: DemandItem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["plan"].queryset = (
            PurchasePlan.objects.filter(budget_line__department=item.office_id)
            .exclude(status="withdrawn")
            .order_by("-created_at")
        )


class CatalogueFilterForm(forms.Form):
    """Filters shared by the demand and the supply catalogue."""

    street = forms.ModelChoiceField(
        label=gettext_lazy("街道（乡镇）"),
        queryset=Region.objects.none(),
        required=False,
        empty_label=gettext_lazy("全部"),
    )
    field = forms.ChoiceField(label=gettext_lazy("服务类型"), required=False)
    group = forms.ChoiceField(label=gettext_lazy("受益群众"), required=False)

    def __init__(self, *args: Any, county: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["street"].queryset = streets_of(county)
        self.fields["field"].choices = [("", _("全部")), *ServiceField.choices]
        self.fields["group"].choices = [("", _("全部")), *BeneficiaryGroup.choices]
