from django.urls import path

from orgs.views import filings as views

urlpatterns = [
    path("filings/", views.FilingListView.as_view(), name="filings"),
    path("filings/new/", views.FilingCreateView.as_view(), name="filing-new"),
    path("filings/<uuid:pk>/", views.FilingView.as_view(), name="filing"),
    path("letters/new/", views.LetterEditView.as_view(), name="authorization-new"),
    path("letters/<uuid:pk>/", views.LetterView.as_view(), name="authorization"),
    path("letters/<uuid:pk>/edit/", views.LetterEditView.as_view(), name="authorization-edit"),
]
