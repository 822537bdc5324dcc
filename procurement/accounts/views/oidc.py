"""Sign-in through the authority's own service (OpenID Connect), off unless OIDC_ISSUER is set."""

from __future__ import annotations

import logging
from typing import Any

from authlib.integrations.base_client import OAuthError
from authlib.integrations.django_client import OAuth
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from joserfc.errors import JoseError
from requests import RequestException

from procurement.accounts.services.identities import person_of
from procurement.accounts.signing_in import first_step_done

log = logging.getLogger(__name__)
THEN = "oidc_then"
TIMEOUT = 10


def client() -> Any:
    """Reads the provider's own description; state, nonce and PKCE are the library's."""
    if not settings.OIDC["issuer"]:
        raise Http404
    oauth: Any = OAuth()
    return oauth.register(
        "portal",
        client_id=settings.OIDC["client_id"],
        client_secret=settings.OIDC["client_secret"],
        server_metadata_url=settings.OIDC["issuer"].rstrip("/") + "/.well-known/openid-configuration",
        client_kwargs={"scope": "openid", "code_challenge_method": "S256", "default_timeout": TIMEOUT},
    )


def begin(request: HttpRequest) -> HttpResponse:
    then = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(then, {request.get_host()}, require_https=request.is_secure())
    try:
        answer: HttpResponse = client().authorize_redirect(
            request, request.build_absolute_uri(reverse("oidc-callback"))
        )
    except (RequestException, OAuthError, ValueError, KeyError) as error:
        return _refused(request, error, _("统一身份认证服务暂时不可用，请稍后重试，或用用户名和密码登录。"))
    request.session[THEN] = then if safe else ""
    return answer


def callback(request: HttpRequest) -> HttpResponse:
    """The claims are checked by the library; whom they name is looked up, never made up."""
    provider = client()
    then = request.session.pop(THEN, "")
    try:
        claims = provider.authorize_access_token(request).get("userinfo") or {}
    except (OAuthError, JoseError, RequestException, ValueError, KeyError) as error:
        return _refused(request, error, _("统一身份认证没有成功，请重新登录。"))
    person = person_of(claims, issuer=settings.OIDC["issuer"])
    if person is None:
        return _refused(request, None, _("您的统一身份尚未与平台账号关联，请联系系统管理员。"))
    return first_step_done(request, person, then=then)


def _refused(request: HttpRequest, error: Exception | None, sentence: str) -> HttpResponse:
    log.warning("sign-in from elsewhere refused: %s", type(error).__name__ if error else "not linked")
    messages.error(request, sentence)
    return redirect("login")
