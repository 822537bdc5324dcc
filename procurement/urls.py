"""The roof: every app is mounted by name, so that no import runs back up.

Each room adds one line. Order matters only where two patterns could match the same path.
"""

from django.urls import include, path

from procurement.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("", include("procurement.ui.urls")),
    path("accounts/", include("procurement.accounts.urls")),
    path("", include("procurement.rules.urls")),
    path("", include("procurement.notices.urls")),
    path("", include("procurement.statistics.urls")),
    path("", include("procurement.documents.urls")),
    path("", include("procurement.registers.urls")),
    path("", include("procurement.search.urls")),
    path("audit/", include("procurement.audit.urls")),
    path("orgs/", include("orgs.urls")),
    path("catalogs/", include("catalogs.urls")),
    # Short, because residents read it off a poster.
    path("needs/", include("catalogs.urls.needs")),
    path("", include("projects.urls")),
    path("", include("evaluation.urls")),
    path("", include("procurement.dossier.urls")),
    path("", include("procurement.api.urls")),
    path("demo/", include("procurement.demo.urls")),
    path("", include("procurement.lifecycle.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
]

handler400 = "procurement.ui.views.bad_request"
handler403 = "procurement.ui.views.forbidden"
handler404 = "procurement.ui.views.not_found"
handler500 = "procurement.ui.views.server_error"
