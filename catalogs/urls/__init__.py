"""One module of addresses per aggregate."""

from django.urls import include, path

urlpatterns = [
    path("", include("catalogs.urls.demands")),
    path("", include("catalogs.urls.envelopes")),
    path("", include("catalogs.urls.budgets")),
    path("", include("catalogs.urls.guidance")),
    path("", include("catalogs.urls.prices")),
    path("", include("catalogs.urls.supplies")),
    path("", include("catalogs.urls.policies")),
]
