from django.urls import path

from catalogs.views import guidance, items, proposals, purchase_checks

urlpatterns = [
    path("guidance/", guidance.CatalogueListView.as_view(), name="catalogue-list"),
    path("guidance/new/", guidance.EditionCreateView.as_view(), name="catalogue-new"),
    path("guidance/check/", purchase_checks.EligibilityView.as_view(), name="catalogue-eligibility"),
    path("guidance/codes/", items.CodeListView.as_view(), name="procurement-codes"),
    path("guidance/proposals/", proposals.ProposalListView.as_view(), name="catalogue-proposals"),
    path("guidance/proposals/new/", proposals.ProposalEditView.as_view(), name="catalogue-proposal-new"),
    path("guidance/proposals/<uuid:pk>/", proposals.ProposalView.as_view(), name="catalogue-proposal"),
    path("guidance/proposals/<uuid:pk>/edit/", proposals.ProposalEditView.as_view(), name="catalogue-proposal-edit"),
    path("guidance/items/<uuid:pk>/", items.ItemView.as_view(), name="catalogue-item"),
    path("guidance/items/<uuid:pk>/edit/", items.ItemEditView.as_view(), name="catalogue-item-edit"),
    path("guidance/items/<uuid:pk>/remove/", items.ItemRemoveView.as_view(), name="catalogue-item-remove"),
    path("guidance/items/<uuid:pk>/codes/", items.ItemCodesView.as_view(), name="catalogue-item-codes"),
    path("guidance/<uuid:pk>/", guidance.CatalogueView.as_view(), name="catalogue"),
    path("guidance/<uuid:pk>/compare/", guidance.CompareView.as_view(), name="catalogue-compare"),
    path("guidance/<uuid:pk>/items/new/", items.ItemCreateView.as_view(), name="catalogue-item-new"),
    path("checks/<str:subject>/", purchase_checks.PurchaseCheckView.as_view(), name="purchase-check"),
]
