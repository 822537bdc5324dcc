"""Filling in an application: start, task list, sections with autosave, files, check and hand in."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from orgs.models import Organization
from procurement.access import get_visible_or_404
from procurement.documents import UploadRefused
from procurement.lifecycle.engine import database_now, refusals, seat_for
from procurement.money import format_yuan
from procurement.rules import RuleViolation
from procurement.ui import autosave
from projects.forms import sections as section_forms
from projects.forms.applications import SubmitForm
from projects.forms.sections import FileForm, bind, check, draw, raw_from_post
from projects.models import Application, Guide, SectionDraft
from projects.sections import SECTIONS, Section, SectionState, progress_of, section_after, section_named
from projects.selectors.applications import (
    FILE_KINDS,
    applying_organizations,
    earlier_applications,
    file_kind,
    files_of,
    may_edit,
    others_editing,
)
from projects.selectors.prices import hints_about, hints_about_rows, unexplained
from projects.selectors.radar import resemblances
from projects.selectors.sheets import application_sheets
from projects.services import drafts
from projects.services.applications import start_application
from projects.services.drafts import ROWS, DraftRefused, Saved


def own_application(request: HttpRequest, pk: Any) -> Application:
    """An application the person may fill in; others get 404 or, if they may read it, 403."""
    application = get_visible_or_404(
        Application.objects.select_related("guide__envelope", "applicant", "hub", "category", "case__rule_set"),
        request.actor,
        pk=pk,
    )
    if not may_edit(application, request.actor):
        raise PermissionDenied(_("只有申报单位的经办人和负责人可以填写"))
    return application


class StartView(LoginRequiredMixin, View):
    """申报: one click from the guide when the person applies for one body, a choice when for several."""

    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        return self._choose(request, self._guide(request, pk))

    def post(self, request: HttpRequest, pk: Any) -> HttpResponse:
        guide = self._guide(request, pk)
        bodies = applying_organizations(request.actor)
        chosen = [body for body in bodies if str(body.pk) == request.POST.get("organization")] or bodies
        if len(chosen) != 1:
            return self._choose(request, guide, bodies=bodies)
        try:
            application = start_application(actor=request.actor, guide=guide, applicant=chosen[0])
        except RuleViolation as violation:
            return self._choose(request, guide, bodies=bodies, refused=violation.refusals, status=409)
        return redirect("application-tasks", application.pk)

    def _guide(self, request: HttpRequest, pk: Any) -> Guide:
        return get_visible_or_404(Guide.objects.select_related("rule_set", "office"), request.actor, pk=pk)

    def _choose(
        self,
        request: HttpRequest,
        guide: Guide,
        *,
        bodies: list[Organization] | None = None,
        refused: Any = (),
        status: int = 200,
    ) -> HttpResponse:
        found = applying_organizations(request.actor) if bodies is None else bodies
        context = {"guide": guide, "organizations": found, "refusals": refused}
        return render(request, "projects/application/start.html", context, status=status)


class TaskListView(LoginRequiredMixin, View):
    """The sections and how complete each is."""

    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        application = own_application(request, pk)
        if application.status not in drafts.EDITABLE:
            return redirect(application)
        rows = progress_of(application)
        context = {
            "application": application,
            "rows": rows,
            "done": sum(row.done for row in rows),
            "total": len(rows),
            "can_discard": application.status == "draft",
            "returned": _last_return(application),
            "present": others_editing(application, request.actor, timezone.now()),
            "earlier": earlier_applications(application)[:10] if _is_fresh(rows) else [],
        }
        return render(request, "projects/application/tasks.html", context)


def _last_return(application: Application) -> Any:
    """The office's words on what to correct, while it is being corrected."""
    if application.status != "supplement":
        return None
    return application.history.filter(transition="application.return_for_supplement").last()


def _is_fresh(rows: list[Any]) -> bool:
    return all(row.state in (SectionState.NOT_STARTED, SectionState.BLOCKED) for row in rows)


