from django.urls import path

from evaluation.views import draws, panels, reports, seats

urlpatterns = [
    path("guides/<uuid:pk>/panels/new/", panels.PanelPlanView.as_view(), name="panel-new"),
    path("panels/", panels.PanelListView.as_view(), name="panels"),
    path("panels/verify_draw.py", draws.verifier, name="draw-verifier"),
    path("panels/<uuid:pk>/", panels.PanelView.as_view(), name="panel"),
    path("panels/<uuid:pk>/draw/", draws.DrawView.as_view(), name="panel-draw"),
    path("panels/<uuid:pk>/draw.json", draws.DrawRecordView.as_view(), name="panel-draw-record"),
    path("panels/<uuid:pk>/results/", reports.ResultsView.as_view(), name="panel-results"),
    path("panels/<uuid:pk>/report/", reports.ReportView.as_view(), name="panel-report"),
    path("seats/<uuid:pk>/", seats.SeatView.as_view(), name="seat"),
    path("seats/<uuid:pk>/recusal/", seats.RecusalRequestView.as_view(), name="seat-recusal"),
    path("seats/<uuid:pk>/conduct/", seats.ConductView.as_view(), name="seat-conduct"),
    path("recusals/<uuid:pk>/", seats.RecusalDecisionView.as_view(), name="recusal"),
]
