"""Challenges: where they are filed, answered and followed; copies of replies; the list of one's remedies."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from orgs.models import Organization
from procurement.access import get_visible_or_404
from procurement.documents.models import Document
from procurement.lifecycle.engine import available, database_now
from procurement.rules import RuleViolation
from procurement.ui.paging import keyset_page
from projects.forms.challenges import ChallengeForm, CorrectionForm, MatterFormSet, MatterReplyForm, RemedyForm
from projects.models import Challenge, Complaint, Procedure, RemedyRequest, ReplyCopy
from projects.models.complaint import SERVED_STATES
from projects.selectors.remedies import challengers_of, steps_open_to, uses_the_law
from projects.selectors.remedy_clocks import complaint_window, describe, reply_clock
from projects.services import challenges as service

TABS: dict[str, tuple[Any, Any]] = {
    "": (gettext_lazy("质疑"), Challenge),
    "complaints": (gettext_lazy("投诉"), Complaint),
    "requests": (gettext_lazy("诉求"), RemedyRequest),
}


class RemedyListView(LoginRequiredMixin, View):
    """What this person filed, answers for or oversees; one tab for each kind of remedy."""

    def get(self, request: HttpRequest) -> HttpResponse:
        tab = request.GET.get("tab", "")
        if tab not in TABS:
            raise Http404
        rows = TABS[tab][1].objects.visible_to(request.actor).select_related("procedure")
        tabs = [
            {"label": label, "url": f"?tab={key}" if key else reverse("remedies"), "current": key == tab}
            for key, (label, _model) in TABS.items()
        ]
        context = {"page": keyset_page(rows, request, order=("-filed_at", "id")), "tabs": tabs, "tab": tab}
        return render(request, "projects/remedies/list.html", context)


class ChallengeCreateView(LoginRequiredMixin, View):
    """Filing a challenge: the steps still open, each with its last day, and the matters."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        procedure, form = self._prepared(request, pk)
        return self._page(procedure, form, MatterFormSet(prefix="matters"))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        procedure, form = self._prepared(request, pk, request.POST)
        matters = MatterFormSet(request.POST, prefix="matters")
        if not (form.is_valid() and matters.is_valid()):
            return self._page(procedure, form, matters, status=422)
        try:
            filed = service.file_challenge(
                actor=request.actor, procedure=procedure, matters=matters.matters(), **form.cleaned_data
            )
        except RuleViolation as violation:
            return self._page(procedure, form, matters, status=409, refusals=violation.refusals)
        messages.success(request, _("质疑已提交，编号 %(number)s。") % {"number": filed.number})
        return redirect(filed)

    def _prepared(self, request: HttpRequest, pk: UUID, data: Any = None) -> tuple[Procedure, ChallengeForm]:
        procedure = get_visible_or_404(Procedure.objects.select_related("rule_set"), request.actor, pk=pk)
        bodies = challengers_of(request.actor, procedure)
        if not bodies or not uses_the_law(procedure):
            raise PermissionDenied(_("质疑由获取采购文件或者参加采购活动的供应商提出。"))
        self.windows = steps_open_to(procedure, bodies[0], database_now())
        challengers = Organization.objects.filter(pk__in=bodies)
        steps = [row.step for row in self.windows if row.is_open]
        return procedure, ChallengeForm(data, challengers=challengers, steps=steps)

    def _page(
        self, procedure: Procedure, form: Any, matters: Any, status: int = 200, refusals: Any = ()
    ) -> HttpResponse:
        form.summary_elsewhere = True
        context = {
            "procedure": procedure, "form": form, "matters": matters, "windows": self.windows, "refusals": refusals,
            "forms": [form, *matters.forms],
        }  # fmt: skip
        return render(self.request, "projects/remedies/challenge_form.html", context, status=status)


class ChallengeView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        challenge = challenge_or_404(request, pk)
        context = {
            "challenge": challenge,
            "procedure": challenge.procedure,
            "offers": available(challenge, request.actor),
            "history": list(challenge.history),
            "files": Document.objects.for_subject(challenge.subject).current(),
            **_reading(challenge, request),
        }
        return render(request, "projects/remedies/challenge.html", context)


def _reading(challenge: Challenge, request: HttpRequest) -> dict[str, Any]:
    """What this reader may see of it: drafts and inquiries stay with those who answer and those who oversee."""
    actor = request.actor
    house = actor.sees_everything or Challenge.objects.answered_by(actor).filter(pk=challenge.pk).exists()
    own = Challenge.objects.filed_by_house(actor).filter(pk=challenge.pk).exists()
    clock = reply_clock(challenge)
    window = complaint_window(challenge)
    return {
        "house": house,
        "own": own,
        "matters": list(challenge.matters.all()),
        "shows_reply": challenge.is_answered or house,
        "may_draft": challenge.status == "accepted" and house and not actor.sees_everything,
        "may_correct": challenge.status == "correction" and own,
        "may_complain": own and _may_complain(challenge, window),
        "clocks": describe([clock], timezone.localdate()) if not challenge.is_answered else [],
        "overdue": not challenge.is_answered and clock.is_over(database_now()),
        "complaint_window": window,
        "copies": ReplyCopy.objects.visible_to(actor).filter(challenge=challenge).select_related("organization"),
        "complaints": Complaint.objects.visible_to(actor).filter(challenge=challenge),
    }


