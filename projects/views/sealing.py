"""The bidder's pages: prepare a bid sealed part by part, hand it in, fetch the receipt again, take it back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from procurement.access import StepUp, get_visible_or_404
from procurement.accounts.confirming import confirmation_for
from procurement.audit.canonical import canonical_bytes
from procurement.documents import UploadRefused
from procurement.documents.memory_uploads import MemoryOnlyUploadHandler
from procurement.rules import RuleViolation
from projects.forms.sealing import HandInForm, OfferForm, SealFileForm
from projects.models import BidRoom, Procedure, SealedAction, SealedReceipt
from projects.selectors.sealed_receipts import is_genuine, leaf
from projects.selectors.sealing import (
    bidding_for,
    counts,
    current_drafts,
    keys_ready,
    last_submission,
    missing_parts,
    needs_confirming,
    receipts,
    rooms_of,
)
from projects.services import sealing


class RoomOpenView(LoginRequiredMixin, View):
    """Which lot, and for which of one's organisations."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return self._page(request, self._procedure(request, pk))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        procedure = self._procedure(request, pk)
        lot = procedure.lots.filter(pk=_uuid(request.POST.get("lot"))).select_related("procedure").first()
        wanted = _uuid(request.POST.get("organization"))
        organization = next((each for each in bidding_for(request.actor, procedure) if each.pk == wanted), None)
        if lot is None or organization is None:
            raise Http404
        try:
            return redirect(sealing.open_room(actor=request.actor, lot=lot, organization=organization))
        except RuleViolation as violation:
            return self._page(request, procedure, status=409, refused=violation.refusals)

    def _procedure(self, request: HttpRequest, pk: UUID) -> Procedure:
        procedure = get_visible_or_404(Procedure.objects.select_related("purchaser"), request.actor, pk=pk)
        if not bidding_for(request.actor, procedure):
            raise Http404
        return procedure

    def _page(self, request: HttpRequest, procedure: Procedure, status: int = 200, refused: Any = ()) -> HttpResponse:
        rooms = rooms_of(request.actor, procedure)
        begun = {(room.lot_id, room.organization_id) for room in rooms}
        organizations = bidding_for(request.actor, procedure)
        pairs = [(lot, each) for lot in procedure.lots.all() for each in organizations]
        context = {
            "procedure": procedure,
            "rooms": rooms,
            "pairs": [(lot, each) for lot, each in pairs if (lot.pk, each.pk) not in begun],
            "ready": keys_ready(procedure),
            "refusals": refused,
        }
        return render(request, "projects/sealing/begin.html", context, status=status)


class RoomView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        room = room_or_404(request, pk)
        return render(request, "projects/sealing/room.html", room_context(request, room))


