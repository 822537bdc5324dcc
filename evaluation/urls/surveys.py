"""The short addresses under /s/ stand on posters and slips: they never change."""

from django.urls import path

from evaluation.views import surveys as views

urlpatterns = [
    path("surveys/<uuid:pk>/", views.SurveyView.as_view(), name="survey"),
    path("surveys/<uuid:pk>/qr.svg", views.SurveyQrView.as_view(), name="survey-qr"),
    path("surveys/<uuid:pk>/papers/", views.SurveyPapersView.as_view(), name="survey-papers"),
    path("surveys/<uuid:pk>/phone/", views.PhoneSheetView.as_view(), name="survey-phone"),
    path("surveys/<uuid:pk>/mine/", views.ResidentSurveyView.as_view(), name="survey-mine"),
    path("s/", views.SurveyEntryView.as_view(), name="survey-entry"),
    path("s/thanks/", views.SurveyThanksView.as_view(), name="survey-thanks"),
    path("s/<slug:code>/", views.SurveyAnswerView.as_view(), name="survey-answer"),
]
