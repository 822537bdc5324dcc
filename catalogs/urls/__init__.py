"""One module of addresses per aggregate."""

from django.urls import include, path

urlpatterns = [
    path("", include("catalogs.urls.envelopes")),
    path("", include("catalogs.urls.budgets")),
    path("", include("catalogs.urls.guidance")),
    path("", include("catalogs.urls.prices")),
]
