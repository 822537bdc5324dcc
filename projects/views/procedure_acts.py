"""One form for one act on a procedure, whatever the act."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.views import View

from procurement.rules import RuleViolation
from projects.models import Procedure

Text = str | Promise


class ProcedureActView(View):
    """The form is shown, sent back with what was typed and every sentence against it, or done.

    A subclass says on which procedure, with which form, and what is done with the values.
    """

    template: ClassVar[str] = "projects/procedures/form.html"
    #: ``title``, ``submit`` and ``note`` of the page.
    words: ClassVar[Mapping[str, Text]] = {}
    #: Said once it is done.
    done: ClassVar[Text]

    def procedure(self, request: HttpRequest, pk: str) -> Procedure:
        """404 for whoever may not act on it, and where there is nothing to act on."""
        raise NotImplementedError

    def form(self, request: HttpRequest, procedure: Procedure, data: Any = None) -> Any:
        raise NotImplementedError

    def act(self, request: HttpRequest, procedure: Procedure, values: dict[str, Any]) -> Any:
        """The one call of a service; what ``redirect`` takes, or None for the procedure's own page."""
        raise NotImplementedError

    def more(self, request: HttpRequest, procedure: Procedure) -> dict[str, Any]:
        """What the template needs besides the form."""
        return {}

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        procedure = self.procedure(request, pk)
        return self._page(request, procedure, self.form(request, procedure))

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        procedure = self.procedure(request, pk)
        form = self.form(request, procedure, request.POST)
        if not form.is_valid():
            return self._page(request, procedure, form, status=422)
        try:
            target = self.act(request, procedure, form.cleaned_data)
        except RuleViolation as violation:
            return self._page(request, procedure, form, status=409, refusals=violation.refusals)
        messages.success(request, self.done)
        return redirect(target or procedure)

    def _page(
        self, request: HttpRequest, procedure: Procedure, form: Any, status: int = 200, refusals: Any = ()
    ) -> HttpResponse:
        context = {"procedure": procedure, "form": form, "refusals": refusals, **self.words}
        return render(request, self.template, {**context, **self.more(request, procedure)}, status=status)
