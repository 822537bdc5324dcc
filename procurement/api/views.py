"""/api/v1/: the same rows, the same scopes and the same one door as the pages."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import mixins, viewsets
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from procurement.access import ANONYMOUS, Actor
from procurement.accounts.confirming import PROOFS, confirmation_for
from procurement.api import serializers
from procurement.api.paging import CasePages, CursorPages
from procurement.lifecycle.engine import available, perform, refusals
from procurement.lifecycle.models import Case
from procurement.lifecycle.steps import case_timeline
from procurement.lifecycle.views import form_for, subject_of, target_of
from procurement.rules import RuleViolation
from projects.models import Application, Contract, Guide, Payment


def actor_of(request: HttpRequest | Request) -> Actor:
    """Nobody while the schema is written, which has no request of its own."""
    return getattr(request, "actor", ANONYMOUS)


class ScopedViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Any]):
    """Only rows the person may see; anything else is not there."""

    pagination_class = CursorPages
    detail_class: type[BaseSerializer[Any]]

    def get_queryset(self) -> Any:
        rows: Any = super().get_queryset()
        return rows.visible_to(actor_of(self.request))

    def get_serializer_class(self) -> type[BaseSerializer[Any]]:
        return self.detail_class if self.action == "retrieve" else super().get_serializer_class()


class GuideViewSet(ScopedViewSet):
    queryset = Guide.objects.select_related("office", "jurisdiction")
    serializer_class = serializers.GuideSerializer
    detail_class = serializers.GuideDetailSerializer


class ApplicationViewSet(ScopedViewSet):
    queryset = Application.objects.select_related("guide", "applicant")
    serializer_class = serializers.ApplicationSerializer
    detail_class = serializers.ApplicationDetailSerializer


class ContractViewSet(ScopedViewSet):
    queryset = Contract.objects.select_related("purchaser", "contractor")
    serializer_class = serializers.ContractSerializer
    detail_class = serializers.ContractDetailSerializer


class PaymentViewSet(ScopedViewSet):
    queryset = Payment.objects.select_related("contract")
    serializer_class = serializers.PaymentSerializer
    detail_class = serializers.PaymentDetailSerializer


class CaseViewSet(ScopedViewSet):
    queryset = Case.objects.select_related("rule_set")
    serializer_class = serializers.CaseSerializer
    detail_class = serializers.CaseDetailSerializer
    pagination_class = CasePages

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        case, actor = self.get_object(), actor_of(request)
        subject = subject_of(case)
        return Response(
            {
                **serializers.CaseSerializer(case).data,
                "steps": serializers.StepSerializer(case_timeline(case, actor), many=True).data,
                "actions": serializers.ActionSerializer(
                    available(subject, actor) if subject is not None else [], many=True
                ).data,
            }
        )


class ActView(APIView):
    """Perform one row of a lifecycle, with the fields its form asks for.

    Not there (404) for whoever may not see the object; refused (409) with every rule that forbids it. A grave act
    (S-20) takes ``password``, or ``code`` where the account has a second factor, beside the fields of its form.
    """

    parser_classes = (JSONParser,)

    @extend_schema(
        request=serializers.EnteredSerializer,
        responses={
            200: serializers.PerformedSerializer,
            404: OpenApiResponse(description="no such object, or not for this person"),
            409: serializers.RefusedSerializer,
            422: serializers.InvalidSerializer,
        },
    )
    def post(self, request: Request, lifecycle: str, pk: str, transition: str) -> Response:
        actor = actor_of(request)
        obj, row = target_of(actor, lifecycle, pk, transition)
        entered = request.data if isinstance(request.data, dict) else {}
        form = form_for(obj, row, actor, refusals(obj, row.name, actor), data=entered)
        confirmation = confirmation_for(request._request, row.step_up, entered) if PROOFS & entered.keys() else None
        confirmed = confirmation is None or confirmation.is_valid()
        if not (form.is_valid() and confirmed):
            errors = {**form.errors, **(confirmation.errors if confirmation else {})}
            return Response({"errors": errors}, status=422)
        actor = actor_of(request)
        try:
            record = perform(obj, row.name, actor=actor, **form.submitted())
        except RuleViolation as violation:
            return Response(serializers.RefusedSerializer({"refusals": violation.refusals}).data, status=409)
        return Response(serializers.PerformedSerializer(record).data)
