from django.urls import path

from catalogs.views import meetings, supplies

urlpatterns = [
    path("supply/", supplies.SupplyCatalogueView.as_view(), name="supply-catalogue"),
    path("supplies/desk/", supplies.SupplyDeskView.as_view(), name="supply-desk"),
    path("supplies/new/", supplies.SupplyFormView.as_view(), name="supply-new"),
    path("supplies/<uuid:pk>/", supplies.SupplyView.as_view(), name="supply"),
    path("supplies/<uuid:pk>/edit/", supplies.SupplyFormView.as_view(), name="supply-edit"),
    path("matching/", meetings.HeatMapView.as_view(), name="heat-map"),
    path("intents/", meetings.IntentListView.as_view(), name="intents"),
    path("intents/<uuid:pk>/", meetings.IntentView.as_view(), name="intent"),
    path("intents/new/<slug:kind>/<uuid:pk>/", meetings.IntentCreateView.as_view(), name="intent-new"),
    path("fairs/", meetings.FairListView.as_view(), name="fairs"),
    path("fairs/new/", meetings.FairCreateView.as_view(), name="fair-new"),
    path("fairs/<uuid:pk>/", meetings.FairView.as_view(), name="fair"),
]
