from django.urls import path

from projects.views import rerouting

urlpatterns = [
    path("applications/<uuid:pk>/choose-hub/", rerouting.ChooseHubView.as_view(), name="application-choose-hub"),
]
