from django.urls import path

from orgs import views

urlpatterns = [
    path("invitations/<str:token>/", views.InvitationView.as_view(), name="invitation"),
    path("members/invitations/<uuid:pk>/revoke/", views.InvitationRevokeView.as_view(), name="invitation-revoke"),
    path("<uuid:pk>/members/invite/", views.InviteView.as_view(), name="organization-invite"),
]
