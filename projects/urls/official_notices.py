from django.urls import path

from projects.views import official_notices

urlpatterns = [
    path("notices/", official_notices.NoticeListView.as_view(), name="official-notices"),
    path("notices/<uuid:pk>/", official_notices.NoticeView.as_view(), name="official-notice"),
    path("notices/<uuid:pk>/edit/", official_notices.NoticeEditView.as_view(), name="official-notice-edit"),
    path("notices/<uuid:pk>/correct/", official_notices.NoticeCorrectView.as_view(), name="official-notice-correct"),
    path(
        "procedures/<uuid:pk>/notices/new/",
        official_notices.NoticeCreateView.as_view(),
        name="official-notice-new",
    ),
]
