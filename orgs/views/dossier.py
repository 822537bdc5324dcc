"""The dossier: what is held, what is missing, one paper with its history, and the queue of civil affairs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from orgs.forms.dossier import InspectionForm, PaperForm
from orgs.models import CreditRecord, Organization, Qualification
from orgs.models.standing import OPEN_PAPER
from orgs.selectors.dossier import (
    NOTICE_DAYS,
    Holding,
    awaiting_verification,
    dossier_of,
    file_of,
    may_read_dossier,
)
from orgs.services import dossier as service
from orgs.views.organizations import editable_or_404, own_organizations
from procurement.access import Role, get_visible_or_404
from procurement.documents import UploadRefused
from procurement.lifecycle.engine import available, perform
from procurement.rules import RuleViolation
from procurement.ui.paging import keyset_page


class MyDossierView(LoginRequiredMixin, View):
    """``/orgs/mine/dossier/``: the dossier of the organisation I work for; which one, when there are several."""

    def get(self, request: HttpRequest) -> HttpResponse:
        mine = own_organizations(request.actor)
        if len(mine) == 1:
            return redirect("organization-dossier", mine[0].pk)
        return render(request, "orgs/mine_dossier.html", {"organizations": mine})


class DossierView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        organization = get_visible_or_404(Organization.objects.all(), request.actor, pk=pk)
        if not may_read_dossier(request.actor, organization):
            raise Http404(_("没有找到您要的内容，或者您无权查看。"))
        today = timezone.localdate()
        may_edit = service.may_edit_papers(request.actor, organization)
        rows = dossier_of(organization, today, may_edit=may_edit)
        context = {
            "organization": organization,
            "rows": rows,
            "counts": {state.value: sum(row.holding == state for row in rows) for state in Holding},
            "inspections": organization.inspections.all()[:5],
            "records": CreditRecord.objects.visible_to(request.actor).filter(organization=organization)[:20],
            "may_edit": may_edit,
            "is_civil": request.actor.holds(Role.CIV) and organization.pk not in request.actor.organization_ids(),
            "notice_days": NOTICE_DAYS,
            "today": today,
        }
        return render(request, "orgs/dossier.html", context)


class PaperView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        paper = get_visible_or_404(
            Qualification.objects.select_related("organization", "replaces"), request.actor, pk=pk
        )
        document = file_of(paper)
        context = {
            "paper": paper,
            "files": [document] if document else [],
            "offers": available(paper, request.actor),
            "history": list(paper.history),
            "can_edit": paper.status in OPEN_PAPER and service.may_edit_papers(request.actor, paper.organization),
            "can_read_dossier": may_read_dossier(request.actor, paper.organization),
            "has_expired": paper.has_expired(timezone.localdate()),
        }
        return render(request, "orgs/paper.html", context)


class PaperCreateView(LoginRequiredMixin, View):
    """Register a paper; the second button hands it in at once."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        organization = editable_or_404(request.actor, pk)
        older = self._older(organization)
        initial = {"kind": request.GET.get("kind", "")}
        if older is not None:
            initial = {"kind": older.kind, "title": older.title, "issuer": older.issuer, "number": older.number}
        return self._page(organization, PaperForm(initial=initial), older)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        organization = editable_or_404(request.actor, pk)
        older = self._older(organization)
        draft = Qualification(organization=organization, replaces=older)
        form = PaperForm(request.POST, request.FILES, instance=draft)
        paper = saved(form, service.add_paper, request)
        if paper is None:
            return self._page(organization, form, older, status=422)
        return handed_in(request, paper)

    def _older(self, organization: Organization) -> Qualification | None:
        asked = self.request.GET.get("replaces", "")
        try:
            return organization.qualifications.filter(pk=UUID(asked)).first() if asked else None
        except ValueError:
            return None

    def _page(
        self, organization: Organization, form: PaperForm, older: Qualification | None, status: int = 200
    ) -> HttpResponse:
        context = {"organization": organization, "form": form, "older": older, "paper": None}
        return render(self.request, "orgs/paper_form.html", context, status=status)


