"""What the API tells about guides, applications, cases, contracts and payments. Never a person's data (R-286)."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from procurement.access import Actor
from procurement.lifecycle.engine import Offer, available
from procurement.lifecycle.models import Case, LifecycleModel
from procurement.lifecycle.steps import TimelineRow
from procurement.rules import Refusal
from projects.models import Application, Contract, Guide, Payment


class RefusalSerializer(serializers.Serializer[Refusal]):
    """Why something may not be done: the same sentence the page shows, with its rule and article."""

    rule = serializers.CharField()
    title = serializers.CharField()
    message = serializers.CharField()
    citation = serializers.CharField()
    verified = serializers.BooleanField()
    warning = serializers.BooleanField()
    sentence = serializers.CharField()
    url = serializers.CharField()

    def to_representation(self, instance: Refusal) -> dict[str, Any]:
        return instance.as_json()


class RefusedSerializer(serializers.Serializer[Any]):
    """409: nothing was changed, and why."""

    refusals = RefusalSerializer(many=True)


class InvalidSerializer(serializers.Serializer[Any]):
    """422: what was entered does not fit, field by field."""

    errors = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))


class ActionSerializer(serializers.Serializer[Offer]):
    """A row of the lifecycle this person may try now, and what still stands in its way."""

    name = serializers.CharField(source="transition.name")
    label = serializers.CharField(source="transition.label")
    url = serializers.SerializerMethodField()
    allowed = serializers.BooleanField()
    reason_required = serializers.BooleanField(source="transition.reason_required")
    refusals = RefusalSerializer(many=True)
    warnings = RefusalSerializer(many=True)

    def get_url(self, offer: Offer) -> str:
        return f"/api/v1{offer.url}"


class EnteredSerializer(serializers.Serializer[Any]):
    """What every act may carry; further fields are those of the act's form."""

    request_id = serializers.UUIDField(required=False, help_text="one id per act: sent again, nothing is done twice")
    reason = serializers.CharField(required=False)
    justification = serializers.CharField(required=False, help_text="why to go on although a warning holds")


class PerformedSerializer(serializers.Serializer[Any]):
    """The immutable record of an act."""

    record = serializers.UUIDField(source="pk")
    transition = serializers.CharField()
    from_state = serializers.CharField()
    to_state = serializers.CharField()
    at = serializers.DateTimeField()


class StatefulSerializer(serializers.ModelSerializer[Any]):
    """Status as code and words; actions only where one object is asked for."""

    status_label = serializers.CharField(source="state.label", read_only=True)


def actor_of(serializer: serializers.BaseSerializer[Any]) -> Actor:
    actor: Actor = serializer.context["request"].actor
    return actor


class WithActions(serializers.Serializer[Any]):
    actions = serializers.SerializerMethodField()

    @extend_schema_field(ActionSerializer(many=True))
    def get_actions(self, obj: LifecycleModel) -> list[dict[str, Any]]:
        return list(ActionSerializer(available(obj, actor_of(self)), many=True).data)


class GuideSerializer(StatefulSerializer):
    office = serializers.CharField(source="office.name", read_only=True)
    jurisdiction = serializers.CharField(source="jurisdiction.name", read_only=True)

    class Meta:
        model = Guide
        fields = (
            "id", "number", "title", "year", "status", "status_label", "office", "jurisdiction",
            "opens_at", "closes_at", "published_at",
        )  # fmt: skip


class GuideDetailSerializer(GuideSerializer, WithActions):
    class Meta(GuideSerializer.Meta):
        fields = (*GuideSerializer.Meta.fields, "summary", "requirements", "rubric_title", "actions")  # type: ignore[assignment]


class ApplicationSerializer(StatefulSerializer):
    applicant = serializers.CharField(source="applicant.name", read_only=True)
    guide_number = serializers.CharField(source="guide.number", read_only=True)

    class Meta:
        model = Application
        fields = (
            "id", "number", "title", "status", "status_label", "guide", "guide_number", "applicant", "case",
            "requested_amount", "granted_amount", "submitted_at", "starts_on", "ends_on",
        )  # fmt: skip


class ApplicationDetailSerializer(ApplicationSerializer, WithActions):
    class Meta(ApplicationSerializer.Meta):
        fields = (*ApplicationSerializer.Meta.fields, "summary", "place", "beneficiary_count", "actions")  # type: ignore[assignment]


class ContractSerializer(StatefulSerializer):
    purchaser = serializers.CharField(source="purchaser.name", read_only=True)
    contractor = serializers.CharField(source="contractor.name", read_only=True)

    class Meta:
        model = Contract
        fields = (
            "id", "number", "status", "status_label", "application", "purchaser", "contractor", "subject_matter",
            "amount", "paid_total", "starts_on", "ends_on", "signed_at",
        )  # fmt: skip


class ContractDetailSerializer(ContractSerializer, WithActions):
    class Meta(ContractSerializer.Meta):
        fields = (*ContractSerializer.Meta.fields, "content_sha256", "actions")  # type: ignore[assignment]


class PaymentSerializer(StatefulSerializer):
    contract_number = serializers.CharField(source="contract.number", read_only=True)

    class Meta:
        model = Payment
        fields = (
            "id", "contract", "contract_number", "tranche", "status", "status_label", "share", "amount", "due_on",
            "paid_at",
        )  # fmt: skip


class PaymentDetailSerializer(PaymentSerializer, WithActions):
    class Meta(PaymentSerializer.Meta):
        fields = (*PaymentSerializer.Meta.fields, "conditions", "actions")  # type: ignore[assignment]


class CaseSerializer(serializers.ModelSerializer[Case]):
    class Meta:
        model = Case
        fields = ("id", "number", "title", "regime", "opened_at", "closed_at")


class StepSerializer(serializers.Serializer[TimelineRow]):
    number = serializers.IntegerField(source="step.number")
    code = serializers.CharField(source="step.code")
    title = serializers.CharField(source="step.title")
    state = serializers.CharField()
    responsible = serializers.CharField()
    opened_at = serializers.DateTimeField(allow_null=True)
    due_on = serializers.DateField(allow_null=True)
    due_note = serializers.CharField()
    done_at = serializers.DateTimeField(allow_null=True)
    rules = serializers.ListField(source="step.rule_ids", child=serializers.CharField())


class CaseDetailSerializer(CaseSerializer):
    steps = StepSerializer(many=True)
    actions = ActionSerializer(many=True)

    class Meta(CaseSerializer.Meta):
        fields = (*CaseSerializer.Meta.fields, "steps", "actions")  # type: ignore[assignment]
