"""Custody ledgers with their monthly statements and vouchers; beginning an application for a group."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from procurement.access import get_visible_or_404
from procurement.documents import start_job
from procurement.documents.models import Document
from procurement.lifecycle.engine import available
from procurement.rules import RuleViolation
from procurement.ui.paging import keyset_page
from projects.forms.custody import VoucherForm
from projects.models import CustodyLedger, CustodyVoucher, Guide
from projects.selectors.custody import fee_left, may_prepare, months_of, statement
from projects.selectors.proxies import usable_letters
from projects.services.custody import prepare_voucher
from projects.services.proxies import start_for_group


class CustodyListView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest) -> HttpResponse:
        rows = CustodyLedger.objects.visible_to(request.actor).select_related("application", "union", "executor")
        page = keyset_page(rows, request, order=("-opened_at", "id"))
        return render(request, "projects/custody/list.html", {"page": page})


class CustodyView(LoginRequiredMixin, View):
    """The balance, the vouchers, and the months to look at."""

    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        ledger = ledger_or_404(request, pk)
        context = {
            "ledger": ledger,
            "months": months_of(ledger),
            "vouchers": ledger.vouchers.select_related("prepared_by")[:50],
            "fee_left": fee_left(ledger),
            "can_prepare": may_prepare(request.actor, ledger),
        }
        return render(request, "projects/custody/ledger.html", context)


class StatementView(LoginRequiredMixin, View):
    """One month; asked for as a paper, it is drawn up in the background."""

    def get(self, request: HttpRequest, pk: Any, year: int, month: int) -> HttpResponse:
        ledger, day = self._month(request, pk, year, month)
        subject = f"projects.custodyledger:{ledger.pk}"
        context = {
            "ledger": ledger,
            "statement": statement(ledger, day),
            "files": Document.objects.for_subject(subject).filter(title__startswith=f"{day:%Y-%m}").current(),
        }
        return render(request, "projects/custody/statement.html", context)

    def post(self, request: HttpRequest, pk: Any, year: int, month: int) -> HttpResponse:
        ledger, day = self._month(request, pk, year, month)
        job = start_job(
            kind="custody_statement",
            actor=request.actor,
            case_id=ledger.application.case_id,
            params={"ledger": str(ledger.pk), "month": f"{day:%Y-%m}"},
        )
        return redirect("job", job.pk)

    def _month(self, request: HttpRequest, pk: Any, year: int, month: int) -> tuple[CustodyLedger, date]:
        ledger = ledger_or_404(request, pk)
        try:
            return ledger, date(year, month, 1)
        except ValueError:
            raise Http404(_("没有找到您要的内容，或者您无权查看。")) from None


class VoucherCreateView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        ledger = self._ledger(request, pk)
        return self._page(ledger, VoucherForm(ledger=ledger))

    def post(self, request: HttpRequest, pk: Any) -> HttpResponse:
        ledger = self._ledger(request, pk)
        form = VoucherForm(request.POST, ledger=ledger)
        if not form.is_valid():
            return self._page(ledger, form, status=422)
        voucher = prepare_voucher(actor=request.actor, ledger=ledger, **form.cleaned_data)
        messages.success(request, _("凭单已编制，须由另一人审批后支付。"))
        return redirect(voucher)

    def _ledger(self, request: HttpRequest, pk: Any) -> CustodyLedger:
        ledger = ledger_or_404(request, pk)
        if not may_prepare(request.actor, ledger):
            raise PermissionDenied(_("凭单由代管单位或执行方编制。"))
        return ledger

    def _page(self, ledger: CustodyLedger, form: VoucherForm, status: int = 200) -> HttpResponse:
        context = {"ledger": ledger, "form": form}
        return render(self.request, "projects/custody/voucher_form.html", context, status=status)


class VoucherView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        rows = CustodyVoucher.objects.select_related(
            "ledger__application", "ledger__union", "ledger__executor", "prepared_by", "approved_by", "paid_by"
        )
        voucher = get_visible_or_404(rows, request.actor, pk=pk)
        context = {
            "voucher": voucher,
            "ledger": voucher.ledger,
            "offers": available(voucher, request.actor),
            "history": list(voucher.history),
        }
        return render(request, "projects/custody/voucher.html", context)


class ProxyStartView(LoginRequiredMixin, View):
    """A union begins an application for one of its groups: which letter it acts under."""

    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        return self._choose(request, self._guide(request, pk))

    def post(self, request: HttpRequest, pk: Any) -> HttpResponse:
        guide = self._guide(request, pk)
        letters = usable_letters(request.actor, guide, timezone.localdate())
        letter = letters.filter(pk=request.POST.get("letter") or None).first()
        if letter is None:
            return self._choose(request, guide, status=422)
        try:
            application = start_for_group(actor=request.actor, guide=guide, letter=letter)
        except RuleViolation as violation:
            return self._choose(request, guide, status=409, refused=violation.refusals)
        return redirect("application-tasks", application.pk)

    def _guide(self, request: HttpRequest, pk: Any) -> Guide:
        return get_visible_or_404(Guide.objects.select_related("rule_set", "office"), request.actor, pk=pk)

    def _choose(self, request: HttpRequest, guide: Guide, status: int = 200, refused: Any = ()) -> HttpResponse:
        letters = usable_letters(request.actor, guide, timezone.localdate())
        context = {"guide": guide, "letters": letters, "refusals": refused}
        return render(request, "projects/custody/proxy_start.html", context, status=status)


def ledger_or_404(request: HttpRequest, pk: Any) -> CustodyLedger:
    rows = CustodyLedger.objects.select_related("application__guide", "application__case", "union", "executor")
    return get_visible_or_404(rows, request.actor, pk=pk)
