from django.urls import path

from orgs.views import experts as views

urlpatterns = [
    path("experts/", views.PoolView.as_view(), name="expert-pool"),
    path("experts/mine/", views.MyExpertView.as_view(), name="my-expert"),
    path("experts/apply/", views.AdmissionCreateView.as_view(), name="expert-admission-new"),
    path("experts/admissions/<uuid:pk>/", views.AdmissionView.as_view(), name="expert-admission"),
    path("experts/admissions/<uuid:pk>/edit/", views.AdmissionEditView.as_view(), name="expert-admission-edit"),
    path("experts/<uuid:pk>/", views.ExpertView.as_view(), name="expert"),
]
