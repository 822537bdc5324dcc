from django.urls import path

from projects.views import collusion

urlpatterns = [
    path("guides/<uuid:pk>/collusion/", collusion.CollusionView.as_view(), name="collusion"),
    path("guides/<uuid:pk>/collusion/<slug:key>/", collusion.ConcludeView.as_view(), name="collusion-conclude"),
]
