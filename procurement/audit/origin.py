"""Where the act in hand comes from: set once per request, read by `record`, so that services need not pass it on."""

from collections.abc import Callable
from contextvars import ContextVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse

address: ContextVar[str | None] = ContextVar("address", default=None)


def client_address(request: HttpRequest) -> str:
    """Return the client's network address; only as many proxies as are declared are believed, from the right."""
    proxies = int(str(settings.PORTAL.get("PROXY_COUNT", 0)))
    forwarded = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    if proxies and len(forwarded) >= proxies:
        return str(forwarded[-proxies])[:100]
    return str(request.META.get("REMOTE_ADDR", ""))[:100]


class OriginMiddleware:
    """Hold the client's address for the length of a request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = address.set(client_address(request))
        try:
            return self.get_response(request)
        finally:
            address.reset(token)
