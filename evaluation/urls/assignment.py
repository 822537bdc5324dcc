from django.urls import path

from evaluation.views import assignment as views

urlpatterns = [
    path("guides/<uuid:pk>/assignments/new/", views.AssignmentPlanView.as_view(), name="assignment-new"),
    path("assignments/<uuid:pk>/", views.AssignmentView.as_view(), name="assignment"),
]
