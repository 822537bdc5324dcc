from django.urls import path

from projects.views import eligibility

urlpatterns = [
    path("guides/<uuid:pk>/eligibility/", eligibility.GuideEligibilityView.as_view(), name="guide-eligibility"),
]