class PaperEditView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        paper = self._open(pk)
        return self._page(paper, PaperForm(instance=paper))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        paper = self._open(pk)
        form = PaperForm(request.POST, request.FILES, instance=paper)
        changed = saved(form, service.revise_paper, request)
        if changed is None:
            return self._page(self._open(pk), form, status=422)
        return handed_in(request, changed)

    def _open(self, pk: UUID) -> Qualification:
        paper = get_visible_or_404(Qualification.objects.select_related("organization"), self.request.actor, pk=pk)
        if paper.status not in OPEN_PAPER or not service.may_edit_papers(self.request.actor, paper.organization):
            raise Http404(_("没有找到您要的内容，或者您无权查看。"))
        return paper

    def _page(self, paper: Qualification, form: PaperForm, status: int = 200) -> HttpResponse:
        context = {"organization": paper.organization, "form": form, "older": None, "paper": paper}
        return render(self.request, "orgs/paper_form.html", context, status=status)


class PaperQueueView(LoginRequiredMixin, View):
    """What civil affairs still has to verify."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not request.actor.holds(Role.CIV) and not request.actor.sees_everything:
            raise Http404(_("没有找到您要的内容，或者您无权查看。"))
        page = keyset_page(awaiting_verification(), request, order=("updated_at", "id"))
        return render(request, "orgs/paper_queue.html", {"page": page})


class InspectionView(LoginRequiredMixin, View):
    """Civil affairs enters or corrects the verdict of one year."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        form = InspectionForm(initial={"year": timezone.localdate().year - 1, "result": "passed"})
        return self._page(self._organization(pk), form)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        organization = self._organization(pk)
        form = InspectionForm(request.POST)
        if not form.is_valid():
            return self._page(organization, form, status=422)
        try:
            service.record_inspection(actor=request.actor, organization=organization, **form.cleaned_data)
        except RuleViolation as violation:
            return self._page(organization, form, status=409, refusals=violation.refusals)
        messages.success(request, _("年检结论已登记。"))
        return redirect("organization-dossier", organization.pk)

    def _organization(self, pk: UUID) -> Organization:
        if not self.request.actor.holds(Role.CIV):
            raise Http404(_("没有找到您要的内容，或者您无权查看。"))
        return get_visible_or_404(Organization.objects.all(), self.request.actor, pk=pk)

    def _page(
        self, organization: Organization, form: InspectionForm, status: int = 200, refusals: Any = ()
    ) -> HttpResponse:
        context = {"organization": organization, "form": form, "refusals": refusals}
        return render(self.request, "orgs/inspection_form.html", context, status=status)


def saved(form: PaperForm, save: Any, request: HttpRequest) -> Qualification | None:
    """The paper as stored; None when the form, the file or a rule refuses, with the reason on the form."""
    if not form.is_valid():
        return None
    try:
        form.instance.validate_constraints()
        paper: Qualification = save(
            actor=request.actor, paper=form.save(commit=False), upload=form.cleaned_data["upload"]
        )
    except ValidationError as error:
        form.add_error(None, error.messages)
    except UploadRefused as refused:
        form.add_error("upload", refused.message)
    except RuleViolation as violation:
        form.add_error(None, [str(refusal) for refusal in violation.refusals])
    else:
        return paper
    return None


def handed_in(request: HttpRequest, paper: Qualification) -> HttpResponse:
    """Hand in at once when asked to; a refusal is shown on the paper's own page, where what was typed is kept."""
    if "submit" in request.POST:
        try:
            perform(paper, "qualification.submit", actor=request.actor)
        except RuleViolation as violation:
            messages.warning(
                request, _("草稿已保存，尚未提交：%(why)s") % {"why": "；".join(map(str, violation.refusals))}
            )
        else:
            messages.success(request, _("已提交，等待民政部门核验。"))
    else:
        messages.success(request, _("草稿已保存，尚未提交。"))
    return redirect(paper)
