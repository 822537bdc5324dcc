from django.urls import path

from projects.views import contracts

urlpatterns = [
    path("contracts/", contracts.ContractListView.as_view(), name="contracts"),
    path("contracts/<uuid:pk>/", contracts.ContractView.as_view(), name="contract"),
    path("contracts/<uuid:pk>/edit/", contracts.ContractEditView.as_view(), name="contract-edit"),
    path(
        "contracts/<uuid:pk>/announcement/", contracts.ContractAnnouncementView.as_view(), name="contract-announcement"
    ),
    path("payments/<uuid:pk>/", contracts.PaymentView.as_view(), name="payment"),
    path("applications/<uuid:pk>/contract/", contracts.ContractDraftView.as_view(), name="contract-draft"),
    path("applications/<uuid:pk>/revision/", contracts.RevisionView.as_view(), name="application-revision"),
]
