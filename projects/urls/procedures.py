from django.urls import path

from projects.views import procedures

urlpatterns = [
    path("procedures/", procedures.ProcedureListView.as_view(), name="procedures"),
    path("procedures/<uuid:pk>/", procedures.ProcedureView.as_view(), name="procedure"),
    path("bids/<uuid:pk>/", procedures.BidView.as_view(), name="bid"),
]
