from django.urls import path

from projects.views import duplicates

urlpatterns = [
    path("applications/<uuid:pk>/difference/", duplicates.DifferenceView.as_view(), name="application-difference"),
    path("applications/<uuid:pk>/second-funding/", duplicates.ExceptionCreateView.as_view(), name="second-funding-new"),
    path("second-funding/<uuid:pk>/", duplicates.SecondFundingView.as_view(), name="second-funding"),
]
