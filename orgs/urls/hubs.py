from django.urls import path

from orgs.views import hubs as views

urlpatterns = [
    path("hubs/", views.NetworkView.as_view(), name="hub-network"),
    path("hubs/compare/", views.ComparisonView.as_view(), name="hub-comparison"),
    path("hubs/recognitions/", views.RecognitionListView.as_view(), name="hub-recognitions"),
    path("hubs/recognitions/new/", views.RecognitionCreateView.as_view(), name="hub-recognition-new"),
    path("hubs/recognitions/<uuid:pk>/", views.RecognitionView.as_view(), name="hub-recognition"),
    path("hubs/members/<uuid:pk>/leave/", views.LeaveView.as_view(), name="affiliation-leave"),
    path("hubs/<uuid:pk>/cockpit/", views.CockpitView.as_view(), name="hub-cockpit"),
    path("hubs/<uuid:pk>/members/add/", views.AffiliateView.as_view(), name="affiliation-new"),
]
