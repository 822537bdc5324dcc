from django.urls import path

from projects.views import applications, drafts

urlpatterns = [
    path("guides/<uuid:pk>/apply/", drafts.StartView.as_view(), name="application-start"),
    path("guides/<uuid:pk>/applications/", applications.GuideApplicationsView.as_view(), name="guide-applications"),
    path("applications/", applications.ApplicationListView.as_view(), name="applications"),
    path("applications/awaiting/", applications.AwaitingHubView.as_view(), name="applications-awaiting"),
    path("applications/<uuid:pk>/", applications.ApplicationView.as_view(), name="application"),
    path("applications/<uuid:pk>/tasks/", drafts.TaskListView.as_view(), name="application-tasks"),
    path("applications/<uuid:pk>/copy/", drafts.CopyView.as_view(), name="application-copy"),
    path("applications/<uuid:pk>/sections/<slug:code>/", drafts.SectionView.as_view(), name="application-section"),
    path(
        "applications/<uuid:pk>/sections/<slug:code>/autosave/",
        drafts.AutosaveView.as_view(),
        name="application-autosave",
    ),
    path("applications/<uuid:pk>/prices/", drafts.PriceHintView.as_view(), name="application-prices"),
    path("applications/<uuid:pk>/check/", drafts.CheckView.as_view(), name="application-check"),
    path("applications/<uuid:pk>/precheck/", applications.PrecheckView.as_view(), name="application-precheck"),
    path(
        "applications/<uuid:pk>/receipts/<str:number>/", applications.ReceiptView.as_view(), name="application-receipt"
    ),
    path("verify/", applications.VerifyView.as_view(), name="verify"),
    path("verify/<str:query>/", applications.VerifyView.as_view(), name="verify-one"),
]
