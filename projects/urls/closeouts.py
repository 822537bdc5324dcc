from django.urls import path

from projects.models import Acceptance, Closeout, FinancialAudit, Refund
from projects.views import acceptances, closeouts, public

urlpatterns = [
    path("applications/<uuid:pk>/closeout/", closeouts.CloseoutStartView.as_view(), name="closeout-start"),
    path("closeouts/<uuid:pk>/", closeouts.CloseoutView.as_view(), name="closeout"),
    path("closeouts/<uuid:pk>/edit/", closeouts.CloseoutEditView.as_view(), name="closeout-edit"),
    path("closeouts/<uuid:pk>/files/", closeouts.EvidenceView.as_view(model=Closeout), name="closeout-files"),
    path("applications/<uuid:pk>/acceptance/", acceptances.AcceptancePlanView.as_view(), name="acceptance-plan"),
    path("acceptances/<uuid:pk>/", acceptances.AcceptanceView.as_view(), name="acceptance"),
    path("acceptances/<uuid:pk>/files/", closeouts.EvidenceView.as_view(model=Acceptance), name="acceptance-files"),
    path("acceptances/<uuid:pk>/recipients/", acceptances.RecipientAddView.as_view(), name="acceptance-recipients"),
    path(
        "acceptances/<uuid:pk>/recipients/<uuid:recipient>/",
        acceptances.DictationView.as_view(),
        name="acceptance-dictation",
    ),
    path(
        "acceptances/<uuid:pk>/recipients/<uuid:recipient>/drop/",
        acceptances.RecipientDropView.as_view(),
        name="acceptance-drop",
    ),
    path("acceptances/<uuid:pk>/site/", acceptances.SiteView.as_view(), name="acceptance-site"),
    path("acceptances/<uuid:pk>/slips/", acceptances.SlipsView.as_view(), name="acceptance-slips"),
    path(
        "acceptances/<uuid:pk>/rectification/",
        acceptances.RectificationReportView.as_view(),
        name="acceptance-rectification",
    ),
    path("witness/", acceptances.WitnessEntryView.as_view(), name="witness-entry"),
    path("witness/<str:code>/", acceptances.WitnessView.as_view(), name="witness"),
    path("applications/<uuid:pk>/audit/", closeouts.AuditEngageView.as_view(), name="audit-engage"),
    path("audits/<uuid:pk>/", closeouts.FinancialAuditView.as_view(), name="financial-audit"),
    path("audits/<uuid:pk>/fieldwork/", closeouts.FieldworkView.as_view(), name="audit-fieldwork"),
    path("audits/<uuid:pk>/files/", closeouts.EvidenceView.as_view(model=FinancialAudit), name="audit-files"),
    path("refunds/<uuid:pk>/", closeouts.RefundView.as_view(), name="refund"),
    path("refunds/<uuid:pk>/files/", closeouts.EvidenceView.as_view(model=Refund), name="refund-files"),
    path("applications/<uuid:pk>/archive/", closeouts.ArchiveView.as_view(), name="archive"),
    path("projects/", public.PublicProjectListView.as_view(), name="public-projects"),
    path("projects/<uuid:pk>/", public.PublicProjectView.as_view(), name="public-project"),
]
