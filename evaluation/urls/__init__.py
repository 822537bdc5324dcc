"""One module per aggregate; each is mounted here."""

from django.urls import include, path

urlpatterns = [
    path("", include("evaluation.urls.rubrics")),
    path("", include("evaluation.urls.panels")),
    path("", include("evaluation.urls.assignment")),
    path("", include("evaluation.urls.review")),
    path("", include("evaluation.urls.assessments")),
    path("", include("evaluation.urls.surveys")),
]
