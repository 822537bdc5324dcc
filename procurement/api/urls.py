from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import AllowAny
from rest_framework.routers import SimpleRouter

from procurement.api import open_data, views

router = SimpleRouter()
for name, viewset in (
    ("guides", views.GuideViewSet),
    ("applications", views.ApplicationViewSet),
    ("cases", views.CaseViewSet),
    ("contracts", views.ContractViewSet),
    ("payments", views.PaymentViewSet),
):
    router.register(name, viewset, basename=f"api-{name}")

urlpatterns = [
    path("api/v1/", include(router.urls)),
    path("api/v1/act/<slug:lifecycle>/<uuid:pk>/<str:transition>/", views.ActView.as_view(), name="api-act"),
    path("api/v1/schema/", SpectacularAPIView.as_view(permission_classes=[AllowAny]), name="api-schema"),
    path("open/", open_data.index, name="open-data"),
    path("open/projects.csv", open_data.projects_csv, name="open-projects-csv"),
    path("open/projects.json", open_data.projects_json, name="open-projects-json"),
    path("open/ocds/releases.json", open_data.releases, name="open-releases"),
    path("open/ocds/records.json", open_data.records, name="open-records"),
    path("open/ocds/records/<str:ocid>.json", open_data.record, name="open-record"),
]