def _may_complain(challenge: Challenge, window: Any) -> bool:
    if window is None or challenge.status in ("withdrawn", "inadmissible"):
        return False
    return (
        window.refusal(database_now(), "R-184", "") is None
        and not challenge.complaints.filter(status__in=("filed", "correction", *SERVED_STATES)).exists()
    )


class ChallengeCorrectView(LoginRequiredMixin, View):
    """The one correction, begun from what was filed."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        challenge = self._challenge(request, pk)
        rows = challenge.matters.values("text", "facts", "basis")
        form = CorrectionForm(initial={"request": challenge.request})
        return self._page(challenge, form, MatterFormSet(prefix="matters", initial=list(rows)))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        challenge = self._challenge(request, pk)
        form, matters = CorrectionForm(request.POST), MatterFormSet(request.POST, prefix="matters")
        if not (form.is_valid() and matters.is_valid()):
            return self._page(challenge, form, matters, status=422)
        try:
            service.correct(actor=request.actor, challenge=challenge, matters=matters.matters(), **form.cleaned_data)
        except RuleViolation as violation:
            return self._page(challenge, form, matters, status=409, refusals=violation.refusals)
        messages.success(request, _("补正已提交。"))
        return redirect(challenge)

    def _challenge(self, request: HttpRequest, pk: UUID) -> Challenge:
        challenge = challenge_or_404(request, pk)
        if not Challenge.objects.filed_by_house(request.actor).filter(pk=pk).exists():
            raise PermissionDenied(_("补正由质疑人提交。"))
        return challenge

    def _page(
        self, challenge: Challenge, form: Any, matters: Any, status: int = 200, refusals: Any = ()
    ) -> HttpResponse:
        form.summary_elsewhere = True
        context = {
            "challenge": challenge, "form": form, "matters": matters, "refusals": refusals,
            "forms": [form, *matters.forms],
        }  # fmt: skip
        return render(self.request, "projects/remedies/challenge_correct.html", context, status=status)


class ChallengeReplyView(LoginRequiredMixin, View):
    """Drafting the reply matter by matter, with what goes out set apart from what stays inside."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        challenge = self._challenge(request, pk)
        return self._page(challenge, self._forms(challenge), RemedyForm(initial={"remedy": challenge.remedy}))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        challenge = self._challenge(request, pk)
        forms, remedy = self._forms(challenge, request.POST), RemedyForm(request.POST)
        if not all([remedy.is_valid(), *[form.is_valid() for form in forms]]):
            return self._page(challenge, forms, remedy, status=422)
        try:
            service.propose_reply(
                actor=request.actor,
                challenge=challenge,
                replies=[form.reply() for form in forms],
                remedy=remedy.cleaned_data["remedy"],
            )
        except RuleViolation as violation:
            return self._page(challenge, forms, remedy, status=409, refusals=violation.refusals)
        messages.success(request, _("答复已起草，须由另一人批准后送达。"))
        return redirect(challenge)

    def _challenge(self, request: HttpRequest, pk: UUID) -> Challenge:
        challenge = challenge_or_404(request, pk)
        if not Challenge.objects.answered_by(request.actor).filter(pk=pk).exists():
            raise PermissionDenied(_("答复由采购人或者采购代理机构起草。"))
        return challenge

    def _forms(self, challenge: Challenge, data: Any = None) -> list[MatterReplyForm]:
        return [MatterReplyForm(data, matter=matter) for matter in challenge.matters.all()]

    def _page(
        self, challenge: Challenge, forms: Any, remedy: Any, status: int = 200, refusals: Any = ()
    ) -> HttpResponse:
        for form in (*forms, remedy):
            form.summary_elsewhere = True
        context = {
            "challenge": challenge, "matter_forms": forms, "remedy_form": remedy, "refusals": refusals,
            "forms": [*forms, remedy],
        }  # fmt: skip
        return render(self.request, "projects/remedies/challenge_reply.html", context, status=status)


class ReplyCopyView(LoginRequiredMixin, View):
    """What another supplier concerned was sent: nothing of the challenge itself."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        rows = ReplyCopy.objects.select_related("challenge__procedure__purchaser", "organization")
        copy = get_visible_or_404(rows, request.actor, pk=pk)
        files = Document.objects.for_subject(f"projects.replycopy:{copy.pk}").current()
        return render(request, "projects/remedies/reply_copy.html", {"copy": copy, "files": files})


def challenge_or_404(request: HttpRequest, pk: UUID) -> Challenge:
    rows = Challenge.objects.select_related("procedure__rule_set", "procedure__purchaser", "challenger", "drafted_by")
    return get_visible_or_404(rows, request.actor, pk=pk)
