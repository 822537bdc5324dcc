from django.urls import path

from projects.views import decisions, guides, publicity

urlpatterns = [
    path("guides/", guides.GuideListView.as_view(), name="guides"),
    path("guides/new/", guides.GuideCreateView.as_view(), name="guide-new"),
    path("guides/<uuid:pk>/", guides.GuideView.as_view(), name="guide"),
    path("guides/<uuid:pk>/edit/", guides.GuideEditView.as_view(), name="guide-edit"),
    path("guides/<uuid:pk>/addendum/", guides.AddendumView.as_view(), name="guide-addendum"),
    path("guides/<uuid:pk>/decision/", decisions.DecisionView.as_view(), name="guide-decision"),
    path("guides/<uuid:pk>/publicity/new/", publicity.PublicityCreateView.as_view(), name="publicity-new"),
    path("publicity/", publicity.PublicityListView.as_view(), name="publicities"),
    path("publicity/<uuid:pk>/", publicity.PublicityView.as_view(), name="publicity"),
    path("objections/<uuid:pk>/", publicity.ObjectionView.as_view(), name="objection"),
    path("objections/answer/<str:code>/", publicity.ObjectionAnswerView.as_view(), name="objection-answer"),
]
