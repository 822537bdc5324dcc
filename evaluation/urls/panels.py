from django.urls import path

from evaluation.views import draws, panels, procedure_panels, public_draws, reports, seats

urlpatterns = [
    path("guides/<uuid:pk>/panels/new/", panels.PanelPlanView.as_view(), name="panel-new"),
    path("procedures/<uuid:pk>/panels/new/", procedure_panels.ProcedurePlanView.as_view(), name="procedure-panel-new"),
    path("procedures/<uuid:pk>/experts/", public_draws.PublicDrawView.as_view(), name="procedure-experts"),
    path(
        "procedures/<uuid:pk>/experts/<slug:number>.json",
        public_draws.PublicDrawRecordView.as_view(),
        name="procedure-experts-record",
    ),
    path("bids/<uuid:pk>/recusal/", procedure_panels.BidderRecusalView.as_view(), name="bid-recusal"),
    path(
        "panels/<uuid:pk>/representatives/", procedure_panels.RepresentativeView.as_view(), name="panel-representative"
    ),
    path(
        "panels/<uuid:pk>/entries/<int:entry>/invalid/",
        procedure_panels.InvalidityView.as_view(),
        name="entry-invalid",
    ),
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
