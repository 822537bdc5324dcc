from django.urls import path

from orgs import views

urlpatterns = [
    path("", views.OrganizationListView.as_view(), name="organization-list"),
    path("mine/", views.MyOrganizationView.as_view(), name="my-organization"),
    path("mine/edit/", views.MyOrganizationEditView.as_view(), name="my-organization-edit"),
    path("hat/", views.HatView.as_view(), name="hat"),
    path("uscc/", views.UsccCheckView.as_view(), name="uscc-check"),
    path("seats/<uuid:pk>/revoke/", views.RevokeView.as_view(), name="membership-revoke"),
    path("<uuid:pk>/", views.OrganizationView.as_view(), name="organization"),
    path("<uuid:pk>/edit/", views.MyOrganizationEditView.as_view(), name="organization-edit"),
    path("<uuid:pk>/members/", views.MembersView.as_view(), name="organization-members"),
]
