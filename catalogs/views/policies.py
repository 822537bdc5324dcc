"""The policy library: search, one document with its articles, entering and attaching."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from catalogs.articles import blocks_of
from catalogs.forms.policies import AttachmentForm, PolicyFilterForm, PolicyForm
from catalogs.models import PolicyDocument
from catalogs.selectors.policies import snippet
from catalogs.services import policies
from procurement.access import get_visible_or_404
from procurement.documents.models import Document
from procurement.documents.refusals import UploadRefused
from procurement.rules import registry
from procurement.ui.paging import keyset_page


class PolicyKeyView(View):
    """The way from a key, as the search keeps it, to the document's own address."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return redirect("policy", get_visible_or_404(PolicyDocument.objects.all(), request.actor, pk=pk).slug)


class PolicyListView(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        signed_in = request.user.is_authenticated
        form = PolicyFilterForm(request.GET)
        rows = PolicyDocument.objects.visible_to(request.actor).select_related("region__parent__parent")
        page = keyset_page(form.apply(rows, signed_in=signed_in), request, order=("title", "id"))
        words = form.cleaned_data.get("words", "") if form.is_valid() else ""
        today = timezone.localdate()
        found = [(row, row.validity_on(today), snippet(row, words, signed_in=signed_in)) for row in page]
        context = {
            "form": form,
            "page": page,
            "found": found,
            "words": words,
            "can_keep": policies.may_keep(request.actor),
        }
        return render(request, "catalogs/policy_list.html", context)


class PolicyView(View):
    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        policy = _policy(request, slug)
        may_read = policy.is_official or request.user.is_authenticated
        blocks = blocks_of(policy.text) if may_read else []
        context = {
            "policy": policy,
            "validity": policy.validity_on(timezone.localdate()),
            "may_read": may_read,
            "blocks": blocks,
            "articles": [block for block in blocks if block.anchor and block.anchor.count("-") == 1],
            "rules": _rules_citing(policy),
            "files": Document.objects.for_subject(policy.subject).current() if may_read else [],
            "can_keep": policies.may_keep(request.actor),
        }
        return render(request, "catalogs/policy.html", context)


def _rules_citing(policy: PolicyDocument) -> list[Any]:
    names = [*policy.cited_as, *([policy.number] if policy.number else [])]
    return [rule for rule in registry.values() if any(name in rule.citation for name in names)]


class PolicyEditView(LoginRequiredMixin, View):
    """Enters a document, or corrects its record."""

    def get(self, request: HttpRequest, slug: str = "") -> HttpResponse:
        return self._page(PolicyForm(instance=self._found(slug)))

    def post(self, request: HttpRequest, slug: str = "") -> HttpResponse:
        form = PolicyForm(request.POST, instance=self._found(slug))
        if not form.is_valid():
            return self._page(form, status=422)
        policy = policies.save_policy(actor=request.actor, policy=form.save(commit=False))
        messages.success(request, _("政策文件已保存。"))
        return redirect(policy)

    def _found(self, slug: str) -> PolicyDocument | None:
        if not policies.may_keep(self.request.actor):
            raise PermissionDenied(_("政策文件由财政、民政部门和领导小组办公室维护。"))
        return _policy(self.request, slug) if slug else None

    def _page(self, form: PolicyForm, status: int = 200) -> HttpResponse:
        return render(self.request, "catalogs/policy_form.html", {"form": form, "policy": form.instance}, status=status)


class PolicyAttachView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self._page(self._found(slug), AttachmentForm())

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        policy = self._found(slug)
        form = AttachmentForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                policies.attach(actor=request.actor, policy=policy, **form.cleaned_data)
            except UploadRefused as refused:
                form.add_error("upload", str(refused))
            else:
                messages.success(request, _("附件已保存。"))
                return redirect(policy)
        return self._page(policy, form, status=422)

    def _found(self, slug: str) -> PolicyDocument:
        if not policies.may_keep(self.request.actor):
            raise PermissionDenied(_("政策文件由财政、民政部门和领导小组办公室维护。"))
        return _policy(self.request, slug)

    def _page(self, policy: PolicyDocument, form: AttachmentForm, status: int = 200) -> HttpResponse:
        return render(self.request, "catalogs/policy_attach.html", {"form": form, "policy": policy}, status=status)


def _policy(request: HttpRequest, slug: str) -> PolicyDocument:
    rows = PolicyDocument.objects.select_related("region__parent__parent")
    return get_visible_or_404(rows, request.actor, slug=slug)
