from django.urls import path

from orgs.views import dossier as views

urlpatterns = [
    path("mine/dossier/", views.MyDossierView.as_view(), name="my-dossier"),
    path("qualifications/", views.PaperQueueView.as_view(), name="qualification-queue"),
    path("qualifications/<uuid:pk>/", views.PaperView.as_view(), name="qualification"),
    path("qualifications/<uuid:pk>/edit/", views.PaperEditView.as_view(), name="qualification-edit"),
    path("<uuid:pk>/dossier/", views.DossierView.as_view(), name="organization-dossier"),
    path("<uuid:pk>/qualifications/add/", views.PaperCreateView.as_view(), name="qualification-add"),
    path("<uuid:pk>/inspections/add/", views.InspectionView.as_view(), name="inspection-add"),
]