@method_decorator(csrf_exempt, name="dispatch")
class SealFileView(LoginRequiredMixin, View):
    """Takes a file without spooling it; what was sealed is told once, on the page that answers."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.upload_handlers = [MemoryOnlyUploadHandler(request)]
        checked: HttpResponseBase = csrf_protect(super().dispatch)(request, *args, **kwargs)
        return checked

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return self._page(room_or_404(request, pk), SealFileForm())

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        room, form = room_or_404(request, pk), SealFileForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._page(room, form, status=422)
        upload = form.cleaned_data["file"]
        try:
            draft = sealing.seal_file(actor=request.actor, room=room, kind=form.cleaned_data["kind"], upload=upload)
        except UploadRefused as refused:
            form.add_error("file", refused.message)
            return self._page(room, form, status=422)
        except RuleViolation as violation:
            return self._page(room, form, status=409, refusals=violation.refusals)
        sealed = {"draft": draft, "name": upload.name, "size": upload.size}
        return self._page(room, SealFileForm(initial={"kind": draft.kind}), sealed=sealed)

    def _page(self, room: BidRoom, form: SealFileForm, status: int = 200, **more: Any) -> HttpResponse:
        context = {**room_context(self.request, room), "form": form, **more}
        return render(self.request, "projects/sealing/seal_file.html", context, status=status)


class OfferView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        room = room_or_404(request, pk)
        return self._page(room, OfferForm(room=room))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        room = room_or_404(request, pk)
        form = OfferForm(request.POST, room=room)
        if not form.is_valid():
            return self._page(room, form, status=422)
        try:
            sealing.seal_offer(actor=request.actor, room=room, values=form.values())
        except RuleViolation as violation:
            return self._page(room, form, status=409, refusals=violation.refusals)
        messages.success(request, _("报价和承诺已封存；尚未提交。"))
        return redirect(room)

    def _page(self, room: BidRoom, form: OfferForm, status: int = 200, **more: Any) -> HttpResponse:
        context = {**room_context(self.request, room), "form": form, **more}
        return render(self.request, "projects/sealing/offer.html", context, status=status)


class SetAsideView(LoginRequiredMixin, View):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        room = room_or_404(request, pk)
        draft = room.drafts.filter(pk=_uuid(request.POST.get("draft"))).first()
        if draft is None:
            raise Http404
        try:
            sealing.set_aside(actor=request.actor, room=room, draft=draft)
        except RuleViolation as violation:
            messages.error(request, str(violation))
        return redirect(room)


class HandInView(LoginRequiredMixin, View):
    """Submit, or withdraw: says what will happen, asks who is there, and leads to the receipt."""

    action = SealedAction.SUBMIT

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return self._page(room_or_404(request, pk), HandInForm(), confirmation_for(request, StepUp.RECENT))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        room, form = room_or_404(request, pk), HandInForm(request.POST)
        confirmation = confirmation_for(request, StepUp.RECENT, request.POST)
        confirmed = confirmation is None or confirmation.is_valid()
        if not (form.is_valid() and confirmed):
            return self._page(room, form, confirmation, status=422)
        act = sealing.submit if self.action == SealedAction.SUBMIT else sealing.withdraw
        try:
            return redirect(act(actor=request.actor, room=room, idem=form.cleaned_data["idem"]))
        except RuleViolation as violation:
            asked = confirmation_for(request, StepUp.RECENT)
            return self._page(room, form, asked, status=409, refusals=violation.refusals)

    def _page(
        self, room: BidRoom, form: HandInForm, confirmation: Any, status: int = 200, refusals: Any = ()
    ) -> HttpResponse:
        context = {
            **room_context(self.request, room),
            "form": form,
            "confirmation": confirmation,
            "forms": [form, confirmation] if confirmation else [form],
            "refusals": refusals,
            "withdrawing": self.action == SealedAction.WITHDRAW,
        }
        return render(self.request, "projects/sealing/hand_in.html", context, status=status)


class ReceiptView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        receipt = receipt_or_404(request, pk)
        context = {
            "receipt": receipt,
            "submission": receipt.submission,
            "room": receipt.submission.room,
            "procedure": receipt.submission.room.procedure,
            "genuine": is_genuine(receipt),
            "leaf": leaf(receipt),
            "withdrawn": receipt.submission.action == SealedAction.WITHDRAW,
            "stands": last_submission(receipt.submission.room) == receipt.submission,
        }
        return render(request, "projects/sealing/receipt.html", context)


class ReceiptFileView(LoginRequiredMixin, View):
    """What is signed, byte for byte, and the signature."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        receipt = receipt_or_404(request, pk)
        content = canonical_bytes({"statement": receipt.statement, "signature": receipt.signature})
        answer = HttpResponse(content, content_type="application/json")
        answer["Content-Disposition"] = f'attachment; filename="receipt-{receipt.pk}.json"'
        return answer


def room_or_404(request: HttpRequest, pk: UUID) -> BidRoom:
    rows = BidRoom.objects.select_related("lot__procedure__purchaser", "organization")
    return get_visible_or_404(rows, request.actor, pk=pk)


def receipt_or_404(request: HttpRequest, pk: UUID) -> SealedReceipt:
    rows = SealedReceipt.objects.select_related("submission__room__lot__procedure", "submission__room__organization")
    return get_visible_or_404(rows, request.actor, pk=pk)


def room_context(request: HttpRequest, room: BidRoom) -> dict[str, Any]:
    drafts, last = current_drafts(room), last_submission(room)
    handed_in = last is not None and last.action == SealedAction.SUBMIT
    parts = [draft.in_manifest for draft in drafts]
    return {
        "room": room,
        "procedure": room.procedure,
        "drafts": drafts,
        "missing": missing_parts(drafts),
        "receipts": receipts(room),
        "last": last,
        "stands": counts(last, room.procedure),
        "must_confirm": needs_confirming(last, room.procedure),
        "changed": handed_in and last is not None and last.manifest != parts,
        "open": room.procedure.status == "bidding",
    }


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
