from django.urls import path

from projects.views import rectifications

urlpatterns = [
    path("rectifications/", rectifications.RectificationListView.as_view(), name="rectifications"),
    path("rectifications/<uuid:pk>/", rectifications.RectificationView.as_view(), name="rectification"),
    path(
        "applications/<uuid:pk>/rectifications/new/",
        rectifications.RectificationCreateView.as_view(),
        name="rectification-new",
    ),
]
