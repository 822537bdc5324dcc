from django.urls import path

from projects.views import reports

urlpatterns = [
    path("reports/", reports.ReportListView.as_view(), name="reports"),
    path("reports/<uuid:pk>/", reports.ReportView.as_view(), name="report"),
    path("reports/<uuid:pk>/edit/", reports.ReportEditView.as_view(), name="report-edit"),
    path("reports/<uuid:pk>/autosave/", reports.ReportAutosaveView.as_view(), name="report-autosave"),
    path("reports/<uuid:pk>/summary/", reports.ReportSummaryView.as_view(), name="report-summary"),
]
