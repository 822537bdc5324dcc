"""Asking for a dossier; how far it is stands on the job's page."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from procurement.dossier import permission
from procurement.dossier.making import ask
from procurement.lifecycle.models import Case


@login_required
@require_POST
def start(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A foreign case and an absent one give the same 404."""
    case = Case.objects.filter(pk=pk).first()
    if case is None or not permission.may_read(request.actor, case):
        raise Http404(_("没有找到您要的内容，或者您无权查看。"))
    return redirect(ask(actor=request.actor, case=case))