class CopyView(LoginRequiredMixin, View):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: Any) -> HttpResponse:
        application = own_application(request, pk)
        source = get_visible_or_404(
            Application.objects.filter(applicant=application.applicant),
            request.actor,
            pk=_uuid_or_404(request.POST.get("source", "")),
        )
        try:
            filled = drafts.copy_from(
                actor=request.actor,
                application=application,
                source=source,
                check=lambda code: lambda raw: check(application, code, raw),
            )
        except DraftRefused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(
                request, _("已复制 %(count)s 个部分，均标为“待核对”；请逐项核对后保存。") % {"count": filled}
            )
        return redirect("application-tasks", application.pk)


class SectionView(LoginRequiredMixin, View):
    """One section: shown as typed, saved whatever is typed, judged when the person says 保存并继续."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if kwargs.get("code") == "files":
            return FilesView.as_view()(request, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, pk: Any, code: str) -> HttpResponse:
        application, section = own_application(request, pk), _section_or_404(code)
        if application.status not in drafts.EDITABLE:
            return redirect(application)
        draft = _draft(application, code)
        raw = draft.values if draft else {}
        judged = bool(draft) and "check" in request.GET
        bound = bind(application, code, raw) if judged else draw(application, code, raw)
        if judged:
            bound.is_valid()
        return self._page(application, section, bound, draft)

    def post(self, request: HttpRequest, pk: Any, code: str) -> HttpResponse:
        application, section = own_application(request, pk), _section_or_404(code)
        raw = raw_from_post(code, request.POST)
        try:
            saved = _save(request, application, code, raw, reviewed=True)
        except DraftRefused as refused:
            bound = bind(application, code, raw)
            bound.is_valid()
            return self._page(application, section, bound, _draft(application, code), refused=str(refused), status=409)
        application.refresh_from_db()
        mine = {clash.unit: clash.yours for clash in saved.clashes}
        bound = bind(application, code, {**saved.draft.values, **mine})
        valid = bound.is_valid()
        if saved.clashes:
            clashes = _clashes(code, saved, bound)
            return self._page(
                application, section, bound, saved.draft, clashes=clashes, editor=saved.editor, status=409
            )
        if "stay" in request.POST:
            return self._page(application, section, draw(application, code, saved.draft.values), saved.draft)
        if not valid:
            return self._page(application, section, bound, saved.draft, status=422)
        if code == "budget" and "prices_seen" not in request.POST and unexplained(application, timezone.localdate()):
            bound = draw(application, code, saved.draft.values)
            return self._page(application, section, bound, saved.draft, prices_to_explain=True)
        following = section_after(code)
        if "overview" in request.POST or following is None:
            return redirect("application-tasks", application.pk)
        return redirect("application-section", application.pk, following.code)

    def _page(
        self,
        application: Application,
        section: Section,
        bound: section_forms.Bound,
        draft: SectionDraft | None,
        *,
        status: int = 200,
        **extra: Any,
    ) -> HttpResponse:
        fields = section_forms.FIELDS[section.code]
        rows_shown = bound.rows is not None
        context = {
            "application": application,
            "section": section,
            "form": bound.form,
            "rows": bound.rows if rows_shown else None,
            "rows_label": fields.rows_label,
            "parts": bound.parts,
            "draft": draft,
            "version": draft.edition if draft else 0,
            "sitting": self.request.POST.get("sitting") or uuid.uuid4().hex,
            "number": [one.code for one in SECTIONS].index(section.code) + 1,
            "count": len(SECTIONS),
            "following": section_after(section.code),
            "closes_at": application.guide.closes_at if application.status == "draft" else None,
            "present": others_editing(application, self.request.actor, timezone.now()),
            "page_has_errors": status == 422,
            "norms": _norms(application) if section.code == "budget" else None,
            "price_hints": hints_about(application, timezone.localdate()) if section.code == "budget" else [],
            **extra,
        }
        if bound.form is not None:
            bound.form.summary_elsewhere = True  # type: ignore[attr-defined]
        return render(self.request, "projects/application/section.html", context, status=status)


def _norms(application: Application) -> dict[str, Any]:
    """Caps of the rule set, for the running total beside the table (R-016)."""
    rule_set = application.guide.rule_set
    envelope = application.guide.envelope
    return {
        "total": application.requested_amount,
        "staff_social_work": rule_set.value("staff_share_social_work"),
        "staff_activity": rule_set.value("staff_share_activity"),
        "management": rule_set.value("management_share"),
        "volunteer": rule_set.value("volunteer_daily_allowance"),
        "limit": envelope.amount if envelope else None,
    }


class PriceHintView(LoginRequiredMixin, View):
    """What the price library says of the rows just typed; without script the saved page shows the same."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: Any) -> HttpResponse:
        application = own_application(request, pk)
        bound = bind(application, "budget", raw_from_post("budget", request.POST))
        bound.is_valid()
        rows = bound.rows.filled()  # type: ignore[union-attr]
        hints = hints_about_rows(application, rows, timezone.localdate())
        return render(request, "catalogs/price_hints.html", {"price_hints": hints})


