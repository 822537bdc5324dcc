from django.urls import path

from catalogs.views import policies

urlpatterns = [
    path("policies/", policies.PolicyListView.as_view(), name="policy-list"),
    path("policies/new/", policies.PolicyEditView.as_view(), name="policy-new"),
    path("policies/key/<uuid:pk>/", policies.PolicyKeyView.as_view(), name="policy-by-key"),
    path("policies/<slug:slug>/", policies.PolicyView.as_view(), name="policy"),
    path("policies/<slug:slug>/edit/", policies.PolicyEditView.as_view(), name="policy-edit"),
    path("policies/<slug:slug>/attach/", policies.PolicyAttachView.as_view(), name="policy-attach"),
]
