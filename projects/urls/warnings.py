from django.urls import path

from projects.views import warnings

urlpatterns = [
    path("warnings/", warnings.WarningBoardView.as_view(), name="warnings"),
    path("warnings/<uuid:pk>/", warnings.WarningView.as_view(), name="warning"),
    path("warnings/<uuid:pk>/stop/", warnings.StopView.as_view(), name="warning-stop"),
    path("applications/<uuid:pk>/warnings/new/", warnings.IncidentView.as_view(), name="warning-new"),
]