class AutosaveView(View):
    """Every two seconds, what is typed. Signed out: 401 in words a script can show; the text stays in the page."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: Any, code: str) -> JsonResponse:
        if request.actor.user is None:
            return JsonResponse(
                {"message": _("登录已过期，请在新窗口重新登录；您填写的内容仍保留在本页。")}, status=401
            )
        application, _section = own_application(request, pk), _section_or_404(code)
        try:
            saved = _save(request, application, code, raw_from_post(code, request.POST))
        except DraftRefused as refused:
            return autosave.refused(str(refused))
        version = saved.draft.edition
        stale_rows = ROWS in saved.merged
        if saved.clashes or stale_rows:
            bound = draw(application, code, saved.draft.values)
            fields = _clashes(code, saved, bound, stale_rows=stale_rows, raw=raw_from_post(code, request.POST))
            return autosave.conflict(version=version, at=saved.at, editor=saved.editor, fields=fields)
        merged = {unit: value for unit, value in saved.merged.items() if isinstance(value, str)}
        return autosave.saved(version=version, at=saved.at, merged=merged)


def _save(
    request: HttpRequest, application: Application, code: str, raw: drafts.Raw, *, reviewed: bool = False
) -> Saved:
    version = request.POST.get("version", "")
    return drafts.save_section(
        actor=request.actor,
        application=application,
        code=code,
        raw=raw,
        check=lambda values: check(application, code, values),
        version=int(version) if version.isdigit() and len(version) < 10 else 0,
        sitting=request.POST.get("sitting", "")[:40],
        reviewed=reviewed,
    )


def _clashes(
    code: str, saved: Saved, bound: section_forms.Bound, *, stale_rows: bool = False, raw: drafts.Raw | None = None
) -> list[autosave.FieldConflict]:
    """Both values of each unit in words. Lists and tables have no single input: their name is left empty, and
    choosing the other side loads the page anew."""
    pairs = [(clash.unit, clash.yours, clash.theirs) for clash in saved.clashes]
    if stale_rows and raw is not None:
        pairs.append((ROWS, raw.get(ROWS, []), saved.merged[ROWS]))
    found = []
    for unit, yours, theirs in pairs:
        plain = isinstance(yours, str)
        label = section_forms.FIELDS[code].rows_label if unit == ROWS else bound.form[unit].label  # type: ignore[index]
        found.append(
            autosave.FieldConflict(
                name=unit if plain else "",
                label=str(label),
                yours=_in_words(bound, unit, yours),
                theirs=_in_words(bound, unit, theirs),
            )
        )
    return found


def _in_words(bound: section_forms.Bound, unit: str, value: Any) -> str:
    if unit == ROWS:
        return "\n".join(" ".join(str(part) for part in row.values() if part) for row in value or [])
    if isinstance(value, list):
        choices = dict(getattr(bound.form.fields[unit], "choices", ())) if bound.form else {}  # type: ignore[union-attr]
        named = {str(key): str(label) for key, label in choices.items()}
        return "、".join(named.get(str(one), str(one)) for one in value)
    return str(value or "")


class FilesView(LoginRequiredMixin, View):
    """Attachments: one form per kind; a file turned away says why and nothing else is lost."""

    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        application = own_application(request, pk)
        if application.status not in drafts.EDITABLE:
            return redirect(application)
        return self._page(application)

    def post(self, request: HttpRequest, pk: Any) -> HttpResponse:
        application = own_application(request, pk)
        if "leave_out" in request.POST:
            return self._leave_out(request, application, request.POST["leave_out"])
        kind = request.POST.get("kind", "")
        if kind not in {one.code for one in FILE_KINDS}:
            raise Http404
        form = FileForm(request.POST, request.FILES, prefix=kind, label=str(file_kind(kind).label))
        if not form.is_valid():
            return self._page(application, failed={kind: form}, status=422)
        try:
            drafts.attach_file(
                actor=request.actor, application=application, kind=kind, upload=form.cleaned_data["upload"]
            )
        except UploadRefused as refused:
            form.add_error("upload", refused.message)
            return self._page(application, failed={kind: form}, status=422)
        except DraftRefused as closed:
            messages.error(request, str(closed))
            return redirect(application)
        messages.success(request, _("已收到“%(what)s”") % {"what": file_kind(kind).label})
        return redirect("application-section", application.pk, "files")

    def _leave_out(self, request: HttpRequest, application: Application, document_id: str) -> HttpResponse:
        try:
            drafts.leave_file_out(actor=request.actor, application=application, document_id=document_id)
        except DraftRefused as closed:
            messages.error(request, str(closed))
        except RuleViolation as violation:
            messages.error(request, str(violation))
        return redirect("application-section", application.pk, "files")

    def _page(
        self, application: Application, *, failed: dict[str, FileForm] | None = None, status: int = 200
    ) -> HttpResponse:
        failed = failed or {}
        files = files_of(application)
        boxes = [
            {
                "kind": kind,
                "files": [document for document in files if document.kind == kind.code],
                "form": failed.get(kind.code) or FileForm(prefix=kind.code, label=str(kind.label)),
            }
            for kind in FILE_KINDS
        ]
        for box in boxes:
            box["form"].summary_elsewhere = True  # type: ignore[attr-defined]
        context = {
            "application": application,
            "section": section_named("files"),
            "number": [one.code for one in SECTIONS].index("files") + 1,
            "count": len(SECTIONS),
            "boxes": boxes,
            "failed": list(failed.values()),
            "page_has_errors": bool(failed),
            "following": section_after("files"),
        }
        return render(self.request, "projects/application/files.html", context, status=status)


class CheckView(LoginRequiredMixin, View):
    """Check your answers: everything on one page, what is missing with links, and the one button that counts."""

    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        application = own_application(request, pk)
        if application.status not in drafts.EDITABLE:
            return redirect(application)
        name = "application.submit" if application.status == "draft" else "application.resubmit"
        row = application.lifecycle.transition(name)
        found = refusals(application, name, request.actor, at=database_now())
        blocking = [refusal for refusal in found if not refusal.warning]
        warnings = [refusal for refusal in found if refusal.warning]
        form = SubmitForm(obj=application, actor=request.actor, transition=row, warnings=bool(warnings))
        context = {
            "application": application,
            "transition": row,
            "action_url": reverse("transition", args=["application", application.pk, name]),
            "form": form,
            "refusals": [r for r in blocking if r.rule_id != "S-04"],
            "incomplete": [progress for progress in progress_of(application) if not progress.done],
            "warnings": warnings,
            "may_sign": seat_for(row, application, request.actor) is not None,
            "can_submit": not blocking,
            "sheets": application_sheets(application),
            "requested": format_yuan(application.requested_amount),
            "resembling": len(resemblances(application)),
            "declared": application.differences.exists(),
            "blocked_by_funding": any(refusal.rule_id == "R-042" for refusal in blocking),
        }
        return render(request, "projects/application/check.html", context)


def _draft(application: Application, code: str) -> SectionDraft | None:
    return application.section_drafts.select_related("edited_by").filter(code=code).first()


def _section_or_404(code: str) -> Section:
    try:
        section = section_named(code)
    except KeyError as absent:
        raise Http404 from absent
    if code not in section_forms.FIELDS:
        raise Http404
    return section


def _uuid_or_404(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as wrong:
        raise Http404 from wrong
