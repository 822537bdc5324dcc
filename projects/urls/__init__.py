"""One module of addresses per aggregate."""

from django.urls import include, path

urlpatterns = [
    path("", include("projects.urls.collusion")),
    path("", include("projects.urls.custody")),
    path("", include("projects.urls.guides")),
    path("", include("projects.urls.hotline")),
    path("", include("projects.urls.hubs")),
    path("", include("projects.urls.eligibility")),
    path("", include("projects.urls.applications")),
    path("", include("projects.urls.duplicates")),
    path("", include("projects.urls.procedures")),
    path("", include("projects.urls.official_notices")),
    path("", include("projects.urls.sealing")),
    path("", include("projects.urls.awards")),
    path("", include("projects.urls.contracts")),
    path("", include("projects.urls.closeouts")),
    path("", include("projects.urls.activities")),
    path("", include("projects.urls.remedies")),
    path("", include("projects.urls.reports")),
    path("", include("projects.urls.rectifications")),
    path("", include("projects.urls.warnings")),
    path("", include("projects.urls.changes")),
]
