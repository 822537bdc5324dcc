from django.urls import path

from evaluation.views import assessments as views

urlpatterns = [
    path("assessments/", views.AssessmentListView.as_view(), name="assessments"),
    path("applications/<uuid:pk>/assessments/<slug:kind>/", views.AssessmentPlanView.as_view(), name="assessment-plan"),
    path("assessments/<uuid:pk>/", views.AssessmentView.as_view(), name="assessment"),
    path("assessments/<uuid:pk>/bench/", views.BenchView.as_view(), name="assessment-bench"),
    path(
        "assessments/<uuid:pk>/bench/autosave/",
        views.BenchAutosaveView.as_view(),
        name="assessment-bench-autosave",
    ),
    path("assessments/<uuid:pk>/visits/", views.SiteVisitView.as_view(), name="assessment-visit"),
    path("evaluations/", views.PublicResultListView.as_view(), name="evaluation-results"),
    path("evaluations/<uuid:pk>/", views.PublicResultView.as_view(), name="evaluation-result"),
]
