from django.urls import path

from orgs.views import consortia as views

urlpatterns = [
    path("consortia/", views.ConsortiumListView.as_view(), name="consortium-list"),
    path("consortia/new/", views.ConsortiumCreateView.as_view(), name="consortium-new"),
    path("consortia/<uuid:pk>/", views.ConsortiumView.as_view(), name="consortium"),
    path("consortia/<uuid:pk>/edit/", views.ConsortiumEditView.as_view(), name="consortium-edit"),
    path("consortia/<uuid:pk>/members/", views.ConsortiumMembersView.as_view(), name="consortium-members"),
    path("consortia/<uuid:pk>/ballot/", views.BallotView.as_view(), name="consortium-ballot"),
    path("consortia/<uuid:pk>/support/", views.SupportContractView.as_view(), name="consortium-support"),
    path("consortia/<uuid:pk>/change/", views.ConsortiumChangeCreateView.as_view(), name="consortium-change-new"),
    path("consortia/changes/<uuid:pk>/", views.ConsortiumChangeView.as_view(), name="consortium-change"),
]
