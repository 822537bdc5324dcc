from django.urls import path

from orgs import views

urlpatterns = [
    path("duplicates/", views.DuplicateListView.as_view(), name="duplicate-list"),
    path("duplicates/<uuid:pk>/", views.DuplicateView.as_view(), name="duplicate"),
    path("duplicates/<uuid:pk>/dismiss/", views.DuplicateDismissView.as_view(), name="duplicate-dismiss"),
    path("merges/", views.MergeListView.as_view(), name="merge-list"),
    path("merges/<uuid:pk>/", views.MergeView.as_view(), name="merge"),
]
