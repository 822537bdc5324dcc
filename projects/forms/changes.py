"""A change request: the form shows what stands and takes what is asked."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from projects.forms.ledger import LineChoice
from projects.models import Application, BeneficiaryGroup, ChangeKind, ChangeRequest
from projects.selectors.delivery import spending
from projects.services.changes import Move

#: Prefix of the fields that carry a new target of an indicator.
TARGET = "target-"


class KindForm(forms.Form):
    kind = forms.ChoiceField(label=_("要变更什么"), choices=ChangeKind.choices, widget=forms.RadioSelect)


class ChangeForm(forms.Form):
    """The fields depend on the kind; ``values()`` and ``moves()`` are what the service takes."""

    reason = forms.CharField(
        label=_("变更理由"), min_length=10, max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    effect_on_service = forms.CharField(
        label=_("对服务的影响和保障措施"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(
        self, *args: Any, application: Application, kind: str, change: ChangeRequest | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.application, self.kind = application, kind
        asked = {item.target: item.after for item in change.items.all()} if change else {}
        {
            ChangeKind.LEADER: self._leader,
            ChangeKind.PLACE: self._place,
            ChangeKind.RECIPIENTS: self._recipients,
            ChangeKind.INDICATORS: self._indicators,
            ChangeKind.BUDGET: self._budget,
        }[ChangeKind(kind)](asked)
        if change is not None:
            self.initial |= {"reason": change.reason, "effect_on_service": change.effect_on_service}
        words = ["reason", "effect_on_service"]
        self.order_fields([name for name in self.fields if name not in words] + words)

    def values(self) -> dict[str, Any]:
        if self.kind == ChangeKind.BUDGET:
            return {}
        data = {name: value for name, value in self.cleaned_data.items() if name not in ("reason", "effect_on_service")}
        return {name.removeprefix(TARGET): value for name, value in data.items()}

    def moves(self) -> list[Move]:
        if self.kind != ChangeKind.BUDGET:
            return []
        data = self.cleaned_data
        return [Move(data["source"].pk, data["target"].pk, data["amount"])]

    def _leader(self, asked: dict[str, Any]) -> None:
        self._plain("leader_name", forms.CharField(label=_("项目负责人"), max_length=40), asked)
        self._plain("leader_phone", forms.CharField(label=_("负责人电话"), max_length=20), asked)

    def _place(self, asked: dict[str, Any]) -> None:
        self._plain("place", forms.CharField(label=_("实施地点"), max_length=200), asked)

    def _recipients(self, asked: dict[str, Any]) -> None:
        groups = forms.MultipleChoiceField(
            label=_("服务人群"), choices=BeneficiaryGroup.choices, widget=forms.CheckboxSelectMultiple
        )
        self._plain("beneficiary_groups", groups, asked)
        self._plain("beneficiary_count", forms.IntegerField(label=_("预计服务人数"), min_value=1), asked)

    def _indicators(self, asked: dict[str, Any]) -> None:
        for row in self.application.indicators.all():
            field = forms.DecimalField(
                label=_("%(name)s（%(unit)s）") % {"name": row.name, "unit": row.unit},
                max_digits=12,
                decimal_places=2,
                min_value=Decimal("0.01"),
            )
            self.fields[f"{TARGET}{row.pk}"] = field
            field.initial = asked.get(str(row.pk), f"{row.target.normalize():f}")

    def _budget(self, asked: dict[str, Any]) -> None:
        move = next(iter(asked.values()), {})
        for name, label in (("source", _("调出科目")), ("target", _("调入科目"))):
            field = LineChoice(label=label)
            field.offer(spending(self.application))
            self.fields[name] = field
            field.initial = move.get(name)
        self.fields["amount"] = forms.DecimalField(
            label=_("调剂金额"), max_digits=14, decimal_places=2, min_value=Decimal("0.01"), initial=move.get("amount")
        )

    def _plain(self, name: str, field: forms.Field, asked: dict[str, Any]) -> None:
        self.fields[name] = field
        field.initial = asked.get(name, getattr(self.application, name))
