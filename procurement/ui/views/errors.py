"""Error pages say what happened, what was kept, and where to go next. None tells what exists behind a 404."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: PermissionDenied) -> HttpResponse:
    """A refusal raised as PermissionDenied(sentence) shows its sentence with rule and article."""
    return render(request, "403.html", {"reason": str(exception)}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Rendered without request and context: whatever failed may be one of them."""
    return HttpResponse(render_to_string("500.html"), status=500)
