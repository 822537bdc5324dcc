"""One module of addresses per aggregate."""

from django.urls import include, path

urlpatterns = [
    path("", include("projects.urls.guides")),
    path("", include("projects.urls.applications")),
    path("", include("projects.urls.contracts")),
]
