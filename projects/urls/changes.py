from django.urls import path

from projects.views import changes

urlpatterns = [
    path("changes/", changes.ChangeListView.as_view(), name="changes"),
    path("changes/<uuid:pk>/", changes.ChangeView.as_view(), name="change"),
    path("changes/<uuid:pk>/edit/", changes.ChangeEditView.as_view(), name="change-edit"),
    path("applications/<uuid:pk>/changes/new/", changes.ChangeCreateView.as_view(), name="change-new"),
]
