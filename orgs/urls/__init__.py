"""One module of addresses per aggregate."""

from django.urls import include, path

urlpatterns = [
    path("", include("orgs.urls.filings")),
    path("", include("orgs.urls.registrations")),
    path("", include("orgs.urls.invitations")),
    path("", include("orgs.urls.hubs")),
    path("", include("orgs.urls.merges")),
    path("", include("orgs.urls.organizations")),
    path("", include("orgs.urls.consortia")),
]
