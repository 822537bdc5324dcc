"""Contracts, payments and the revision to the granted amount."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from procurement.access import Role, get_visible_or_404
from procurement.documents.models import Document
from procurement.lifecycle.engine import available
from procurement.rules import RuleViolation
from procurement.ui.paging import keyset_page
from projects.forms.contracts import ContractForm, RevisedSchemeForm, RevisionFormSet
from projects.models import Application, Contract, Payment
from projects.selectors.conditions import condition_rows
from projects.selectors.contracts import announced_contracts, differences, signature_parties
from projects.services import contracts as service
from projects.services import revisions


class ContractListView(View):
    """合同公告: what was bought from whom for how much, for everyone to read (R-202)."""

    def get(self, request: HttpRequest) -> HttpResponse:
        page = keyset_page(announced_contracts(), request, order=("-announced_at", "id"))
        return render(request, "projects/contract_list.html", {"page": page})


class ContractAnnouncementView(View):
    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        contract = announced_contracts().filter(pk=pk).first()
        if contract is None:
            raise Http404
        return render(request, "projects/contract_announcement.html", {"contract": contract})


class ContractDraftView(LoginRequiredMixin, View):
    """Starts the draft of an approved project, prefilled; editing follows on the same form."""

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        application = get_visible_or_404(
            Application.objects.select_related("guide", "applicant", "hub"), request.actor, pk=pk
        )
        try:
            contract = service.draft_contract(actor=request.actor, application=application)
        except RuleViolation as violation:
            for refusal in violation.refusals:
                messages.error(request, str(refusal))
            return redirect(application)
        messages.success(request, _("已按批复生成合同草稿，请核对条款。"))
        return redirect("contract-edit", pk=contract.pk)


class ContractEditView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        contract = self._contract(request, pk)
        return self._page(request, contract, ContractForm(instance=contract))

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        contract = self._contract(request, pk)
        form = ContractForm(request.POST, instance=contract)
        if not form.is_valid():
            return self._page(request, contract, form, status=422)
        try:
            service.revise_contract(actor=request.actor, contract=contract, **form.cleaned_data)
        except RuleViolation as violation:
            return self._page(request, contract, form, status=409, refusals=violation.refusals)
        messages.success(request, _("已保存"))
        return redirect("contract", pk=contract.pk)

    def _contract(self, request: HttpRequest, pk: str) -> Contract:
        contract = get_visible_or_404(Contract.objects.all(), request.actor, pk=pk)
        if not request.actor.holds(Role.PU_BUY, contract.purchaser_id):
            raise Http404
        return contract

    def _page(
        self, request: HttpRequest, contract: Contract, form: ContractForm, status: int = 200, refusals: Any = ()
    ) -> HttpResponse:
        context = {"contract": contract, "form": form, "refusals": refusals}
        return render(request, "projects/contract_form.html", context, status=status)


class ContractView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        contract = get_visible_or_404(
            Contract.objects.select_related(
                "application__guide",
                "award__procedure__plan",
                "award__lot",
                "award__supplier",
                "purchaser",
                "contractor",
                "responsible_unit",
                "case",
            ),
            request.actor,
            pk=pk,
        )
        context = {
            "contract": contract,
            "offers": available(contract, request.actor),
            "signature_parties": signature_parties(contract),
            "payments": contract.payments.all(),
            "years": contract.years.all(),
            "differences": differences(contract),
            "files": Document.objects.for_subject(contract.subject).current(),
            "may_edit": contract.status == "draft" and request.actor.holds(Role.PU_BUY, contract.purchaser_id),
            "history": contract.history,
        }
        return render(request, "projects/contract_detail.html", context)


class PaymentView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        payment = get_visible_or_404(
            Payment.objects.select_related(
                "contract__application",
                "contract__purchaser",
                "contract__treasury",
                "requested_by",
                "approved_by",
                "paid_by",
            ),
            request.actor,
            pk=pk,
        )
        context = {
            "payment": payment,
            "conditions": condition_rows(payment.conditions, payment.contract, timezone.localdate()),
            "offers": available(payment, request.actor),
            "history": payment.history,
        }
        return render(request, "projects/payment_detail.html", context)


class RevisionView(LoginRequiredMixin, View):
    """The applicant brings scheme and budget down to the granted amount (R-179)."""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        application = self._application(request, pk)
        lines = revisions.begin_revision(actor=request.actor, application=application)
        formset = RevisionFormSet(
            initial=[
                {
                    "item": line.item,
                    "description": line.description,
                    "unit": line.unit,
                    "quantity": line.quantity,
                    "unit_price": line.unit_price,
                }
                for line in lines
            ]
        )
        scheme = RevisedSchemeForm(initial={"scheme": application.answers.get("revised_scheme", "")})
        return self._page(request, application, formset, scheme, total=sum(line.amount for line in lines))

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        application = self._application(request, pk)
        formset, scheme = RevisionFormSet(request.POST), RevisedSchemeForm(request.POST)
        if not (formset.is_valid() and scheme.is_valid()):
            return self._page(request, application, formset, scheme, status=422)
        lines = [
            {name: form.cleaned_data[name] for name in ("item", "description", "unit", "quantity", "unit_price")}
            for form in formset
            if form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]
        revisions.save_revision(
            actor=request.actor, application=application, lines=lines, scheme=scheme.cleaned_data["scheme"]
        )
        messages.success(request, _("已保存细化预算"))
        return redirect("application-revision", pk=application.pk)

    def _application(self, request: HttpRequest, pk: str) -> Application:
        application = get_visible_or_404(Application.objects.all(), request.actor, pk=pk)
        mine = any(request.actor.holds(role, application.applicant_id) for role in (Role.ORG, Role.ORG_H))
        if not mine or application.status != "approved":
            raise Http404
        return application

    def _page(
        self,
        request: HttpRequest,
        application: Application,
        formset: Any,
        scheme: Any,
        status: int = 200,
        total: Any = None,
    ) -> HttpResponse:
        context = {
            "application": application,
            "formset": formset,
            "scheme": scheme,
            "total": total,
            "gap": abs(application.granted_amount - total) if total is not None else None,
            "over": total is not None and total > application.granted_amount,
            "offers": available(application, request.actor),
            "page_has_errors": status != 200,
        }
        return render(request, "projects/revision.html", context, status=status)
