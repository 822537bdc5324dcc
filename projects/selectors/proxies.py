"""For whom an application is made: the applicant itself, or a group behind a union."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from orgs.models import AuthorizationLetter, Organization
from orgs.selectors.filings import letters_to_use
from procurement.access import Actor
from projects.models import Application, Guide, ProxyApplication


def proxy_of(application: Application) -> ProxyApplication | None:
    """The group and letter behind the application; None when the applicant acts for itself."""
    return (
        ProxyApplication.objects.filter(application=application).select_related("letter", "executor", "union").first()
    )


def carried_out_by(application: Application) -> Organization:
    """Whose project it is when projects are counted: the group's, not its union's."""
    proxy = proxy_of(application)
    return proxy.executor if proxy else application.applicant


def usable_letters(actor: Actor, guide: Guide, on: date) -> QuerySet[AuthorizationLetter]:
    """Letters under which nothing has been begun in this guide yet."""
    begun = ProxyApplication.objects.filter(application__guide=guide).exclude(
        Q(application__status="withdrawn") | Q(application__status="precheck_failed")
    )
    return letters_to_use(actor, on).exclude(pk__in=begun.values("letter_id"))
